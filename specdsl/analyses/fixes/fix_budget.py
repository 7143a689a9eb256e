"""Budgets for the search of fixes, counted in rules that are checked again and never in seconds: a
finding gets the same fixes on every machine.
"""

from __future__ import annotations

from enum import StrEnum

from specdsl.api import Spec
from specdsl.base.limits import (
    FEW_FIXES_SHARE,
    MAX_ALL_FIXED,
    MAX_FEW_FIXED,
    MAX_FEW_FIXES_COST,
    MAX_FIXES_PER_FINDING,
    MAX_TRIED_RULES,
    MIN_FEW_FIXES_COST,
    READ_FOR_ONE_RULE,
)
from specdsl.base.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class FixBudget:
    """The limits of a search. `findings`: how many get fixes; `rules`: how many are checked again
    in all trials, see `RemainingBudget`; `fixes_per_finding`: how many valid fixes are enough.
    `thorough`: warnings are checked, too.
    """

    findings: int = MAX_FEW_FIXED
    rules: int = MAX_FEW_FIXES_COST
    fixes_per_finding: int = MAX_FIXES_PER_FINDING
    thorough: bool = False


EXHAUSTIVE = FixBudget(MAX_ALL_FIXED, MAX_TRIED_RULES, MAX_ALL_FIXED, thorough=True)


class FixEffort(StrEnum):
    """The choices of `--mends`: how many fixes are searched for."""

    ALL = "all"
    FEW = "few"
    NONE = "none"

    def budget(self, spec: Spec) -> FixBudget:
        """Return the budget for a spec of that size."""
        match self:
            case FixEffort.ALL:
                return EXHAUSTIVE
            case FixEffort.FEW:
                rules = max(
                    MIN_FEW_FIXES_COST, min(FEW_FIXES_SHARE * check_cost(spec), MAX_FEW_FIXES_COST)
                )
                return FixBudget(rules=rules)
            case FixEffort.NONE:
                return FixBudget(0, 0)


def check_cost(spec: Spec) -> int:
    """Return the cost of one check of the spec."""
    model = spec.model
    return len(model.rules) + len(model.examples) + len(model.assertions)


class RemainingBudget:
    """The rest of a budget. A trial costs the reading of the spec, and the rules, examples and
    assertions that have to be checked again.
    """

    def __init__(self, budget: FixBudget) -> None:
        self.findings = budget.findings
        self.rules = self._share = budget.rules
        self.fixes_per_finding = budget.fixes_per_finding
        self.thorough = budget.thorough

    def begin_finding(self, spec: Spec, others: int = 0) -> bool:
        """Take one finding out, with its share of the rest for it and so many others; return
        False if too little is left.
        """
        sharing = min(1 + others, max(1, self.findings))
        self._share = self.rules // sharing
        self.findings -= 1
        return self.findings >= 0 and self._reading_cost(spec) <= self.rules

    def allows_trial(self, spec: Spec) -> bool:
        """Return whether the finding's share suffices for another trial."""
        return self._reading_cost(spec) <= self._share

    def begin_trial(self, spec: Spec, due: bool = False) -> bool:
        """Take out the cost of reading the spec again; return False if too little is left for the
        finding, unless the trial is `due`.
        """
        if not due and not self.allows_trial(spec):
            return False
        self.spend(self._reading_cost(spec))
        return True

    def spend(self, rules: int) -> None:
        """Take out rules that were checked again."""
        self._share -= rules
        self.rules -= rules

    def _reading_cost(self, spec: Spec) -> int:
        return -(-len(spec.model.rules) // READ_FOR_ONE_RULE)
