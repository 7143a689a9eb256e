"""The JSON form (design: interfaces)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from specdsl.diagnostics import Diagnostic, Fix, Label
from specdsl.plain import json_text
from specdsl.report.runs import Run
from specdsl.report.style import Style
from specdsl.source import Span
from specdsl.statistics import COUNTS


def as_json(runs: Sequence[Run], style: Style) -> str:
    """Findings of all specs, and what became of each check (of several specs: of each in turn)."""
    found = {
        "version": 1,
        "findings": [_finding(d) for run in runs for d in run.report.diagnostics],
        "checks": [
            {
                "file": run.path,
                "code": check.code.id,
                "name": check.code.name,
                "result": check.result,
                **({"detail": check.detail} if check.detail else {}),
                **({"why": [{"reason": r, "help": h} for r, h in check.why]} if check.why else {}),
            }
            for run in runs
            for check in run.report.checks
        ],
        **({"statistics": measured} if (measured := [*_statistics(runs)]) else {}),
    }
    return f"{json_text(found, indent=2)}\n"


def _statistics(runs: Sequence[Run]) -> Iterator[dict[str, Any]]:
    """What each check took; all but the seconds is the same on every machine."""
    for run in runs:
        for name, spent in run.report.statistics:
            counts = {what: spent.of(what) for what in COUNTS}
            yield {"file": run.path, "check": name, **counts, "seconds": round(spent.seconds, 4)}


def _finding(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "code": diagnostic.code.id,
        "name": diagnostic.name,
        "severity": str(diagnostic.severity),
        "message": diagnostic.message,
        **diagnostic.fields,
        "because": diagnostic.because,
        "labels": [_label(label) for label in diagnostic.labels],
        "fixes": [_fix(fix) for fix in diagnostic.fixes],
    }


def _label(label: Label) -> dict[str, Any]:
    return {**_place(label.span), "text": label.text, "primary": label.primary}


def _place(span: Span) -> dict[str, Any]:
    return {
        "file": span.source.name,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    edits = [{**_place(edit.span), "text": edit.text} for edit in fix.edits]
    found = {"message": fix.message, "edits": edits, "verified": fix.verified}
    return {**found, "checked": fix.checked} if fix.checked else found
