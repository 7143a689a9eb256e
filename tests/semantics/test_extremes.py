"""Numbers of many digits, and moments beside the first and the last of the calendar."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import specdsl
from specdsl.apps.cli import group
from specdsl.base.source import Source, Span
from specdsl.frontend.model.nodes import Fact, Kind, Type
from specdsl.frontend.syntax import literals
from specdsl.situations.situation import date_text, decimal_text, duration_text, time_text, to_json

NOWHERE = Span(Source("test", ""), 0, 0)
HEAD = "authority owner\nfact d, e: date?\nfact t: time?\nfact u: duration ..1234567.25s\n"
EDGES = [
    "d + 5d > 0001-01-05",
    "d - 5d < 0001-01-01",
    "d >= 9999-12-31",
    "d + 1d > 9999-12-31",
    "d - e > 3652058d",
    "d + (e - d) < 0001-01-01",
    "t - 5d < 0001-01-01T00:00:00Z",
    "t + 5d >= 9999-12-31T23:59:59.5Z",
    "t <= 0001-01-01T00:00:00+23:59",
    "t + u > 9999-12-31T23:59:59Z",
    "u > 1234567s",
]
COMMANDS = [
    ["check", "--no-cache"],
    ["check", "--no-cache", "--output-format", "json"],
    ["test", "--coverage"],
    ["test", "--mutants"],
    ["examples", "--missing"],
    ["compile", "-o", "made.py"],
    ["export", "--to", "smtlib", "-o", "questions"],
]


def run(*words: str) -> str:
    result = CliRunner().invoke(group, words)
    assert result.exit_code in (0, 1), (words, result.output)
    return result.output


@pytest.mark.parametrize("edge", EDGES)
def test_moments_at_the_ends_of_the_calendar(
    edge: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = f"{HEAD}decision x: a > b\nrule r1 at owner when {edge} then x is b\n"
    Path("a.spec").write_text(text, encoding="utf-8")
    Path("b.spec").write_text(text.replace("then x is b", "then x is a"), encoding="utf-8")
    for command in COMMANDS:
        run(*command, "a.spec")
    run("diff", "a.spec", "b.spec")


def test_what_the_calendar_settles_is_no_region() -> None:
    spec = f"{HEAD}decision x: a > b\nrule r1 at owner when d + 5d > 0001-01-05 then x is b\n"
    (found,) = (
        f
        for f in specdsl.check(specdsl.loads(spec)).findings
        if f.code.name == "undecided-situations"
    )
    assert found.fields["regions"] == ["d is unknown"]


@given(st.fractions(min_value=-(10**15), max_value=10**15))
def test_every_moment_can_be_told(value: Fraction) -> None:
    """One that the calendar does not have as what one can write in a spec: a sum."""
    assert told(date_text(value), literals.parse_date) == value // 86_400 * 86_400
    assert told(time_text(Fraction(value // 1)), literals.parse_time) == value // 1


def told(text: str, read: Callable[[str], Fraction]) -> Fraction:
    first, *distance = text.split(" ")
    if not distance:
        return read(first)
    sign, far = distance
    return read(first) + literals.parse_duration(far) * (1 if sign == "+" else -1)


@given(st.integers(-(10**30), 10**30), st.integers(0, 8_000), st.integers(1, 10**6))
def test_every_number_can_be_told(small: int, power: int, denominator: int) -> None:
    value = Fraction(small * 10**power + 1, denominator)
    fact = Fact("n", Type(Kind.NUMBER), False, False, "", NOWHERE, NOWHERE)
    found = to_json(fact, value)
    assert json.loads(json.dumps(found)) == found
    assert duration_text(value)
    text = decimal_text(value)
    if len(text) < 4_000:
        assert Fraction(text) == value


def test_no_condition_has_numbers_that_cannot_be_written() -> None:
    """Nor does one take long: a constant of 30 digits, multiplied with itself again and again."""
    head = "authority owner fact x, y: number decision d: a > b "
    k = "define k = 123456789012345678901234567890 define k2 = k * k * k * k * k * k * k * k "
    with pytest.raises(specdsl.SpecError, match="has more than 900 digits"):
        specdsl.loads(
            f"{head}{k} define k3 = k2 * k2 * k2 * k2 * k2 rule r at owner when x > k3 then d is b"
        )
    whole = f"{head}{k} rule r at owner when k2 * x + y / k2 > k2 * 3 and y < 1 / k2 then d is b"
    report = specdsl.check(specdsl.loads(whole))
    assert not report.unproved
    assert specdsl.compile(specdsl.loads(whole)).source
    shrinking = " ".join(f"define x{i + 1} = x{i} / {'7' * 390}" for i in range(12))
    with pytest.raises(specdsl.SpecError, match="more than 3,000 digits together"):
        specdsl.loads(f"{head} define x0 = x {shrinking} rule r at owner when x12 > 1 then d is b")


def test_cases_are_counted_while_they_are_made() -> None:
    """A chain of the least and the greatest doubles its cases; so do two long ones, compared."""
    head = "authority owner fact x, y: number decision d: a > b define a0 = x "
    chain = " ".join(f"define a{i + 1} = min(a{i} + {i}, max(a{i}, y))" for i in range(40))
    with pytest.raises(specdsl.SpecError, match="more than 1"):
        specdsl.loads(f"{head}{chain} rule r at owner when a40 > 3 then d is b")
