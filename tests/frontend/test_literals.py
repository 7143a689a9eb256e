"""Literals as large as they may be, and larger: read, checked, told and decided, or refused."""

from __future__ import annotations

import pytest

import specdsl
from specdsl.pipeline import load_text
from specdsl.reports import FORMATS, CheckedSpec, Style

HEAD = "authority o\nprincipal p at o\n"
RULE = 'decision d: x > y\nrule r at o when {} then d is y\nexample "e" expect d is x\n'
MOST = 400
TOO_LONG = (MOST + 1, 4_301, 20_000)
LITERALS = (
    ("number?", "n > {}"),
    ("number", "n in {{3, {}}}"),
    ("number", "n * {0} > n + {0}"),
    ("int -{0}..{0}", "n > 3"),
    ("duration ..{}w", "n > 3d"),
    ("duration {0}d..", "n > {0}w"),
    ("duration", "n > 0.{}s"),
    ("time", "n > 2025-01-01T00:00:00.{}Z"),
    ("date", "n + {}d > 2025-01-01"),
)
GIVEN: tuple[object, ...] = (
    "P1D",
    "-P9W",
    3,
    10**500,
    "9" * 500,
    2.5,
    "2025-01-01",
    "2025-01-01T00:00:00Z",
    None,
)
GIVEN += (f"P{'9' * MOST}W",)


def text_of(kind: str, condition: str, digits: int) -> str:
    number = "9" * digits
    return HEAD + f"fact n: {kind.format(number)}\n" + RULE.format(condition.format(number))


@pytest.mark.parametrize(("kind", "condition"), LITERALS)
def test_the_longest_number_goes_through_all(kind: str, condition: str) -> None:
    spec = specdsl.loads(text_of(kind, condition, MOST - 10), name="a.spec")
    report = specdsl.check(spec)
    for form in FORMATS.values():
        assert form([CheckedSpec("a.spec", report, loads=True)], Style())
    policy = specdsl.compile(spec, checked=False)
    told = [decided(policy, given) for given in GIVEN]
    assert all(line.startswith(("d: ", "n: ")) for line in told)
    assert any(line.startswith("d: ") for line in told)


def decided(policy: specdsl.Policy, given: object) -> str:
    try:
        return str(policy.decide({"n": given}).explain())
    except specdsl.BadInput as problem:
        return str(problem)


@pytest.mark.parametrize("digits", TOO_LONG)
@pytest.mark.parametrize(("kind", "condition"), LITERALS)
def test_a_longer_one_is_one_fault_a_place(kind: str, condition: str, digits: int) -> None:
    text = text_of(kind, condition, digits)
    found = load_text(text, "a.spec").diagnostics
    assert {d.code.id for d in found} == {"SD005"}
    assert len({d.primary.span for d in found if d.primary}) == text.count("9" * digits)
    assert {d.message for d in found} == {f"a number has at most {MOST} digits"}


@pytest.mark.parametrize("number", ["9" * 5_000, "0." + "9" * 5_000])
def test_a_longer_one_in_an_example_or_where_none_belongs(number: str) -> None:
    rules = HEAD + "fact n: number\n" + RULE.format("n > 3")
    for text in (
        f'example "g" given n = {number} expect d is y',
        f"use {number}",
        f"value {number}",
    ):
        found = load_text(rules + text, "a.spec").diagnostics
        assert len(found) == 1
        assert len(found[0].message) < 200


@pytest.mark.parametrize(
    ("end", "told"),
    [("1234567.25s", "PT1234567.25S"), ("0.0000001s", "PT0.0000001S"), ("90m", "PT5400S")],
)
def test_a_bound_is_told_as_it_is(end: str, told: str) -> None:
    spec = specdsl.loads(HEAD + f"fact n: duration ..{end}\n" + RULE.format("n > -3d"))
    with pytest.raises(specdsl.BadInput) as problem:
        specdsl.compile(spec, checked=False).decide({"n": "P100D"})
    assert told in str(problem.value)
