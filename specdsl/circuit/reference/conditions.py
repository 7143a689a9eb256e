"""Conditions and terms: strong Kleene, nothing simplified."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from specdsl.circuit.reference.facts import Value
from specdsl.model import nodes as m


@dataclass(frozen=True, slots=True)
class World:
    """What conditions look at: the facts, and the outcomes of the decisions taken so far."""

    facts: Mapping[m.Fact, Value]
    outcomes: Mapping[m.Decision, str]


def true(expr: m.Expr, world: World) -> bool:
    """Whether the condition is true: neither false nor unknown."""
    return value(expr, world) is True


def value(expr: m.Expr, world: World) -> Value:
    """True, False, a quantity or a text; None where it is unknown."""
    match expr:
        case m.DefineRef():
            return value(expr.define.expr, world)
        case m.Not():
            found = value(expr.operand, world)
            return None if found is None else not found
        case m.Possibly():
            return value(expr.operand, world) is not False
        case m.And():
            return _all(value(item, world) for item in expr.items)
        case m.Or():
            some = _all(_not(value(item, world)) for item in expr.items)
            return _not(some)
        case m.IfElse():
            condition = value(expr.condition, world)
            branch = expr.then if condition else expr.other
            return None if condition is None else value(branch, world)
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
            return _of_known(expr, _operands(expr, world))


def _not(found: Value) -> bool | None:
    return None if found is None else not found


def _all(items: Iterable[Value]) -> bool | None:
    """Kleene's `and`: false if one is false, else unknown if one is unknown."""
    found = list(items)
    if any(item is False for item in found):
        return False
    return None if any(item is None for item in found) else True


def _operands(expr: m.Expr, world: World) -> list[Any]:
    """The values of what a test or a term is about."""
    facts = world.facts
    match expr:
        case m.Compare():
            return [value(expr.left, world), value(expr.right, world)]
        case m.OneOf() | m.Matches():
            return [value(expr.operand, world)]
        case m.Sum():
            return [value(item, world) for _, item in expr.items]
        case m.MinMax():
            return [value(item, world) for item in expr.items]
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


def _of_known(expr: m.Expr, operands: list[Any]) -> Value:
    """Unknown with an unknown operand, whatever the operator; a set is known as a whole."""
    if any(operand is None for operand in operands):
        return None
    match expr, operands:
        case m.Compare(), (left, right):
            return _compare(left, expr.op, right)
        case m.OneOf(), (found,):
            return found in expr.constants
        case m.Matches(), (text,):
            return re.fullmatch(_regex(expr.pattern), text, re.DOTALL) is not None
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
            return member in _names(expr.fact, expr.members)
        case m.SetIs(), (members,):
            return bool(members == _names(expr.fact, expr.members))
        case m.HasMembers(), (members,):
            return _has(members, expr.quantifier, _names(expr.fact, expr.members))
        case m.HasSet(), (members, others):
            return _has(members, expr.quantifier, others)
        case m.HasFact(), (members, member):
            return member in members
        case _:
            raise AssertionError(expr)


def _names(fact: m.Fact, indices: Iterable[int]) -> frozenset[str]:
    return frozenset(fact.type.members[index] for index in indices)


def _has(members: frozenset[str], quantifier: str, asked: frozenset[str]) -> bool:
    match quantifier:
        case "any":
            return bool(members & asked)
        case "all":
            return asked <= members
        case _:
            return not members & asked


def _compare(left: Any, op: str, right: Any) -> bool:
    """Of two quantities, or of two texts by code point, which is how Python orders them."""
    results = {
        "=": left == right,
        "!=": left != right,
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }
    return bool(results[op])


def _regex(pattern: str) -> str:
    r"""`*` is any run, `?` one character, line ends included; `\c` the character c."""
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
