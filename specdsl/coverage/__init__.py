"""Test coverage of a spec by its examples, and examples for the goals that none covers.

A goal is a structural test obligation: a rule takes effect, one outranks another, a clause makes
the difference (as in MC/DC), a value lies at a boundary.
"""

from specdsl.coverage.measure import Coverage, CoverageResult, measure_coverage
from specdsl.coverage.missing import MissingExamples, ProposedExample, find_missing_examples
from specdsl.coverage.points import CoverageGoal, GoalKind, GoalStatus

__all__ = [
    "Coverage",
    "CoverageGoal",
    "CoverageResult",
    "GoalKind",
    "GoalStatus",
    "MissingExamples",
    "ProposedExample",
    "find_missing_examples",
    "measure_coverage",
]
