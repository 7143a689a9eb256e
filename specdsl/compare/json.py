"""A change as JSON, for programs."""

from __future__ import annotations

from typing import Any

from specdsl.compare.change import Change, Region
from specdsl.compare.edits import Edit
from specdsl.plain import json_text


def to_dict(change: Change) -> dict[str, Any]:
    """All that there is to say. Situations are as `specdsl decide --batch` takes them."""
    return {
        "version": 1,
        "old": change.old,
        "new": change.new,
        "equal": change.equal,
        "tightens": change.tightens,
        "loosens": change.loosens,
        "decisions": list(change.decisions),
        "regions": [_region(region) for region in change.regions],
        "edits": [_edit(edit) for edit in change.edits],
        "remarks": [
            {"about": r.kind, "name": r.name, "text": r.text, "situation": r.situation}
            for r in change.remarks
        ],
        "only": list(change.only),
        "apart": change.apart,
        "told": change.told,
        "unproved": list(change.unproved),
    }


def as_json(change: Change) -> str:
    """The same as text."""
    return json_text(to_dict(change), indent=2) + "\n"


def _region(region: Region) -> dict[str, Any]:
    return {
        "decision": region.decision,
        "turn": region.turn.value,
        "old": region.old.to_json(),
        "new": region.new.to_json(),
        "looser": region.looser,
        "edits": [_edit(edit) for edit in region.edits],
        "instead": [_edit(edit) for edit in region.instead],
        "situation": region.situation,
        "replay": {"old": region.old_situation, "new": region.new_situation},
        "because": {"old": list(region.because[0]), "new": list(region.because[1])},
    }


def _edit(edit: Edit) -> dict[str, Any]:
    place = edit.new or edit.old
    assert place is not None
    return {
        "statement": edit.kind,
        "name": edit.name,
        "change": edit.way.value,
        "gone": list(edit.gone),
        "come": list(edit.come),
        "file": place.source.name,
        "line": place.line,
    }
