"""Two specs side by side: what a change decides otherwise, proved over all situations."""

from specdsl.analyses.diff.change import Change, ChangeKind, Incomparable, Region
from specdsl.analyses.diff.compare_specs import diff
from specdsl.analyses.diff.outcome_changes import OutcomeChange, outcome_changes
from specdsl.verification.two_specs.decision_results import Result
from specdsl.verification.two_specs.spec_edits import SpecEdit

__all__ = [
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
