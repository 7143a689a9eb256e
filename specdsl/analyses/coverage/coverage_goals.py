"""Coverage goals: test obligations of a spec, each a claim about a situation.

A goal is about one decision. Its claim is a literal of a world, so the same goal can be asked of
all situations and of those of one example.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum

from specdsl.base.quick_dataclass import dataclass
from specdsl.base.source import Span
from specdsl.frontend.model.nodes import DecisionModel, Fact
from specdsl.semantics.aig import Literal
from specdsl.semantics.resolution_circuit import World


class GoalKind(Enum):
    """The kinds of goals, in the order in which they are reported."""

    RULE = "rule"
    RANKED = "pair"
    PEERS = "peers"
    HOLDS = "clause holds"
    FAILS = "clause fails"
    DEFAULT = "default"
    BOUNDARY = "boundary"
    UNKNOWN = "unknown"


GoalClaim = Callable[[Sequence[World]], Literal]
"""The literal that a goal is met, given one world or, if a fact is changed, two."""


@dataclass(frozen=True, eq=False)
class CoverageGoal:
    """A test obligation for one decision, which is taken wherever the claim holds.

    `names` has the rules, or the fact, that it is about; `text` describes an example of it.
    `changed` is the fact that is unknown in the first of two worlds and known in the second."""

    kind: GoalKind
    decision: DecisionModel
    names: tuple[str, ...]
    text: str
    span: Span
    claim: GoalClaim
    changed: Fact | None = None


class GoalStatus(Enum):
    """The status of a goal under an example: met in every situation that the example describes;
    only in some, since a relevant fact is not given; in none."""

    COVERED = "shown"
    IN_PASSING = "in passing"
    MISSING = "missing"
