"""Very many instructions or facts of one decision: what is done grows as they do, and means the
same."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import cycle, islice
from random import Random
from typing import Any

import pytest

import specdsl
from tests.agreement.judges import Judges
from tests.random_specs import random_draft, random_situation

SPEC = """
authority owner > staff > user
principal boss at owner implied at user
principal clerk at staff
principal caller at user
fact x: bool
decision d: a > b > c > e
rule r1 at user when x then d is not a
rule r2 at user when x then d is not b
rule r3 at owner then d may be c
"""
KINDS: dict[str, list[tuple[str, str, str | None]]] = {
    "all alike": [("caller", "d is b", None)],
    "each against the other": [("caller", "d is b", None), ("caller", "d in {a, c}", None)],
    "permissions too": [
        ("caller", "d is b", None),
        ("clerk", "d in {a, c}", None),
        ("caller", "d may be a", None),
        ("boss", "d is not e", "user"),
        ("boss", "d may be a or e", None),
    ],
}


def says(kind: str, many: int) -> list[dict[str, Any]]:
    return [
        {"by": by, "effect": effect, **({"at": at} if at else {})}
        for by, effect, at in islice(cycle(KINDS[kind]), many)
    ]


def calls(work: Callable[[], object]) -> int:
    """How many functions are called, those that are built in too."""
    count = 0

    def called(frame: object, event: str, arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(called)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_done_grows_as_they_do(kind: str) -> None:
    policy = specdsl.compile(specdsl.loads(SPEC), checked=False)

    def explained(many: int) -> Callable[[], object]:
        return lambda: str(policy.decide({"x": True}, says(kind, many)).explain())

    explained(10)()
    assert calls(explained(800)) < 2.3 * calls(explained(400))


def test_what_unknown_facts_could_change_is_found_in_one_go() -> None:
    """Each unknown fact is looked at in what is left of the rules, not in all of them again."""

    def explained(known: int) -> Callable[[], object]:
        facts = "".join(f"fact k{i}: int\n" for i in range(known))
        open_ = "".join(f"fact u{i}: bool?\n" for i in range(20))
        rules = "".join(f"rule r{i} at owner when k{i} > 3 then d is b\n" for i in range(known))
        rules += "".join(f"rule o{i} at owner when u{i} then d is b\n" for i in range(20))
        spec = f"authority owner\n{facts}{open_}decision d: a > b\n{rules}"
        policy = specdsl.compile(specdsl.loads(spec), checked=False)
        given = dict.fromkeys((f"k{i}" for i in range(known)), 1)
        found = policy.decide(given).explain().to_dict()["decisions"]["d"]["unknown"]
        assert found == {f"u{i}": ["b"] for i in range(20)}
        return lambda: policy.decide(given).explain().to_dict()

    assert calls(explained(200)) < 2.3 * calls(explained(100))


@pytest.mark.parametrize("seed", range(40))
def test_many_mean_what_the_reference_says(seed: int) -> None:
    random = Random(seed)
    judges = Judges(random_draft(7_000_000 + seed, small=seed % 2 == 0).text)
    for _ in range(4):
        found = [random_situation(random, judges.spec) for _ in range(12)]
        situation = {**found[0], "says": [one for each in found for one in each["says"]]}
        assert not judges.differences(situation)
