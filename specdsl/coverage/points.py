"""What examples should show: points of a spec, each a claim about a situation.

A point is about one decision and is written as a literal of a world, so that it can be asked of all
situations and of those of one example alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from specdsl.circuit.resolve import World
from specdsl.model.nodes import Decision, Fact
from specdsl.source import Span


class Kind(Enum):
    """In the order in which points are reported."""

    RULE = "rule"
    RANKED = "pair"
    PEERS = "peers"
    HOLDS = "clause holds"
    FAILS = "clause fails"
    DEFAULT = "default"
    BOUNDARY = "boundary"
    UNKNOWN = "unknown"


Claim = Callable[[Sequence[World]], int]
"""The literal that the point is met, in one world or, where a fact is changed, in two."""


@dataclass(frozen=True, eq=False)
class Point:
    """`names`: the rules, or the fact, that it is about, if any. `decision` is taken wherever the
    claim holds. `text` is what an example of it shows, in a few words; `changed` is the fact that
    is known in the second of two worlds and unknown in the first."""

    kind: Kind
    decision: Decision
    names: tuple[str, ...]
    text: str
    span: Span
    claim: Claim
    changed: Fact | None = None


class Met(Enum):
    """How an example meets a point: in every situation that it describes; only in some, for it
    does not give a fact that matters; in none."""

    SHOWN = "shown"
    IN_PASSING = "in passing"
    MISSING = "missing"
