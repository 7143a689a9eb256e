"""Mends: edits of a spec that resolve a finding, each tried before it is offered."""

from specdsl.mends.propose import propose

__all__ = ["propose"]
