"""Sampled situations with what a spec decides, as data for evaluation and training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, Rule
from specdsl.situations.situation import Situation


@dataclass(frozen=True, slots=True)
class SampledTwin:
    """A change of one fact of a case that gives another outcome. The `value` is as in JSON."""

    fact: str
    value: Any
    outcome: str


@dataclass(frozen=True, slots=True)
class SampledCase:
    """A situation with the outcome of one decision, and the names of the rules and principals that
    give it. `region` names what it has in common with others: the outcome and all that stands.
    `shows`: why it is in the set, unless it is there by chance.
    """

    decision: DecisionModel
    situation: Situation
    outcome: str
    because: tuple[str, ...]
    region: str
    twin: SampledTwin | None
    shows: str


@dataclass(frozen=True, slots=True)
class SettledClaim:
    """A claim with the situation that shows it, None if it is proved that none does.
    `rules`: the one that takes effect, the two that meet, none for a default.
    """

    decision: DecisionModel
    rules: tuple[Rule, ...]
    text: str
    situation: Situation | None


@dataclass(frozen=True, slots=True)
class SampledSet:
    """The cases, boundaries first, and what they show. Those of the regions that are `held_out` are
    kept for the test. `impossible` are claims that no situation
    satisfies, as is proved; `unproved` ones of which that is not settled; `left_out` claims that
    had no room. `wanted`: how many cases were asked for; fewer are all that differ. `settled` has
    every claim about rules and defaults that is not unproved.
    """

    cases: tuple[SampledCase, ...]
    held_out: frozenset[str]
    rules: Mapping[str, Rule]
    shown: int
    impossible: tuple[str, ...]
    unproved: tuple[str, ...]
    left_out: tuple[str, ...]
    wanted: int
    settled: tuple[SettledClaim, ...]

    def split_of(self, case: SampledCase) -> str:
        """Return whether a case is for training or for the test."""
        return "test" if case.region in self.held_out else "train"
