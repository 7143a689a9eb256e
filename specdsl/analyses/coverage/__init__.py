"""Test coverage of a spec by its examples, and examples for the goals that none covers.

A goal is a structural test obligation: a rule takes effect, one outranks another, a clause makes
the difference (as in MC/DC), a value lies at a boundary.
"""

from specdsl.analyses.coverage.coverage_goals import CoverageGoal, GoalKind, GoalStatus
from specdsl.analyses.coverage.coverage_json import render_missing_json
from specdsl.analyses.coverage.coverage_text import render_missing_spec
from specdsl.analyses.coverage.measure import Coverage, CoverageResult, measure_coverage
from specdsl.analyses.coverage.missing_examples import (
    MissingExamples,
    ProposedExample,
    find_missing_examples,
)
from specdsl.reports.formats import Formats

MISSING_FORMATS: Formats[MissingExamples] = {
    "text": render_missing_spec,
    "json": render_missing_json,
}

__all__ = [
    "MISSING_FORMATS",
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
