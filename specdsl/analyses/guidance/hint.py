"""What every hint is made of, and which parts of a spec are its author's own: hints are about
nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from specdsl.base.diagnostics import Code, Diagnostic, Note, fault
from specdsl.base.source import Span
from specdsl.frontend.model.nodes import Spec


def own(spec: Spec, place: Span) -> bool:
    """Written in a file of the spec, neither in a shipped one nor in the base of its layer."""
    base = {one.name for one in spec.layer.base.sources} if spec.layer else set()
    return not place.source.shipped and place.source.name not in base


def hint(code: Code, message: str, place: Span, help_: str, **fields: Any) -> Diagnostic:
    """A hint at one place, with what to write instead; `fields` are what JSON adds."""
    return replace(fault(code, message, place, "", Note("help", help_)), fields=fields)
