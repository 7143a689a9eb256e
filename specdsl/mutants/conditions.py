"""Mutants of conditions: a part of an `and` left out or turned round, a number one step off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from specdsl.checks.situations import date_text, decimal_text, duration_text, time_text
from specdsl.circuit.terms import CALENDAR
from specdsl.coverage.steps import step
from specdsl.diagnostics import Edit
from specdsl.model.nodes import Kind as Type
from specdsl.mutants.mutant import Kind, Mutant, removed, replaced
from specdsl.source import Span
from specdsl.syntax import tree as t
from specdsl.syntax.printing import AND, expression

TEXTS = {"date": date_text, "time": time_text, "duration": duration_text, "number": decimal_text}


def of_when(expr: t.Expr, whose: str, clause: Span | None) -> Iterator[Mutant]:
    """Of a `when`. `clause` is the whole clause with its keyword, where it can be left out."""
    parts = list(_conjuncts(expr))
    for i, part in enumerate(parts):
        rest = tuple(parts[:i] + parts[i + 1 :])
        if rest:
            left = expression(_joined(rest, expr.span), AND)
            text = f"{whose}: without `{expression(part)}`"
            yield Mutant(Kind.NO_CLAUSE, text, part.span, (Edit(expr.span, left),))
        elif clause is not None:
            yield removed(Kind.NO_CLAUSE, whose, clause)
    for part in parts:
        yield turned(part, whose)
    yield from of_numbers(expr, whose)


def of_unless(expr: t.Expr, whose: str, clause: Span) -> Iterator[Mutant]:
    """Of an `unless`, which is one clause as a whole."""
    yield removed(Kind.NO_CLAUSE, whose, clause)
    yield turned(expr, whose)
    yield from of_numbers(expr, whose)


def turned(expr: t.Expr, whose: str) -> Mutant:
    """The condition negated."""
    if isinstance(expr, t.Prefix) and expr.op == "not":
        return replaced(Kind.NOT_CLAUSE, whose, expr.span, expression(expr.operand, AND + 1))
    return replaced(Kind.NOT_CLAUSE, whose, expr.span, f"not ({expression(expr)})")


def _conjuncts(expr: t.Expr) -> Iterator[t.Expr]:
    if isinstance(expr, t.Logic) and expr.op == "and":
        for item in expr.items:
            yield from _conjuncts(item)
    else:
        yield expr


def _joined(parts: tuple[t.Expr, ...], span: Span) -> t.Expr:
    return parts[0] if len(parts) == 1 else t.Logic("and", parts, span)


# --- numbers -------------------------------------------------------------------------------------


def of_numbers(expr: t.Expr, whose: str) -> Iterator[Mutant]:
    """Each constant of a comparison one step up and down."""
    for compare in _comparisons(expr):
        for side, other in ((compare.left, compare.right), (compare.right, compare.left)):
            if isinstance(side, t.Literal) and not isinstance(other, t.Literal):
                yield from _steps(compare, side, whose)


def _steps(compare: t.Compare, side: t.Literal, whose: str) -> Iterator[Mutant]:
    kind = Type(side.kind)
    unit = step(kind, side.value)
    for value in (side.value - unit, side.value + unit):
        if kind in CALENDAR and not CALENDAR[kind][0] <= value < CALENDAR[kind][1]:
            continue
        text = TEXTS[side.kind](value)
        before = compare.span.text
        at = side.span.start - compare.span.start
        after = before[:at] + text + before[at + len(side.span.text) :]
        yield replaced(Kind.NUMBER, whose, compare.span, after)


def _comparisons(node: object) -> Iterator[t.Compare]:
    if isinstance(node, t.Compare):
        yield node
    if isinstance(node, tuple):
        for item in node:
            yield from _comparisons(item)
    elif is_dataclass(node) and not isinstance(node, Span):
        for field in fields(node):
            yield from _comparisons(getattr(node, field.name))
