"""How much is tried. Counted in rules that are checked again, never in seconds: the same findings
of the same spec get the same mends on every machine."""

from __future__ import annotations

from dataclasses import dataclass

from specdsl.policy import Spec


@dataclass(frozen=True, slots=True)
class Budget:
    """`findings`: for how many mends are tried; `rules`: how many are checked in all trials, an
    example or assertion counting as one."""

    findings: int = 10
    rules: int = 3_000


WHILE_CHECKING = Budget()
WHILE_FIXING = Budget(1_000, 50_000)


class Purse:
    """What is left of a budget."""

    def __init__(self, budget: Budget) -> None:
        self.findings = budget.findings
        self.rules = budget.rules

    def finding(self) -> bool:
        """Takes one finding out; False where none is left."""
        self.findings -= 1
        return self.findings >= 0

    def trial(self, spec: Spec) -> bool:
        """Takes the cost of checking a spec once out; False where too little is left."""
        model = spec.model
        self.rules -= len(model.rules) + len(model.examples) + len(model.assertions)
        return self.rules >= 0
