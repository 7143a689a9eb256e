"""Steerability of decisions: the data that `specdsl steer` shows."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from specdsl.base.quick_dataclass import dataclass

CONTRADICTION = "a contradiction"
"""Stands for the outcome of a decision that fails. No outcome has a blank in its name."""
NOT_TAKEN = "not taken"


class SpeechManner(Enum):
    """The manner in which a principal is heard."""

    STATED = "stated"
    IMPLIED = "implied"
    LENT = "lent"


class SteeringGoal(Enum):
    """A goal of a principal: to bring an outcome about, or to prevent it."""

    SET = "set"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class CanSteer:
    """The speaker can reach its goal, as a witness shows.

    `text` is a simple situation with the instructions of others; the instructions `says` of the
    speaker change the outcome from `before` to `after`. `without` and `with_it` are complete
    situations, as a decision function takes them.

    `held_back`: minimal sets of rules that keep the speaker from its goal in other situations,
    although nobody else speaks; empty if it always succeeds then. None if it is not heard on the
    decision itself, but on one that this reads."""

    text: str
    says: tuple[str, ...]
    before: str
    after: str
    situation: Mapping[str, Any]
    without: Mapping[str, Any]
    with_it: Mapping[str, Any]
    held_back: tuple[tuple[str, ...], ...] | None

    @property
    def always(self) -> bool:
        """Tell whether the speaker succeeds whatever the facts while nobody else speaks (and it
        is lent authority at all)."""
        return self.held_back == ()


class BlockReason(Enum):
    """The reason why a principal cannot bring an outcome about, or prevent it."""

    NEVER = "it is never the outcome"
    ALWAYS = "it is always the outcome"
    ANYWAY = "it is the outcome anyway"
    OWN = "it is the outcome only by what this one says"
    ABOVE = "what decides stands above this one"
    CLASH = "nothing that this one says changes whether rules clash"


@dataclass(frozen=True, slots=True)
class Blocked:
    """Proved: the speaker cannot reach its goal in any situation, whatever anybody says.

    `rules` is a minimal set that suffices for `why`, whether or not any other rule applies; it is
    empty if authority alone suffices."""

    rules: tuple[str, ...]
    why: BlockReason


@dataclass(frozen=True, slots=True)
class UnprovedSteering:
    """The question was left open by the limits of the search."""


SteeringAnswer = CanSteer | Blocked | UnprovedSteering


@dataclass(frozen=True, slots=True)
class Speaker:
    """A principal in one manner, with an answer for each outcome and goal. If it is never heard
    there are no answers, and `unheard` says why."""

    principal: str
    manner: SpeechManner
    answers: Mapping[tuple[str, SteeringGoal], SteeringAnswer]
    unheard: str = ""


@dataclass(frozen=True, slots=True)
class Steering:
    """Steerability of one decision by all its possible speakers. `outcomes` ends with
    CONTRADICTION if the decision can fail."""

    decision: str
    outcomes: tuple[str, ...]
    speakers: tuple[Speaker, ...]

    @property
    def is_proved(self) -> bool:
        """Tell whether every question was settled."""
        return not any(
            isinstance(a, UnprovedSteering) for s in self.speakers for a in s.answers.values()
        )
