"""Calls of a decision log that reports are about: what was known, and what was decided."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from typing import Any

from specdsl.feedback.report_rows import Row
from specdsl.records.read_records import read

Records = Mapping[str, Mapping[str, Any]]
"""Records of a log by their `decision_id`."""


def find_records(path: str | os.PathLike[str], wanted: Collection[str]) -> Records:
    """Return the records with these ids. Raises `OSError`."""
    if not wanted:
        return {}
    return {one["decision_id"]: one for one in read(path) if one.get("decision_id") in wanted}


def with_logged_call(row: Row, records: Records) -> Row:
    """Return the row with the situation, the rule and the outcome of the call that it names, as far
    as it has none itself.
    """
    record = records.get(str(row.get("decision_id", "")))
    if record is None:
        return row
    situation = record.get("input") or {}
    known: dict[str, Any] = {"version": record.get("version"), "spec": record.get("spec")}
    if not row.get("facts") and not row.get("given"):
        known["facts"] = situation.get("facts")
    if not row.get("says"):
        known["says"] = situation.get("says")
    decision = str(row.get("decision", ""))
    outcomes, winners = record.get("result") or {}, record.get("because") or {}
    if decision in outcomes:
        known["saw"] = outcomes[decision]
        known["rule"] = next(iter(winners.get(decision, ())), None)
    return {**{name: value for name, value in known.items() if value}, **row}
