"""The faster engine against Z3: the same findings, the same proofs."""

from __future__ import annotations

from itertools import combinations

import pytest

from specdsl.api import replay
from specdsl.base.diagnostics import Report
from specdsl.checks import check, undecided_situations
from specdsl.pipeline import load_text
from specdsl.reasoning.sat import minisat_engine
from specdsl.reasoning.sat.engine import Answer, Limits
from specdsl.reasoning.sat.minisat_engine import LazySmtEngine
from specdsl.semantics.aig import AndInverterGraph
from tests.random_specs import random_spec


def report(text: str, judge: bool) -> Report:
    circuit = load_text(text, "random.spec").require_circuit()
    return check(circuit, replay(circuit), limits=Limits(z3_only=judge))


def told(found: Report) -> list[tuple[object, ...]]:
    """What the engines must agree on: every finding, and what was proved. Of several minimal sets
    of rules that shadow one, and of several minimal lists of regions, each may name another."""
    findings = [
        (
            d.code.id,
            d.severity,
            d.fields["decision"] if d.code is undecided_situations.CODE else d.message,
        )
        for d in found.findings
    ]
    return [*findings, *((c.code.id, c.result) for c in found.checks)]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(24))
def test_both_find_the_same(seed: int) -> None:
    text = random_spec(seed)
    assert told(report(text, judge=False)) == told(report(text, judge=True))


def test_a_hard_query_goes_on_in_another_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine pigeons in eight holes, where one of them may stay away."""
    monkeypatch.setattr(minisat_engine, "EASY_WORK", 10_000)
    engine = LazySmtEngine(Limits(), AndInverterGraph())
    away, idle = engine.new_variable(), engine.new_variable()
    places = [[engine.new_variable() for _ in range(8)] for _ in range(9)]
    for row in places:
        engine.add_clause([*row, away] if row is places[0] else row)
    for one, other in combinations(places, 2):
        for a, b in zip(one, other, strict=True):
            engine.add_clause([-a, -b])
    assert engine.solve([idle, -away]) is Answer.UNSAT
    assert engine.unsat_core() == {-away}
    assert engine.solve([idle]) is Answer.SAT
    assert engine.model_value(away)
    engine.add_clause([-away])
    assert engine.solve([]) is Answer.UNSAT
