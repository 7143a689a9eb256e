"""The model: a spec whose names are resolved and whose types fit. Every later stage starts here.

Quantities are exact: numbers are Fractions; dates, times and durations are Fractions of seconds
(dates at midnight UTC of their day since 1970-01-01; a date plus part of a day lies in between).
Outcomes and members are indices into their decision's or type's tuple of names; sets of outcomes
are bit masks (bit i = outcome i, bit 0 the most preferred, whatever the default is).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction

from specdsl.source import Source, Span

# --- types and declarations ----------------------------------------------------------------------


class Kind(Enum):
    BOOL = "bool"
    INT = "int"
    NUMBER = "number"
    TEXT = "text"
    ENUM = "enum"
    SET = "set"
    DATE = "date"
    TIME = "time"
    DURATION = "duration"


QUANTITIES = frozenset({Kind.INT, Kind.NUMBER, Kind.DATE, Kind.TIME, Kind.DURATION})


@dataclass(frozen=True, slots=True)
class Type:
    """`members` of ENUM and SET, in the order written; `low`, `high` of quantities, included; texts
    that are `ignoring_case` are folded (model/folding.py)."""

    kind: Kind
    members: tuple[str, ...] = ()
    low: Fraction | None = None
    high: Fraction | None = None
    ignoring_case: bool = False


@dataclass(frozen=True, eq=False)
class Fact:
    name: str
    type: Type
    optional: bool
    secret: bool
    doc: str
    span: Span  # of the name
    type_span: Span
    in_base: bool = False


@dataclass(frozen=True, eq=False)
class Level:
    """`rank` 0 is the highest."""

    name: str
    rank: int
    span: Span


@dataclass(frozen=True, eq=False)
class Principal:
    """`level` is None for a principal without authority."""

    name: str
    level: Level | None
    implied: Level | None
    doc: str
    span: Span


@dataclass(frozen=True, eq=False)
class Value:
    name: str
    doc: str
    span: Span
    in_base: bool = False


@dataclass(frozen=True, eq=False)
class Priority:
    """One written pair: `higher` > `lower`; the span covers both names."""

    higher: Value
    lower: Value
    span: Span
    in_base: bool = False


@dataclass(frozen=True, eq=False)
class Decision:
    """`steered` is None where everyone with authority steers; `on_conflict` and `default` are
    indices of outcomes, `default` None where none is declared."""

    name: str
    outcomes: tuple[str, ...]
    default: int | None
    steered: tuple[Principal, ...] | None
    on_conflict: int | None
    doc: str
    span: Span
    in_base: bool = False

    @property
    def every(self) -> int:
        """The mask of all outcomes."""
        return (1 << len(self.outcomes)) - 1

    @property
    def choice_order(self) -> tuple[int, ...]:
        """The outcomes in the order in which one of what is left is chosen: the default, where
        one is declared, then as listed."""
        listed = range(len(self.outcomes))
        return tuple(sorted(listed, key=lambda outcome: (outcome != self.default, outcome)))

    @property
    def fallback(self) -> int:
        """The outcome where nothing speaks against it: the first in choice order."""
        return 0 if self.default is None else self.default

    def steers(self, principal: Principal) -> bool:
        return self.steered is None or principal in self.steered


@dataclass(frozen=True, eq=False)
class Define:
    """`expr` is a condition or a term; decisions that it reads, directly or not, are in `reads`."""

    name: str
    expr: Expr
    doc: str
    span: Span
    reads: frozenset[Decision] = frozenset()


@dataclass(frozen=True, eq=False)
class Assume:
    name: str
    expr: Expr
    doc: str
    span: Span
    in_base: bool = False


@dataclass(frozen=True, eq=False)
class Delegate:
    """`decisions`: all that it lends authority on (where the author named none: all it steers)."""

    principal: Principal
    level: Level
    decisions: tuple[Decision, ...]
    when: Expr | None
    doc: str
    span: Span


# --- expressions ---------------------------------------------------------------------------------
# Conditions: three-valued. Terms: a quantity or a text, or unknown.


@dataclass(frozen=True, slots=True)
class BoolFact:
    fact: Fact
    span: Span


@dataclass(frozen=True, slots=True)
class DefineRef:
    define: Define
    span: Span


@dataclass(frozen=True, slots=True)
class Not:
    operand: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Possibly:
    operand: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class And:
    items: tuple[Expr, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Or:
    items: tuple[Expr, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class IfElse:
    """A condition, quantity or text; unknown when `condition` is; the other branch is not read."""

    condition: Expr
    then: Expr
    other: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class IsKnown:
    """Two-valued: the fact is known, or with `known` false, unknown."""

    fact: Fact
    known: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Compare:
    """`op` in = != < <= > >=, between two quantity terms or two text terms."""

    op: str
    left: Expr
    right: Expr
    text: bool  # texts, by code point; else quantities
    span: Span


@dataclass(frozen=True, slots=True)
class OneOf:
    """A quantity or text term equals one of the constants (`in {…}`; `not in` is Not of it)."""

    operand: Expr
    constants: tuple[Fraction | str, ...]
    text: bool
    span: Span


@dataclass(frozen=True, slots=True)
class IsMember:
    """The enumeration fact is one of the members (indices); `is not` and `not in` are Not of it."""

    fact: Fact
    members: frozenset[int]
    span: Span


@dataclass(frozen=True, slots=True)
class HasOutcome:
    """The decision's outcome is in the mask."""

    decision: Decision
    outcomes: int
    span: Span


@dataclass(frozen=True, slots=True)
class Same:
    """Two bool facts, two enumeration facts (by member name) or two set facts are equal.

    A set fact against `{…}` is SetIs. `!=` is Not of it.
    """

    left: Fact
    right: Fact
    span: Span


@dataclass(frozen=True, slots=True)
class SetIs:
    """The set fact has exactly these members (indices)."""

    fact: Fact
    members: frozenset[int]
    span: Span


@dataclass(frozen=True, slots=True)
class HasMembers:
    """The set fact has any, all or none (`quantifier`) of the members (indices). `has x` is any."""

    fact: Fact
    quantifier: str
    members: frozenset[int]
    span: Span


@dataclass(frozen=True, slots=True)
class HasSet:
    """The set fact has any, all or none of what another set fact has (by member name)."""

    fact: Fact
    quantifier: str
    other: Fact
    span: Span


@dataclass(frozen=True, slots=True)
class HasFact:
    """The set fact has what the enumeration fact is (`FACT in TAGS`, `TAGS has FACT`)."""

    fact: Fact
    member: Fact
    span: Span


@dataclass(frozen=True, slots=True)
class Matches:
    """A text term matches the pattern as written: `*` any run, `?` one character, `\\c` is c."""

    operand: Expr
    pattern: str
    span: Span


@dataclass(frozen=True, slots=True)
class QuantityFact:
    fact: Fact
    span: Span


@dataclass(frozen=True, slots=True)
class TextFact:
    fact: Fact
    span: Span


@dataclass(frozen=True, slots=True)
class Constant:
    """A quantity, in seconds where it is a date, time or duration."""

    value: Fraction
    span: Span


@dataclass(frozen=True, slots=True)
class TextConstant:
    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Sum:
    """Σ coefficient × term; a difference, a negation and a product by a constant are sums too.

    A coefficient is exact; a product by an `if else` of constants is an IfElse of sums.
    """

    items: tuple[tuple[Fraction, Expr], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class MinMax:
    """`op` is min or max, of at least one quantity term."""

    op: str
    items: tuple[Expr, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class SizeOf:
    fact: Fact
    span: Span


Expr = (
    BoolFact
    | DefineRef
    | Not
    | Possibly
    | And
    | Or
    | IfElse
    | IsKnown
    | Compare
    | OneOf
    | IsMember
    | HasOutcome
    | Same
    | SetIs
    | HasMembers
    | HasSet
    | HasFact
    | Matches
    | QuantityFact
    | TextFact
    | Constant
    | TextConstant
    | Sum
    | MinMax
    | SizeOf
)


# --- rules ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Effect:
    """A restriction to the outcomes of the mask, or with `permits` a permission of them."""

    decision: Decision
    outcomes: int
    permits: bool
    span: Span


@dataclass(frozen=True, eq=False)
class Policy:
    name: str
    level: Level | None  # its own or inherited
    value: Value | None  # its own or inherited
    when: Expr | None  # its own
    parent: Policy | None
    doc: str
    span: Span


@dataclass(frozen=True, eq=False)
class Rule:
    """`whens`: those of the policies around it, outermost first, then its own. `name_span` is the
    name, `span` the whole rule."""

    name: str
    level: Level
    value: Value | None
    policy: Policy | None
    doc: str
    whens: tuple[Expr, ...]
    unlesses: tuple[Expr, ...]
    effects: tuple[Effect, ...]
    because: str
    reference: str  # the `source` clause
    name_span: Span
    span: Span
    in_base: bool = False
    sentences: tuple[Span, ...] = ()  # its `when`, `unless`, `because` and `source` as written

    def on(self, decision: Decision) -> Effect:
        """Its effect on a decision; it has one."""
        return next(effect for effect in self.effects if effect.decision is decision)


@dataclass(frozen=True, slots=True)
class Override:
    """`rule` pierces `target`, a rule of its level with a decision in common; `span` is the name
    in the `overrides` clause."""

    rule: Rule
    target: Rule
    span: Span


# --- examples and claims -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Given:
    """What an example gives: None for unknown, bool, Fraction, str, a member's index, or a
    frozenset of indices, by the fact's kind."""

    fact: Fact
    value: bool | Fraction | str | int | frozenset[int] | None
    span: Span


@dataclass(frozen=True, slots=True)
class Said:
    """An instruction of an example. `at` is None for the principal's own place."""

    principal: Principal
    effect: Effect
    implied: bool
    at: Level | None
    span: Span


@dataclass(frozen=True, slots=True)
class Expectation:
    effect: Effect  # a restriction
    because: tuple[Rule | Principal, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Talk:
    speaker: str
    text: str
    because: str
    span: Span


@dataclass(frozen=True, eq=False)
class Example:
    """`given` and `says` include what `like` brings in."""

    title: str
    given: tuple[Given, ...]
    says: tuple[Said, ...]
    expectations: tuple[Expectation, ...]
    talk: tuple[Talk, ...]
    span: Span  # of the title
    policy: Policy | None = None


@dataclass(frozen=True, slots=True)
class Holds:
    expr: Expr


@dataclass(frozen=True, slots=True)
class CanBe:
    decision: Decision
    outcome: int


@dataclass(frozen=True, slots=True)
class IsDecided:
    decision: Decision


@dataclass(frozen=True, slots=True)
class CannotChange:
    subject: Principal | Fact
    decision: Decision


Claim = Holds | CanBe | IsDecided | CannotChange


@dataclass(frozen=True, eq=False)
class Assertion:
    title: str
    claim: Claim
    when: Expr | None
    span: Span  # of the whole statement
    policy: Policy | None = None


@dataclass(frozen=True, slots=True)
class Change:
    date: str  # YYYY-MM-DD
    what: str
    credit: str
    feedback: str
    span: Span


@dataclass(frozen=True, eq=False)
class Layer:
    """The author's ceiling; `base` is the spec of the base alone."""

    level: Level
    tightening: bool
    base: Spec
    span: Span


@dataclass(frozen=True, eq=False)
class Spec:
    """A whole spec, all files together. `decisions` in an order in which each comes after those
    that it reads (its rules' and its delegations' conditions); `reads` names those it reads
    directly. Other tuples are in the order of files (a used file before its user) and of text."""

    name: str
    title: str
    version: str
    sources: tuple[Source, ...]  # the main file last
    levels: tuple[Level, ...]  # highest first
    principals: tuple[Principal, ...]
    values: tuple[Value, ...]
    priorities: tuple[Priority, ...]
    facts: tuple[Fact, ...]
    defines: tuple[Define, ...]  # each after those that it uses
    assumes: tuple[Assume, ...]
    decisions: tuple[Decision, ...]
    reads: dict[Decision, tuple[Decision, ...]]
    delegates: tuple[Delegate, ...]
    policies: tuple[Policy, ...]
    rules: tuple[Rule, ...]
    overrides: tuple[Override, ...]
    examples: tuple[Example, ...]
    assertions: tuple[Assertion, ...]
    changes: tuple[Change, ...]
    layer: Layer | None = None
    span: Span | None = field(default=None)  # of the head's name
