"""Fixes: edits of a spec that resolve a finding, each tried before it is offered."""

from specdsl.analyses.fixes.fix_budget import FixEffort
from specdsl.analyses.fixes.propose_fixes import add_fixes

__all__ = ["FixEffort", "add_fixes"]
