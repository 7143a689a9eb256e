"""Look-ups of facts: in the order of what they tell, and only while they matter."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

import specdsl
from specdsl.facts import LookupFailed
from tests.facts.test_open_facts import REFUNDS, policy
from tests.random_specs import random_situation

EXAMPLES = Path(specdsl.__file__).parent.parent / "examples"

Asked = list[str]


def lookups(values: Mapping[str, Any], asked: Asked) -> dict[str, Callable[[], Any]]:
    def look_up(name: str) -> Any:
        asked.append(name)
        return values[name]

    return {name: partial(look_up, name) for name in values}


VALUES = {"topic": "refund", "amount": 200, "approved": None, "vip": True}


def test_everything_that_matters_is_asked() -> None:
    asked: Asked = []
    found = policy(REFUNDS).decide_with(lookups(VALUES, asked))
    assert dict(found) == dict(policy(REFUNDS).decide(VALUES)) == {"pay": "no", "tone": "warm"}
    assert asked == list(found.looked_up) == ["vip", "amount", "topic", "approved"]
    assert found.looked_up == VALUES
    assert found.filled_in == {}
    assert found.because == {"pay": ("cap",), "tone": ("kind",)}


def test_nothing_else_is_asked() -> None:
    asked: Asked = []
    found = policy(REFUNDS).decide_with(lookups(VALUES, asked), {"topic": "other", "vip": False})
    assert (asked, dict(found)) == ([], {"pay": "yes", "tone": "plain"})
    assert found.filled_in == {"amount": 0}
    assert pickle.loads(pickle.dumps(found)) == found


def test_only_the_decisions_asked_for() -> None:
    asked: Asked = []
    found = policy(REFUNDS).decide_with(lookups(VALUES, asked), decisions=["tone"])
    assert (asked, dict(found)) == (["vip"], {"tone": "warm"})


def test_what_nobody_can_look_up() -> None:
    """What may be unknown stays it; what is required is missing before anything is asked."""
    asked: Asked = []
    some = {name: look_up for name, look_up in lookups(VALUES, asked).items() if name != "approved"}
    assert policy(REFUNDS).decide_with(some).pay == "no"
    assert "approved" not in asked
    del asked[:], some["vip"]
    with pytest.raises(specdsl.BadInput, match="vip: it is missing"):
        policy(REFUNDS).decide_with(some, {"topic": "refund"})
    assert asked == []


def test_failures_name_the_fact() -> None:
    def fail() -> Any:
        raise OSError("password=hunter2")

    with pytest.raises(LookupFailed, match=r"^vip: its look-up raised OSError$") as problem:
        policy(REFUNDS).decide_with({**lookups(VALUES, []), "vip": fail})
    assert problem.value.fact == "vip"
    assert isinstance(problem.value.__cause__, OSError)
    assert pickle.loads(pickle.dumps(problem.value)).fact == "vip"
    for bad, text in ((17, "vip: it is not true or false"), (None, "vip: it is missing")):
        with pytest.raises(specdsl.BadInput, match=text):
            policy(REFUNDS).decide_with(lookups({**VALUES, "vip": bad}, []))
    with pytest.raises(specdsl.BadInput, match="vpi: there is no such fact"):
        policy(REFUNDS).decide_with({**lookups(VALUES, []), "vpi": fail})


def test_asynchronous_look_ups() -> None:
    asked: Asked = []

    async def vip() -> bool:
        await asyncio.sleep(0)
        asked.append("vip")
        return True

    async def fail() -> bool:
        raise OSError

    both = {**lookups(VALUES, asked), "vip": vip}
    found = asyncio.run(policy(REFUNDS).decide_with_async(both))
    assert asked == ["vip", "amount", "topic", "approved"]
    assert dict(found) == {"pay": "no", "tone": "warm"}
    with pytest.raises(LookupFailed, match="vip: its look-up raised OSError"):
        asyncio.run(policy(REFUNDS).decide_with_async({**both, "vip": fail}))
    with pytest.raises(LookupFailed, match="vip: it has to be awaited"):
        policy(REFUNDS).decide_with(both)


class Stop(Exception):
    """Raised by the first look-up."""


@pytest.mark.parametrize("example", ["airline/airline.spec", "shop/shop.spec"])
def test_the_first_look_up_is_of_the_first_open_fact(example: str) -> None:
    """Also where not all open facts are searched for."""
    made = specdsl.compile(specdsl.load(EXAMPLES / example), checked=False)
    random, compared = Random(1), 0
    for _ in range(8):
        facts = random_situation(random, made.model, bad=0)["facts"]
        known = {name: value for name, value in facts.items() if random.random() < 0.3}
        asked: Asked = []

        def stop(name: str, asked: Asked = asked) -> Any:
            asked.append(name)
            raise Stop

        try:
            found = made.open_facts(known)
        except specdsl.BadInput:
            continue
        if found:
            unknown = [fact.name for fact in made.facts if known.get(fact.name) is None]
            with pytest.raises(LookupFailed):
                made.decide_with({name: partial(stop, name) for name in unknown}, known)
            assert asked == list(found[:1])
            compared += 1
    assert compared


CLASHING = """
spec clashing
authority root
fact a, b: bool
decision d: x > y
decision e: x > y
rule one at root when a then d is x
rule two at root when a then d is y
rule three at root when b then e is y
"""


def test_a_contradiction_of_what_is_asked_for() -> None:
    look = lookups({"a": True, "b": True}, [])
    with pytest.raises(specdsl.Contradiction):
        policy(CLASHING).decide_with(look)
    assert dict(policy(CLASHING).decide_with(look, decisions=["e"])) == {"e": "y"}


def test_an_assumption_is_kept_by_what_is_filled_in() -> None:
    text = REFUNDS + "assume told: approved is known and amount > 5\n"
    found = policy(text).decide_with(lookups(VALUES, []), {"topic": "other", "vip": False})
    assert dict(found) == {"pay": "yes", "tone": "plain"}
    assert found.filled_in["amount"] > 5
    assert found.filled_in["approved"] is not None
