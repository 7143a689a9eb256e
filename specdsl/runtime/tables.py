"""A spec as data: what the decision function of one spec is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Facts_ = Mapping[str, Any]
Outcomes_ = Mapping[str, str]


@dataclass(frozen=True)
class FactRow:
    """`kind`: bool int number text enum set date time duration. Ends of ranges are in seconds for
    dates, times and durations. Of a `secret` fact no message shows the value. Texts `ignoring_case`
    are folded when they are read."""

    kind: str
    optional: bool = False
    members: tuple[str, ...] = ()
    low: Fraction | int | None = None
    high: Fraction | int | None = None
    secret: bool = False
    ignoring_case: bool = False


@dataclass(frozen=True)
class PrincipalRow:
    """Ranks of levels, 0 the highest; `level` None for a principal without authority."""

    level: int | None
    implied: int | None


@dataclass(frozen=True)
class DelegateRow:
    """Lends `principal` the level on the decisions; `active` is its place in `delegations`."""

    principal: str
    level: int
    decisions: tuple[str, ...]
    active: Callable[[Facts_, Outcomes_], bool]


@dataclass(frozen=True)
class RuleRow:
    """One effect of a rule: bit i of `outcomes` is outcome i; bit j of `above` says that the j-th
    rule of the same level outranks it; `because` is its author's reason."""

    name: str
    outcomes: int
    permits: bool
    above: int
    because: str = ""


@dataclass(frozen=True)
class DecisionRow:
    """`rules`: by level, highest first, each after those above it. `applies` gives their truth in
    the same order. `default` and `on_conflict` are places among `outcomes`. `steered` is None where
    everyone with authority steers."""

    name: str
    outcomes: tuple[str, ...]
    default: int | None
    on_conflict: int | None
    steered: tuple[str, ...] | None
    reads: tuple[str, ...]
    rules: tuple[tuple[RuleRow, ...], ...]
    applies: Callable[[Facts_, Outcomes_], list[bool]]


@dataclass(frozen=True)
class Tables:
    """`decisions` in an order in which each comes after those that it reads. `assumes`: by name,
    whether the assumption is not false."""

    levels: tuple[str, ...]
    facts: Mapping[str, FactRow]
    principals: Mapping[str, PrincipalRow]
    delegates: tuple[DelegateRow, ...]
    decisions: tuple[DecisionRow, ...]
    assumes: Mapping[str, Callable[[Facts_, Outcomes_], bool]]
