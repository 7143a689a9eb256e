"""Steerability as JSON, for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_never

from specdsl.analyses.steering.steering_result import (
    Blocked,
    CanSteer,
    Speaker,
    Steering,
    SteeringAnswer,
    SteeringGoal,
    UnprovedSteering,
)
from specdsl.base.plain_text import json_text
from specdsl.reports.style import Style


def steering_dict(found: Sequence[Steering]) -> dict[str, Any]:
    """Return everything that was found; situations are as `specdsl decide --batch` takes them."""
    return {"version": 1, "decisions": [_decision_dict(steering) for steering in found]}


def render_steering_json(found: Sequence[Steering], style: Style) -> str:
    """Return the result of `steering_dict` as JSON text."""
    return json_text(steering_dict(found), indent=2) + "\n"


def _decision_dict(steering: Steering) -> dict[str, Any]:
    return {
        "decision": steering.decision,
        "outcomes": list(steering.outcomes),
        "speakers": [_speaker_dict(steering, speaker) for speaker in steering.speakers],
    }


def _speaker_dict(steering: Steering, speaker: Speaker) -> dict[str, Any]:
    found: dict[str, Any] = {"principal": speaker.principal, "manner": speaker.manner.value}
    if speaker.unheard:
        return {**found, "unheard": speaker.unheard}
    outcomes = {
        outcome: {goal.value: _answer_dict(speaker.answers[outcome, goal]) for goal in SteeringGoal}
        for outcome in steering.outcomes
    }
    return {**found, "outcomes": outcomes}


def _answer_dict(answer: SteeringAnswer) -> dict[str, Any]:
    match answer:
        case CanSteer():
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
        case Blocked():
            return {"can": False, "rules": list(answer.rules), "why": answer.why.value}
        case UnprovedSteering():
            return {"can": None}
        case _:
            assert_never(answer)
