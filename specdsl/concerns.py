"""What of the findings of a layer is not its author's to allow.

Who writes a layer has authority over what is the layer's own. What it promises, and what becomes of
rules, decisions and callers of its base, is the business of whoever stands behind these.
"""

from __future__ import annotations

from dataclasses import replace

from specdsl.diagnostics import Diagnostic, Report, Severity
from specdsl.model.nodes import Spec

OF_ALL = ("inconsistent-assumptions", "loosening-layer")  # whatever they are about
REFUSING = "contradiction"  # as an error: calls are then refused, whichever decision clashes


def binding(report: Report, spec: Spec) -> Report:
    """The report of a spec with what concerns the base of a layer marked as such."""
    if spec.layer is None:
        return report
    base = _Base(spec)
    marked = (replace(d, binding=base.concerned(d)) for d in report.diagnostics)
    return replace(report, diagnostics=tuple(marked))


def of_base(diagnostic: Diagnostic, spec: Spec) -> bool:
    """It is about the base of a layer alone: a comment of the base may allow it."""
    return _Base(spec).alone(diagnostic)


class _Base:
    """What belongs to the base of a layer."""

    def __init__(self, spec: Spec) -> None:
        self.rules = {rule.name for rule in spec.rules if rule.in_base}
        self.decisions = {decision.name for decision in spec.decisions if decision.in_base}
        base = spec.layer.base if spec.layer else None
        self.files = {source.name for source in base.sources} if base else set()

    def concerned(self, diagnostic: Diagnostic) -> bool:
        """A finding about the promise of the layer, a rule or decision of its base, or something
        else that is written there; and what refuses the calls of those that call the base."""
        code, fields = diagnostic.code, diagnostic.fields
        refuses = code.name == REFUSING and diagnostic.severity is Severity.ERROR
        named = fields.get("decision") in self.decisions or not self.rules.isdisjoint(
            fields.get("rules", ())
        )
        return code.name in OF_ALL or refuses or named or self._written(diagnostic)

    def alone(self, diagnostic: Diagnostic) -> bool:
        promised = diagnostic.code.name in OF_ALL
        mixed = not self.rules.issuperset(diagnostic.fields.get("rules", ()))
        return not promised and not mixed and self._written(diagnostic)

    def _written(self, diagnostic: Diagnostic) -> bool:
        label = diagnostic.primary
        return label is not None and label.span.source.name in self.files
