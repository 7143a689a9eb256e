"""A changelog entry as JSON, for programs."""

from __future__ import annotations

from typing import Any

from specdsl.analyses.changelog.changelog_entry import ChangelogEntry, OutcomeShift, SpecHead
from specdsl.analyses.changelog.changelog_wording import (
    open_texts,
    say_part,
    shift_part,
)
from specdsl.analyses.steering.say_text import say_dict
from specdsl.base.plain_text import json_text
from specdsl.reports.style import Style


def render_changelog_json(entry: ChangelogEntry, style: Style) -> str:
    """Return the entry as JSON text."""
    return json_text(changelog_dict(entry), indent=2) + "\n"


def changelog_dict(entry: ChangelogEntry) -> dict[str, Any]:
    """Return everything that the entry has, and its sentences."""
    names = entry.say.decisions
    return {
        "version": 1,
        "old": _head_dict(entry.old),
        "new": _head_dict(entry.new),
        "announced": [
            {"date": one.date, "what": one.what, "credit": one.credit, "feedback": one.feedback}
            for one in entry.announced
        ],
        "authority": list(entry.authority),
        "shifts": [_shift_dict(shift) for shift in entry.shifts],
        "say": say_dict(entry.say),
        "examples": [
            {"title": one.title, "decision": one.decision, "old": one.old, "new": one.new}
            for one in entry.flips
        ],
        "gone": list(entry.gone),
        "come": list(entry.come),
        "outcomes": [
            {"decision": name, "gone": list(gone), "come": list(come)}
            for name, gone, come in entry.renewed
        ],
        "together": list(entry.together),
        "not_computed": open_texts(entry),
        "sentences": [
            {"decision": name, "where": list(part.conditions), "text": text}
            for name in names
            for part in (shift_part(entry, name), say_part(entry, name))
            for text in part.sentences
        ],
    }


def _head_dict(head: SpecHead) -> dict[str, str]:
    return {"name": head.name, "title": head.title, "version": head.version}


def _shift_dict(shift: OutcomeShift) -> dict[str, Any]:
    return {
        "decision": shift.decision,
        "old": shift.old,
        "new": shift.new,
        "where": shift.extent.condition,
        "exact": shift.extent.exact,
        "situation": shift.situation,
        "because": {"old": list(shift.before), "new": list(shift.now)},
    }
