"""The condition that keeps a rule out of the way of others: `unless` they apply, or `when` they do
not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from specdsl.analyses.fixes.rule_sources import Written
from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.traversal import conjuncts, subexpressions
from specdsl.frontend.syntax import printing as p
from specdsl.frontend.syntax import tree as t

OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


@dataclass(frozen=True, slots=True)
class Part:
    """One of the conditions that are true together exactly where a rule applies. `otherwise`: true
    exactly where it is not, where that is said without `not`; None where it would not be."""

    condition: t.Expr
    otherwise: t.Expr | None


def exception(giving_way: Written, others: Sequence[Written]) -> t.Expr | None:
    """What is true exactly where all the others apply, without what holds anyway where the rule
    that gives way does; None where nothing is left of it."""
    left = [part.condition for part in _left(giving_way, others)]
    return _joined("and", left) if left else None


def requirement(giving_way: Written, others: Sequence[Written]) -> t.Expr | None:
    """What is true exactly where the exception is not, where that is plainer than the exception:
    `when a` for `unless not a`; else None."""
    found = [part.otherwise for part in _left(giving_way, others)]
    kept = [one for one in found if one is not None]
    return _joined("or", kept) if kept and len(kept) == len(found) else None


def _left(giving_way: Written, others: Sequence[Written]) -> list[Part]:
    own = {p.print_expression(part.condition) for part in _parts(giving_way)}
    apart = {p.print_expression(part.condition): part for o in others for part in _parts(o)}
    return [part for text, part in apart.items() if text not in own]


def _joined(op: str, items: Sequence[t.Expr]) -> t.Expr:
    return items[0] if len(items) == 1 else t.LogicNode(op, tuple(items), items[0].span)


def _parts(written: Written) -> Iterator[Part]:
    """Conditions that are true together exactly where the rule applies."""
    for when, expr in zip(written.whens, written.rule.whens, strict=True):
        found = list(_flat(when))
        unknown = [may_be_unknown(one) for one in conjuncts(expr)]
        if len(unknown) != len(found):
            unknown = [any(unknown)] * len(found)
        for part, may_be in zip(found, unknown, strict=True):
            yield Part(part, _otherwise(part, may_be))
    for unless, expr in zip(written.unlesses, written.rule.unlesses, strict=True):
        absent = negated(unless)
        # an exception that nobody knows to hold does not keep the rule from applying
        vague = may_be_unknown(expr)
        condition = t.PrefixNode("possibly", absent, unless.span) if vague else absent
        yield Part(condition, None if _is_negative(unless) else unless)


def _otherwise(part: t.Expr, unknown: bool) -> t.Expr | None:
    match part:
        case t.PrefixNode("possibly", operand) if _is_negative(operand):
            return negated(operand)
        case _ if _is_negative(part):
            opposite = negated(part)
            return t.PrefixNode("possibly", opposite, part.span) if unknown else opposite
        case _:
            return None


def _is_negative(expr: t.Expr) -> bool:
    match expr:
        case (
            t.PrefixNode("not")
            | t.IsNode(negated=True)
            | t.InNode(negated=True)
            | t.CompareNode(op="!=")
        ):
            return True
        case _:
            return False


def _flat(expr: t.Expr) -> Iterator[t.Expr]:
    match expr:
        case t.LogicNode("and", items):
            for item in items:
                yield from _flat(item)
        case _:
            yield expr


def negated(expr: t.Expr) -> t.Expr:
    """Its opposite, as one would write it: unknown where it is."""
    match expr:
        case t.PrefixNode("not", operand):
            return operand
        case t.IsNode(negated=yes) | t.InNode(negated=yes):
            return replace(expr, negated=not yes)
        case t.IsKnownNode(known=known):
            return replace(expr, known=not known)
        case t.CompareNode(op=op):
            return replace(expr, op=OPPOSITE[op])
        case _:
            return t.PrefixNode("not", expr, expr.span)


def may_be_unknown(expr: m.Expr) -> bool:
    """Whether it reads a fact that may be unknown so that it could be unknown itself."""
    match expr:
        case m.Possibly() | m.IsKnown() | m.HasOutcome():
            return False
        case m.DefineRef(define):
            return may_be_unknown(define.expr)
        case _:
            return any(f.optional for f in _facts(expr)) or any(
                map(may_be_unknown, subexpressions(expr))
            )


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
