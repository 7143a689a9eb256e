"""Traversal of expressions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from specdsl.frontend.model import nodes as m


def subexpressions(expr: m.Expr) -> Iterator[m.Expr]:
    """Yield the direct subexpressions; those of a define are not included."""
    match expr:
        case m.Not() | m.Possibly():
            yield expr.operand
        case m.And() | m.Or() | m.MinMax():
            yield from expr.items
        case m.IfElse():
            yield expr.condition
            yield expr.then
            yield expr.other
        case m.Compare():
            yield expr.left
            yield expr.right
        case m.OneOf() | m.Matches():
            yield expr.operand
        case m.Sum():
            for _, item in expr.items:
                yield item
        case m.DefineRef() | m.IsKnown() | m.HasOutcome() | m.Constant() | m.TextConstant():
            return
        case m.BoolFact() | m.QuantityFact() | m.TextFact() | m.SizeOf():
            return
        case m.IsMember() | m.Same() | m.SetIs() | m.HasMembers() | m.HasSet() | m.HasFact():
            return
        case _:
            assert_never(expr)


def direct_facts(expr: m.Expr) -> tuple[m.Fact, ...]:
    """Return the facts that the expression reads itself, outside of its subexpressions."""
    match expr:
        case m.BoolFact() | m.QuantityFact() | m.TextFact() | m.SizeOf() | m.IsKnown():
            return (expr.fact,)
        case m.IsMember() | m.SetIs() | m.HasMembers():
            return (expr.fact,)
        case m.Same():
            return expr.left, expr.right
        case m.HasSet():
            return expr.fact, expr.other
        case m.HasFact():
            return expr.fact, expr.member
        case m.DefineRef() | m.HasOutcome() | m.Constant() | m.TextConstant():
            return ()
        case m.Not() | m.Possibly() | m.And() | m.Or() | m.IfElse():
            return ()
        case m.Compare() | m.OneOf() | m.Matches() | m.Sum() | m.MinMax():
            return ()
        case _:
            assert_never(expr)


def conjuncts(expr: m.Expr) -> Iterator[m.Expr]:
    """Yield the conjuncts, however they are nested."""
    if isinstance(expr, m.And):
        for item in expr.items:
            yield from conjuncts(item)
    else:
        yield expr


def disjuncts(expr: m.Expr) -> Iterator[m.Expr]:
    """Yield the disjuncts, however they are nested."""
    if isinstance(expr, m.Or):
        for item in expr.items:
            yield from disjuncts(item)
    else:
        yield expr


def decisions_read(*exprs: m.Expr | None) -> frozenset[m.DecisionModel]:
    """Return the decisions that the expressions read, through defines as well."""
    found: set[m.DecisionModel] = set()
    stack = [expr for expr in exprs if expr is not None]
    while stack:
        expr = stack.pop()
        match expr:
            case m.HasOutcome():
                found.add(expr.decision)
            case m.DefineRef():
                found |= expr.define.reads
            case _:
                stack.extend(subexpressions(expr))
    return frozenset(found)


def facts_named(expr: m.Expr) -> frozenset[m.Fact]:
    """Return the facts that an expression reads itself, not through a define."""
    found: set[m.Fact] = set()
    stack = [expr]
    while stack:
        item = stack.pop()
        stack.extend(subexpressions(item))
        found.update(direct_facts(item))
    return frozenset(found)


def facts_read(*exprs: m.Expr) -> Iterator[m.Fact]:
    """Yield the facts that expressions read, through defines as well."""
    for item in _expressions_read(exprs):
        yield from direct_facts(item)


def defines_read(*exprs: m.Expr) -> Iterator[m.Define]:
    """Yield the defines that expressions read, through others as well."""
    return (item.define for item in _expressions_read(exprs) if isinstance(item, m.DefineRef))


def _expressions_read(exprs: Iterable[m.Expr]) -> Iterator[m.Expr]:
    """Yield the expressions, all inside them, and those of the defines that they read."""
    stack = [*exprs]
    seen: set[m.Define] = set()
    while stack:
        item = stack.pop()
        yield item
        stack.extend(subexpressions(item))
        if isinstance(item, m.DefineRef) and item.define not in seen:
            seen.add(item.define)
            stack.append(item.define.expr)
