"""Mutation operators for conditions: drop or negate a conjunct, move a constant by one step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from specdsl.analyses.coverage.neighbours import neighbour_distance
from specdsl.analyses.mutation.mutant import (
    Mutant,
    MutationKind,
    removal_mutant,
    replacement_mutant,
)
from specdsl.base.diagnostics import Edit
from specdsl.base.source import Span
from specdsl.frontend.model.nodes import Kind as Type
from specdsl.frontend.syntax import tree as t
from specdsl.frontend.syntax.printing import AND, print_expression
from specdsl.semantics.lower_terms import CALENDAR
from specdsl.situations.situation import date_text, decimal_text, duration_text, time_text

LITERAL_TEXTS = {
    "date": date_text,
    "time": time_text,
    "duration": duration_text,
    "number": decimal_text,
}


def mutate_when(expr: t.Expr, whose: str, clause: Span | None) -> Iterator[Mutant]:
    """Yield the mutants of a `when`. `clause` is the whole clause with its keyword, if it can be
    removed."""
    parts = list(_conjuncts(expr))
    for i, part in enumerate(parts):
        rest = tuple(parts[:i] + parts[i + 1 :])
        if rest:
            left = print_expression(_conjunction(rest, expr.span), AND)
            text = f"{whose}: without `{print_expression(part)}`"
            yield Mutant(MutationKind.NO_CLAUSE, text, part.span, (Edit(expr.span, left),))
        elif clause is not None:
            yield removal_mutant(MutationKind.NO_CLAUSE, whose, clause)
    for part in parts:
        yield negation_mutant(part, whose)
    yield from mutate_constants(expr, whose)


def mutate_unless(expr: t.Expr, whose: str, clause: Span) -> Iterator[Mutant]:
    """Yield the mutants of an `unless`, which is removed or negated as a whole."""
    yield removal_mutant(MutationKind.NO_CLAUSE, whose, clause)
    yield negation_mutant(expr, whose)
    yield from mutate_constants(expr, whose)


def negation_mutant(expr: t.Expr, whose: str) -> Mutant:
    if isinstance(expr, t.PrefixNode) and expr.op == "not":
        return replacement_mutant(
            MutationKind.NOT_CLAUSE, whose, expr.span, print_expression(expr.operand, AND + 1)
        )
    return replacement_mutant(
        MutationKind.NOT_CLAUSE, whose, expr.span, f"not ({print_expression(expr)})"
    )


def _conjuncts(expr: t.Expr) -> Iterator[t.Expr]:
    if isinstance(expr, t.LogicNode) and expr.op == "and":
        for item in expr.items:
            yield from _conjuncts(item)
    else:
        yield expr


def _conjunction(parts: tuple[t.Expr, ...], span: Span) -> t.Expr:
    return parts[0] if len(parts) == 1 else t.LogicNode("and", parts, span)


# --- numbers -------------------------------------------------------------------------------------


def mutate_constants(expr: t.Expr, whose: str) -> Iterator[Mutant]:
    """Move each constant of a comparison one step down and up."""
    for compare in _comparisons(expr):
        for side, other in ((compare.left, compare.right), (compare.right, compare.left)):
            if isinstance(side, t.QuantityLiteral) and not isinstance(other, t.QuantityLiteral):
                yield from _neighbouring_constants(compare, side, whose)


def _neighbouring_constants(
    compare: t.CompareNode, side: t.QuantityLiteral, whose: str
) -> Iterator[Mutant]:
    kind = Type(side.kind)
    unit = neighbour_distance(kind, side.value)
    for value in (side.value - unit, side.value + unit):
        if kind in CALENDAR and not CALENDAR[kind][0] <= value < CALENDAR[kind][1]:
            continue
        text = LITERAL_TEXTS[side.kind](value)
        before = compare.span.text
        at = side.span.start - compare.span.start
        after = before[:at] + text + before[at + len(side.span.text) :]
        yield replacement_mutant(MutationKind.NUMBER, whose, compare.span, after)


def _comparisons(node: object) -> Iterator[t.CompareNode]:
    if isinstance(node, t.CompareNode):
        yield node
    if isinstance(node, tuple):
        for item in node:
            yield from _comparisons(item)
    elif is_dataclass(node) and not isinstance(node, Span):
        for field in fields(node):
            yield from _comparisons(getattr(node, field.name))
