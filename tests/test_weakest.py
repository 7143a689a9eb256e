"""Conflicts of a relation with bounds are put as weakly as can be, and stay conflicts."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import pytest

from specdsl.circuit.graph import Linear
from specdsl.circuit.terms import Variable
from specdsl.model.nodes import Fact
from specdsl.policy import loads
from specdsl.solver.weakest import Bound, weakest

SPEC = """
authority root
decision d: a > b
fact x, y, z: int
rule r at root when x + y + z > 0 then d is b
"""
VALUES = range(-9, 10)
CUTS = range(-4, 5)


def _holds(relation: Linear, values: tuple[int, ...]) -> bool:
    total = sum(c * v for (_, c), v in zip(relation.terms, values, strict=True))
    return total <= relation.bound if relation.op == "<=" else total < relation.bound


def _bounded(literal: int, cut: dict[int, tuple[int, int]], values: tuple[int, ...]) -> bool:
    i, most = cut[abs(literal)]
    return (values[i] <= most) is (literal > 0)


@pytest.mark.parametrize("seed", range(60))
def test_weaker_bounds_that_still_exclude(seed: int) -> None:
    random = Random(seed)
    facts: tuple[Fact, ...] = loads(SPEC).model.facts
    terms = tuple((f, Fraction(random.choice([1, -1, 2]))) for f in facts[: random.choice([2, 3])])
    relation = Linear(terms, random.choice(["<=", "<"]), Fraction(random.randint(-6, 6)))
    holds = random.random() < 0.5
    cut = {1 + i * len(CUTS) + k: (i, c) for i in range(len(terms)) for k, c in enumerate(CUTS)}
    bounds: dict[Variable, list[Bound]] = {
        fact: [(Fraction(c), True, name) for name, (j, c) in cut.items() if j == i]
        for i, (fact, _) in enumerate(terms)
    }

    def excludes(literals: tuple[int, ...]) -> bool:
        return not any(
            _holds(relation, values) is holds and all(_bounded(b, cut, values) for b in literals)
            for values in product(VALUES, repeat=len(terms))
        )

    core = tuple(
        random.choice([-1, 1]) * random.choice([n for n, (j, _) in cut.items() if j == i])
        for i in range(len(terms))
    )
    found = weakest(relation, holds, core, bounds)
    if found is None:
        right = all(
            (lit > 0) is ((c > 0) is not holds) for lit, (_, c) in zip(core, terms, strict=True)
        )
        assert not right or not excludes(core)
        return
    assert excludes(core)
    assert excludes(found)
    for i, literal in enumerate(found):
        weaker = literal + 1  # the next higher upper bound, or the next lower lower bound
        if abs(weaker) in cut and cut[abs(weaker)][0] == i:
            assert not excludes((*found[:i], weaker, *found[i + 1 :]))
