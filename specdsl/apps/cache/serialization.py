"""Serialization of reports and findings as JSON. Spans are numbers (see `places.py`).

What is read counts only if writing it again gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from specdsl.apps.cache.span_codec import SpanCode, SpanCodec
from specdsl.base.diagnostics import (
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
from specdsl.base.source import Span

if TYPE_CHECKING:
    from specdsl.checks import Findings

MALFORMED = (KeyError, TypeError, ValueError, RecursionError)
COMPLETE_RESULTS = ("proved", "found", "not_run")


class _Malformed(ValueError):
    """The JSON was not written by this module."""


def dump_report(report: Report, places: SpanCodec) -> bytes | None:
    """Serialize a report as ASCII text. Returns None if it could not be read back, for instance
    because a check in it is unproved.
    """
    try:
        body = _to_json(_ReportWriter(places).report(report))
    except MALFORMED:
        return None
    return body if load_report(body, places) == report else None


def load_report(body: bytes, places: SpanCodec) -> Report | None:
    """Deserialize a report; None for anything that `dump_report` does not write."""
    try:
        found = _ReportReader(places).report(json.loads(body.decode("ascii")))
        return found if _to_json(_ReportWriter(places).report(found)) == body else None
    except MALFORMED:
        return None


def dump_findings(found: Sequence[Findings], places: SpanCodec) -> bytes | None:
    """Serialize the findings of some checks; None under the same conditions."""
    try:
        body = _to_json(_ReportWriter(places).findings(found))
    except MALFORMED:
        return None
    settled = not any(one.unproved for one in found)
    return body if settled and load_findings(body, places) == [*found] else None


def load_findings(body: bytes, places: SpanCodec) -> list[Findings] | None:
    """Deserialize findings of checks; None for anything that `dump_findings` does not write."""
    try:
        found = _ReportReader(places).findings(json.loads(body.decode("ascii")))
        return found if _to_json(_ReportWriter(places).findings(found)) == body else None
    except MALFORMED:
        return None


def _to_json(found: object) -> bytes:
    return json.dumps(found, allow_nan=False, separators=(",", ":")).encode("ascii")


class _ReportWriter:
    def __init__(self, places: SpanCodec) -> None:
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

    def place(self, span: Span) -> SpanCode:
        return self.places.encode_span(span)


class _ReportReader:
    """Rebuilds values; its methods raise `_Malformed` or `KeyError` for anything else. `true`
    passes as a number and becomes 1, which the comparison of the bytes then detects.
    """

    def __init__(self, places: SpanCodec) -> None:
        from specdsl.checks.catalogue import codes

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
                names = tuple(map(_read_text, waived))
                return Report(all_, results, int(files), int(rules), int(allowed), names)
        raise _Malformed

    def findings(self, found: object) -> list[Findings]:
        from specdsl.checks import Findings

        match found:
            case list():
                return [Findings(tuple(map(self.diagnostic, one))) for one in found]
        raise _Malformed

    def check(self, found: object) -> CheckResult:
        match found:
            case [str(code), str(result), str(detail)] if result in COMPLETE_RESULTS:
                return CheckResult(self.codes[code], result, detail)
        raise _Malformed

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
                    tuple(map(_read_note, notes)),
                    tuple(map(self.fix, fixes)),
                    Severity(severity),
                    fields,
                    tuple(map(self.span, beside)),
                    binding,
                )
        raise _Malformed

    def label(self, found: object) -> Label:
        match found:
            case [*place, str(text), bool(primary)]:
                return Label(self.span(place), text, primary)
        raise _Malformed

    def fix(self, found: object) -> Fix:
        match found:
            case [str(title), list(edits), bool(verified), str(text), str(checked)]:
                return Fix(title, tuple(map(self.edit, edits)), verified, text, checked)
        raise _Malformed

    def edit(self, found: object) -> Edit:
        match found:
            case [*place, str(text)]:
                return Edit(self.span(place), text)
        raise _Malformed

    def span(self, place: list[object]) -> Span:
        match place:
            case [int(number), int(start), int(end)]:
                return self.places.decode_span((int(number), int(start), int(end)))
        raise _Malformed


def _read_text(found: object) -> str:
    if isinstance(found, str):
        return found
    raise _Malformed


def _read_note(found: object) -> Note:
    match found:
        case [str(title), str(text)]:
            return Note(title, text)
    raise _Malformed
