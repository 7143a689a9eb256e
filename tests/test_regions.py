"""Undecided situations: the regions named are exactly those where the default is taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

import specdsl
from specdsl.circuit.reference.conditions import World, value
from specdsl.model import nodes as m
from specdsl.model.walk import decisions_read
from specdsl.pipeline import load_text
from tests.bruteforce.linear import Unenumerable
from tests.bruteforce.study import Study
from tests.bruteforce.walk import facts_of
from tests.bruteforce.worlds import Vector, outcomes
from tests.random_specs import random_spec

SEEDS = range(60)


@dataclass(frozen=True, slots=True)
class Silent:
    """What becomes of all in a situation in which nobody says anything, and which of the regions
    asked about hold there."""

    vector: Vector
    holds: Mapping[str, bool]


def regions_of(text: str) -> dict[str, list[str]]:
    """By decision, where it falls to the default; `any` stands for everywhere."""
    found = specdsl.check(specdsl.loads(text)).findings
    named = [f.fields for f in found if f.code.name == "undecided-situations"]
    return {fields["decision"]: fields["regions"] for fields in named if fields["complete"]}


def situations(text: str, conditions: Mapping[str, str]) -> Iterator[Silent]:
    """One of every kind that the spec or the conditions tell apart. Raises `Unenumerable`."""
    asked = "".join(f'assert "region {name}": {c} when {c}\n' for name, c in conditions.items())
    spec = load_text(f"{text}\n{asked}", "regions.spec").whole().spec
    claims = [one.when for one in spec.assertions[-len(conditions) :]] if conditions else []
    study = Study(spec, most=400)
    by_name = {decision.name: decision for decision in spec.decisions}
    for values, profile in zip(study.valuations, study.profiles, strict=True):
        vector: Vector = {}
        for found in study.meaning.decisions:
            now = study.meaning.signature(found, profile, outcomes(vector))
            if now is not None:
                vector[found.decision.name] = found.silent(now.applies)
        taken = {by_name[n]: by_name[n].outcomes[o] for n, o in outcomes(vector).items()}
        holds = {}
        for name, claim in zip(conditions, claims, strict=True):
            assert claim is not None
            world = World({fact: values[fact.name] for fact in facts_of(claim)}, taken)
            holds[name] = readable(claim, taken) and value(claim, world) is True
        yield Silent(vector, holds)


def readable(claim: m.Expr, taken: Mapping[m.Decision, str]) -> bool:
    return decisions_read(claim) <= taken.keys()


@pytest.mark.parametrize("seed", SEEDS)
def test_regions_hold_where_nothing_decides_and_nowhere_else(seed: int) -> None:
    text = random_spec(seed)
    found = regions_of(text)
    conditions = {
        f"{decision} {i}": region
        for decision, regions in found.items()
        for i, region in enumerate(regions)
        if region != "any"
    }
    try:
        every = list(situations(text, conditions))
    except Unenumerable:
        pytest.skip("too many situations")
    alone: set[str] = set()
    for one in every:
        for decision, result in one.vector.items():
            if decision in found and result.outcome >= 0:
                here = [n for n in conditions if n.rsplit(" ", 1)[0] == decision and one.holds[n]]
                everywhere = found[decision] == ["any"]
                assert (everywhere or bool(here)) is not result.decided, (decision, here)
                alone |= set(here) if len(here) == 1 else set()
    reading = {decision.name for decision, read in spec_of(text).reads.items() if read}
    for name, condition in conditions.items():
        decision, _ = name.rsplit(" ", 1)
        assert decision in reading or name in alone, f"{condition} could be left out"


def spec_of(text: str) -> m.Spec:
    return specdsl.loads(text).model
