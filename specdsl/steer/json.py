"""Steerability as JSON, for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specdsl.plain import json_text
from specdsl.steer.reach import Aim, Answer, Bar, Speaker, Steering, Way


def to_dict(found: Sequence[Steering]) -> dict[str, Any]:
    """All that there is to say. Situations are as `specdsl decide --batch` takes them."""
    return {"version": 1, "decisions": [_steering(steering) for steering in found]}


def as_json(found: Sequence[Steering]) -> str:
    """The same as text."""
    return json_text(to_dict(found), indent=2) + "\n"


def _steering(steering: Steering) -> dict[str, Any]:
    return {
        "decision": steering.decision,
        "outcomes": list(steering.outcomes),
        "speakers": [_speaker(steering, speaker) for speaker in steering.speakers],
    }


def _speaker(steering: Steering, speaker: Speaker) -> dict[str, Any]:
    found: dict[str, Any] = {"principal": speaker.principal, "manner": speaker.manner.value}
    if speaker.unheard:
        return {**found, "unheard": speaker.unheard}
    outcomes = {
        outcome: {aim.value: _answer(speaker.answers[outcome, aim]) for aim in Aim}
        for outcome in steering.outcomes
    }
    return {**found, "outcomes": outcomes}


def _answer(answer: Answer) -> dict[str, Any]:
    match answer:
        case Way():
            return {
                "can": True,
                "says": list(answer.says),
                "before": answer.before,
                "after": answer.after,
                "always": answer.always,
                "held_back": None
                if answer.held_back is None
                else list(map(list, answer.held_back)),
                "situation": answer.situation,
                "replay": {"without": answer.without, "with": answer.with_it},
            }
        case Bar():
            return {"can": False, "rules": list(answer.rules), "why": answer.why.value}
        case _:
            return {"can": None}
