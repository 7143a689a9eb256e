"""Reports as JSON, and back. Places are written as the number of a file and two offsets.

What is read counts only if it is exactly what would have been written.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from specdsl.cache.places import Place, Places
from specdsl.diagnostics import (
    CheckResult,
    Code,
    Diagnostic,
    Edit,
    Fix,
    Label,
    Note,
    Report,
    Severity,
)
from specdsl.source import Span

if TYPE_CHECKING:
    from specdsl.checks import Findings

FOREIGN = (KeyError, TypeError, ValueError, RecursionError)
SETTLED = ("proved", "found", "not_run")


class _Foreign(ValueError):
    """Not what this module writes."""


def written(report: Report, places: Places) -> bytes | None:
    """The report as ASCII text. None where the same report could not be read back, as when
    something in it was left unproved."""
    try:
        body = _text(_Writer(places).report(report))
    except FOREIGN:
        return None
    return body if read(body, places) == report else None


def read(body: bytes, places: Places) -> Report | None:
    """The report that was written; None for anything else."""
    try:
        found = _Reader(places).report(json.loads(body.decode("ascii")))
        return found if _text(_Writer(places).report(found)) == body else None
    except FOREIGN:
        return None


def findings_written(found: Sequence[Findings], places: Places) -> bytes | None:
    """What some checks found, likewise."""
    try:
        body = _text(_Writer(places).findings(found))
    except FOREIGN:
        return None
    settled = not any(one.unproved for one in found)
    return body if settled and findings_read(body, places) == [*found] else None


def findings_read(body: bytes, places: Places) -> list[Findings] | None:
    """What was written of checks; None for anything else."""
    try:
        found = _Reader(places).findings(json.loads(body.decode("ascii")))
        return found if _text(_Writer(places).findings(found)) == body else None
    except FOREIGN:
        return None


def _text(found: object) -> bytes:
    return json.dumps(found, allow_nan=False, separators=(",", ":")).encode("ascii")


class _Writer:
    def __init__(self, places: Places) -> None:
        self.places = places

    def report(self, report: Report) -> dict[str, Any]:
        return {
            "diagnostics": [self.diagnostic(d) for d in report.diagnostics],
            "checks": [[c.code.id, c.result, c.detail] for c in report.checks],
            "counts": [report.files, report.rules, report.allowed],
            "waived": list(report.waived),
        }

    def findings(self, found: Sequence[Findings]) -> list[Any]:
        return [[self.diagnostic(d) for d in one.diagnostics] for one in found]

    def diagnostic(self, one: Diagnostic) -> dict[str, Any]:
        return {
            "code": one.code.id,
            "severity": int(one.severity),
            "message": one.message,
            "labels": [[*self.place(x.span), x.text, x.primary] for x in one.labels],
            "notes": [[note.title, note.text] for note in one.notes],
            "fixes": [self.fix(fix) for fix in one.fixes],
            "fields": dict(one.fields),
            "beside": [self.place(span) for span in one.beside],
            "binding": one.binding,
        }

    def fix(self, fix: Fix) -> list[Any]:
        edits = [[*self.place(edit.span), edit.text] for edit in fix.edits]
        return [fix.title, edits, fix.verified, fix.text, fix.checked]

    def place(self, span: Span) -> Place:
        return self.places.place(span)


class _Reader:
    """Each of its methods raises `_Foreign` or `KeyError` for what is not written so. `true` passes
    for a number and becomes one: what is written of it then differs from what was read."""

    def __init__(self, places: Places) -> None:
        from specdsl.catalogue import codes

        self.places = places
        self.codes: dict[str, Code] = {code.id: code for code in codes()}

    def report(self, found: object) -> Report:
        match found:
            case {
                "diagnostics": list(diagnostics),
                "checks": list(checks),
                "counts": [int(files), int(rules), int(allowed)],
                "waived": list(waived),
            } if min(files, rules, allowed) >= 0:
                all_ = tuple(map(self.diagnostic, diagnostics))
                results = tuple(map(self.check, checks))
                names = tuple(map(_name, waived))
                return Report(all_, results, int(files), int(rules), int(allowed), names)
        raise _Foreign

    def findings(self, found: object) -> list[Findings]:
        from specdsl.checks import Findings

        match found:
            case list():
                return [Findings(tuple(map(self.diagnostic, one))) for one in found]
        raise _Foreign

    def check(self, found: object) -> CheckResult:
        match found:
            case [str(code), str(result), str(detail)] if result in SETTLED:
                return CheckResult(self.codes[code], result, detail)
        raise _Foreign

    def diagnostic(self, found: object) -> Diagnostic:
        match found:
            case {
                "code": str(code),
                "severity": int(severity),
                "message": str(message),
                "labels": list(labels),
                "notes": list(notes),
                "fixes": list(fixes),
                "fields": dict(fields),
                "beside": list(beside),
                "binding": bool(binding),
            }:
                return Diagnostic(
                    self.codes[code],
                    message,
                    tuple(map(self.label, labels)),
                    tuple(map(_note, notes)),
                    tuple(map(self.fix, fixes)),
                    Severity(severity),
                    fields,
                    tuple(map(self.span, beside)),
                    binding,
                )
        raise _Foreign

    def label(self, found: object) -> Label:
        match found:
            case [*place, str(text), bool(primary)]:
                return Label(self.span(place), text, primary)
        raise _Foreign

    def fix(self, found: object) -> Fix:
        match found:
            case [str(title), list(edits), bool(verified), str(text), str(checked)]:
                return Fix(title, tuple(map(self.edit, edits)), verified, text, checked)
        raise _Foreign

    def edit(self, found: object) -> Edit:
        match found:
            case [*place, str(text)]:
                return Edit(self.span(place), text)
        raise _Foreign

    def span(self, place: list[object]) -> Span:
        match place:
            case [int(number), int(start), int(end)]:
                return self.places.span((int(number), int(start), int(end)))
        raise _Foreign


def _name(found: object) -> str:
    if isinstance(found, str):
        return found
    raise _Foreign


def _note(found: object) -> Note:
    match found:
        case [str(title), str(text)]:
            return Note(title, text)
    raise _Foreign
