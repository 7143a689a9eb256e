"""Two specs side by side: what a change decides otherwise, proved over all situations."""

from specdsl.compare.change import Change, Region, Remark, Turn
from specdsl.compare.comparing import diff
from specdsl.compare.edits import Edit
from specdsl.compare.outline import Shift, outline
from specdsl.compare.results import Result

__all__ = ["Change", "Edit", "Region", "Remark", "Result", "Shift", "Turn", "diff", "outline"]
