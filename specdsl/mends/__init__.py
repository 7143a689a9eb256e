"""Mends: edits of a spec that resolve a finding, each tried before it is offered."""

from specdsl.mends.budget import Mends
from specdsl.mends.propose import propose

__all__ = ["Mends", "propose"]
