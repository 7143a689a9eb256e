"""Facts and instructions as they are given: what they mean and what is bad input."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from specdsl.frontend.model.nodes import Kind, Type
from specdsl.semantics.reference.read_facts import read_value
from tests.semantics.reference.small import ask, faults, say

HOUR = 3600
DAY = 24 * HOUR
DECISION = "decision d: a > b > c\n"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (3, 3),
        (3.0, 3),
        (Decimal("3.00"), 3),
        (Fraction(6, 2), 3),
        (-0.0, 0),
        (1e23, 10**23),
        (3.5, None),
        ("3", None),
        (True, None),
        (float("nan"), None),
        (float("inf"), None),
        (Decimal("NaN"), None),
        ([3], None),
    ],
)
def test_ints(raw: object, value: int | None) -> None:
    """3.0 is an int; a bool is never a number, a text is one only of type `number`."""
    assert read_value(Type(Kind.INT), raw) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (0.1, Fraction(1, 10)),
        (1e-7, Fraction(1, 10**7)),
        (Decimal("0.10"), Fraction(1, 10)),
        ("0.1", Fraction(1, 10)),
        ("-1/3", Fraction(-1, 3)),
        ("-0.5", Fraction(-1, 2)),
        ("007", 7),
        ("1/0", None),
        ("+1", None),
        ("1.", None),
        (".5", None),
        ("1e1", None),
        ("1.5/2", None),
        ("1/-2", None),
        (" 1", None),
        ("1\n", None),
        ("١", None),
        ("", None),
        ("NaN", None),
        (False, None),
    ],
)
def test_numbers(raw: object, value: Fraction | None) -> None:
    """A float is the decimal that it prints as; a text has the form -?digits(.digits|/digits)?."""
    assert read_value(Type(Kind.NUMBER), raw) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1970-01-02", DAY),
        (date(1969, 12, 31), -DAY),
        ("2024-02-29", 19_782 * DAY),
        ("2025-02-29", None),
        ("2025-2-03", None),
        ("20250203", None),
        ("0000-01-01", None),
        ("1970-01-02T00:00Z", None),
        (datetime(1970, 1, 2), None),
        (DAY, None),
    ],
)
def test_dates(raw: object, value: int | None) -> None:
    """A date is YYYY-MM-DD or Python's own; a time is none. 2024-02-29 is day 19782 since 1970:
    54 years of 365 days, 13 leap days, 31 of January, 28 of February."""
    assert 54 * 365 + 13 + 31 + 28 == 19_782
    assert read_value(Type(Kind.DATE), raw) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1970-01-01T01:00Z", HOUR),
        ("1970-01-01T01:00:01.25Z", HOUR + Fraction(5, 4)),
        ("1970-01-01T01:00+01:00", 0),
        ("1970-01-01T01:00-0130", 2 * HOUR + HOUR // 2),
        ("1970-01-01T23:59:59Z", DAY - 1),
        ("0001-01-01T00:00+23:59", -719_162 * DAY - 23 * HOUR - 59 * 60),
        (datetime(1970, 1, 1, 1, tzinfo=timezone(timedelta(hours=-2))), 3 * HOUR),
        (datetime(1970, 1, 1), None),
        ("1970-01-01T01:00", None),
        ("1970-01-01T24:00Z", None),
        ("1970-01-01T01:60Z", None),
        ("1970-01-01T01:00:60Z", None),
        ("1970-01-01T01Z", None),
        ("1970-01-01T01:00:00,5Z", None),
        ("1970-01-01T01:00.5Z", None),
        ("1970-01-01T01:00+24:00", None),
        ("1970-01-01T01:00+01:60", None),
        ("1970-01-01 01:00Z", None),
        ("1970-01-01", None),
        (date(1970, 1, 1), None),
    ],
)
def test_times(raw: object, value: int | Fraction | None) -> None:
    """Instants; an offset is needed; hours 00–23, minutes and seconds 00–59, a point."""
    assert read_value(Type(Kind.TIME), raw) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("P1W", 7 * DAY),
        ("P1W2DT3H4M5.5S", 9 * DAY + 3 * HOUR + 4 * 60 + Fraction(11, 2)),
        ("-PT1M", -60),
        ("PT0S", 0),
        (timedelta(days=-1, microseconds=1), -DAY + Fraction(1, 10**6)),
        ("P1Y", None),
        ("P1M", None),
        ("P", None),
        ("PT", None),
        ("P1DT", None),
        ("PT1.5H", None),
        ("P1H", None),
        ("P1D1W", None),
        ("1d", None),
        (60, None),
    ],
)
def test_durations(raw: object, value: int | Fraction | None) -> None:
    """[-]P[nW][nD][T[nH][nM][nS]]: no months or years, only seconds have a fraction."""
    assert read_value(Type(Kind.DURATION), raw) == value


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (Kind.BOOL, True, True),
        (Kind.BOOL, 1, None),
        (Kind.BOOL, "true", None),
        (Kind.TEXT, "", ""),
        (Kind.TEXT, 1, None),
        (Kind.ENUM, "x", "x"),
        (Kind.ENUM, "X", None),
        (Kind.ENUM, ["x"], None),
        (Kind.SET, ["x", "y", "x"], {"x", "y"}),
        (Kind.SET, (), set()),
        (Kind.SET, "x", None),
        (Kind.SET, ["z"], None),
        (Kind.SET, [["x"]], None),
        (Kind.SET, [None], None),
    ],
)
def test_other_types(kind: Kind, raw: object, value: object) -> None:
    """A set may repeat a member; a text is no set."""
    assert read_value(Type(kind, ("x", "y")), raw) == value


def test_ranges_include_their_ends() -> None:
    bounded = Type(Kind.NUMBER, (), Fraction(0), Fraction(1, 2))
    assert read_value(bounded, 0) == 0
    assert read_value(bounded, 0.5) == Fraction(1, 2)
    assert read_value(bounded, "-1/1000") is None
    assert read_value(bounded, "501/1000") is None


def test_unknown_only_where_declared() -> None:
    """A required fact missing or null, and an undeclared one, are bad input: all at once."""
    text = DECISION + "fact sure: bool fact maybe: bool?"
    assert faults(text, sure=None) == {"sure"}
    assert faults(text, maybe=True, other=1) == {"sure", "other"}
    assert faults(text, sure=True) == set()
    assert faults(text, sure=True, maybe=None, other=None) == {"other"}
    assert faults(text, sure=True, maybe=float("nan")) == {"maybe"}


@pytest.mark.parametrize(
    ("said", "named"),
    [
        (say("nobody", "d is a"), {"nobody"}),
        (say("boss", "e is a"), {"e"}),
        (say("nobody", "e is a"), {"nobody", "e"}),
        (say("boss", "d is z"), {"d"}),
        (say("boss", "d in {a, z}"), {"d"}),
        (say("boss", "d may be z"), {"d"}),
        (say("boss", "d in {a, b, c}"), {"d"}),
        (say("boss", "d not in {a, b, c}"), {"d"}),
        (say("boss", "d may be a or b or c"), set()),
        (say("boss", "be nice"), {"boss"}),
        (say("boss", "d is not"), {"boss"}),
        (say("boss", "d may be a or"), {"boss"}),
        (say("boss", "d is a", "heaven"), {"boss"}),
        (say("nobody", "d is z", "heaven"), {"nobody", "d"}),
        (say("coder", "d is a", "root"), {"coder"}),
        (say("coder", "d is z", "root"), {"coder", "d"}),
        (say("coder", "d is a", "user"), set()),
        ({"by": "boss", "effect": "d is a", "implied": 1}, {"boss"}),
        ({"by": "boss"}, {"boss"}),
    ],
)
def test_faults_of_instructions(said: dict[str, Any], named: set[str]) -> None:
    """Named by its decision; by its principal where who speaks, the level or a text that is no
    effect is at fault. A permission of everything is none."""
    assert faults(DECISION, said) == named


@pytest.mark.parametrize(
    ("by", "at", "implied", "bad"),
    [
        ("coder", "dev", True, True),  # above its `implied at`, though not above its own
        ("coder", "user", True, False),
        ("asker", "user", True, False),  # no `implied at`: ignored, whatever level it is at
        ("asker", "dev", True, True),  # save above its own
        ("asker", "dev", False, True),
        ("boss", "user", True, False),
        ("tool", "dev", False, False),
        ("tool", "root", False, True),  # above every level that could be lent
        ("tool", "root", True, True),
    ],
)
def test_levels_above_where_one_may_speak(by: str, at: str, implied: bool, bad: bool) -> None:
    """Above `implied at` for an implied one, where it has one; for a principal without authority
    above every level that a delegation on that decision could lend, active or not."""
    text = DECISION + "fact on_now: bool delegate tool at dev when on_now delegate tool at user"
    assert faults(text, say(by, "d is a", at, implied), on_now=False) == ({by} if bad else set())


def test_without_a_delegation_on_the_decision_no_level_is_too_high() -> None:
    """`where there is one`: otherwise the instruction is merely ignored."""
    text = DECISION + "decision e: x > y delegate tool at user on e"
    answer = ask(text, say("tool", "d is b", "root"))
    assert answer.faults == ()
    assert answer["d"].ignored == (0,)
    assert faults(text, say("tool", "e is y", "dev")) == {"tool"}


def test_assumptions_are_tried_last_and_only_false_counts() -> None:
    """False, not merely unknown; when nothing else is at fault; named by the assumption."""
    text = DECISION + "fact x: int? fact y: bool assume small: x < 3 assume y_holds: y"
    assert faults(text, x=3, y=True) == {"small"}
    assert faults(text, x=3, y=False) == {"small", "y_holds"}
    assert faults(text, y=True) == set()
    assert faults(text, say("boss", "d is z"), x=3, y=False) == {"d"}
