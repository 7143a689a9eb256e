"""Binding findings of a layer, which its author cannot suppress.

The author of a layer has authority over the layer's own parts. What it promises, and its effects on
rules, decisions and callers of its base, concern the authors of the base.
"""

from __future__ import annotations

from dataclasses import replace

from specdsl.base.code_names import CONTRADICTION, INCONSISTENT_ASSUMPTIONS, LOOSENING_LAYER
from specdsl.base.diagnostics import Diagnostic, Report, Severity
from specdsl.base.source import Source
from specdsl.frontend.model.nodes import SpecModel

BINDING_CODES = (
    INCONSISTENT_ASSUMPTIONS.name,
    LOOSENING_LAYER.name,
)  # Binding whatever they are about.
# If it is an error, calls are rejected, whichever decision is contradictory.
REJECTING_CODE = CONTRADICTION.name


def mark_binding(report: Report, spec: SpecModel) -> Report:
    """Mark the findings that concern the base of a layer."""
    if spec.layer is None:
        return report
    base = _Base(spec)
    marked = (replace(d, binding=base.is_concerned(d)) for d in report.diagnostics)
    return replace(report, diagnostics=tuple(marked))


def may_allow(comment: Source, diagnostic: Diagnostic, spec: SpecModel) -> bool:
    """Return whether a comment of a file can suppress the finding. In a stack of layers, each
    author can suppress findings of his own layer: none of lower layers, and none that higher ones
    cause.
    """
    own = spec
    while own.layer is not None and _has_source(own.layer.base, comment):
        own = own.layer.base
    if own.layer is not None and _Base(own).is_concerned(diagnostic):
        return False
    brought = not {rule.name for rule in own.rules}.issuperset(diagnostic.fields.get("rules", ()))
    return own is spec or not (brought or diagnostic.code.name in BINDING_CODES)


def _has_source(spec: SpecModel, source: Source) -> bool:
    """Return whether the file belongs to the spec; it may have been read twice."""
    return any(one.name == source.name for one in spec.sources)


class _Base:
    """The parts of a layer's base."""

    def __init__(self, spec: SpecModel) -> None:
        self.rules = {rule.name for rule in spec.rules if rule.in_base}
        self.decisions = {decision.name for decision in spec.decisions if decision.in_base}
        base = spec.layer.base if spec.layer else None
        self.files = {source.name for source in base.sources} if base else set()

    def is_concerned(self, diagnostic: Diagnostic) -> bool:
        """Return whether a finding is about the promise of the layer, about a rule, decision or
        other part of its base, or rejects calls of the base's callers.
        """
        code, fields, label = diagnostic.code, diagnostic.fields, diagnostic.primary
        refuses = code.name == REJECTING_CODE and diagnostic.severity is Severity.ERROR
        decision = fields.get("decision") in self.decisions
        rules = not self.rules.isdisjoint(fields.get("rules", ()))
        written = label is not None and label.span.source.name in self.files
        return code.name in BINDING_CODES or refuses or decision or rules or written
