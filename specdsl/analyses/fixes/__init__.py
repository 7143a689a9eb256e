"""Mends: edits of a spec that resolve a finding, each tried before it is offered."""

from specdsl.analyses.fixes.fix_budget import Mends
from specdsl.analyses.fixes.propose_fixes import propose

__all__ = ["Mends", "propose"]
