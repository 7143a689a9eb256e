"""The syntax tree: what the author wrote, with its places, before names mean anything."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from specdsl.diagnostics import Diagnostic
from specdsl.source import Source, Span


@dataclass(frozen=True, slots=True)
class Name:
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted string; `value` is what it stands for (in `like`, the pattern as written)."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Comment:
    """`text` from `#` to the end of the line; `own_line` where nothing stands before it."""

    text: str
    span: Span
    own_line: bool


# --- expressions ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NameRef:
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: `kind` is number, date, time or duration; `value` an exact number.

    Dates count days since 1970-01-01 times 86,400, times seconds since 1970-01-01T00:00:00Z,
    durations seconds: dates, times and durations are all in seconds.
    """

    kind: str
    value: Fraction
    span: Span


@dataclass(frozen=True, slots=True)
class TextLiteral:
    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class SetLiteral:
    """`{a, b}` after `in`, `=`, `!=` or `has any of`; names or constants."""

    items: tuple[NameRef | Literal | TextLiteral, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class IfElse:
    """`then if condition else other`."""

    then: Expr
    condition: Expr
    other: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Logic:
    """`a and b and …` or `a or b or …`: at least two items; `op` is `and` or `or`."""

    op: str
    items: tuple[Expr, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Prefix:
    """`not e`, `possibly e` or `-e`; `op` is `not`, `possibly` or `-`."""

    op: str
    operand: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Compare:
    """`left op right` with `op` one of = != < <= > >=; `right` may be a set after = and !=."""

    op: str
    left: Expr
    right: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Is:
    """`e is name` or `e is not name`."""

    operand: Expr
    member: Name
    negated: bool
    span: Span


@dataclass(frozen=True, slots=True)
class IsKnown:
    """`e is known` or, `known` false, `e is unknown`."""

    operand: Expr
    known: bool
    span: Span


@dataclass(frozen=True, slots=True)
class In:
    """`e in {…}`, `e in set_fact`, or with `not`."""

    operand: Expr
    container: SetLiteral | Name
    negated: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Has:
    """`e has x` (`quantifier` empty) or `e has any|all|none of {…}|set_fact`."""

    operand: Expr
    quantifier: str
    members: SetLiteral | Name
    span: Span


@dataclass(frozen=True, slots=True)
class Like:
    operand: Expr
    pattern: Text
    span: Span


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`left op right`, op one of + - * /."""

    op: str
    left: Expr
    right: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class SizeOf:
    operand: Name
    span: Span


@dataclass(frozen=True, slots=True)
class MinMax:
    """`min(a, b, …)` or `max(…)`; `op` is `min` or `max`."""

    op: str
    items: tuple[Expr, ...]
    span: Span


Expr = (
    NameRef
    | Literal
    | TextLiteral
    | SetLiteral
    | IfElse
    | Logic
    | Prefix
    | Compare
    | Is
    | IsKnown
    | In
    | Has
    | Like
    | Arithmetic
    | SizeOf
    | MinMax
)


# --- pieces of statements ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Effect:
    """`decision verb outcomes`; `verb` is `is`, `in`, `is not`, `not in` or `may be`."""

    decision: Name
    verb: str
    outcomes: tuple[Name, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Range:
    """`LO..HI`, either end may be absent; both ends are included."""

    low: Expr | None
    high: Expr | None
    span: Span


@dataclass(frozen=True, slots=True)
class Type:
    """`kind`: bool int number text enum set date time duration; `members` of enum and set;
    `ignoring_case` of text."""

    kind: str
    members: tuple[Name, ...]
    range: Range | None
    span: Span
    ignoring_case: bool = False


# --- statements ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SpecHead:
    name: Name
    title: Text | None
    version: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class Use:
    """`target` is a Name for a shipped library, a Text for a relative file."""

    target: Name | Text
    span: Span


@dataclass(frozen=True, slots=True)
class Layer:
    level: Name
    base: Text
    tightening: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Authority:
    levels: tuple[Name, ...]
    doc: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class Principal:
    """`level` is None for `without authority`."""

    name: Name
    level: Name | None
    implied: Name | None
    doc: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class Delegate:
    """`decisions` is empty where there is no `on`."""

    principal: Name
    level: Name
    decisions: tuple[Name, ...]
    when: Expr | None
    doc: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class Value:
    name: Name
    doc: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class Priority:
    values: tuple[Name, ...]
    doc: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class Fact:
    names: tuple[Name, ...]
    type: Type
    optional: bool
    secret: bool
    doc: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class Define:
    name: Name
    expr: Expr
    doc: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class Assume:
    name: Name
    expr: Expr
    doc: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class Decision:
    """`steered` is None without `steered by`, empty for `steered by nobody`."""

    name: Name
    doc: Text | None
    outcomes: tuple[Name, ...]
    default: Name | None
    steered: tuple[Name, ...] | None
    on_conflict: Name | None
    span: Span


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of a rule. `keyword`: when unless then overrides because source.

    `value`: the expression; a tuple of effects; a tuple of names; or the text. `span` is the whole
    clause, keyword included.
    """

    keyword: str
    value: Expr | tuple[Effect, ...] | tuple[Name, ...] | Text
    span: Span


@dataclass(frozen=True, slots=True)
class Rule:
    """`clauses` in the order written; how often each may come is checked by the parser."""

    name: Name
    level: Name | None
    value: Name | None
    doc: Text | None
    clauses: tuple[Clause, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Given:
    """`FACT`, `not FACT`, `FACT is X`, `FACT = literal`, `FACT = {a, b}`, `FACT is unknown`.

    `value`: True/False for a bool; a Name (member); a Literal; a TextLiteral; a SetLiteral;
    None for unknown.
    """

    fact: Name
    value: bool | Name | Literal | TextLiteral | SetLiteral | None
    span: Span


@dataclass(frozen=True, slots=True)
class Says:
    principal: Name
    implied: bool
    effect: Effect
    level: Name | None
    span: Span


@dataclass(frozen=True, slots=True)
class Expect:
    """One `expect` clause: a restriction, and the names after `because`."""

    effect: Effect
    because: tuple[Name, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation line: `speaker` a principal, or good, ok, bad; `because` only after bad."""

    speaker: Name
    text: Text
    because: Name | None
    span: Span


@dataclass(frozen=True, slots=True)
class LikeExample:
    title: Text
    span: Span


@dataclass(frozen=True, slots=True)
class GivenClause:
    items: tuple[Given, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Example:
    title: Text
    clauses: tuple[GivenClause | Says | Expect | Talk | LikeExample, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Holds:
    expr: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class CanBe:
    decision: Name
    outcome: Name
    span: Span


@dataclass(frozen=True, slots=True)
class CannotChange:
    """`subject` is a principal or a fact: the model tells."""

    subject: Name
    decision: Name
    span: Span


@dataclass(frozen=True, slots=True)
class Assert:
    """`title` is None where there is none; `name_text` is then its own text, blanks normalised."""

    title: Text | None
    claim: Holds | CanBe | CannotChange
    when: Expr | None
    name_text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Change:
    date: Literal
    what: Text
    credit: Text | None
    feedback: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class Policy:
    name: Name
    level: Name | None
    value: Name | None
    doc: Text | None
    when: Expr | None
    body: tuple[Rule | Policy | Example | Assert, ...]
    span: Span


Statement = (
    SpecHead
    | Use
    | Layer
    | Authority
    | Principal
    | Delegate
    | Value
    | Priority
    | Fact
    | Define
    | Assume
    | Decision
    | Policy
    | Rule
    | Example
    | Assert
    | Change
)


@dataclass(frozen=True, slots=True)
class File:
    source: Source
    statements: tuple[Statement, ...]
    comments: tuple[Comment, ...]
    misspelt: tuple[Name, ...] = ()  # names that are not in lower_snake_case, in all places
    misused: frozenset[str] = frozenset()  # reserved words that it declares as names
    suspects: tuple[tuple[frozenset[str], Diagnostic], ...] = ()  # with the words that lead there
