"""Hints, and the parts of a spec that are its author's own: hints are about these alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from specdsl.base.diagnostics import Code, Diagnostic, Note, fault
from specdsl.base.source import Span
from specdsl.frontend.model.nodes import SpecModel


def is_own(spec: SpecModel, place: Span) -> bool:
    """Return whether it is in a file of the author, not a shipped one, nor the base of a layer."""
    base = {one.name for one in spec.layer.base.sources} if spec.layer else set()
    return not place.source.shipped and place.source.name not in base


def build_hint(code: Code, message: str, place: Span, help_: str, **fields: Any) -> Diagnostic:
    """Build a hint at one place, with what to write instead; `fields` are added to the JSON."""
    return replace(fault(code, message, place, "", Note("help", help_)), fields=fields)
