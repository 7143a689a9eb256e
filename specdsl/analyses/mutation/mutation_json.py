"""A mutation score as JSON has it."""

from __future__ import annotations

from typing import Any

from specdsl.analyses.mutation.distinguish import Distinction
from specdsl.analyses.mutation.mutation_score import MutationScore, TriedMutant


def score_dict(score: MutationScore) -> dict[str, Any]:
    """Return the score with every mutant that was tried; `total` counts all mutants."""
    return {
        "file": score.path,
        "total": score.total,
        "noticed": score.killed_count,
        "counted": score.scored_count,
        "mutants": [_tried_dict(one) for one in score.tried],
    }


def _tried_dict(one: TriedMutant) -> dict[str, Any]:
    mutant = one.mutant
    said = {
        "change": mutant.kind.value,
        "text": mutant.text,
        "place": {"file": mutant.span.source.name, "line": mutant.span.line},
        "fate": one.status.value,
    }
    if one.killer:
        said["by"] = one.killer
    return said if one.distinction is None else {**said, **_distinction_dict(one.distinction)}


def _distinction_dict(distinction: Distinction) -> dict[str, Any]:
    found: dict[str, Any] = {"situation": distinction.situation}
    if distinction.old is not None and distinction.new is not None:
        found["decision"] = distinction.decision
        found["old"], found["new"] = distinction.old.to_json(), distinction.new.to_json()
    return found
