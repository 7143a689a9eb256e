"""Guidance on how a spec is written: one file a check; `specdsl/hints.py` has their pages.

These are no proofs about decisions but hints for authors, and run only where they are asked for.
"""

from __future__ import annotations

from specdsl.checks.context import Check
from specdsl.guidance import boundaries, exercised, names, reasons, texts

CHECKS: tuple[Check, ...] = (
    boundaries.CHECK,
    reasons.CHECK,
    names.CHECK,
    texts.CHECK,
    exercised.CHECK,
)

__all__ = ["CHECKS"]
