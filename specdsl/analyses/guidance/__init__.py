"""Guidance on how a spec is written: one file a check.

These checks prove nothing about decisions; they are hints for authors, and run only on request.
Their manual pages are in `specdsl/checks/guidance_codes.py`.
"""

from __future__ import annotations

from specdsl.analyses.guidance import (
    boundary_examples,
    exercised_rules,
    listed_texts,
    missing_reasons,
    vague_names,
)
from specdsl.verification.check_session import Check

CHECKS: tuple[Check, ...] = (
    boundary_examples.CHECK,
    missing_reasons.CHECK,
    vague_names.CHECK,
    listed_texts.CHECK,
    exercised_rules.CHECK,
)

__all__ = ["CHECKS"]
