"""Rows → reports, with the facts and instructions in the language of the spec.

Values of secret facts are left out. If a spec has some, so is every value that is not clearly of
another fact: a secret may stand in a wrong place.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from specdsl.api import Spec, read_facts
from specdsl.feedback.draft_example import UnclearReport
from specdsl.feedback.feedback_report import FeedbackReport, clean_text
from specdsl.feedback.report_rows import TEXT_FIELDS, Row
from specdsl.runtime.read_situation import PERHAPS_SECRET
from specdsl.runtime.results import BadInput
from specdsl.situations.situation import fact_text, sorted_by_name


def report_of_row(spec: Spec, row: Row, received: str) -> FeedbackReport:
    """Return the report of a row that came in on a day, unless the row has another."""
    texts = {name: clean_text(str(row[name])) for name in TEXT_FIELDS if row.get(name) is not None}
    report = FeedbackReport(**texts, says=tuple(map(_said_text, row.get("says") or ())))
    report = _with_facts(spec, report, row.get("facts") or {})
    return replace(report, id=_file_stem(report), received=report.received or received)


def _file_stem(report: FeedbackReport) -> str:
    """Return the name of the report's file: its id, or one like it that is a name and unique."""
    name = "".join(c if c.isalnum() or c in "-_" else "-" for c in report.id)[:60].strip("-")
    if not name or name != report.id:
        return "-".join(filter(None, (name, report.content_digest())))
    return name


def _said_text(one: Mapping[str, Any] | str) -> str:
    """Return an instruction as an example has it: `user says reply is full`."""
    if isinstance(one, str):
        return clean_text(one)
    verb = "implies" if one.get("implied") else "says"
    at = f" at {one['at']}" if one.get("at") else ""
    return clean_text(f"{one.get('by', '?')} {verb} {one.get('effect', '?')}{at}")


def _with_facts(spec: Spec, report: FeedbackReport, facts: Mapping[str, Any]) -> FeedbackReport:
    """Return the report with its facts as JSON if they do not fit, or as clauses of `given`."""
    if not facts:
        return report
    shown = _without_secrets(spec, facts)
    kept = replace(report, facts=json.dumps(shown, ensure_ascii=False, default=str))
    try:
        return give_facts(spec, kept)
    except UnclearReport:
        return kept


def give_facts(spec: Spec, report: FeedbackReport) -> FeedbackReport:
    """Return the report with facts in JSON as clauses of `given`. Raises `UnclearReport`."""
    if not report.facts:
        return report
    try:
        values = read_facts(spec.circuit, json.loads(report.facts))
    except BadInput as problem:
        raise UnclearReport(f"its facts do not fit the spec: {problem}") from None
    except ValueError:
        raise UnclearReport("its `facts` are no JSON") from None
    clauses = [fact_text(fact, value) for fact, value in sorted_by_name(values)]
    return replace(report, given=", ".join(filter(None, (report.given, *clauses))), facts="")


def _without_secrets(spec: Spec, facts: Mapping[str, Any]) -> dict[str, Any]:
    secret = {fact.name for fact in spec.model.facts if fact.secret}
    plain = {fact.name for fact in spec.model.facts} - secret
    shown = {name: value for name, value in facts.items() if name not in secret}
    if not secret:
        return shown
    return {
        name: value if name in plain and _is_flat(value) else PERHAPS_SECRET
        for name, value in shown.items()
    }


def _is_flat(value: Any) -> bool:
    items: Iterable[Any] = value if isinstance(value, list) else (value,)
    return not any(isinstance(one, dict | list) for one in items)
