"""What is settled in one case is settled among many, and is so whatever the open facts are."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

import specdsl
from specdsl.reasoning.simulation.ternary import TernaryEvaluator
from specdsl.semantics.aig import AndInverterGraph, Input, IsTrue

TEXT = "authority top\nfact a, b, c: bool\ndecision d: x > y\n"


@pytest.mark.parametrize("seed", range(40))
def test_what_is_settled_holds_however_the_rest_turns_out(seed: int) -> None:
    random, graph = Random(seed), AndInverterGraph()
    facts = specdsl.loads(TEXT).model.facts
    inputs = [graph.atom(Input(f"said {i}")) for i in range(3)]
    literals = [*inputs, *(graph.atom(IsTrue(fact)) for fact in facts)]
    for _ in range(14):
        parts = [one ^ random.randrange(2) for one in random.sample(literals, random.randint(2, 3))]
        literals.append(graph.all_of(parts))
    three = TernaryEvaluator(graph, graph.cone(literals))
    named = {fact: random.random() < 0.5 for fact in facts if random.random() < 0.6}
    said = [one ^ random.randrange(2) for one in inputs if random.random() < 0.7]
    one, some = three.evaluate(named, said), random.choice(facts)
    each = three.evaluate_each(named, frozenset(said), some, (True, False))
    cases = [three.evaluate({**named, some: value}, said) for value in (True, False)]
    open_facts = [fact for fact in facts if fact not in named]
    for literal in (side for found in literals for side in (found, found ^ 1)):
        for i, case in enumerate(cases):
            assert case.holds(literal) == bool(each.holds(literal) >> i & 1)
            assert case.holds(literal) or some in named or not one.holds(literal)
        for values in product((False, True), repeat=len(open_facts)) if one.holds(literal) else ():
            whole = {**named, **dict(zip(open_facts, values, strict=True))}
            assert three.evaluate(whole, said).holds(literal)
