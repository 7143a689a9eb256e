"""Evaluates conditions and terms in Kleene's strong three-valued logic, without simplification."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from specdsl.frontend.model import nodes as m
from specdsl.semantics.reference.read_facts import Value


@dataclass(frozen=True, slots=True)
class Valuation:
    """The values that conditions read: facts, and the outcomes of the decisions taken so far."""

    facts: Mapping[m.Fact, Value]
    outcomes: Mapping[m.DecisionModel, str]


def is_true(expr: m.Expr, world: Valuation) -> bool:
    """Tell whether the condition is true: neither false nor unknown."""
    return evaluate(expr, world) is True


def evaluate(expr: m.Expr, world: Valuation) -> Value:
    """Return True, False, a quantity or a text; None is unknown."""
    match expr:
        case m.DefineRef():
            return evaluate(expr.define.expr, world)
        case m.Not():
            found = evaluate(expr.operand, world)
            return None if found is None else not found
        case m.Possibly():
            return evaluate(expr.operand, world) is not False
        case m.And():
            return _kleene_and(evaluate(item, world) for item in expr.items)
        case m.Or():
            some = _kleene_and(_kleene_not(evaluate(item, world)) for item in expr.items)
            return _kleene_not(some)
        case m.IfElse():
            condition = evaluate(expr.condition, world)
            branch = expr.then if condition else expr.other
            return None if condition is None else evaluate(branch, world)
        case m.IsKnown():
            return (world.facts[expr.fact] is not None) is expr.known
        case m.HasOutcome():
            index = expr.decision.outcomes.index(world.outcomes[expr.decision])
            return bool(expr.outcomes >> index & 1)
        case m.Constant() | m.TextConstant():
            return expr.value
        case m.BoolFact() | m.QuantityFact() | m.TextFact():
            return world.facts[expr.fact]
        case _:
            return _evaluate_known(expr, _operand_values(expr, world))


def _kleene_not(found: Value) -> bool | None:
    return None if found is None else not found


def _kleene_and(items: Iterable[Value]) -> bool | None:
    """Return Kleene's `and`: false if one is false, else unknown if one is unknown."""
    found = list(items)
    if any(item is False for item in found):
        return False
    return None if any(item is None for item in found) else True


def _operand_values(expr: m.Expr, world: Valuation) -> list[Any]:
    """Return the values of the operands of a test or a term."""
    facts = world.facts
    match expr:
        case m.Compare():
            return [evaluate(expr.left, world), evaluate(expr.right, world)]
        case m.OneOf() | m.Matches():
            return [evaluate(expr.operand, world)]
        case m.Sum():
            return [evaluate(item, world) for _, item in expr.items]
        case m.MinMax():
            return [evaluate(item, world) for item in expr.items]
        case m.Same():
            return [facts[expr.left], facts[expr.right]]
        case m.HasSet():
            return [facts[expr.fact], facts[expr.other]]
        case m.HasFact():
            return [facts[expr.fact], facts[expr.member]]
        case m.IsMember() | m.SetIs() | m.HasMembers() | m.SizeOf():
            return [facts[expr.fact]]
        case _:
            raise AssertionError(expr)


def _evaluate_known(expr: m.Expr, operands: list[Any]) -> Value:
    """Apply an operator. The result is unknown if an operand is; a set is known as a whole."""
    if any(operand is None for operand in operands):
        return None
    match expr, operands:
        case m.Compare(), (left, right):
            return _compare_values(left, expr.op, right)
        case m.OneOf(), (found,):
            return found in expr.constants
        case m.Matches(), (text,):
            return re.fullmatch(_pattern_regex(expr.pattern), text, re.DOTALL) is not None
        case m.Sum(), terms:
            factors = (factor for factor, _ in expr.items)
            return sum((f * t for f, t in zip(factors, terms, strict=True)), Fraction(0))
        case m.MinMax(), terms:
            return Fraction(min(terms) if expr.op == "min" else max(terms))
        case m.Same(), (left, right):
            return bool(left == right)
        case m.SizeOf(), (members,):
            return Fraction(len(members))
        case m.IsMember(), (member,):
            return member in _member_names(expr.fact, expr.members)
        case m.SetIs(), (members,):
            return bool(members == _member_names(expr.fact, expr.members))
        case m.HasMembers(), (members,):
            return _has_members(members, expr.quantifier, _member_names(expr.fact, expr.members))
        case m.HasSet(), (members, others):
            return _has_members(members, expr.quantifier, others)
        case m.HasFact(), (members, member):
            return member in members
        case _:
            raise AssertionError(expr)


def _member_names(fact: m.Fact, indices: Iterable[int]) -> frozenset[str]:
    return frozenset(fact.type.members[index] for index in indices)


def _has_members(members: frozenset[str], quantifier: str, asked: frozenset[str]) -> bool:
    match quantifier:
        case "any":
            return bool(members & asked)
        case "all":
            return asked <= members
        case _:
            return not members & asked


def _compare_values(left: Any, op: str, right: Any) -> bool:
    """Compare two quantities, or two texts by code point, which is Python's order."""
    results = {
        "=": left == right,
        "!=": left != right,
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }
    return bool(results[op])


def _pattern_regex(pattern: str) -> str:
    r"""Translate a pattern: `*` is any run, `?` any character, line ends included; `\c` is c."""
    rest = iter(pattern)
    made = []
    for char in rest:
        match char:
            case "*":
                made.append(".*")
            case "?":
                made.append(".")
            case "\\":
                made.append(re.escape(next(rest, char)))
            case _:
                made.append(re.escape(char))
    return "".join(made)
