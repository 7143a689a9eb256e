"""A point that elimination finds is one: each relation is so there, each value is possible."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

import specdsl
from specdsl.frontend.model.nodes import Fact, Kind
from specdsl.reasoning.sat.engine import Answer, Limits
from specdsl.reasoning.sat.linear_points import find_point
from specdsl.reasoning.sat.z3_conjunctions import Z3Conjunctions
from specdsl.semantics.aig import AndInverterGraph, Linear
from specdsl.semantics.lower_terms import CALENDAR, DAY, grid_step

TEXT = """
authority top
fact a, b: int
fact c, d: number
fact e, f: date
fact g: time
fact h: duration
decision x: y > z
"""
A, B, C, D, E, F, G, H = specdsl.loads(TEXT).model.facts
UNITS = {Kind.DATE: DAY, Kind.TIME: DAY, Kind.DURATION: Fraction(1)}
WEIGHTS = st.sampled_from([Fraction(n) for n in (-3, -1, 1, 2)])
BOUNDS = st.fractions(-20, 20, max_denominator=3)


@st.composite
def relations(draw: st.DrawFn, *kinds: tuple[Fact, ...]) -> list[tuple[Linear, bool]]:
    """Relations between facts of one of the kinds."""
    facts = draw(st.sampled_from(kinds))
    found: list[tuple[Linear, bool]] = []
    for _ in range(draw(st.integers(1, 6))):
        some = sorted(draw(st.sets(st.sampled_from(facts), min_size=1)), key=lambda f: f.name)
        weights = [Fraction(1), *(draw(WEIGHTS) for _ in some[1:])]
        bound = draw(BOUNDS) * UNITS.get(some[0].type.kind, Fraction(1))
        op = draw(st.sampled_from(["<", "<="]))
        found.append(
            (Linear(tuple(zip(some, weights, strict=True)), op, bound), draw(st.booleans()))
        )
    return found


@given(relations((A, B, C, D), (E, F), (G,), (H,)))
def test_a_point_is_one_of_the_relations(given_relations: list[tuple[Linear, bool]]) -> None:
    point = find_point(given_relations)
    if point is None:
        return
    for atom, holds in given_relations:
        total = sum(c * point[fact] for fact, c in atom.terms)
        assert (total < atom.bound if atom.op == "<" else total <= atom.bound) is holds
    for fact, value in point.items():
        assert isinstance(fact, Fact)
        assert value % (grid_step(fact) or value or 1) == 0
        first, end = CALENDAR.get(fact.type.kind, (value, value + 1))
        assert first <= value < end


@given(relations((C, D)))
def test_between_two_numbers_a_point_is_found_if_there_is_one(
    given_relations: list[tuple[Linear, bool]],
) -> None:
    """Whole numbers apart: elimination is exact for the others."""
    answer = Z3Conjunctions(Limits(), AndInverterGraph()).check(given_relations)
    assert (find_point(given_relations) is not None) is (answer is Answer.SAT)
