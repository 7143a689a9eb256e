"""The condition that keeps a rule out of the way of others: `unless` they apply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from specdsl.mends.written import Written
from specdsl.model import nodes as m
from specdsl.model.walk import parts
from specdsl.syntax import printing as p
from specdsl.syntax import tree as t

OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def exception(giving_way: Written, others: Sequence[Written]) -> t.Expr | None:
    """What is true exactly where all the others apply, without what holds anyway where the rule
    that gives way does; None where nothing is left of it."""
    own = {p.expression(part) for part in _conjuncts(giving_way)}
    apart = {p.expression(part): part for other in others for part in _conjuncts(other)}
    left = tuple(part for text, part in apart.items() if text not in own)
    if len(left) < 2:
        return left[0] if left else None
    return t.Logic("and", left, left[0].span)


def _conjuncts(written: Written) -> Iterator[t.Expr]:
    """Conditions that are true together exactly where the rule applies."""
    for when in written.whens:
        yield from _flat(when)
    for unless, expr in zip(written.unlesses, written.rule.unlesses, strict=True):
        absent = negated(unless)
        # an exception that nobody knows to hold does not keep the rule from applying
        yield t.Prefix("possibly", absent, unless.span) if may_be_unknown(expr) else absent


def _flat(expr: t.Expr) -> Iterator[t.Expr]:
    match expr:
        case t.Logic("and", items):
            for item in items:
                yield from _flat(item)
        case _:
            yield expr


def negated(expr: t.Expr) -> t.Expr:
    """Its opposite, as one would write it: unknown where it is."""
    match expr:
        case t.Prefix("not", operand):
            return operand
        case t.Is(negated=yes) | t.In(negated=yes):
            return replace(expr, negated=not yes)
        case t.IsKnown(known=known):
            return replace(expr, known=not known)
        case t.Compare(op=op):
            return replace(expr, op=OPPOSITE[op])
        case _:
            return t.Prefix("not", expr, expr.span)


def may_be_unknown(expr: m.Expr) -> bool:
    """Whether it reads a fact that may be unknown so that it could be unknown itself."""
    match expr:
        case m.Possibly() | m.IsKnown() | m.HasOutcome():
            return False
        case m.DefineRef(define):
            return may_be_unknown(define.expr)
        case _:
            return any(f.optional for f in _facts(expr)) or any(map(may_be_unknown, parts(expr)))


def _facts(expr: m.Expr) -> Iterable[m.Fact]:
    """The facts that it names itself."""
    match expr:
        case m.Same(left, right):
            return left, right
        case m.HasSet(fact, _, other) | m.HasFact(fact, other):
            return fact, other
        case (
            m.BoolFact(fact)
            | m.QuantityFact(fact)
            | m.TextFact(fact)
            | m.SizeOf(fact)
            | m.IsMember(fact)
            | m.SetIs(fact)
            | m.HasMembers(fact)
        ):
            return (fact,)
        case _:
            return ()
