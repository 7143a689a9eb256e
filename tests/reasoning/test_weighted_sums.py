"""Sums of numbers in many situations at once say of each relation what its definition says."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

import specdsl
from specdsl.reasoning.domains.representatives import Representatives
from specdsl.reasoning.simulation.weighted_sums import WeightedSum
from specdsl.semantics.aig import Linear, Node
from specdsl.semantics.fact_values import FactValue, FactValues

TEXT = """
authority top
fact a: number
fact b: number?
fact c: int?
decision x: y > z
"""
FACTS = specdsl.loads(TEXT).model.facts
NUMBERS = st.fractions(-4, 4, max_denominator=3)
WEIGHTS = st.sampled_from([Fraction(n) for n in (-2, -1, 1, 3)])


@st.composite
def relations(draw: st.DrawFn) -> dict[Node, Linear]:
    """Relations of two sums of all facts, with several bounds each."""
    found: dict[Node, Linear] = {}
    for _ in range(2):
        terms = tuple((fact, draw(WEIGHTS)) for fact in FACTS)
        for _ in range(draw(st.integers(1, 4))):
            op = draw(st.sampled_from(["<", "<=", "="]))
            found[Node(len(found) + 1)] = Linear(terms, op, draw(NUMBERS) / 2)
    return found


@st.composite
def columns(draw: st.DrawFn) -> list[Representatives]:
    """A few values of each fact, unknown last where it may be."""
    found: list[Representatives] = []
    for fact in FACTS:
        numbers: list[FactValue] = [*draw(st.sets(NUMBERS, min_size=1, max_size=3))]
        values = [*numbers, None] if fact.optional else numbers
        found.append(Representatives((fact,), tuple((v,) for v in values), {}, True))
    return found


@given(relations(), columns())
def test_each_case_has_the_truth_of_its_facts(
    given_relations: dict[Node, Linear], some: list[Representatives]
) -> None:
    every = [*product(*(range(len(column.values)) for column in some))]
    chosen = [*zip(*every, strict=True)]
    named = [
        {pick: sum(1 << n for n, one in enumerate(picks) if one == pick) for pick in {*picks}}
        for picks in chosen
    ]
    for sums in WeightedSum.of_relations(given_relations, some):
        ways = sums.totals_of_samples(chosen), sums.totals_of_cases(named, (1 << len(every)) - 1)
        for totals in ways:
            true, false = sums.truth_of(totals)
            for node in sums.nodes:
                for n, picks in enumerate(every):
                    values = zip(some, picks, strict=True)
                    facts = FactValues({c.facts[0]: c.values[pick][0] for c, pick in values})
                    holds = facts.holds(given_relations[node])
                    assert (true[node] >> n & 1, false[node] >> n & 1) == (holds, not holds)


@given(relations(), columns())
def test_without_a_fact_nothing_is_said(
    given_relations: dict[Node, Linear], some: list[Representatives]
) -> None:
    for sums in WeightedSum.of_relations(given_relations, some):
        true, false = sums.truth_of(sums.totals_of_cases([{0: 1}, {0: 1}, {}], 1))
        assert not any((*true.values(), *false.values()))
