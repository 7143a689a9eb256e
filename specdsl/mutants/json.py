"""A mutation score as JSON has it."""

from __future__ import annotations

from typing import Any

from specdsl.mutants.apart import Telling
from specdsl.mutants.score import Score, Tried


def mutants(found: Score) -> dict[str, Any]:
    """`total` mutants there are, and those that were tried."""
    return {
        "file": found.path,
        "total": found.total,
        "noticed": found.noticed,
        "counted": found.counted,
        "mutants": [_tried(one) for one in found.tried],
    }


def _tried(one: Tried) -> dict[str, Any]:
    mutant = one.mutant
    said = {
        "change": mutant.kind.value,
        "text": mutant.text,
        "place": {"file": mutant.span.source.name, "line": mutant.span.line},
        "fate": one.fate.value,
    }
    if one.by:
        said["by"] = one.by
    return said if one.telling is None else {**said, **_telling(one.telling)}


def _telling(telling: Telling) -> dict[str, Any]:
    found: dict[str, Any] = {"situation": telling.situation}
    if telling.old is not None and telling.new is not None:
        found["decision"] = telling.decision
        found["old"], found["new"] = telling.old.to_json(), telling.new.to_json()
    return found
