"""Decision tables: a spec as data for its decision function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from specdsl.runtime.results import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fractions import Fraction
    from typing import Any

    Facts_ = Mapping[str, Any]
    Values_ = tuple[Any, ...]
    Outcomes_ = Mapping[str, str]


@dataclass(frozen=True)
class FactRow:
    """A declared fact. `kind` is bool, int, number, text, enum, set, date, time or duration. Ends
    of ranges are in seconds for dates, times and durations. No message shows the value of a
    `secret` fact. Texts `ignoring_case` are folded when they are read. No float stands for an
    `exact` number, which is compared with others.
    """

    kind: str
    optional: bool = False
    members: tuple[str, ...] = ()
    low: Fraction | int | None = None
    high: Fraction | int | None = None
    secret: bool = False
    ignoring_case: bool = False
    exact: bool = False


@dataclass(frozen=True)
class PrincipalRow:
    """A principal with ranks of levels, 0 the highest; `level` is None for one without
    authority.
    """

    level: int | None
    implied: int | None


@dataclass(frozen=True)
class DelegateRow:
    """A delegation: `principal` may act at the level on the decisions while `active` holds."""

    principal: str
    level: int
    decisions: tuple[str, ...]
    active: Callable[[Facts_, Outcomes_], bool]


@dataclass(frozen=True)
class RuleRow:
    """An effect of a rule. Bit i of `outcomes` is outcome i; bit j of `above` is set if the j-th
    rule of the same level outranks it; `because` is its author's reason.
    """

    name: str
    outcomes: int
    permits: bool
    above: int
    because: str = ""


@dataclass(frozen=True)
class DecisionRow:
    """A decision. `rules` has its rules by level, highest first, each after those above it, and
    `applies` returns the positions of the ones that apply. `default` and `on_conflict` are indices
    into `outcomes`. `steered` is None if everyone with authority may steer it. `decide` is the
    decision without instructions, from the values of all facts and the outcomes of what it `reads`.
    """

    name: str
    outcomes: tuple[str, ...]
    default: int | None
    on_conflict: int | None
    steered: tuple[str, ...] | None
    reads: tuple[str, ...]
    rules: tuple[tuple[RuleRow, ...], ...]
    applies: Callable[[Facts_, Outcomes_], list[int]]
    decide: Callable[..., Result] | None = None

    def outcome_names(self, mask: int) -> tuple[str, ...]:
        return tuple(outcome for i, outcome in enumerate(self.outcomes) if mask >> i & 1)


@dataclass(frozen=True)
class Tables:
    """The tables of a spec. Each of the `decisions` comes after the ones that it reads. `assumes`
    has, by name, tests that no assumption is false. Valid instructions are kept as they were read.
    """

    levels: tuple[str, ...]
    facts: Mapping[str, FactRow]
    principals: Mapping[str, PrincipalRow]
    delegates: tuple[DelegateRow, ...]
    decisions: tuple[DecisionRow, ...]
    assumes: Mapping[str, Callable[[Facts_, Outcomes_], bool]]

    @cached_property
    def known_instructions(self) -> dict[Any, Any]:
        """Return the instructions that were read before, by what was given."""
        return {}

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """Return the position of each decision."""
        return {row.name: i for i, row in enumerate(self.decisions)}

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """Return the names of the facts that may be decimals."""
        return tuple(name for name, row in self.facts.items() if row.kind == "number")
