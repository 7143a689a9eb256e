"""What is seen without a solver: partial situations, and how few facts have to be named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import pytest

import specdsl
from specdsl.api import start_session
from specdsl.checks import sensitive_to_unknown, undecided_situations
from specdsl.frontend.model.nodes import DecisionModel
from specdsl.reasoning.prover import Undetermined
from specdsl.reasoning.simulation.samples import Sampler
from specdsl.reasoning.simulation.ternary_batch import (
    Assignment,
    PartialAssignments,
    TernarySimulator,
)
from specdsl.semantics.fact_values import FactValues
from specdsl.situations.situation import default_of, to_json
from specdsl.verification.check_session import CheckSession
from tests.random_specs import random_spec

SEEDS = range(40)


def points_of(found: CheckSession, decision: DecisionModel) -> Sampler:
    quiet = found.uninstructed_world.resolution_of(decision)
    roots = (
        quiet.taken,
        quiet.decided,
        *quiet.outcome,
        found.uninstructed_world.assumptions_hold(),
    )
    return Sampler(found.circuit.graph, roots)


def drawn(points: Sampler, count: int, draw: Random) -> list[list[int]]:
    sizes = [len(column.values) for column in points.columns]
    return [[draw.randrange(size) for size in sizes] for _ in range(count)]


@pytest.mark.parametrize("seed", SEEDS)
def test_whole_situations_are_settled_as_they_are(seed: int) -> None:
    found = start_session(specdsl.loads(random_spec(seed)))
    graph = found.circuit.graph
    for decision in found.spec.decisions:
        points = points_of(found, decision)
        wholes = drawn(points, 40, Random(seed))
        settled = TernarySimulator(graph, points.nodes, points.columns).evaluate(
            PartialAssignments.from_assignments(wholes)
        )
        for i, picks in enumerate(wholes):
            values = {
                fact: value
                for column, pick in zip(points.columns, picks, strict=True)
                for fact, value in zip(column.facts, column.values[pick], strict=True)
            }
            truth = graph.evaluator(FactValues(values).holds)
            for node in points.nodes:
                assert bool(settled.true[node] >> i & 1) is truth(2 * node)
                assert bool(settled.false[node] >> i & 1) is not truth(2 * node)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_settled_holds_whatever_the_other_facts_are(seed: int) -> None:
    found = start_session(specdsl.loads(random_spec(seed)))
    draw, somewhere = Random(seed), 0
    for decision in found.spec.decisions:
        points = points_of(found, decision)
        partial = TernarySimulator(found.circuit.graph, points.nodes, points.columns)
        wholes = drawn(points, 200, draw)
        few: Assignment = [pick if draw.random() < 0.5 else None for pick in wholes[0]]
        agreeing = [
            [pick if own is None else own for own, pick in zip(few, whole, strict=True)]
            for whole in wholes
        ]
        open_, whole = (
            partial.evaluate(PartialAssignments.from_assignments([few])),
            partial.evaluate(PartialAssignments.from_assignments(agreeing)),
        )
        every = (1 << len(agreeing)) - 1
        for node in points.nodes:
            assert not open_.true[node] or whole.true[node] == every
            assert not open_.false[node] or whole.false[node] == every
            somewhere += open_.true[node] | open_.false[node]
    assert somewhere


def notes(found: CheckSession) -> list[tuple[str, Mapping[str, Any]]]:
    findings = [
        *undecided_situations.find_undecided_situations(found).diagnostics,
        *sensitive_to_unknown.find_sensitive_decisions(found).diagnostics,
    ]
    return [(one.code.name, one.fields) for one in findings]


def about(found: list[tuple[str, Mapping[str, Any]]]) -> Counter[tuple[str, str, str]]:
    return Counter((name, fields["decision"], fields.get("fact", "")) for name, fields in found)


def completions(
    found: CheckSession, decision: DecisionModel, named: Mapping[str, Any]
) -> Iterator[Any]:
    """Facts that agree with those named."""
    points = points_of(found, decision)
    others = {fact.name: to_json(fact, default_of(fact)) for fact in found.spec.facts}
    for picks in drawn(points, 60, Random(0)):
        values = {
            fact.name: to_json(fact, value)
            for column, pick in zip(points.columns, picks, strict=True)
            for fact, value in zip(column.facts, column.values[pick], strict=True)
        }
        yield {**others, **values, **named}


def outcome(found: CheckSession, decision: DecisionModel, facts: Mapping[str, Any]) -> Any:
    """What is decided, and whether; None where that cannot be."""
    try:
        taken = found.replay({"facts": facts, "says": []})[decision.name]
    except Undetermined:
        return None
    return taken.outcome, taken.decided


@pytest.mark.parametrize("seed", SEEDS)
def test_without_a_solver_the_facts_named_are_enough(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = specdsl.loads(random_spec(seed))
    exactly = notes(start_session(spec))
    monkeypatch.setattr(sensitive_to_unknown, "SMALL_DECISION", 0)
    monkeypatch.setattr(undecided_situations, "FEW_TERMS", 0)
    found = start_session(spec)
    seen = notes(found)
    assert about(seen) == about(exactly)
    decisions = {decision.name: decision for decision in found.spec.decisions}
    for _, fields in seen:
        decision, situation = decisions[fields["decision"]], fields["situation"]
        for facts in (
            completions(found, decision, situation["facts"]) if not situation["says"] else ()
        ):
            here = outcome(found, decision, facts)
            if "fact" in fields:
                known = fields["other_situation"]["facts"][fields["fact"]]
                there = outcome(found, decision, {**facts, fields["fact"]: known})
                assert here is None or there is None or here[0] != there[0]
            else:
                assert here in (None, (decision.outcomes[decision.fallback], False))
