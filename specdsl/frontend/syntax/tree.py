"""Syntax tree: what the author wrote, with spans, before names are resolved."""

from __future__ import annotations

from fractions import Fraction

from specdsl.base.diagnostics import Diagnostic
from specdsl.base.quick_dataclass import dataclass
from specdsl.base.source import Source, Span


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
    """A comment: `text` from `#` to the end of the line. `own_line`: nothing precedes it
    on its line.
    """

    text: str
    span: Span
    own_line: bool


# --- expressions ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NameRef:
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class QuantityLiteral:
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

    items: tuple[NameRef | QuantityLiteral | TextLiteral, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class IfElseNode:
    """`then if condition else other`."""

    then: Expr
    condition: Expr
    other: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class LogicNode:
    """`a and b and …` or `a or b or …`: at least two items; `op` is `and` or `or`."""

    op: str
    items: tuple[Expr, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class PrefixNode:
    """`not e`, `possibly e` or `-e`; `op` is `not`, `possibly` or `-`."""

    op: str
    operand: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class CompareNode:
    """`left op right` with `op` one of = != < <= > >=; `right` may be a set after = and !=."""

    op: str
    left: Expr
    right: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class IsNode:
    """`e is name` or `e is not name`."""

    operand: Expr
    member: Name
    negated: bool
    span: Span


@dataclass(frozen=True, slots=True)
class IsKnownNode:
    """`e is known` or, `known` false, `e is unknown`."""

    operand: Expr
    known: bool
    span: Span


@dataclass(frozen=True, slots=True)
class InNode:
    """`e in {…}`, `e in set_fact`, or with `not`."""

    operand: Expr
    container: SetLiteral | Name
    negated: bool
    span: Span


@dataclass(frozen=True, slots=True)
class HasNode:
    """`e has x` (`quantifier` empty) or `e has any|all|none of {…}|set_fact`."""

    operand: Expr
    quantifier: str
    members: SetLiteral | Name
    span: Span


@dataclass(frozen=True, slots=True)
class LikeNode:
    operand: Expr
    pattern: Text
    span: Span


@dataclass(frozen=True, slots=True)
class ArithmeticNode:
    """`left op right`, op one of + - * /."""

    op: str
    left: Expr
    right: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class SizeOfNode:
    operand: Name
    span: Span


@dataclass(frozen=True, slots=True)
class MinMaxNode:
    """`min(a, b, …)` or `max(…)`; `op` is `min` or `max`."""

    op: str
    items: tuple[Expr, ...]
    span: Span


Expr = (
    NameRef
    | QuantityLiteral
    | TextLiteral
    | SetLiteral
    | IfElseNode
    | LogicNode
    | PrefixNode
    | CompareNode
    | IsNode
    | IsKnownNode
    | InNode
    | HasNode
    | LikeNode
    | ArithmeticNode
    | SizeOfNode
    | MinMaxNode
)


# --- pieces of statements ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EffectNode:
    """`decision verb outcomes`; `verb` is `is`, `in`, `is not`, `not in` or `may be`."""

    decision: Name
    verb: str
    outcomes: tuple[Name, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class RangeNode:
    """`LO..HI`, either end may be absent; both ends are included."""

    low: Expr | None
    high: Expr | None
    span: Span


@dataclass(frozen=True, slots=True)
class TypeNode:
    """A type. `kind` is bool, int, number, text, enum, set, date, time or duration; `members` of
    enum and set; `ignoring_case` of text.
    """

    kind: str
    members: tuple[Name, ...]
    range: RangeNode | None
    span: Span
    ignoring_case: bool = False


# --- statements ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SpecHeadNode:
    name: Name
    title: Text | None
    version: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class UseNode:
    """A `use`; `target` is a Name for a shipped library, a Text for a relative file."""

    target: Name | Text
    span: Span


@dataclass(frozen=True, slots=True)
class LayerNode:
    level: Name
    base: Text
    tightening: bool
    span: Span


@dataclass(frozen=True, slots=True)
class AuthorityNode:
    levels: tuple[Name, ...]
    doc: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class PrincipalNode:
    """A `principal`; `level` is None for `without authority`."""

    name: Name
    level: Name | None
    implied: Name | None
    doc: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class DelegateNode:
    """A `delegate`; `decisions` is empty without `on`."""

    principal: Name
    level: Name
    decisions: tuple[Name, ...]
    when: Expr | None
    doc: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class ValueNode:
    name: Name
    doc: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class PriorityNode:
    values: tuple[Name, ...]
    doc: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class FactNode:
    names: tuple[Name, ...]
    type: TypeNode
    optional: bool
    secret: bool
    judged: bool
    doc: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class DefineNode:
    name: Name
    expr: Expr
    doc: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class AssumeNode:
    name: Name
    expr: Expr
    doc: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class DecisionNode:
    """A `decision`; `steered` is None without `steered by`, and empty for `steered by nobody`."""

    name: Name
    doc: Text | None
    outcomes: tuple[Name, ...]
    default: Name | None
    steered: tuple[Name, ...] | None
    on_conflict: Name | None
    span: Span


@dataclass(frozen=True, slots=True)
class ClauseNode:
    """A clause of a rule. `keyword` is when, unless, then, overrides, because or source.

    `value` is the expression, a tuple of effects, a tuple of names, or the text. `span` includes
    the keyword.
    """

    keyword: str
    value: Expr | tuple[EffectNode, ...] | tuple[Name, ...] | Text
    span: Span


@dataclass(frozen=True, slots=True)
class RuleNode:
    """A rule. `clauses` are in the order written; the parser checks how often each may occur."""

    name: Name
    level: Name | None
    value: Name | None
    doc: Text | None
    clauses: tuple[ClauseNode, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class TrialRuleNode:
    """`trial rule …`: a rule that decides nothing yet."""

    rule: RuleNode
    span: Span


@dataclass(frozen=True, slots=True)
class GivenNode:
    """`FACT`, `not FACT`, `FACT is X`, `FACT = literal`, `FACT = {a, b}`, `FACT is unknown`.

    `value`: True/False for a bool; a Name (member); a Literal; a TextLiteral; a SetLiteral;
    None for unknown.
    """

    fact: Name
    value: bool | Name | QuantityLiteral | TextLiteral | SetLiteral | None
    span: Span


@dataclass(frozen=True, slots=True)
class SaysNode:
    principal: Name
    implied: bool
    effect: EffectNode
    level: Name | None
    span: Span


@dataclass(frozen=True, slots=True)
class ExpectNode:
    """An `expect` clause: a restriction, and the names after `because`."""

    effect: EffectNode
    because: tuple[Name, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class TalkNode:
    """A line of a conversation: `speaker` is a principal, or good, ok or bad; `because` only after
    bad.
    """

    speaker: Name
    text: Text
    because: Name | None
    span: Span


@dataclass(frozen=True, slots=True)
class LikeExampleNode:
    title: Text
    span: Span


@dataclass(frozen=True, slots=True)
class GivenClauseNode:
    items: tuple[GivenNode, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ExampleNode:
    title: Text
    clauses: tuple[GivenClauseNode | SaysNode | ExpectNode | TalkNode | LikeExampleNode, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class HoldsNode:
    expr: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class CanBeNode:
    decision: Name
    outcome: Name
    span: Span


@dataclass(frozen=True, slots=True)
class CannotChangeNode:
    """A `cannot change` claim; `subject` is a principal or a fact, which the model
    distinguishes.
    """

    subject: Name
    decision: Name
    span: Span


@dataclass(frozen=True, slots=True)
class AssertNode:
    """An `assert`; without a title, `name_text` is its own text with normalised blanks."""

    title: Text | None
    claim: HoldsNode | CanBeNode | CannotChangeNode
    when: Expr | None
    name_text: str
    span: Span


@dataclass(frozen=True, slots=True)
class ChangeNode:
    date: QuantityLiteral
    what: Text
    credit: Text | None
    feedback: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class PolicyNode:
    name: Name
    level: Name | None
    value: Name | None
    doc: Text | None
    when: Expr | None
    body: tuple[PolicyMember, ...]
    span: Span


PolicyMember = RuleNode | TrialRuleNode | PolicyNode | ExampleNode | AssertNode

Statement = (
    SpecHeadNode
    | UseNode
    | LayerNode
    | AuthorityNode
    | PrincipalNode
    | DelegateNode
    | ValueNode
    | PriorityNode
    | FactNode
    | DefineNode
    | AssumeNode
    | DecisionNode
    | PolicyNode
    | RuleNode
    | TrialRuleNode
    | ExampleNode
    | AssertNode
    | ChangeNode
)


@dataclass(frozen=True, slots=True)
class File:
    source: Source
    statements: tuple[Statement, ...]
    comments: tuple[Comment, ...]
    # Names that are not in lower_snake_case, at all of their places.
    misspelt: tuple[Name, ...] = ()
    misused: frozenset[str] = frozenset()  # Reserved words that it declares as names.
    # Faults, with the tokens that lead to them.
    suspects: tuple[tuple[frozenset[str], Diagnostic], ...] = ()
