"""What of the findings of a layer is not its author's to allow.

Who writes a layer has authority over what is the layer's own. What it promises, and what becomes of
rules, decisions and callers of its base, is the business of whoever stands behind these.
"""

from __future__ import annotations

from dataclasses import replace

from specdsl.diagnostics import Diagnostic, Report, Severity
from specdsl.model.nodes import Spec
from specdsl.source import Source

OF_ALL = ("inconsistent-assumptions", "loosening-layer")  # whatever they are about
REFUSING = "contradiction"  # as an error: calls are then refused, whichever decision clashes


def binding(report: Report, spec: Spec) -> Report:
    """The report of a spec with what concerns the base of a layer marked as such."""
    if spec.layer is None:
        return report
    base = _Base(spec)
    marked = (replace(d, binding=base.concerned(d)) for d in report.diagnostics)
    return replace(report, diagnostics=tuple(marked))


def may_allow(comment: Source, diagnostic: Diagnostic, spec: Spec) -> bool:
    """Whether a comment of a file counts for the finding. Of a layer, and of the layers below it,
    each author allows what is his own: nothing of those below, and nothing that those above bring.
    """
    own = spec
    while own.layer is not None and _has(own.layer.base, comment):
        own = own.layer.base
    if own.layer is not None and _Base(own).concerned(diagnostic):
        return False
    brought = not {rule.name for rule in own.rules}.issuperset(diagnostic.fields.get("rules", ()))
    return own is spec or not (brought or diagnostic.code.name in OF_ALL)


def _has(spec: Spec, source: Source) -> bool:
    """The file is one of the spec's, which may have been read twice."""
    return any(one.name == source.name for one in spec.sources)


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
        code, fields, label = diagnostic.code, diagnostic.fields, diagnostic.primary
        refuses = code.name == REFUSING and diagnostic.severity is Severity.ERROR
        decision = fields.get("decision") in self.decisions
        rules = not self.rules.isdisjoint(fields.get("rules", ()))
        written = label is not None and label.span.source.name in self.files
        return code.name in OF_ALL or refuses or decision or rules or written
