"""Where a part that could go is named by others: what is to be deleted with it, so that the rest
still loads."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from specdsl.base.diagnostics import Diagnostic, Note, Report
from specdsl.base.source import Span
from specdsl.checks import dead_rule as dead
from specdsl.checks import idle_level, idle_permission
from specdsl.checks import redundant_rule as redundant
from specdsl.checks import unreachable_rule as unreachable
from specdsl.checks.check_support import BECAUSE_GOES, labels_at
from specdsl.frontend.model.nodes import Override, Rule, Spec

GOING = ("delete it", "with what stands there")


def with_names(report: Report, spec: Spec) -> Report:
    """The report that shows, with what it says could go, where that is named."""
    found = tuple(_with_names(finding, spec) for finding in report.diagnostics)
    return replace(report, diagnostics=found)


def _with_names(finding: Diagnostic, spec: Spec) -> Diagnostic:
    gone = _gone(finding, spec) if any(map(_says_so, finding.notes)) else ()
    named = labels_at(_overriding(spec, gone)) if gone else ()
    named += labels_at(dict.fromkeys(_expecting(spec, gone)), BECAUSE_GOES) if gone else ()
    if not named:
        return finding
    labels = (*finding.labels, *named)
    notes = tuple(_going(note) for note in finding.notes)
    return replace(finding, labels=labels, notes=notes)


def _says_so(note: Note) -> bool:
    """It says to delete something."""
    return note.title == "help" and any(said in note.text for said in GOING)


def _going(note: Note) -> Note:
    """What says to delete something, and what names it."""
    if not _says_so(note):
        return note
    said = next(said for said in GOING if said in note.text)
    return Note(note.title, note.text.replace(said, f"{said} and what names it", 1))


def _gone(finding: Diagnostic, spec: Spec) -> frozenset[Rule]:
    """The rules that are deleted where somebody does what the finding says."""
    fields = finding.fields
    match finding.code:
        case redundant.CODE | dead.CODE | unreachable.CODE:
            return frozenset(rule for rule in spec.rules if rule.name == fields["rules"][0])
        case idle_permission.CODE:
            own = (rule for rule in spec.rules if rule.name == fields["rules"][0])
            return frozenset(rule for rule in own if len(rule.effects) == 1)
        case idle_level.CODE:
            return frozenset(rule for rule in spec.rules if rule.level.name == fields["level"])
        case _:
            return frozenset()


def _overriding(spec: Spec, gone: Collection[Rule]) -> Iterator[Span]:
    """After `overrides`, where nothing else is meant by the name."""
    written: dict[Span, list[Override]] = {}
    for override in spec.overrides:
        written.setdefault(override.span, []).append(override)
    for span, several in written.items():
        if several[0].rule not in gone and all(one.target in gone for one in several):
            yield span


def _expecting(spec: Spec, gone: Collection[Rule]) -> Iterator[Span]:
    """What examples say after `because`."""
    names = {rule.name for rule in gone}
    for example in spec.examples:
        for expectation in example.expectations:
            if any(one.name in names for one in expectation.because):
                yield expectation.span
        yield from (talk.span for talk in example.talk if talk.because in names)
