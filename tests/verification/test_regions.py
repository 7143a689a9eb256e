"""Undecided situations: the regions named are exactly those where the default is taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

import specdsl
from specdsl.base.diagnostics import Diagnostic
from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.traversal import decisions_read
from specdsl.pipeline import load_text
from specdsl.semantics.reference.kleene import Valuation, evaluate
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
    spec = load_text(f"{text}\n{asked}", "regions.spec").require_circuit().spec
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
            world = Valuation({fact: values[fact.name] for fact in facts_of(claim)}, taken)
            holds[name] = readable(claim, taken) and evaluate(claim, world) is True
        yield Silent(vector, holds)


def readable(claim: m.Expr, taken: Mapping[m.DecisionModel, str]) -> bool:
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


def spec_of(text: str) -> m.SpecModel:
    return specdsl.loads(text).model


FACTS = """
fact a, b, c: date
fact t, u: time
fact d, e: duration
fact n, k: int
fact x, y: number
fact s: set of {red, blue, green}
fact w, v: text
fact m: {one, two, three}
"""

CONDITIONS = [
    "n >= 18 and n < 65",
    "n = 3",
    "x != 2.5 or y > 1/3",
    "n in {1, 2, 4}",
    "n + 2 * k > 7",
    "2 * x - 3 * y <= -4.5",
    "a > 2025-03-01",
    "a + d < 2025-03-01",
    "a + d + 12h >= 2025-03-01",
    "d + d + e <= 36h",
    "a - b > 30d",
    "a - b + d <= 2d",
    "2 * (a - b) > d",
    "(a - b) - (c - a) > 5d",
    "a + (b - c) > 2025-03-01",
    "t > 2025-03-01T12:00:00Z and t - u < 90m",
    "t + d = u",
    "size of s >= 2",
    "size of s > n",
    "s has red and not s has blue",
    "s has none of {red, green}",
    "m is one or m is three",
    'w like "a*" or w = "b"',
    "w < v",
    "max(x, y) > 3",
    "x > y if n > 0 else m is two",
]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_regions_are_conditions_of_the_language(condition: str) -> None:
    """Together they are proved to say the same as the condition that they are regions of."""
    text = (
        f"authority owner {FACTS} decision answer: yes > no\n"
        f"rule r at owner unless {condition} then answer is no\n"
    )
    regions = regions_of(text)["answer"]
    asserts = [f'assert "{i}": {condition} when {one}' for i, one in enumerate(regions)]
    asserts.append(f'assert "all": {" or ".join(f"({one})" for one in regions)} when {condition}')
    report = specdsl.check(specdsl.loads(text + "\n".join(asserts)))
    assert not [one.message for one in report.findings if one.code.name == "refuted-assertion"]
    assert not report.unproved


GAPS = """
authority root
fact amount: int 0..1000000
fact share: number 0..1?
fact c0, c1, c2, c3, c4, c5, c6, c7, c8: bool
decision refund: pay > ask
rule small at root when amount < 1000 and c0 then refund is pay
rule large at root when amount > 1000 and c0 then refund is ask
rule low at root when share < 0.5 and (c1 and c2 or c3 and c4 or c5 and c6 or c7 and c8)
  then refund is ask
rule high at root when share > 0.5 and (c1 and c2 or c3 and c4 or c5 and c6 or c7 and c8)
  then refund is ask
"""


def undecided(text: str) -> Diagnostic:
    found = specdsl.check(specdsl.loads(text)).findings
    (one,) = (f for f in found if f.code.name == "undecided-situations")
    return one


def test_a_gap_between_two_limits_comes_first_and_nothing_is_cut_off() -> None:
    """Of very many regions not all are looked for: those are."""
    found = undecided(GAPS)
    assert not found.fields["complete"]
    assert any("amount = 1000" in one for one in found.fields["regions"][:2])
    assert any("share = 0.5" in one for one in found.fields["regions"][:2])
    (where,) = (note.text for note in found.notes if note.title == "where")
    listed = " ".join(where.split())
    assert all(region in listed for region in found.fields["regions"])
    assert listed.endswith("and more")


def test_what_no_value_can_be_is_said_as_unknown() -> None:
    found = undecided(
        """
        authority root
        fact i0: int 1..?
        fact i1: int ..9?
        fact tags: set of {a, b}?
        decision d: a > b
        rule r1 at root when i0 > -1 and i1 <= 12 and size of tags < 4 then d is b
        """
    )
    assert found.fields["regions"] == ["i0 is unknown", "i1 is unknown", "tags is unknown"]
