"""Whatever a caller gives is decided, or is bad input; nothing else is ever raised."""

from __future__ import annotations

import json
import pickle
from datetime import UTC
from decimal import Decimal
from itertools import repeat
from random import Random
from typing import Any

import pytest

import specdsl
from tests.backends.emitted import emitted_module
from tests.runtime import odd_objects as odd

SPEC = """\
authority top > low
principal boss at top implied at low
principal guest without authority
fact late: bool?
fact whole: int?
fact amount: number 0..1000?
fact topic: {x, y}?
fact words: set of {x, y}?
fact name: text?
fact folded: text ignoring case?
fact day: date 0001-01-01..9999-12-31?
fact when_: time 0001-01-01T00:00:00+01:00..?
fact span: duration -1234567.25s..1234567.25s?
fact hidden: {x, y}? SECRET
assume known_: late is known or whole is unknown
decision d: a > b > c
delegate guest at low when topic is x
rule one at top when late or amount > 3.5 or name like "x*" then d is not a
rule two at low when words has x or day > 2025-01-01 or span > 1h then d is c
rule three at low when whole > 3 or when_ > 2025-03-01T00:00:00Z or folded = "late" then d is not c
""".replace("when_", "moment").replace("known_", "it_is_told")
POLICIES = [
    specdsl.compile(specdsl.loads(SPEC.replace("SECRET", word)), checked=False)
    for word in ("", "secret")
]
FACTS = sorted(fact.name for fact in specdsl.loads(SPEC.replace("SECRET", "")).model.facts)


def situation(random: Random) -> tuple[Any, Any]:
    """Mostly with the names of facts and the form of instructions, so that values are read."""
    facts: Any = {name: odd.odd(random) for name in random.sample(FACTS, random.randint(0, 4))}
    says: Any = [instruction(random) for _ in range(random.randint(0, 2))]
    if random.random() < 0.1:
        try:
            facts[odd.odd(random)] = odd.odd(random)
        except Exception:
            facts = odd.odd(random)
    if random.random() < 0.05:
        facts = odd.odd(random)
    if random.random() < 0.05:
        says = odd.odd(random)
    return facts, says


def instruction(random: Random) -> Any:
    if random.random() < 0.3:
        return odd.odd(random)
    found: dict[Any, Any] = {"by": "boss", "effect": "d is not a"}
    found[random.choice(("by", "effect", "at", "implied"))] = odd.odd(random)
    return found


def outcome(policy: specdsl.Policy, facts: Any, says: Any) -> str:
    """Decides, and does with the answer what callers do with it."""
    try:
        decision = policy.decide(facts, says)
    except specdsl.BadInput as error:
        return told(error)
    assert decision.d in ("a", "b", "c")
    str(decision.explain()).encode("utf-8")
    json.dumps(decision.explain().to_dict())
    return "decided"


def told(error: specdsl.BadInput) -> str:
    """On one line, in any encoding, and as JSON; and it can be sent to another process."""
    json.dumps(error.to_dict(), allow_nan=False)
    for text in (str(error), *(f"{f.name} {f.got} {f.suggestion}" for f in error.faults)):
        assert text.encode("utf-8").decode().isprintable(), text
    assert pickle.loads(pickle.dumps(error)).faults == error.faults
    return "bad input"


def test_odd_objects(request: pytest.FixtureRequest) -> None:
    many = int(request.config.getoption("--odd-objects"))
    seen = {"bad input": 0, "decided": 0}
    for seed in range(many):
        random = Random(seed)
        facts, says = situation(random)
        try:
            seen[outcome(POLICIES[seed % 2], facts, says)] += 1
        except Exception as problem:
            raise AssertionError(f"seed {seed}: {type(problem).__name__}: {problem}") from problem
    assert min(seen.values()) > many / 50


# --- each of them --------------------------------------------------------------------------------

RULES = """\
authority top
principal boss at top
fact topic: {x, y}?
fact words: set of {x, y}?
fact name: text?
fact whole: int?
fact amount: number?
fact moment: time?
fact span: duration?
decision d: allow > refuse
"""


def decided(condition: str, facts: Any, says: Any = ()) -> str:
    policy = specdsl.compile(
        specdsl.loads(f"{RULES}rule r at top when {condition} then d is refuse")
    )
    return policy.decide(facts, says).d


@pytest.mark.parametrize(
    ("condition", "facts"),
    [
        ("topic is x", {"topic": odd.Word.ONE}),
        ("topic is x", {"topic": odd.Loud("x")}),
        ("topic is x", {odd.Loud("topic"): "x"}),
        ("words has x", {"words": [odd.Word.ONE]}),
        ("words has x", {"words": iter([odd.Loud("x")])}),
        ('name = "false"', {"name": odd.Word.FALSE}),
        ('name like "x*"', {"name": odd.Loud("xyz")}),
        ("whole = 3", {"whole": odd.Number.THREE}),
        ("whole = 3", {"whole": odd.Whole(3)}),
        ("amount = 1", {"amount": odd.Flag.ONE}),
    ],
)
def test_what_equals_a_value_is_read_as_it(condition: str, facts: Any) -> None:
    """It was accepted, and then was no member at all: what the rule refuses was allowed."""
    assert decided(condition, facts) == "refuse"


@pytest.mark.parametrize(
    "facts",
    [
        {"topic": odd.Colour.RED},
        {"topic": odd.Folding("z")},
        {"name": odd.Other("x")},
        {"moment": odd.Stamp(2025, 3, 1, tzinfo=UTC)},
        {"moment": odd.NotATime(2025, 3, 1, tzinfo=UTC)},
        {"span": odd.Span(1)},
        {"whole": odd.Whole(10**5000)},
        {"amount": Decimal("1E+999999999")},
        {"amount": "1/0"},
        {"words": repeat("x")},
    ],
)
def test_what_says_more_is_bad_input(facts: Any) -> None:
    with pytest.raises(specdsl.BadInput) as caught:
        decided("topic is x", facts)
    assert [fault.name for fault in caught.value.faults] == list(facts)


def test_an_instruction_of_texts_of_another_class() -> None:
    said = {"by": odd.Loud("boss"), "effect": odd.Loud("d is refuse"), "at": odd.Loud("top")}
    policy = specdsl.compile(specdsl.loads(RULES))
    decision = policy.decide({}, [said])
    assert (decision.d, decision.because) == ("refuse", {"d": ("boss",)})
    assert "d is refuse" in str(decision.explain())


@pytest.mark.parametrize(
    ("range_", "words"),
    [
        ("time 0001-01-01T00:00:00+01:00..", "from 0001-01-01T22:59:00+23:59"),
        ("time ..9999-12-31T23:59:59.5-01:00", "to 9999-12-31T01:00:59.5-23:59"),
        ("date ..9999-12-31", "to 9999-12-31"),
        ("duration ..1234567.25s", "to PT1234567.25S"),
        ("duration -2d..1w", "from -P2D to P7D"),
        (f"duration ..{'9' * 390}d", f"to P{'9' * 390}D"),
        ("number 0.5..", "from 0.5"),
    ],
)
def test_every_range_can_be_told(range_: str, words: str) -> None:
    policy = specdsl.Policy(specdsl.loads(f"{RULES}fact it: {range_}").circuit)
    with pytest.raises(specdsl.BadInput) as caught:
        policy.decide({"it": "bad"})
    assert caught.value.faults[0].expected.endswith(words)
    told_ = words.split()[1]
    if "PT" not in told_ and "number" not in range_:
        assert policy.decide({"it": told_}).d == "allow"


def test_what_is_explained_is_what_was_read() -> None:
    """The caller's facts may change in between, and an iterator can be read only once."""
    policy = specdsl.compile(
        specdsl.loads(f"{RULES}rule r at top when topic is x and words has y then d is refuse")
    )
    facts: dict[str, Any] = {"words": iter(["y"])}
    decision = policy.decide(facts, iter([{"by": "boss", "effect": "d is allow"}]))
    before = decision.explain().to_dict()
    assert before["decisions"]["d"]["unknown"] == {}
    told_ = policy.decide({"words": iter(["y"])})
    facts.clear()
    facts["topic"] = 3
    assert decision.explain().to_dict() == before
    assert told_.explain().unknown == {"d": {"topic": ("refuse",)}}


def test_pandas_and_numpy_where_they_are() -> None:
    numpy = pytest.importorskip("numpy")
    pandas = pytest.importorskip("pandas")
    assert decided("whole = 3", {"whole": numpy.int64(3)}) == "refuse"
    assert decided("amount = 0.1", {"amount": numpy.float64(0.1)}) == "refuse"
    assert decided("topic is x", {"topic": numpy.str_("x")}) == "refuse"
    stamp = pandas.Timestamp("2025-03-01T00:00:00Z")
    assert decided("moment = 2025-03-01T00:00:00Z", {"moment": stamp}) == "refuse"
    for wrong in (stamp + pandas.Timedelta(1, "ns"), pandas.NaT, pandas.NA):
        with pytest.raises(specdsl.BadInput):
            decided("moment = 2025-03-01T00:00:00Z", {"moment": wrong})


def test_as_many_instructions_as_may_be_given() -> None:
    """Deciding and explaining them takes as long as they are many, not square or cube of it."""
    policy = specdsl.Policy(specdsl.loads(RULES).circuit)
    effects = ("d is allow", "d is refuse")
    says = [{"by": "boss", "effect": effects[i % 2]} for i in range(10_000)]
    decision = policy.decide({}, says)
    (taken,) = decision.traces
    assert (decision.d, set(decision.because["d"])) == ("refuse", {"boss"})
    assert [part.status for part in taken.parts] == ["standing", "superseded"] * 5_000
    with pytest.raises(specdsl.BadInput, match="longer than 10000"):
        policy.decide({}, says * 2)


def test_many_names_that_are_not_declared() -> None:
    """All are named, the first of them with what could have been meant."""
    names = [f"customer_number_{i}" for i in range(2_000)]
    text = f"authority top\nfact {', '.join(names)}: bool?\ndecision d: a > b"
    with pytest.raises(specdsl.BadInput) as caught:
        specdsl.Policy(specdsl.loads(text).circuit).decide({f"{name}_": 1 for name in names})
    assert [fault.name for fault in caught.value.faults] == [f"{name}_" for name in names]
    assert caught.value.faults[0].suggestion == names[0]


def test_instructions_of_another_module() -> None:
    """That of the library and that of an emitted module are the same to both."""
    policy = specdsl.compile(specdsl.loads(RULES))
    module = emitted_module(policy)
    for kind in (specdsl.Instruction, module.Instruction):
        said = kind("boss", "d is refuse", at="top")
        for decide in (policy.decide, module.decide):
            assert decide({}, [said]).d == "refuse"


@pytest.mark.parametrize("kind", [set, frozenset, lambda said: dict.fromkeys(said).keys()])
def test_instructions_have_an_order(kind: Any) -> None:
    said = [specdsl.Instruction("boss", "d is refuse"), specdsl.Instruction("boss", "d is allow")]
    policy = specdsl.compile(specdsl.loads(RULES))
    with pytest.raises(specdsl.BadInput, match="it has no order"):
        policy.decide({}, kind(said))


def test_a_field_of_an_instruction_twice() -> None:
    policy = specdsl.compile(specdsl.loads(RULES))
    said = {odd.Elsewhere("by"): "guest", "by": "boss", "effect": "d is refuse"}
    with pytest.raises(specdsl.BadInput, match="it has `by` twice"):
        policy.decide({}, [said])


@pytest.mark.parametrize("declared", ["late", "late, hidden"])
def test_only_a_text_is_the_name_of_a_fact(declared: str) -> None:
    """Whatever a dictionary takes for a name: the first calls are interpreted, the others run the
    emitted code, and facts may be read before."""
    text = f"authority top\nfact {declared}: bool\ndecision d: a > b"
    policies = [specdsl.compile(specdsl.loads(text)) for _ in range(2)]
    policies[1].prepare()
    module = emitted_module(policies[0])
    others: dict[Any, Any] = dict.fromkeys(declared.split(", ")[1:], True)
    ways: list[Any] = [one.decide for one in policies]
    ways += [module.decide, lambda facts: module.decide_facts(module.FactRecord(facts))]
    for decide in ways:
        assert decide({odd.Posing("late"): True, **others}).d == "a"
        for key in (odd.Alike("late"), odd.Posing("zzz")):
            with pytest.raises(ValueError, match="there is no such fact"):
                decide({key: True, **others})


def test_a_fact_twice() -> None:
    with pytest.raises(specdsl.BadInput, match="name: it is given twice"):
        decided("topic is x", {odd.Elsewhere("name"): "x", "name": "y"})
    assert decided("topic is x", {odd.Elsewhere("topic"): "x"}) == "refuse"
