"""Quantity and text terms as guarded cases: exactly one case's guard is true where the term is
known, none where it is unknown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Generic, TypeVar

from specdsl.circuit.graph import FALSE, TRUE, Graph, Linear, Size, TextCompare, TextRelation
from specdsl.limits import MOST_CASE_PAIRS, MOST_CASES, MOST_RELATION_BITS
from specdsl.model.constants import bits
from specdsl.model.nodes import Fact, Kind

DAY = Fraction(86_400)
OFFSET = Fraction(86_340)  # the greatest of a time, 23:59
# What can be written: from the first of these, before the second. Years have four digits.
CALENDAR = {
    Kind.DATE: (Fraction(-62_135_596_800), Fraction(253_402_300_800)),
    Kind.TIME: (Fraction(-62_135_596_800) - OFFSET, Fraction(253_402_300_800) + OFFSET),
}
Variable = Fact | Size
T = TypeVar("T")


class TooMuch(Exception):
    """What is more of a condition than can be worked with, in words."""


TOO_MANY = f"this condition has more than {MOST_CASES:,} cases of `if` … `else`, `min` and `max`"
TOO_MANY_IN_ALL = (
    f"with this condition there are more than {MOST_CASE_PAIRS:,} pairs of cases of `if` … `else`, "
    "`min` and `max` in the spec"
)
TOO_LONG = (
    f"the numbers of this condition have more than {MOST_RELATION_BITS * 3 // 10:,} digits together"
)


@dataclass(frozen=True, slots=True)
class Affine:
    """Σ coefficient × variable + constant, coefficients not zero, ordered by name."""

    terms: tuple[tuple[Variable, Fraction], ...]
    constant: Fraction


@dataclass(frozen=True, slots=True)
class Case(Generic[T]):
    guard: int
    value: T


def order(variable: Variable) -> tuple[str, bool]:
    return (variable.fact.name, True) if isinstance(variable, Size) else (variable.name, False)


def merged(graph: Graph, cases: Iterable[Case[T]]) -> tuple[Case[T], ...]:
    """One case for each value, none that can never be."""
    guards: dict[T, list[int]] = {}
    for case in cases:
        if case.guard != FALSE:
            guards.setdefault(case.value, []).append(case.guard)
    if len(guards) > MOST_CASES:
        raise TooMuch(TOO_MANY)
    return tuple(Case(graph.any_of(gs), value) for value, gs in guards.items())


def combine(parts: Iterable[tuple[Fraction, Affine]]) -> Affine:
    """The weighted sum."""
    coefficients: dict[Variable, Fraction] = {}
    constant = Fraction(0)
    for factor, affine in parts:
        constant += factor * affine.constant
        for variable, coefficient in affine.terms:
            total = coefficients.get(variable, Fraction(0)) + factor * coefficient
            coefficients[variable] = total
    kept = [(v, c) for v, c in coefficients.items() if c]
    return Affine(tuple(sorted(kept, key=lambda term: order(term[0]))), constant)


def writable(graph: Graph, literal: int) -> int:
    """The same literal. Raises `TooMuch` where a relation has numbers that nobody can write."""
    atom = graph.atoms[literal >> 1]
    if isinstance(atom, Linear):
        fits(bits(atom.bound) + sum(bits(c) for _, c in atom.terms))
    return literal


def written(affine: Affine) -> Affine:
    """The same term. Raises `TooMuch` where it has numbers that nobody can write."""
    fits(bits(affine.constant) + sum(bits(c) for _, c in affine.terms))
    return affine


def fits(many: int) -> None:
    if many > MOST_RELATION_BITS:
        raise TooMuch(TOO_LONG)


def step_of(variable: Variable) -> Fraction | None:
    """The distance between neighbouring values, or None where there are values in between."""
    if isinstance(variable, Size):
        return Fraction(1)
    match variable.type.kind:
        case Kind.INT:
            return Fraction(1)
        case Kind.DATE:
            return DAY
        case _:
            return None


def compare(graph: Graph, left: Affine, op: str, right: Affine) -> int:
    """The literal of `left op right`, op one of = != < <= > >=."""
    if op in ("!=", ">", ">="):
        return compare(graph, left, {"!=": "=", ">": "<=", ">=": "<"}[op], right) ^ 1
    difference = combine(((Fraction(1), left), (Fraction(-1), right)))
    bound = -difference.constant
    if not difference.terms:
        true = {"=": bound == 0, "<": bound > 0, "<=": bound >= 0}[op]
        return TRUE if true else FALSE
    first = difference.terms[0][1]
    terms = tuple((variable, c / first) for variable, c in difference.terms)
    bound /= first
    if op != "=" and first < 0:  # dividing has turned the comparison round
        return linear(graph, terms, {"<": "<=", "<=": "<"}[op], bound) ^ 1
    return linear(graph, terms, op, bound)


def linear(
    graph: Graph, terms: tuple[tuple[Variable, Fraction], ...], op: str, bound: Fraction
) -> int:
    """The literal of an atom whose first coefficient is 1; whole steps are rounded, and what the
    calendar settles is no question."""
    if len(terms) == 1 and isinstance(terms[0][0], Fact) and terms[0][0].type.kind in CALENDAR:
        first, end = CALENDAR[terms[0][0].type.kind]
        if bound < first or (bound == first and op == "<"):
            return FALSE
        if bound >= end:
            return FALSE if op == "=" else TRUE
    step = step_of(terms[0][0]) if len(terms) == 1 else None
    if step is not None:
        whole = bound / step
        if op == "=" and whole.denominator != 1:
            return FALSE
        if op == "<" and whole.denominator == 1:
            op, whole = "<=", whole - 1
        if op != "=":
            op, whole = "<=", Fraction(floor(whole))
        bound = whole * step
    return graph.atom(Linear(terms, op, bound))


def compare_text(
    graph: Graph, left: Fact | str, op: str, right: Fact | str, folding: bool = False
) -> int:
    """The literal of `left op right` by code point, op one of = != < <= > >=; of facts `folding`
    what they are folded to."""
    if op in ("!=", ">", ">="):
        opposite = {"!=": "=", ">": "<=", ">=": "<"}[op]
        return compare_text(graph, left, opposite, right, folding) ^ 1
    match left, right:
        case str(), str():
            true = {"=": left == right, "<": left < right, "<=": left <= right}[op]
            return TRUE if true else FALSE
        case Fact(), str():
            return graph.atom(TextCompare(left, op, right, folding))
        case str(), Fact():
            if op == "=":
                return graph.atom(TextCompare(right, op, left, folding))
            return graph.atom(TextCompare(right, {"<": "<=", "<=": "<"}[op], left, folding)) ^ 1
        case _:
            assert isinstance(left, Fact)
            assert isinstance(right, Fact)
            return relate_texts(graph, left, op, right, folding)


def relate_texts(graph: Graph, left: Fact, op: str, right: Fact, folding: bool) -> int:
    if left is right:
        return FALSE if op == "<" else TRUE
    if op == "<=":
        return graph.atom(TextRelation(right, "<", left, folding)) ^ 1
    if op == "=" and right.name < left.name:
        left, right = right, left
    return graph.atom(TextRelation(left, op, right, folding))
