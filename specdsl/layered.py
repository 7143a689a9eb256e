"""What the check of a layer says of its base: what the layer brings about there.

The author of a layer cannot edit the base, and answers only for what the layer changes. So a
warning or a note that the base has without the layer too is left to the base's own check; that a
part of the base is no longer needed, since the layer is stricter, is nobody's fault; that a rule of
the base no longer takes effect, or an outcome no longer comes about, may be what the layer is for,
and is told more mildly. All other errors stay, whoever brings them about: with them the spec as a
whole is not what it should be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from specdsl.diagnostics import Code, Diagnostic, Label, Note, Report, Severity, sort_key
from specdsl.model.nodes import Layer, Spec

OF_WHAT_COULD_GO = ("SD404", "SD405", "SD406", "SD407", "SD408", "SD409", "SD410", "SD701")
OF_WHAT_IS_OVERRULED = {  # how grave that is: it is likely a mistake only of those who wrote it
    "SD401": Severity.WARNING,
    "SD402": Severity.WARNING,
    "SD403": Severity.WARNING,
    "SD411": Severity.NOTE,
}
CONTRADICTION = "SD301"
OF_A_FACT = "SD503"
SUBJECT = ("decision", "outcome", "title", "fact")  # with the rules, what a finding is about
TOO = Note("note", "this is found of the base alone, too")
HELP = Note("help", "only this layer brings it about: mend what the layer says, if it is not meant")

Subject = tuple[object, ...]
OfBase = Callable[[frozenset[Code]], tuple[Report, Report]]
"""Of these codes all that is found of the base alone, and what its own check says of that."""


def of_layer(report: Report, spec: Spec, of_base: OfBase) -> Report:
    """The report of a spec without what is said of the base of its layer for no fault of the layer;
    and what the layer brings about in its base is said so, in the files of the layer."""
    if spec.layer is None:
        return report
    judging = _Judging(spec, spec.layer)
    whole = report.diagnostics
    about = [d for d in whole if judging.of_base(d)]
    compared = [d for d in about if d.code.id not in OF_WHAT_COULD_GO]
    codes = frozenset(d.code for d in compared)
    without = _Without.of(*of_base(codes)) if codes else _Without()
    base = {id(d) for d in about}
    found = (judging.said(d, without) if id(d) in base else judging.placed(d) for d in whole)
    return _with(report, tuple(sorted(filter(None, found), key=sort_key)))


@dataclass(frozen=True, slots=True)
class _Without:
    """What is found of the base alone, how grave, and what of it is an error to its own check."""

    found: Mapping[Subject, Severity] = field(default_factory=dict)
    errors: frozenset[Subject] = frozenset()

    @staticmethod
    def of(whole: Report, said: Report) -> _Without:
        errors = (d for d in said.diagnostics if d.severity is Severity.ERROR)
        found = {_subject(d): d.severity for d in whole.diagnostics}
        return _Without(found, frozenset(map(_subject, errors)))

    def has(self, finding: Diagnostic) -> bool:
        """It is there too, and as grave."""
        return self.found.get(_subject(finding), 0) >= finding.severity


@dataclass(frozen=True, slots=True)
class _Judging:
    """Findings of a spec with a layer."""

    spec: Spec
    layer: Layer

    def of_base(self, finding: Diagnostic) -> bool:
        """It is about a part of the base, whoever brings it about."""
        fields, label = finding.fields, finding.primary
        own_rules = {rule.name for rule in self.spec.rules if not rule.in_base}
        own = {decision.name for decision in self.spec.decisions if not decision.in_base}
        if finding.code.id == CONTRADICTION:
            return (
                own_rules.isdisjoint(fields.get("rules", ())) and fields.get("decision") not in own
            )
        if finding.code.id == OF_A_FACT and fields.get("decision") in own:
            return False
        return label is not None and not self._own(label)

    def said(self, finding: Diagnostic, without: _Without) -> Diagnostic | None:
        """What is said of it; None where it is left to the check of the base."""
        if finding.code.id in OF_WHAT_COULD_GO:
            return None
        if without.has(finding):
            error = finding.severity is Severity.ERROR and _subject(finding) in without.errors
            return replace(finding, notes=(*finding.notes, TOO)) if error else None
        notes = (*(n for n in finding.notes if n.title != "help"), HELP)
        severity = OF_WHAT_IS_OVERRULED.get(finding.code.id, finding.severity)
        message = f"with this layer, {finding.message}"
        found = replace(finding, message=message, notes=notes, severity=severity)
        return self.placed(found)

    def placed(self, finding: Diagnostic) -> Diagnostic:
        """The finding at the first of its places that is the layer's own; where it has none, and
        nothing but the layer brings it about, at the `layer`."""
        if finding.primary is None or self._own(finding.primary):
            return finding
        first = next((label for label in finding.labels if self._own(label)), None)
        here = first or Label(self.layer.span, "this layer brings it about")
        others = (replace(one, primary=False) for one in finding.labels if one is not first)
        return replace(finding, labels=(replace(here, primary=True), *others))

    def _own(self, label: Label) -> bool:
        """It is in a file of the layer."""
        base = {source.name for source in self.layer.base.sources}
        return label.span.source.name not in base


def _subject(finding: Diagnostic) -> Subject:
    """The same for the same finding of the base alone and with the layer."""
    fields = finding.fields
    rules = fields.get("rules", ())
    named = frozenset(rules) if finding.code.id == CONTRADICTION else tuple(rules[:1])
    return (finding.code.id, named, *(fields.get(key) for key in SUBJECT))


def _with(report: Report, found: tuple[Diagnostic, ...]) -> Report:
    """The report with these findings. A check of which nothing is left found nothing."""
    left = {d.code.id for d in found}
    gone = {d.code.id for d in report.diagnostics} - left
    checks = tuple(
        replace(one, result="proved") if one.code.id in gone and one.result == "found" else one
        for one in report.checks
    )
    return replace(report, diagnostics=found, checks=checks)
