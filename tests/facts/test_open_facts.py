"""Which unknown facts can still change an outcome."""

from __future__ import annotations

import pickle
from collections import Counter
from typing import Any

import pytest

import specdsl
from specdsl.facts import OpenFacts
from tests.checks.test_unproved import PATTERNS
from tests.facts.comparison import disagreements
from tests.seeds import seeds

REFUNDS = """
spec refunds
authority shop > customer
principal customer at customer
fact topic: {refund, other}
fact amount: int 0..1000
fact approved: bool?
fact vip: bool
decision pay: yes > no steered by nobody
decision tone: plain > warm
rule cap at shop when topic is refund and amount > 100 unless approved then pay is no
rule kind at customer when vip then tone is warm
"""


def policy(text: str) -> specdsl.Policy:
    return specdsl.compile(specdsl.loads(text), checked=False)


@pytest.mark.parametrize("seed", seeds(0, 25))
def test_random_specs_against_enumeration(seed: int) -> None:
    assert list(disagreements(seed, Counter())) == []


@pytest.mark.parametrize(
    ("facts", "names"),
    [
        ({}, ["vip", "amount", "topic", "approved"]),
        ({"topic": "other"}, ["vip"]),
        ({"topic": "other", "vip": False}, []),
        ({"topic": "refund", "vip": True}, ["amount", "approved"]),
        ({"topic": "refund", "vip": True, "amount": 50}, []),
        ({"topic": "refund", "vip": True, "approved": True}, []),
        ({"amount": 200, "vip": None}, ["vip", "topic", "approved"]),
        ({"topic": "refund", "vip": True, "amount": 200}, ["approved"]),
        ({"topic": "refund", "vip": True, "amount": 200, "approved": None}, ["approved"]),
    ],
)
def test_the_most_telling_comes_first(facts: dict[str, Any], names: list[str]) -> None:
    assert policy(REFUNDS).open_facts(facts) == names


def test_what_was_looked_up_stays_unknown() -> None:
    facts = {"topic": "refund", "amount": 200, "vip": True, "approved": None}
    assert policy(REFUNDS).open_facts(facts, looked_up=["approved"]) == []
    with pytest.raises(specdsl.BadInput, match="vip: it is missing"):
        policy(REFUNDS).open_facts({"topic": "refund"}, looked_up=["vip"])


def test_only_some_decisions() -> None:
    assert policy(REFUNDS).open_facts({}, decisions=["tone"]) == ["vip"]
    assert policy(REFUNDS).open_facts({"vip": True}, decisions=["tone"]) == []


def test_what_is_said_counts() -> None:
    says = [specdsl.Instruction("customer", "tone is plain")]
    assert policy(REFUNDS).open_facts({"topic": "other"}, says) == []


def test_all_faults_are_named() -> None:
    with pytest.raises(specdsl.BadInput) as problem:
        policy(REFUNDS).open_facts(
            {"topic": "refunds", "amonut": 3},
            [{"by": "nobody", "effect": "tone is plain"}],
            looked_up=["nothing", "vip", "amount", "approved"],
            decisions=["toen"],
        )
    names = {fault.name for fault in problem.value.faults}
    assert names == {"topic", "amonut", "amount", "vip", "nobody", "nothing", "toen"}


TIED = """
spec tied
authority root
fact a, b, c: bool
decision d: x > y
assume same: a and b or not a and not b
rule r at root when a then d is y
"""


def test_facts_that_change_only_together() -> None:
    """No situation is left where one of them is changed alone."""
    assert policy(TIED).open_facts({}) == ["a", "b"]
    assert policy(TIED).open_facts({"b": True}) == []


def test_no_completion_is_bad_input() -> None:
    with pytest.raises(specdsl.BadInput, match="same: this assumption is false here, whatever"):
        policy(TIED).open_facts({"a": True, "b": False})


def many_facts(count: int, more: str = "") -> str:
    """Too many combinations for a table."""
    names = [f"f{i}" for i in range(count)]
    return f"""
    spec many
    authority root
    fact {", ".join(names)}: bool?
    fact low, high: int
    fact title, name: text
    decision d: x > y
    rule all_of_them at root when {" and ".join(names)} then d is y
    rule empty at root when low > high and high > low + f_sum then d is y
    rule same at root when title = name and title like "a*" then d is y
    define f_sum = (1 if f0 else 2)
    {more}
    """


def test_many_facts_are_settled_by_a_solver() -> None:
    names = {f"f{i}" for i in range(24)}
    found = policy(many_facts(24)).open_facts({})
    assert set(found) == {*names, "title", "name"}
    assert not found.unproved
    without = policy(many_facts(24)).open_facts({"f3": False, "title": "b"})
    assert without == []
    assert policy(many_facts(24)).open_facts({"f3": False, "title": "ab"}) == ["name"]


def test_many_facts_that_change_only_together() -> None:
    tied = many_facts(24, "assume one: (f1 if f0 else not f1) and f0 is known and f1 is known")
    spec = tied.replace("f0 and f1 and", "f0 and").replace("title = name and ", "")
    facts = {f"f{i}": True for i in range(2, 24)} | {"title": "b", "low": 0, "high": 0}
    assert set(policy(spec).open_facts(facts)) == {"f0", "f1"}


def test_what_is_not_proved_is_named() -> None:
    """No text is told apart by these patterns, which would take too many states to prove."""
    found = policy(PATTERNS).open_facts({})
    assert found == ["name"]
    assert found.unproved == {"name"}


def test_the_result_is_a_tuple_and_equals_a_list() -> None:
    found = OpenFacts(["a", "b"], ["b"])
    assert found == ("a", "b") == tuple(found)
    assert found == ["a", "b"]
    assert found != ["a"]
    assert pickle.loads(pickle.dumps(found)).unproved == {"b"}
    assert not OpenFacts()
