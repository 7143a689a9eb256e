"""How much is tried. Counted in rules that are checked again, never in seconds: the same findings
of the same spec get the same mends on every machine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from specdsl.policy import Spec


@dataclass(frozen=True, slots=True)
class Budget:
    """`findings`: for how many mends are tried; `rules`: how many are checked in all trials, an
    example or assertion counting as one; `mends`: how many that hold are enough for a finding.
    `thorough`: checks run, too, that can only look at a spec as a whole and find no errors."""

    findings: int = 6
    rules: int = 3_000
    mends: int = 6
    thorough: bool = False


TRIALS = 4  # checks of the whole spec, where few mends are asked for
LEAST = 240  # rules, so that of a small spec all can be tried
MOST = Budget()
EVERY = Budget(1_000, 50_000, 1_000, thorough=True)


class Mends(StrEnum):
    """How many mends are looked for."""

    ALL = "all"
    FEW = "few"
    NONE = "none"

    def budget(self, spec: Spec) -> Budget:
        """What may be spent on a spec of that size."""
        match self:
            case Mends.ALL:
                return EVERY
            case Mends.FEW:
                return Budget(MOST.findings, max(LEAST, min(TRIALS * size(spec), MOST.rules)))
            case Mends.NONE:
                return Budget(0, 0)


def size(spec: Spec) -> int:
    """What checking it once takes out of a budget."""
    model = spec.model
    return len(model.rules) + len(model.examples) + len(model.assertions)


class Purse:
    """What is left of a budget."""

    def __init__(self, budget: Budget) -> None:
        self.findings = budget.findings
        self.rules = self._share = budget.rules
        self._first = True
        self.mends = budget.mends
        self.thorough = budget.thorough

    def finding(self, others: int = 0) -> bool:
        """Takes one finding out, with its share of what is left for it and so many others; False
        where none is left."""
        sharing = min(1 + others, max(1, self.findings))
        self._share, self._first = self.rules // sharing, True
        self.findings -= 1
        return self.findings >= 0

    def trial(self, spec: Spec) -> bool:
        """Takes the cost of checking a spec once out; False where too little is left for the
        finding."""
        cost = size(spec)
        if cost > (self.rules if self._first else self._share):
            return False
        self._first = False
        self._share -= cost
        self.rules -= cost
        return True
