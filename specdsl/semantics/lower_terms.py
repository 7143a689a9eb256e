"""Quantity and text terms as guarded cases: exactly one guard is true if the term is known, and
none if it is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import floor
from typing import Generic, TypeVar, assert_never

from specdsl.base.limits import MAX_CASE_PAIRS, MAX_CASES, MAX_RELATION_BITS
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.constants import bit_size
from specdsl.frontend.model.nodes import Fact, Kind
from specdsl.semantics.aig import (
    FALSE,
    TRUE,
    AndInverterGraph,
    Linear,
    Literal,
    Size,
    TextCompare,
    TextRelation,
)

DAY = Fraction(86_400)
OFFSET = Fraction(86_340)  # The greatest offset of a time, 23:59.
# The moments that can be written: from the first of these, before the second. Years have four
# digits.
CALENDAR = {
    Kind.DATE: (Fraction(-62_135_596_800), Fraction(253_402_300_800)),
    Kind.TIME: (Fraction(-62_135_596_800) - OFFSET, Fraction(253_402_300_800) + OFFSET),
}
Variable = Fact | Size
T = TypeVar("T")


class LoweringLimitExceeded(Exception):
    """A condition exceeds a limit; the message says which."""


TOO_MANY = f"this condition has more than {MAX_CASES:,} cases of `if` … `else`, `min` and `max`"
TOO_MANY_IN_ALL = (
    f"with this condition there are more than {MAX_CASE_PAIRS:,} pairs of cases of `if` … `else`, "
    "`min` and `max` in the spec"
)
TOO_LONG = (
    f"the numbers of this condition have more than {MAX_RELATION_BITS * 3 // 10:,} digits together"
)


@dataclass(frozen=True, slots=True)
class Affine:
    """An affine term in normal form: Σ coefficient × variable + constant, no coefficient zero,
    ordered by name.
    """

    terms: tuple[tuple[Variable, Fraction], ...]
    constant: Fraction


@dataclass(frozen=True, slots=True)
class GuardedCase(Generic[T]):
    guard: Literal
    value: T


def term_sort_key(variable: Variable) -> tuple[str, bool]:
    return (variable.fact.name, True) if isinstance(variable, Size) else (variable.name, False)


def merge_cases(
    graph: AndInverterGraph, cases: Iterable[GuardedCase[T]]
) -> tuple[GuardedCase[T], ...]:
    """Merge the cases of equal values, and drop impossible ones."""
    guards: dict[T, list[Literal]] = {}
    for case in cases:
        if case.guard != FALSE:
            guards.setdefault(case.value, []).append(case.guard)
    if len(guards) > MAX_CASES:
        raise LoweringLimitExceeded(TOO_MANY)
    return tuple(GuardedCase(graph.any_of(gs), value) for value, gs in guards.items())


def weighted_sum(parts: Iterable[tuple[Fraction, Affine]]) -> Affine:
    """Return the weighted sum."""
    coefficients: dict[Variable, Fraction] = {}
    constant = Fraction(0)
    for factor, affine in parts:
        constant += factor * affine.constant
        for variable, coefficient in affine.terms:
            total = coefficients.get(variable, Fraction(0)) + factor * coefficient
            coefficients[variable] = total
    kept = [(v, c) for v, c in coefficients.items() if c]
    return Affine(tuple(sorted(kept, key=lambda term: term_sort_key(term[0]))), constant)


def check_relation_size(graph: AndInverterGraph, literal: Literal) -> Literal:
    """Return the literal. Raises `LoweringLimitExceeded` if the numbers of its relation
    are too long.
    """
    atom = graph.atoms[literal >> 1]
    if isinstance(atom, Linear):
        check_bit_size(bit_size(atom.bound) + sum(bit_size(c) for _, c in atom.terms))
    return literal


def check_term_size(affine: Affine) -> Affine:
    """Return the term. Raises `LoweringLimitExceeded` if its numbers are too long."""
    check_bit_size(bit_size(affine.constant) + sum(bit_size(c) for _, c in affine.terms))
    return affine


def check_bit_size(many: int) -> None:
    if many > MAX_RELATION_BITS:
        raise LoweringLimitExceeded(TOO_LONG)


def grid_step(variable: Variable) -> Fraction | None:
    """Return the distance between neighbouring values; None if the values are dense."""
    if isinstance(variable, Size):
        return Fraction(1)
    match variable.type.kind:
        case Kind.INT:
            return Fraction(1)
        case Kind.DATE:
            return DAY
        case Kind.NUMBER | Kind.TIME | Kind.DURATION:
            return None
        case Kind.BOOL | Kind.ENUM | Kind.SET | Kind.TEXT as kind:
            raise AssertionError(f"{kind} is no quantity")
        case _:
            assert_never(variable.type.kind)


def compare_quantities(graph: AndInverterGraph, left: Affine, op: str, right: Affine) -> Literal:
    """Return the literal of `left op right`, with op one of = != < <= > >=."""
    if op in ("!=", ">", ">="):
        return compare_quantities(graph, left, {"!=": "=", ">": "<=", ">=": "<"}[op], right) ^ 1
    if not right.terms and _is_plain_variable(left):  # By far the most frequent comparison.
        return linear_atom(graph, left.terms, op, right.constant)
    difference = weighted_sum(((Fraction(1), left), (Fraction(-1), right)))
    bound = -difference.constant
    if not difference.terms:
        true = {"=": bound == 0, "<": bound > 0, "<=": bound >= 0}[op]
        return TRUE if true else FALSE
    first = difference.terms[0][1]
    terms = tuple((variable, c / first) for variable, c in difference.terms)
    bound /= first
    if op != "=" and first < 0:  # Dividing by a negative number has reversed the comparison.
        return linear_atom(graph, terms, {"<": "<=", "<=": "<"}[op], bound) ^ 1
    return linear_atom(graph, terms, op, bound)


def _is_plain_variable(affine: Affine) -> bool:
    return len(affine.terms) == 1 and affine.terms[0][1] == 1 and not affine.constant


def linear_atom(
    graph: AndInverterGraph, terms: tuple[tuple[Variable, Fraction], ...], op: str, bound: Fraction
) -> Literal:
    """Return the literal of an atom in normal form. Bounds are rounded to the grid of the
    variable's values, and what the calendar decides is constant.
    """
    if len(terms) == 1 and isinstance(terms[0][0], Fact) and terms[0][0].type.kind in CALENDAR:
        first, end = CALENDAR[terms[0][0].type.kind]
        if bound < first or (bound == first and op == "<"):
            return FALSE
        if bound >= end:
            return FALSE if op == "=" else TRUE
    step = grid_step(terms[0][0]) if len(terms) == 1 else None
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


def compare_text_terms(
    graph: AndInverterGraph, left: Fact | str, op: str, right: Fact | str, folding: bool = False
) -> Literal:
    """Return the literal of `left op right` by code point, with op one of = != < <= > >=; with
    `folding`, facts are case-folded first.
    """
    if op in ("!=", ">", ">="):
        opposite = {"!=": "=", ">": "<=", ">=": "<"}[op]
        return compare_text_terms(graph, left, opposite, right, folding) ^ 1
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


def relate_texts(
    graph: AndInverterGraph, left: Fact, op: str, right: Fact, folding: bool
) -> Literal:
    if left is right:
        return FALSE if op == "<" else TRUE
    if op == "<=":
        return graph.atom(TextRelation(right, "<", left, folding)) ^ 1
    if op == "=" and right.name < left.name:
        left, right = right, left
    return graph.atom(TextRelation(left, op, right, folding))
