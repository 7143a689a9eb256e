"""Typed model of a spec: names are resolved and types fit. Every later stage starts here.

Quantities are exact: numbers are Fractions; dates, times and durations are Fractions of seconds (a
date is midnight UTC of its day since 1970-01-01; a date plus part of a day lies in between).
Outcomes and members are indices into the names of their decision or type; a set of outcomes is a
bit mask (bit i is outcome i, bit 0 the most preferred, whatever the default is).
"""

from __future__ import annotations

from dataclasses import field
from enum import Enum
from fractions import Fraction

from specdsl.base.quick_dataclass import dataclass
from specdsl.base.source import Source, Span

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
    """The type of a fact: `members` of ENUM and SET, in the order written; inclusive `low` and
    `high` of quantities. Texts that are `ignoring_case` are folded (model/folding.py).
    """

    kind: Kind
    members: tuple[str, ...] = ()
    low: Fraction | None = None
    high: Fraction | None = None
    ignoring_case: bool = False


@dataclass(frozen=True, eq=False)
class Fact:
    """A declared fact. It is `judged` if a person or a model has to judge it."""

    name: str
    type: Type
    optional: bool
    secret: bool
    doc: str
    span: Span  # The span of the name.
    type_span: Span
    in_base: bool = False
    judged: bool = False


@dataclass(frozen=True, eq=False)
class Level:
    """A level of authority; `rank` 0 is the highest."""

    name: str
    rank: int
    span: Span


@dataclass(frozen=True, eq=False)
class Principal:
    """Someone who may give instructions; `level` is None for a principal without authority."""

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
    """A written pair: `higher` > `lower`. The span covers both names."""

    higher: Value
    lower: Value
    span: Span
    in_base: bool = False


@dataclass(frozen=True, eq=False)
class DecisionModel:
    """A decision. `steered` is None if everyone with authority may steer it; `on_conflict` and
    `default` are indices of outcomes, or None.
    """

    name: str
    outcomes: tuple[str, ...]
    default: int | None
    steered: tuple[Principal, ...] | None
    on_conflict: int | None
    doc: str
    span: Span
    in_base: bool = False

    @property
    def all_outcomes(self) -> int:
        """Return the mask of all outcomes."""
        return (1 << len(self.outcomes)) - 1

    @property
    def choice_order(self) -> tuple[int, ...]:
        """Return the outcomes by preference: the default, if one is declared, and then as
        listed.
        """
        listed = range(len(self.outcomes))
        return tuple(sorted(listed, key=lambda outcome: (outcome != self.default, outcome)))

    @property
    def fallback(self) -> int:
        """Return the most preferred outcome: the first in choice order."""
        return 0 if self.default is None else self.default

    def steers(self, principal: Principal) -> bool:
        return self.steered is None or principal in self.steered


@dataclass(frozen=True, eq=False)
class Define:
    """A named condition or term; `reads` are the decisions that it reads, directly or not."""

    name: str
    expr: Expr
    doc: str
    span: Span
    reads: frozenset[DecisionModel] = frozenset()


@dataclass(frozen=True, eq=False)
class Assume:
    name: str
    expr: Expr
    doc: str
    span: Span
    in_base: bool = False


@dataclass(frozen=True, eq=False)
class Delegate:
    """A delegation on `decisions` (all that the principal may steer, if the author named none)."""

    principal: Principal
    level: Level
    decisions: tuple[DecisionModel, ...]
    when: Expr | None
    doc: str
    span: Span


# --- expressions ---------------------------------------------------------------------------------
# Conditions are three-valued. A term is a quantity or a text, or unknown.


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
    """A condition, quantity or text. It is unknown if `condition` is; the branch not taken is not
    read.
    """

    condition: Expr
    then: Expr
    other: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class IsKnown:
    """The fact is known, or unknown if `known` is false. It is two-valued."""

    fact: Fact
    known: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison of two quantity or two text terms; `op` is one of = != < <= > >=."""

    op: str
    left: Expr
    right: Expr
    text: bool  # Texts are compared by code point.
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

    decision: DecisionModel
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
    """The set fact has any, all or none of the members of another set fact (by name)."""

    fact: Fact
    quantifier: str
    other: Fact
    span: Span


@dataclass(frozen=True, slots=True)
class HasFact:
    """The set fact has the value of the enumeration fact (`FACT in TAGS`, `TAGS has FACT`)."""

    fact: Fact
    member: Fact
    span: Span


@dataclass(frozen=True, slots=True)
class Matches:
    r"""A text term matches the pattern as written: `*` any run, `?` one character, `\\c` is c."""

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
    """A quantity, in seconds if it is a date, time or duration."""

    value: Fraction
    span: Span


@dataclass(frozen=True, slots=True)
class TextConstant:
    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Sum:
    """Σ coefficient × term. Differences, negations and products by a constant are sums too.

    A coefficient is exact; a product by an `if else` of constants is an IfElse of sums.
    """

    items: tuple[tuple[Fraction, Expr], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class MinMax:
    """The min or max (`op`) of at least one quantity term."""

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
    """A restriction to the outcomes of the mask or, with `permits`, a permission of them."""

    decision: DecisionModel
    outcomes: int
    permits: bool
    span: Span


@dataclass(frozen=True, eq=False)
class PolicyBlock:
    name: str
    level: Level | None  # Its own or inherited.
    value: Value | None  # Its own or inherited.
    when: Expr | None  # Its own.
    parent: PolicyBlock | None
    doc: str
    span: Span


@dataclass(frozen=True, eq=False)
class Rule:
    """A rule. `whens` has those of the policies around it, outermost first, and then its own.
    `name_span` is the span of the name, `span` that of the whole rule.
    """

    name: str
    level: Level
    value: Value | None
    policy: PolicyBlock | None
    doc: str
    whens: tuple[Expr, ...]
    unlesses: tuple[Expr, ...]
    effects: tuple[Effect, ...]
    because: str
    reference: str  # The `source` clause.
    name_span: Span
    span: Span
    in_base: bool = False
    sentences: tuple[Span, ...] = ()  # Its `when`, `unless`, `because` and `source` as written.

    def effect_on(self, decision: DecisionModel) -> Effect:
        """Return its effect on a decision; it has one."""
        return next(effect for effect in self.effects if effect.decision is decision)


@dataclass(frozen=True, slots=True)
class TrialRule:
    """A trial rule, of which the spec takes no more than its name."""

    name: str
    name_span: Span
    span: Span
    in_base: bool


@dataclass(frozen=True, slots=True)
class Override:
    """`rule` overrides `target`, a rule of its level that shares a decision; `span` is the name in
    the `overrides` clause.
    """

    rule: Rule
    target: Rule
    span: Span


# --- examples and claims -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Given:
    """A given fact: None for unknown, or a bool, a Fraction, a str, a member's index or a frozenset
    of indices, depending on the fact's kind.
    """

    fact: Fact
    value: bool | Fraction | str | int | frozenset[int] | None
    span: Span


@dataclass(frozen=True, slots=True)
class ExampleInstruction:
    """An instruction of an example. `at` is None for the principal's own place."""

    principal: Principal
    effect: Effect
    implied: bool
    at: Level | None
    span: Span


@dataclass(frozen=True, slots=True)
class Expectation:
    effect: Effect  # The effect is a restriction.
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
    """An example; `given` and `says` include those of the example that it is `like`."""

    title: str
    given: tuple[Given, ...]
    says: tuple[ExampleInstruction, ...]
    expectations: tuple[Expectation, ...]
    talk: tuple[Talk, ...]
    span: Span  # The span of the title.
    policy: PolicyBlock | None = None


@dataclass(frozen=True, slots=True)
class Holds:
    expr: Expr


@dataclass(frozen=True, slots=True)
class CanBe:
    decision: DecisionModel
    outcome: int


@dataclass(frozen=True, slots=True)
class IsDecided:
    decision: DecisionModel


@dataclass(frozen=True, slots=True)
class CannotChange:
    subject: Principal | Fact
    decision: DecisionModel


Claim = Holds | CanBe | IsDecided | CannotChange


@dataclass(frozen=True, eq=False)
class Assertion:
    title: str
    claim: Claim
    when: Expr | None
    span: Span  # The span of the whole statement.
    policy: PolicyBlock | None = None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    date: str  # YYYY-MM-DD
    what: str
    credit: str
    feedback: str
    span: Span


@dataclass(frozen=True, eq=False)
class Layer:
    """A layer: `level` is its author's ceiling, and `base` the spec of the base alone."""

    level: Level
    tightening: bool
    base: SpecModel
    span: Span


@dataclass(frozen=True, eq=False)
class SpecModel:
    """A whole spec with all of its files.

    Each of the `decisions` comes after the ones that it reads in conditions of its rules and
    delegations; `reads` has the directly read ones. All other tuples are in the order of files (a
    used file precedes its user) and of text.
    """

    name: str
    title: str
    version: str
    sources: tuple[Source, ...]  # The main file is the last one.
    levels: tuple[Level, ...]  # The highest is the first one.
    principals: tuple[Principal, ...]
    values: tuple[Value, ...]
    priorities: tuple[Priority, ...]
    facts: tuple[Fact, ...]
    defines: tuple[Define, ...]  # In dependency order.
    assumes: tuple[Assume, ...]
    decisions: tuple[DecisionModel, ...]
    reads: dict[DecisionModel, tuple[DecisionModel, ...]]
    delegates: tuple[Delegate, ...]
    policies: tuple[PolicyBlock, ...]
    rules: tuple[Rule, ...]
    overrides: tuple[Override, ...]
    examples: tuple[Example, ...]
    assertions: tuple[Assertion, ...]
    changes: tuple[HistoryEntry, ...]
    layer: Layer | None = None
    trials: tuple[TrialRule, ...] = ()
    span: Span | None = field(default=None)  # The span of the head's name.

    def dependencies(self, decision: DecisionModel) -> tuple[DecisionModel, ...]:
        """Return the decision and all decisions that it reads, directly or through others."""
        found: dict[DecisionModel, None] = {decision: None}
        stack = [decision]
        while stack:
            for read in self.reads[stack.pop()]:
                if read not in found:
                    found[read] = None
                    stack.append(read)
        return tuple(found)
