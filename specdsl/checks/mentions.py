"""Mentions of a part that a finding advises to delete: they must be deleted too, or the spec would
not load.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from specdsl.base.diagnostics import Diagnostic, Note, Report
from specdsl.base.source import Span
from specdsl.checks import dead_rule, idle_level, idle_permission, redundant_rule, unreachable_rule
from specdsl.checks.check_support import BECAUSE_NAMES_IT, labels_at
from specdsl.frontend.model.nodes import Override, Rule, SpecModel

DELETION_ADVICE = ("delete it", "with what stands there")


def label_mentions(report: Report, spec: SpecModel) -> Report:
    """Return the report with labels where parts are named that it advises to delete."""
    found = tuple(_label_finding(finding, spec) for finding in report.diagnostics)
    return replace(report, diagnostics=found)


def _label_finding(finding: Diagnostic, spec: SpecModel) -> Diagnostic:
    gone = _deleted_rules(finding, spec) if any(map(_advises_deletion, finding.notes)) else ()
    named = labels_at(_override_mentions(spec, gone)) if gone else ()
    named += (
        labels_at(dict.fromkeys(_because_mentions(spec, gone)), BECAUSE_NAMES_IT) if gone else ()
    )
    if not named:
        return finding
    labels = (*finding.labels, *named)
    notes = tuple(_extend_advice(note) for note in finding.notes)
    return replace(finding, labels=labels, notes=notes)


def _advises_deletion(note: Note) -> bool:
    """Return whether it is a help that advises to delete something."""
    return note.title == "help" and any(said in note.text for said in DELETION_ADVICE)


def _extend_advice(note: Note) -> Note:
    """Return the note; if it advises to delete something, then also what names it."""
    if not _advises_deletion(note):
        return note
    said = next(said for said in DELETION_ADVICE if said in note.text)
    return Note(note.title, note.text.replace(said, f"{said} and what names it", 1))


def _deleted_rules(finding: Diagnostic, spec: SpecModel) -> frozenset[Rule]:
    """Return the rules that are deleted if the advice of the finding is followed."""
    fields = finding.fields
    match finding.code:
        case redundant_rule.CODE | dead_rule.CODE | unreachable_rule.CODE:
            return frozenset(rule for rule in spec.rules if rule.name == fields["rules"][0])
        case idle_permission.CODE:
            own = (rule for rule in spec.rules if rule.name == fields["rules"][0])
            return frozenset(rule for rule in own if len(rule.effects) == 1)
        case idle_level.CODE:
            return frozenset(rule for rule in spec.rules if rule.level.name == fields["level"])
        case _:
            return frozenset()


def _override_mentions(spec: SpecModel, gone: Collection[Rule]) -> Iterator[Span]:
    """Yield names after `overrides` that mean nothing but deleted rules."""
    written: dict[Span, list[Override]] = {}
    for override in spec.overrides:
        written.setdefault(override.span, []).append(override)
    for span, several in written.items():
        if several[0].rule not in gone and all(one.target in gone for one in several):
            yield span


def _because_mentions(spec: SpecModel, gone: Collection[Rule]) -> Iterator[Span]:
    """Yield the expectations of examples that name a deleted rule after `because`."""
    names = {rule.name for rule in gone}
    for example in spec.examples:
        for expectation in example.expectations:
            if any(one.name in names for one in expectation.because):
                yield expectation.span
        yield from (talk.span for talk in example.talk if talk.because in names)
