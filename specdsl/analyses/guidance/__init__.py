"""Guidance on how a spec is written: one file a check.

These checks prove nothing about decisions; they are hints for authors, and run only on request.
Their manual pages are in `specdsl/checks/guidance_codes.py`.
"""

from __future__ import annotations

from specdsl.analyses.guidance import boundary_examples as boundaries
from specdsl.analyses.guidance import exercised_rules as exercised
from specdsl.analyses.guidance import listed_texts as texts
from specdsl.analyses.guidance import missing_reasons as reasons
from specdsl.analyses.guidance import vague_names as names
from specdsl.verification.check_session import Check

CHECKS: tuple[Check, ...] = (
    boundaries.CHECK,
    reasons.CHECK,
    names.CHECK,
    texts.CHECK,
    exercised.CHECK,
)

__all__ = ["CHECKS"]
