"""How much is tried. Counted in rules that are looked at again, never in seconds: the same findings
of the same spec get the same mends on every machine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from specdsl.api import Spec
from specdsl.base.limits import (
    FEW_MENDS_LEAST,
    FEW_MENDS_MOST,
    FEW_MENDS_SHARE,
    MOST_MENDED,
    MOST_MENDED_OF_ALL,
    MOST_MENDS,
    MOST_TRIED_RULES,
    READ_FOR_ONE_RULE,
)


@dataclass(frozen=True, slots=True)
class Budget:
    """`findings`: for how many mends are tried; `rules`: how many are looked at in all trials, see
    `Purse`; `mends`: how many that hold are enough for a finding. `thorough`: warnings are looked
    for, too."""

    findings: int = MOST_MENDED
    rules: int = FEW_MENDS_MOST
    mends: int = MOST_MENDS
    thorough: bool = False


EVERY = Budget(MOST_MENDED_OF_ALL, MOST_TRIED_RULES, MOST_MENDED_OF_ALL, thorough=True)


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
                rules = max(FEW_MENDS_LEAST, min(FEW_MENDS_SHARE * size(spec), FEW_MENDS_MOST))
                return Budget(rules=rules)
            case Mends.NONE:
                return Budget(0, 0)


def size(spec: Spec) -> int:
    """What checking it once takes out of a budget."""
    model = spec.model
    return len(model.rules) + len(model.examples) + len(model.assertions)


class Purse:
    """What is left of a budget. A trial costs what reading the spec again does, and then the rules,
    examples and assertions that have to be looked at again."""

    def __init__(self, budget: Budget) -> None:
        self.findings = budget.findings
        self.rules = self._share = budget.rules
        self.mends = budget.mends
        self.thorough = budget.thorough

    def finding(self, spec: Spec, others: int = 0) -> bool:
        """Takes one finding out, with its share of what is left for it and so many others; False
        where too little is left."""
        sharing = min(1 + others, max(1, self.findings))
        self._share = self.rules // sharing
        self.findings -= 1
        return self.findings >= 0 and self._reading(spec) <= self.rules

    def reaches(self, spec: Spec) -> bool:
        """Whether there is enough for another trial for the finding."""
        return self._reading(spec) <= self._share

    def trial(self, spec: Spec, due: bool = False) -> bool:
        """Takes out the cost of reading a spec again; False where too little is left for the
        finding, unless the trial is `due`."""
        if not due and not self.reaches(spec):
            return False
        self.spend(self._reading(spec))
        return True

    def spend(self, rules: int) -> None:
        """So many rules were looked at."""
        self._share -= rules
        self.rules -= rules

    def _reading(self, spec: Spec) -> int:
        return -(-len(spec.model.rules) // READ_FOR_ONE_RULE)
