"""What each principal can do about each decision: the data of `specdsl steer`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

CONTRADICTION = "a contradiction"
"""Stands for the outcome of a decision that fails. No outcome has a blank in its name."""
NOT_TAKEN = "not taken"


class Manner(Enum):
    """How a principal is heard."""

    STATED = "stated"
    IMPLIED = "implied"
    LENT = "lent"


class Aim(Enum):
    """What it may want of an outcome."""

    SET = "set"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Way:
    """It can. `text` is a simple situation, with what others say; `says` what it says itself,
    which turns the outcome from `before` to `after`. `without` and `with_it` are whole, as a
    decision function takes them.

    `held_back`: minimal sets of rules that keep it from that in other situations, though it insists
    and nobody else says anything; empty where it can always have its way then. None where it is not
    heard on the decision itself, but on one that this reads."""

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
        """Whatever the facts, as long as nobody else speaks (and it is lent authority at all)."""
        return self.held_back == ()


class Why(Enum):
    """Why a principal cannot bring an outcome about, or prevent it."""

    NEVER = "it is never the outcome"
    ALWAYS = "it is always the outcome"
    ANYWAY = "it is the outcome anyway"
    OWN = "it is the outcome only by what this one says"
    ABOVE = "what decides stands above this one"
    CLASH = "nothing that this one says changes whether rules clash"


@dataclass(frozen=True, slots=True)
class Bar:
    """Proved: it cannot, whatever the situation and whatever anybody says. `rules`: a minimal set
    that sees to it, whether or not any other rule applies; none of them can be left out. Empty
    where authority alone keeps it from it. `why`: what they see to."""

    rules: tuple[str, ...]
    why: Why


@dataclass(frozen=True, slots=True)
class Open:
    """It could not be settled within the limits."""


Answer = Way | Bar | Open


@dataclass(frozen=True, slots=True)
class Speaker:
    """A principal and how it is heard, and what it can do by outcome. `unheard` says why it has no
    say at all, and then there are no answers."""

    principal: str
    manner: Manner
    answers: Mapping[tuple[str, Aim], Answer]
    unheard: str = ""


@dataclass(frozen=True, slots=True)
class Steering:
    """One decision and everyone who could be heard on it. `outcomes` ends with CONTRADICTION where
    the decision can fail."""

    decision: str
    outcomes: tuple[str, ...]
    speakers: tuple[Speaker, ...]

    @property
    def settled(self) -> bool:
        """Nothing is unproved."""
        return not any(isinstance(a, Open) for s in self.speakers for a in s.answers.values())
