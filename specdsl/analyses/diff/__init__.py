"""Two specs side by side: what a change decides otherwise, proved over all situations."""

from specdsl.analyses.diff.change import Change, ChangeKind, Incomparable, Region
from specdsl.analyses.diff.compare_specs import diff
from specdsl.analyses.diff.diff_json import render_diff_json
from specdsl.analyses.diff.diff_markdown import render_diff_markdown
from specdsl.analyses.diff.diff_text import render_diff_text
from specdsl.analyses.diff.outcome_changes import OutcomeChange, outcome_changes
from specdsl.reports.formats import Formats
from specdsl.verification.two_specs.decision_results import Result
from specdsl.verification.two_specs.spec_edits import SpecEdit

FORMATS: Formats[Change] = {
    "text": render_diff_text,
    "json": render_diff_json,
    "markdown": render_diff_markdown,
}

__all__ = [
    "FORMATS",
    "Change",
    "ChangeKind",
    "Incomparable",
    "OutcomeChange",
    "Region",
    "Result",
    "SpecEdit",
    "diff",
    "outcome_changes",
]
