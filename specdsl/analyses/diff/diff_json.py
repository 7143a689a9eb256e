"""A change as JSON, for programs."""

from __future__ import annotations

from typing import Any

from specdsl.analyses.diff.change import Change, Region
from specdsl.base.plain_text import json_text
from specdsl.reports.style import Style
from specdsl.verification.two_specs.spec_edits import SpecEdit


def change_dict(change: Change) -> dict[str, Any]:
    """Return the whole change; situations are as `specdsl decide --batch` takes them."""
    return {
        "version": 1,
        "old": change.old,
        "new": change.new,
        "equal": change.equal,
        "tightens": change.tightens,
        "loosens": change.loosens,
        "decisions": list(change.decisions),
        "regions": [_region_dict(region) for region in change.regions],
        "edits": [_edit_dict(edit) for edit in change.edits],
        "remarks": [
            {"about": r.kind, "name": r.name, "text": r.text, "situation": r.situation}
            for r in change.remarks
        ],
        "only": list(change.only),
        "apart": change.apart,
        "told": change.told,
        "unproved": list(change.unproved),
    }


def render_diff_json(change: Change, style: Style) -> str:
    """Return the result of `change_dict` as JSON text."""
    return json_text(change_dict(change), indent=2) + "\n"


def _region_dict(region: Region) -> dict[str, Any]:
    return {
        "decision": region.decision,
        "turn": region.turn.value,
        "old": region.old.to_json(),
        "new": region.new.to_json(),
        "looser": region.looser,
        "edits": [_edit_dict(edit) for edit in region.edits],
        "instead": [_edit_dict(edit) for edit in region.instead],
        "situation": region.situation,
        "replay": {"old": region.old_situation, "new": region.new_situation},
        "because": {"old": list(region.because[0]), "new": list(region.because[1])},
    }


def _edit_dict(edit: SpecEdit) -> dict[str, Any]:
    place = edit.new or edit.old
    assert place is not None
    return {
        "statement": edit.kind,
        "name": edit.name,
        "change": edit.edit_kind.value,
        "gone": list(edit.gone),
        "come": list(edit.come),
        "file": place.source.name,
        "line": place.line,
    }
