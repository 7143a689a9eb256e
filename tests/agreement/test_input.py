"""What is given, well or badly: the emitted module reads it as the reference interpreter does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from specdsl.frontend.syntax.keywords import KEYWORDS, NON_MEMBERS, RESERVED_WORDS
from specdsl.runtime.read_situation import NO_OUTCOMES, RESERVED, read_situation
from specdsl.runtime.results import BadInput
from specdsl.semantics.reference import effects
from specdsl.semantics.reference.read_facts import read_facts
from tests.agreement.cases import PEOPLE
from tests.agreement.judges import Judges
from tests.runtime import odd_objects as odd

TYPES = (
    "bool",
    "int",
    "int 0..3",
    "number",
    "number -0.5..",
    "text",
    "{x, y}",
    "set of {x, y}",
    "date",
    "date ..2025-03-01",
    "time",
    "time 2025-03-01T00:00:00Z..",
    "duration",
    "duration 0s..1d",
)
NUMBERS = [0, 1, -0.0, 3.0, 3.5, 0.1, 1e-7, 1e23, -0.5, 2**70, Decimal("3.0"), Decimal("-0.51")]
NUMBERS += [Fraction(1, 3), Fraction(4, 2), float("nan"), float("-inf"), Decimal("NaN"), 1j]
TEXTS = [
    "",
    "x",
    "X",
    "x ",
    "true",
    "3",
    "-3",
    "+3",
    "3.",
    ".5",
    "0.5",
    "1/3",
    "-1/2",
    "1/0",
    "0/1",
]
TEXTS += ["1e3", "1_000", "٣", "½", "NaN", "Infinity", "0x1", "1/3/1", "--1", "1 ", "1\n", "01"]
DATES = ["2025-03-01", "2025-03-02", "2025-02-29", "2024-02-29", "0000-01-01", "2025-3-1"]
DATES += ["20250301", "2025-03-01 ", "2025-060", "2025-W09-6", "٢٠٢٥-03-01", "10000-01-01"]
TIMES = ["2025-03-01T00:00Z", "2025-02-28T23:59:59.999Z", "2025-03-01T01:00+0100", "x", "Z"]
TIMES += ["2025-03-01T01:00+01:00", "2025-03-01T00:00", "2025-03-01T24:00Z", "2025-03-01T00:60Z"]
TIMES += ["2025-03-01T00:00:60Z", "2025-03-01T00:00:00,5Z", "2025-03-01T00:00.5Z", "T00:00Z"]
TIMES += ["2025-03-01t00:00z", "2025-03-01 00:00Z", "2025-03-01T00Z", "2025-03-01T00:00+01"]
TIMES += ["2025-03-01T00:00-24:00", "2025-03-01T00:00-00:60", "2025-03-01T00:00:00.Z"]
TIMES += ["0001-01-01T00:00+23:59", "9999-12-31T23:59:59-23:59", "2025-02-29T00:00Z"]
DURATIONS = ["P1D", "PT24H", "-PT1S", "PT0S", "P", "-P", "PT", "P1DT", "P1W", "P1W1D", "P1Y", "P1M"]
DURATIONS += ["PT1M", "PT0.5S", "PT.5S", "PT1.S", "PT1.5H", "P1.5D", "P-1D", "+P1D", "PT1S1M"]
DURATIONS += ["p1d", "P1D ", "1d", "24:00", "PT1H1M1.000001S", "P1DT1D", "PT36H"]
EAST = timezone(timedelta(hours=5, minutes=30))
OBJECTS = [
    True,
    False,
    [],
    ["x"],
    ["x", "y", "x"],
    ("y",),
    {"x"},
    ["z"],
    [["x"]],
    [1],
    b"x",
    object(),
]
OBJECTS += [date(2025, 3, 1), date(1, 1, 1), datetime(2025, 3, 1), datetime(2025, 3, 1, tzinfo=UTC)]
OBJECTS += [datetime(2025, 3, 1, 5, 29, 59, 999_999, EAST), datetime.min.replace(tzinfo=EAST)]
OBJECTS += [timedelta(days=1), timedelta(-1), timedelta(microseconds=1), timedelta.max, None]
ODD = [*odd.Word, *odd.Strong, *odd.Number, *odd.Flag, *odd.Colour, list(odd.Word)]
ODD += [kind(text) for kind in (odd.Loud, odd.Folding, odd.Other) for text in ("x", "P1D", "3")]
ODD += [odd.Whole(3), odd.Stamp(2025, 3, 1, tzinfo=UTC), odd.Span(1), odd.NotATime(2025, 3, 1)]
ODD += [10**5000, Fraction(1, 10**5000), Decimal("1E+999999999"), Decimal("-1E-999999999")]
ODD += [datetime(2025, 3, 1, tzinfo=odd.Zone(offset)) for offset in (None, 3, timedelta(days=3))]
ODD += [datetime(2025, 3, 1, tzinfo=odd.Zone(offset)) for offset in (odd.Span(0), KeyError("x"))]
ODD += [odd.Claims(str), odd.Claims(datetime), odd.Everything(), odd.Nothing(), odd.Closed()]
ODD += ["\ud800", type("Text", (str,), {"__str__": lambda self: "y"})("x")]
RAWS: list[Any] = [*NUMBERS, *TEXTS, *DATES, *TIMES, *DURATIONS, *OBJECTS, *ODD]


@pytest.mark.parametrize("type_", TYPES)
def test_every_value_as_every_type(type_: str) -> None:
    judges = Judges(f"fact it: {type_}\ndecision d: a > b")
    (fact,) = judges.spec.facts
    for raw in RAWS:
        values, faults = read_facts(judges.spec, {"it": raw})
        found, wrong = read_by_emitted(judges, {"it": raw})
        assert wrong == faults, type(raw)
        assert faults or found == values[fact], type(raw)


def test_names_of_another_class() -> None:
    """They are the texts that they equal, whatever their hash."""
    judges = Judges("fact x, y: int?\ndecision d: a > b")
    for name in (*odd.Word, *odd.Strong, odd.Loud("x"), odd.Folding("z"), odd.Elsewhere("x")):
        for facts in ({name: 3}, {name: 3, "x": 3}):
            assert judges.differences({"facts": facts}) == [], name


def test_instructions_of_another_class() -> None:
    judges = Judges(INSTRUCTED)
    for kind in (odd.Loud, odd.Folding, odd.Other):
        for part, value in (("by", "boss"), ("effect", "d is b"), ("at", "dev")):
            said = {"by": "boss", "effect": "d is b", part: kind(value)}
            if part != "by" or kind is not odd.Other:  # who it is, is not said
                assert judges.differences({"facts": {}, "says": [said]}) == [], said


def read_by_emitted(judges: Judges, facts: dict[str, Any]) -> tuple[Any, frozenset[str]]:
    """What the emitted module makes of the fact `it`, and the names at fault."""
    try:
        values, _ = read_situation(judges.policy._tables, facts, [])
    except BadInput as error:
        return None, frozenset(fault.name for fault in error.faults)
    return values["it"], frozenset()


INSTRUCTED = (
    PEOPLE
    + """
decision d: a > b > c
decision e: x > y steered by coder, tool
fact asked: bool?
assume not_denied: asked
delegate tool at user
delegate tool at dev on d when asked
"""
)
EFFECTS = ["d is a", "d is not b", "d in {a,b}", "d not in { c }", "d may be a or c", "e is y"]
EFFECTS += ["d in {a, b, c}", "d not in {a, b, c}", "d in {}", "d not in {}", "d in {a, a}"]
EFFECTS += ["d may be a or b or c", "e is a", "d in {a, z}", "f is a", "d may be z", "D is a"]
EFFECTS += ["d", "", "d is", "d is not", "d is a b", "d is not not a", "d in a", "d in {a b}"]
EFFECTS += ["d in {a,}", "d may be", "d may be a or", "d may be or", "d may be a, b", "d may a"]
EFFECTS += ["d is {a}", "d isnot a", "d\tis\n a ", "d is a and e is y", "is is is", "d is if"]
EFFECTS += ["d is known", "d is not not", "d may be or or a", "d may be or or or", "d is or"]
EFFECTS += ["d\u00a0is a", "d is a\u2028", "d\x0bis a", "d in {a,\u2003b}", "at is a", "in in {a}"]
EFFECTS += ["if is a", "d in {a, or}", "d in{b}", "d is a at user", "d = a", "d may be not a"]
SPEAKERS = ("boss", "coder", "asker", "tool", "stranger")
LEVELS = (None, "root", "dev", "user", "heaven", 1)
IMPLIED = (False, True, None, "yes", 1)


def test_every_instruction_from_everybody() -> None:
    judges = Judges(INSTRUCTED)
    every = product(SPEAKERS, EFFECTS, LEVELS, IMPLIED)
    for by, effect, at, implied in every:
        said = {"by": by, "effect": effect, "at": at, "implied": implied}
        differences = judges.differences({"facts": {}, "says": [said]})
        assert not differences, (differences, said)


def test_faults_add_up() -> None:
    """Facts, instructions, and the assumption only where nothing else is at fault."""
    judges = Judges(INSTRUCTED)
    bad = {"by": "tool", "effect": "d is z", "at": "root"}
    for facts, says in product(({}, {"asked": False}, {"asked": 1, "other": 1}), ([], [bad])):
        differences = judges.differences({"facts": facts, "says": says})
        assert not differences, (differences, facts, says)


def test_both_know_the_words_that_name_nothing() -> None:
    assert set(RESERVED.split()) == effects.NO_DECISION == RESERVED_WORDS
    assert NO_OUTCOMES == effects.NO_OUTCOME == NON_MEMBERS


@pytest.mark.parametrize("word", sorted(KEYWORDS))
def test_every_word_of_the_language_in_an_effect(word: str) -> None:
    """As a decision and as an outcome, declared where it can be and undeclared too."""
    names = {"free": word not in RESERVED_WORDS, "outcome": word not in {*NON_MEMBERS, "decided"}}
    decision = word if names["free"] else "d"
    outcomes = f"{word} > other_one" if names["outcome"] else "this_one > other_one"
    judges = Judges(PEOPLE + f"\ndecision {decision}: {outcomes}")
    forms = (
        *("{} is {}", "{} is not {}", "{} in {{{}}}", "{} not in {{ {} }}", "{} may be {}"),
        *("{0} may be {1} or {1}", "{0} may be {1} {1}", "{0} is {1} or {1}"),
    )
    for form, name in product(forms, (word, "d", decision)):
        said = {"by": "boss", "effect": form.format(name, word), "at": None, "implied": False}
        differences = judges.differences({"facts": {}, "says": [said]})
        assert not differences, (differences, said)
