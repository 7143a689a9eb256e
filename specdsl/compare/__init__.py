"""Two specs side by side: what a change decides otherwise, proved over all situations."""

from specdsl.compare.change import Change, ChangeKind, Incomparable, Region
from specdsl.compare.comparing import diff
from specdsl.compare.edits import SpecEdit
from specdsl.compare.outline import OutcomeChange, outcome_changes
from specdsl.compare.results import Result

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
