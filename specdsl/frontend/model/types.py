"""Types of expressions, and how operators combine them."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import assert_never

from specdsl.base.quick_dataclass import dataclass
from specdsl.base.source import Span
from specdsl.frontend.model import nodes as m
from specdsl.frontend.syntax import tree as t


class Sort(Enum):
    """The type of an expression, as messages name it."""

    CONDITION = "a condition"
    NUMBER = "a number"
    DATE = "a date"
    TIME = "a time"
    DURATION = "a duration"
    TEXT = "a text"
    ENUM = "an enumeration"
    SET = "a set"
    DECISION = "a decision"


QUANTITY = frozenset({Sort.NUMBER, Sort.DATE, Sort.TIME, Sort.DURATION})
ORDERED = QUANTITY | {Sort.TEXT}
SORT_OF = {
    m.Kind.BOOL: Sort.CONDITION,
    m.Kind.INT: Sort.NUMBER,
    m.Kind.NUMBER: Sort.NUMBER,
    m.Kind.TEXT: Sort.TEXT,
    m.Kind.ENUM: Sort.ENUM,
    m.Kind.SET: Sort.SET,
    m.Kind.DATE: Sort.DATE,
    m.Kind.TIME: Sort.TIME,
    m.Kind.DURATION: Sort.DURATION,
}
LITERAL_SORTS = {
    "number": Sort.NUMBER,
    "date": Sort.DATE,
    "time": Sort.TIME,
    "duration": Sort.DURATION,
}


@dataclass(frozen=True, slots=True)
class TypedExpr:
    """A typed expression. `node` is None for decisions and for bare enumeration and set facts;
    `fact` is set for each bare fact. `ignoring_case` is set for texts, but None for a text of
    literals alone, which fits both.
    """

    sort: Sort
    node: m.Expr | None
    fact: m.Fact | None = None
    decision: m.DecisionModel | None = None
    ignoring_case: bool | None = None


class FaultRecorded(Exception):
    """A fault was recorded; the surrounding expression has no type."""


def names_in(expr: t.Expr) -> Iterator[tuple[str, Span]]:
    """Yield the names that an expression mentions outside lists."""
    stack: list[t.Expr] = [expr]
    while stack:
        item = stack.pop()
        match item:
            case t.NameRef():
                yield item.name, item.span
            case t.SizeOfNode():
                yield item.operand.text, item.operand.span
            case t.IfElseNode():
                stack += [item.then, item.condition, item.other]
            case t.LogicNode() | t.MinMaxNode():
                stack += item.items
            case t.CompareNode() | t.ArithmeticNode():
                stack += [item.left, item.right]
            case (
                t.PrefixNode()
                | t.IsNode()
                | t.IsKnownNode()
                | t.InNode()
                | t.HasNode()
                | t.LikeNode()
            ):
                stack.append(item.operand)
            case t.QuantityLiteral() | t.TextLiteral() | t.SetLiteral():
                pass
            case _:
                assert_never(item)


def name_of(name: t.Name | t.NameRef) -> str:
    return name.text if isinstance(name, t.Name) else name.name


def text_of(expr: t.Expr) -> str:
    """Return the source of an expression, for a message."""
    text = expr.span.in_a_line
    return text if len(text) <= 60 else f"{text[:57]}…"


def type_of_fact(fact: m.Fact, span: Span) -> TypedExpr:
    sort = SORT_OF[fact.type.kind]
    node: m.Expr | None = None
    if sort is Sort.CONDITION:
        node = m.BoolFact(fact, span)
    elif sort is Sort.TEXT:
        node = m.TextFact(fact, span)
    elif sort in QUANTITY:
        node = m.QuantityFact(fact, span)
    ignoring = fact.type.ignoring_case if sort is Sort.TEXT else None
    return TypedExpr(sort, node, fact, ignoring_case=ignoring)


def sum_sort(op: str, left: Sort, right: Sort) -> Sort | None:
    """Return the type of a sum or difference; None if the operands do not fit."""
    points = (Sort.DATE, Sort.TIME)
    if left is right and left in (Sort.NUMBER, Sort.DURATION):
        return left
    if left in points and right is Sort.DURATION:
        return left
    if op == "+" and left is Sort.DURATION and right in points:
        return right
    if op == "-" and left is right and left in points:
        return Sort.DURATION
    return None
