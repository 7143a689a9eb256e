"""Layered reports: findings about the base of a layer that the layer causes.

The author of a layer cannot edit the base, and is responsible only for what the layer changes. So a
warning or a note that the base has without the layer too is left to the base's own check. That a
part of the base becomes redundant because the layer is stricter is nobody's fault. That a rule of
the base no longer takes effect, or an outcome can no longer occur, may be the purpose of the layer,
so its severity is lower. All other errors stay, whoever causes them: they concern the spec as a
whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace

from specdsl.base.code_names import (
    CONTRADICTION,
    DEAD_CONJUNCT,
    DEAD_RULE,
    IDLE_FACT,
    IDLE_LEVEL,
    IDLE_OVERRIDE,
    IDLE_PERMISSION,
    IDLE_PRIORITY,
    REDUNDANT_RULE,
    SENSITIVE_TO_UNKNOWN,
    UNREACHABLE_EFFECT,
    UNREACHABLE_OUTCOME,
    UNREACHABLE_RULE,
    UNUSED_SUPPRESSION,
)
from specdsl.base.diagnostics import Code, Diagnostic, Label, Note, Report, Severity, sort_key
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Layer, SpecModel

REDUNDANCIES = frozenset(
    code.id
    for code in (
        REDUNDANT_RULE,
        IDLE_PERMISSION,
        IDLE_PRIORITY,
        IDLE_OVERRIDE,
        IDLE_FACT,
        IDLE_LEVEL,
        DEAD_CONJUNCT,
        UNUSED_SUPPRESSION,
    )
)
# The lowered severities: the finding is a mistake only if the layer's author did not intend it.
LOWERED_SEVERITIES = {
    DEAD_RULE.id: Severity.WARNING,
    UNREACHABLE_RULE.id: Severity.WARNING,
    UNREACHABLE_EFFECT.id: Severity.WARNING,
    UNREACHABLE_OUTCOME.id: Severity.NOTE,
}
# Together with the rules: what a finding is about.
SUBJECT = ("decision", "outcome", "title", "fact")
ALSO_IN_BASE = Note("note", "the base alone has this finding, too")
CAUSED_BY_LAYER = Note("help", "only this layer causes it: correct the layer if it is not intended")

Subject = tuple[object, ...]
OfBase = Callable[[frozenset[Code]], tuple[Report, Report]]
"""Returns, for these codes, all findings of the base alone, and its own check's report of them."""


def report_of_layer(report: Report, spec: SpecModel, of_base: OfBase) -> Report:
    """Drop the findings about a layer's base that the layer does not cause, and place the others,
    as the layer's effect, in its files.
    """
    if spec.layer is None:
        return report
    judging = _LayerFindings(spec, spec.layer)
    whole = report.diagnostics
    about = [d for d in whole if judging.is_about_base(d)]
    compared = [d for d in about if d.code.id not in REDUNDANCIES]
    codes = frozenset(d.code for d in compared)
    without = _BaseFindings.from_reports(*of_base(codes)) if codes else _BaseFindings()
    base = {id(d) for d in about}
    found = (
        judging.as_reported(d, without) if id(d) in base else judging.place_in_layer(d)
        for d in whole
    )
    return _replace_findings(report, tuple(sorted(filter(None, found), key=sort_key)))


@dataclass(frozen=True, slots=True)
class _BaseFindings:
    """The findings of the base alone, with their severities, and which of them are errors in its
    own check.
    """

    found: Mapping[Subject, Severity] = field(default_factory=dict)
    errors: frozenset[Subject] = frozenset()

    @staticmethod
    def from_reports(whole: Report, said: Report) -> _BaseFindings:
        errors = (d for d in said.diagnostics if d.severity is Severity.ERROR)
        found = {_subject_of(d): d.severity for d in whole.diagnostics}
        return _BaseFindings(found, frozenset(map(_subject_of, errors)))

    def has(self, finding: Diagnostic) -> bool:
        """Return whether the base alone has the finding, with at least the same severity."""
        return self.found.get(_subject_of(finding), 0) >= finding.severity


@dataclass(frozen=True, slots=True)
class _LayerFindings:
    """Classifies the findings of a spec with a layer."""

    spec: SpecModel
    layer: Layer

    def is_about_base(self, finding: Diagnostic) -> bool:
        """Return whether the finding is about a part of the base, whoever causes it."""
        fields, label = finding.fields, finding.primary
        own_rules = {rule.name for rule in self.spec.rules if not rule.in_base}
        own = {decision.name for decision in self.spec.decisions if not decision.in_base}
        if finding.code.id == CONTRADICTION.id:
            return (
                own_rules.isdisjoint(fields.get("rules", ())) and fields.get("decision") not in own
            )
        if finding.code.id == SENSITIVE_TO_UNKNOWN.id and fields.get("decision") in own:
            return False
        return label is not None and not self._is_own(label)

    def as_reported(self, finding: Diagnostic, without: _BaseFindings) -> Diagnostic | None:
        """Return the finding as it is reported; None if it is left to the check of the base."""
        if finding.code.id in REDUNDANCIES:
            return None
        if without.has(finding):
            error = finding.severity is Severity.ERROR and _subject_of(finding) in without.errors
            return replace(finding, notes=(*finding.notes, ALSO_IN_BASE)) if error else None
        notes = (*(n for n in finding.notes if n.title != "help"), CAUSED_BY_LAYER)
        severity = LOWERED_SEVERITIES.get(finding.code.id, finding.severity)
        message = f"with this layer, {finding.message}"
        found = replace(finding, message=message, notes=notes, severity=severity)
        return self.place_in_layer(found)

    def place_in_layer(self, finding: Diagnostic) -> Diagnostic:
        """Move the finding to the first of its places that is in the layer's files or, without one,
        to the `layer` statement.
        """
        if finding.primary is None or self._is_own(finding.primary):
            return finding
        first = next((label for label in finding.labels if self._is_own(label)), None)
        here = first or Label(self.layer.span, "this layer brings it about")
        others = (replace(one, primary=False) for one in finding.labels if one is not first)
        return replace(finding, labels=(replace(here, primary=True), *others))

    def _is_own(self, label: Label) -> bool:
        """Return whether the label is in a file of the layer."""
        base = {source.name for source in self.layer.base.sources}
        return label.span.source.name not in base


def _subject_of(finding: Diagnostic) -> Subject:
    """Return what a finding is about: it is equal for the same finding of the base alone and with
    the layer.
    """
    fields = finding.fields
    rules = fields.get("rules", ())
    named = frozenset(rules) if finding.code.id == CONTRADICTION.id else tuple(rules[:1])
    return (finding.code.id, named, *(fields.get(key) for key in SUBJECT))


def _replace_findings(report: Report, found: tuple[Diagnostic, ...]) -> Report:
    """Replace the findings of a report. A check without remaining findings is proved."""
    left = {d.code.id for d in found}
    gone = {d.code.id for d in report.diagnostics} - left
    checks = tuple(
        replace(one, result="proved") if one.code.id in gone and one.result == "found" else one
        for one in report.checks
    )
    return replace(report, diagnostics=found, checks=checks)
