"""What is reached is what instructions can lead to: all of it, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, product
from random import Random
from typing import Any

import pytest

from specdsl.frontend.model import nodes as m
from specdsl.pipeline import load_text
from specdsl.semantics import reference
from specdsl.semantics.reference import ReferenceAnswer
from specdsl.semantics.reference.read_facts import read_facts
from tests.bruteforce import variants
from tests.bruteforce.machine import FAILED, UNTAKEN, Result
from tests.bruteforce.study import Study
from tests.bruteforce.worlds import Side, Vector
from tests.random_specs import random_situation, random_spec


def studied(seed: int) -> Study:
    return Study(load_text(random_spec(seed)).require_circuit().spec)


def situations(study: Study, random: Random, count: int) -> Iterator[Mapping[str, Any]]:
    for _ in range(count):
        yield random_situation(random, study.written, bad=0)


def vector(spec: m.SpecModel, answer: ReferenceAnswer) -> Vector:
    """The interpreter's answer in the enumerator's form."""
    found = {}
    for decision in spec.decisions:
        verdict = answer[decision.name]
        if verdict.outcome is not None:
            number = decision.outcomes.index(verdict.outcome)
            found[decision.name] = Result(number, verdict.decided, verdict.conflicted)
        else:
            failed = Result(FAILED, False, True)
            found[decision.name] = failed if verdict.failed else UNTAKEN
    return found


def side(study: Study, facts: Mapping[str, Any]) -> Side:
    values, _ = read_facts(study.written, facts)
    named = {fact.name: value for fact, value in values.items()}
    return Side(study.meaning, study.conditions.profile(named))


@pytest.mark.parametrize("seed", range(80))
def test_every_situation_is_reached(seed: int) -> None:
    """One random situation after the other: its results, and the rules of its clashes."""
    study, random = studied(seed), Random(seed)
    for situation in situations(study, random, 25):
        answer = reference.decide(study.written, situation["facts"], situation["says"])
        if answer.faults:
            continue
        found = vector(study.written, answer)
        assert found in list(study.explorer.vectors(side(study, situation["facts"]))), situation
        for verdict in answer.verdicts:
            for rules in verdict.clashes:
                assert (verdict.decision, rules) in study.seen.clashes


@pytest.mark.parametrize("seed", range(60))
def test_every_pair_of_situations_is_reached(seed: int) -> None:
    """With the same instructions and other facts."""
    study, random = studied(seed), Random(seed)
    names = [found.decision.name for found in study.meaning.decisions]
    for one in situations(study, random, 12):
        other = random_situation(random, study.written, bad=0)["facts"]
        answers = [
            reference.decide(study.written, facts, one["says"]) for facts in (one["facts"], other)
        ]
        if any(answer.faults for answer in answers):
            continue
        sides = side(study, one["facts"]), side(study, other)
        pairs = study.explorer.pairs(*sides, None, names)
        assert tuple(vector(study.written, a) for a in answers) in list(pairs), (one, other)


@pytest.mark.parametrize("seed", range(40))
def test_without_a_rule(seed: int) -> None:
    """Where leaving a rule out changes a random situation, it is not called removable."""
    study, random = studied(seed), Random(seed)
    spec = study.written
    for rule in spec.rules:
        made = variants.without_rule(spec, rule)
        changed = any(
            vector(spec, answer) != vector(spec, reference.decide(made, s["facts"], s["says"]))
            for s in situations(study, random, 30)
            if not (answer := reference.decide(spec, s["facts"], s["says"])).faults
        )
        inner = next(one for one in study.spec.rules if one.name == rule.name)
        if changed:
            other = study.variant(variants.without_rule(study.spec, inner))
            assert any(
                study.explorer.changes(Side(study.meaning, p), Side(other, p))
                for p in study.distinct
            )


SHORT = """
authority top > low
principal boss at top
decision d: a > b > c {settled}
rule r0 at top then d {first}
rule r1 at low then d {second}
rule r2 at low then d {third}
"""
EFFECTS = ("is a", "is not a", "in {a, c}", "may be c")
SAID = tuple(
    {"by": "boss", "effect": f"d in {{{', '.join(some)}}}"}
    for count in (1, 2)
    for some in combinations("abc", count)
) + tuple(
    {"by": "boss", "effect": f"d may be {' or '.join(some)}"}
    for count in (1, 2, 3)
    for some in combinations("abc", count)
)


@pytest.mark.parametrize("first", EFFECTS)
@pytest.mark.parametrize("settled", ["", "on conflict b"])
def test_nothing_else_is_reached(first: str, settled: str) -> None:
    """Lists of up to three instructions lead to all that is reached: here that many are enough."""
    for second, third in (("is a", "is b"), ("is not a", "may be a"), ("in {b, c}", "is c")):
        text = SHORT.format(first=first, second=second, third=third, settled=settled)
        spec = load_text(text).require_circuit().spec
        study = Study(spec)
        (only,) = study.sides()
        reached = {one["d"] for one in study.explorer.vectors(only)}
        lists = (says for length in range(4) for says in product(SAID, repeat=length))
        assert {vector(spec, reference.decide(spec, {}, s))["d"] for s in lists} == reached, text
