"""JSON renderer. Its keys are part of the stable interface."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from specdsl.base.diagnostics import Diagnostic, Fix, Label
from specdsl.base.plain_text import json_text
from specdsl.base.source import Span
from specdsl.base.statistics import COUNTS
from specdsl.reports.checked_spec import CheckedSpec
from specdsl.reports.style import Style


def render_json(runs: Sequence[CheckedSpec], style: Style) -> str:
    """Render the findings of all specs and the result of each check of each spec."""
    found = {
        "version": 1,
        "findings": [_finding_object(d) for run in runs for d in run.report.diagnostics],
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
        **({"statistics": measured} if (measured := [*_effort_of_checks(runs)]) else {}),
    }
    return f"{json_text(found, indent=2)}\n"


def _effort_of_checks(runs: Sequence[CheckedSpec]) -> Iterator[dict[str, Any]]:
    """Yield the effort of each check; everything except the seconds is the same on every
    machine.
    """
    for run in runs:
        for name, spent in run.report.statistics:
            counts = {what: spent.of(what) for what in COUNTS}
            yield {"file": run.path, "check": name, **counts, "seconds": round(spent.seconds, 4)}


def _finding_object(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "code": diagnostic.code.id,
        "name": diagnostic.name,
        "severity": str(diagnostic.severity),
        "message": diagnostic.message,
        **diagnostic.fields,
        "because": diagnostic.because,
        "labels": [_label_object(label) for label in diagnostic.labels],
        "fixes": [_fix_object(fix) for fix in diagnostic.fixes],
    }


def _label_object(label: Label) -> dict[str, Any]:
    return {**_place_fields(label.span), "text": label.text, "primary": label.primary}


def _place_fields(span: Span) -> dict[str, Any]:
    return {
        "file": span.source.name,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def _fix_object(fix: Fix) -> dict[str, Any]:
    edits = [{**_place_fields(edit.span), "text": edit.text} for edit in fix.edits]
    found = {"message": fix.message, "edits": edits, "verified": fix.verified}
    return {**found, "checked": fix.checked} if fix.checked else found
