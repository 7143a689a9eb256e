"""Conditions under which a rule gives way to others: `unless` they apply, or `when` they do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from specdsl.analyses.fixes.rule_sources import RuleSource
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.traversal import conjuncts, direct_facts, subexpressions
from specdsl.frontend.syntax import printing as p
from specdsl.frontend.syntax import tree as t

OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


@dataclass(frozen=True, slots=True)
class RuleConjunct:
    """A conjunct of the condition that is true exactly where a rule applies. `negation`: the
    condition that is true exactly where this one is not, if it needs no `not`; else None.
    """

    condition: t.Expr
    negation: t.Expr | None


def exception_condition(giving_way: RuleSource, others: Sequence[RuleSource]) -> t.Expr | None:
    """Return a condition that is true exactly where all the others apply, given that the rule that
    gives way applies; None if it would be empty.
    """
    left = [part.condition for part in _distinguishing_conjuncts(giving_way, others)]
    return _combine("and", left) if left else None


def required_condition(giving_way: RuleSource, others: Sequence[RuleSource]) -> t.Expr | None:
    """Return the negation of the exception, if it is plainer (`when a` for `unless not a`), else
    None.
    """
    found = [part.negation for part in _distinguishing_conjuncts(giving_way, others)]
    kept = [one for one in found if one is not None]
    return _combine("or", kept) if kept and len(kept) == len(found) else None


def _distinguishing_conjuncts(
    giving_way: RuleSource, others: Sequence[RuleSource]
) -> list[RuleConjunct]:
    own = {p.print_expression(part.condition) for part in _conjuncts_of_rule(giving_way)}
    apart = {
        p.print_expression(part.condition): part for o in others for part in _conjuncts_of_rule(o)
    }
    return [part for text, part in apart.items() if text not in own]


def _combine(op: str, items: Sequence[t.Expr]) -> t.Expr:
    return items[0] if len(items) == 1 else t.LogicNode(op, tuple(items), items[0].span)


def _conjuncts_of_rule(written: RuleSource) -> Iterator[RuleConjunct]:
    """Yield the conditions whose conjunction is true exactly where the rule applies."""
    for when, expr in zip(written.whens, written.rule.whens, strict=True):
        found = list(_flatten(when))
        unknown = [may_be_unknown(one) for one in conjuncts(expr)]
        if len(unknown) != len(found):
            unknown = [any(unknown)] * len(found)
        for part, may_be in zip(found, unknown, strict=True):
            yield RuleConjunct(part, _plain_negation(part, may_be))
    for unless, expr in zip(written.unlesses, written.rule.unlesses, strict=True):
        absent = negate(unless)
        # An exception of unknown truth does not keep the rule from applying.
        vague = may_be_unknown(expr)
        condition = t.PrefixNode("possibly", absent, unless.span) if vague else absent
        yield RuleConjunct(condition, None if _is_negative(unless) else unless)


def _plain_negation(part: t.Expr, unknown: bool) -> t.Expr | None:
    match part:
        case t.PrefixNode("possibly", operand) if _is_negative(operand):
            return negate(operand)
        case _ if _is_negative(part):
            opposite = negate(part)
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


def _flatten(expr: t.Expr) -> Iterator[t.Expr]:
    match expr:
        case t.LogicNode("and", items):
            for item in items:
                yield from _flatten(item)
        case _:
            yield expr


def negate(expr: t.Expr) -> t.Expr:
    """Return its negation as one would write it: unknown where the expression is."""
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
    """Return whether it can be unknown, because of a fact that may be unknown."""
    match expr:
        case m.Possibly() | m.IsKnown() | m.HasOutcome():
            return False
        case m.DefineRef(define):
            return may_be_unknown(define.expr)
        case _:
            return any(fact.optional for fact in direct_facts(expr)) or any(
                map(may_be_unknown, subexpressions(expr))
            )
