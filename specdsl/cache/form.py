"""Reports as JSON, and back. Places are written as the number of a file and two offsets.

What is read counts only if it is exactly what would have been written.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

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
from specdsl.source import Source, Span

FOREIGN = (KeyError, TypeError, ValueError, RecursionError)
SETTLED = ("proved", "found", "not_run")


class _Foreign(ValueError):
    """Not what this module writes."""


def written(report: Report, sources: Sequence[Source]) -> bytes | None:
    """The report as ASCII text; `sources` are all files of its spec. None where the same report
    could not be read back, as when something in it was left unproved."""
    try:
        body = _Writer(sources).body(report)
    except FOREIGN:
        return None
    return body if read(body, sources) == report else None


def read(body: bytes, sources: Sequence[Source]) -> Report | None:
    """The report that was written, with its places in these sources; None for anything else."""
    try:
        found = _Reader(sources).report(json.loads(body.decode("ascii")))
        return found if _Writer(sources).body(found) == body else None
    except FOREIGN:
        return None


class _Writer:
    def __init__(self, sources: Sequence[Source]) -> None:
        self.numbers = {source: i for i, source in enumerate(sources)}

    def body(self, report: Report) -> bytes:
        found = {
            "diagnostics": [self.diagnostic(d) for d in report.diagnostics],
            "checks": [[c.code.id, c.result, c.detail] for c in report.checks],
            "counts": [report.files, report.rules, report.allowed],
        }
        return json.dumps(found, allow_nan=False, separators=(",", ":")).encode("ascii")

    def diagnostic(self, one: Diagnostic) -> dict[str, Any]:
        return {
            "code": one.code.id,
            "severity": int(one.severity),
            "message": one.message,
            "labels": [[*self.place(x.span), x.text, x.primary] for x in one.labels],
            "notes": [[note.title, note.text] for note in one.notes],
            "fixes": [self.fix(fix) for fix in one.fixes],
            "fields": dict(one.fields),
        }

    def fix(self, fix: Fix) -> list[Any]:
        edits = [[*self.place(edit.span), edit.text] for edit in fix.edits]
        return [fix.title, edits, fix.verified, fix.text, fix.checked]

    def place(self, span: Span) -> tuple[int, int, int]:
        return self.numbers[span.source], span.start, span.end


class _Reader:
    """Each of its methods raises `_Foreign` or `KeyError` for what is not written so. `true` passes
    for a number and becomes one: what is written of it then differs from what was read."""

    def __init__(self, sources: Sequence[Source]) -> None:
        from specdsl.catalogue import codes

        self.sources = sources
        self.codes: dict[str, Code] = {code.id: code for code in codes()}

    def report(self, found: object) -> Report:
        match found:
            case {
                "diagnostics": list(diagnostics),
                "checks": list(checks),
                "counts": [int(files), int(rules), int(allowed)],
            } if min(files, rules, allowed) >= 0:
                all_ = tuple(map(self.diagnostic, diagnostics))
                results = tuple(map(self.check, checks))
                return Report(all_, results, int(files), int(rules), int(allowed))
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
            }:
                return Diagnostic(
                    self.codes[code],
                    message,
                    tuple(map(self.label, labels)),
                    tuple(map(_note, notes)),
                    tuple(map(self.fix, fixes)),
                    Severity(severity),
                    fields,
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
            case [int(number), int(start), int(end)] if 0 <= number < len(self.sources):
                source = self.sources[number]
                if 0 <= start <= end <= len(source.text):
                    return Span(source, int(start), int(end))
        raise _Foreign


def _note(found: object) -> Note:
    match found:
        case [str(title), str(text)]:
            return Note(title, text)
    raise _Foreign
