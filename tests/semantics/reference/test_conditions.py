"""Conditions are three-valued; a rule applies when they are true and no exception is."""

from __future__ import annotations

from typing import Any

import pytest

from specdsl.semantics.reference.kleene import Valuation, evaluate
from specdsl.semantics.reference.read_facts import read_facts
from tests.semantics.reference.small import ask, outcome, spec

FACTS = """
fact p, q, r: bool?
fact x, y: int?
fact size_of_it: number?
fact tags, marks: set of {s, t, u}?
fact kind_a: {s, t, u}? fact kind_b: {u, t, s}?
fact name_a, name_b: text?
fact day: date? fact moment: time? fact wait: duration?
decision d: yes > no
"""


def truth(condition: str, **facts: Any) -> object:
    """True, False, or None for unknown."""
    model = spec(FACTS + f"define it = {condition}")
    values, faults = read_facts(model, facts)
    assert not faults
    return evaluate(model.defines[0].expr, Valuation(values, {}))


T, F, U = True, False, None


@pytest.mark.parametrize(
    ("p", "q", "conjunction", "disjunction"),
    [
        (T, T, T, T),
        (T, F, F, T),
        (T, U, U, T),
        (F, T, F, T),
        (F, F, F, F),
        (F, U, F, U),
        (U, T, U, T),
        (U, F, F, U),
        (U, U, U, U),
    ],
)
def test_kleene(p: bool | None, q: bool | None, conjunction: object, disjunction: object) -> None:
    """`and` and `or` follow Kleene's tables."""
    assert truth("p and q", p=p, q=q) is conjunction
    assert truth("p or q", p=p, q=q) is disjunction


def test_not_possibly_and_known() -> None:
    """`not unknown` is unknown; `possibly E` is true unless E is false; `is known` two-valued."""
    assert [truth("not p", p=p) for p in (T, F, U)] == [F, T, U]
    assert [truth("possibly p", p=p) for p in (T, F, U)] == [T, F, T]
    assert [truth("not possibly p", p=p) for p in (T, F, U)] == [F, T, F]
    assert [truth("p is known", p=p) for p in (T, F, U)] == [T, T, F]
    assert [truth("p is unknown", p=p) for p in (T, F, U)] == [F, F, T]
    assert truth("p or not p", p=U) is U


@pytest.mark.parametrize(
    ("p", "q", "r", "expected"),
    [
        (T, T, U, T),  # the branch not taken is not looked at
        (T, U, T, U),
        (F, U, F, F),
        (F, T, U, U),
        (U, T, T, U),  # an unknown condition, even where the branches agree
        (U, F, F, U),
    ],
)
def test_if_else(p: bool | None, q: bool | None, r: bool | None, expected: object) -> None:
    """Unknown when the condition is, otherwise what the branch taken is."""
    assert truth("q if p else r", p=p, q=q, r=r) is expected


def test_if_else_of_terms() -> None:
    """The same of quantities, texts and factors; the other branch may be unknown."""
    assert truth("(x if p else y) = 1", p=T, x=1) is T
    assert truth("(x if p else y) = 1", p=F, x=1) is U
    assert truth("(x if p else x) = 1", x=1) is U
    assert truth("x * (2 if p else 3) = 6", p=F, x=2) is T
    assert truth("x * (2 if p else 3) = 6", x=0) is U
    assert truth('(name_a if p else "z") = "z"', p=F) is T


@pytest.mark.parametrize(
    "condition",
    [
        "x - x = 0",
        "0 * x = 0",
        "x = x",
        "x >= 0 or x < 0",
        "min(x, 0) <= 0",
        "max(y, x) >= y",
        "x in {1, 2}",
        "x != y",
    ],
)
def test_unknown_terms_are_not_simplified(condition: str) -> None:
    """A term with an unknown operand is unknown, whatever the operator: `x - x = 0` too."""
    assert truth(condition, y=5) is U
    assert truth(condition, x=1, y=5) is not U


def test_quantities_are_exact() -> None:
    assert truth("size_of_it * 3 = 0.3", size_of_it=0.1) is T
    assert truth("size_of_it / 3 = 1 / 9", size_of_it="1/3") is T
    assert truth("-x + 2 * y < min(x, y) - 1", x=3, y=1) is T  # -1 < 0
    assert truth("max(x, y, 2) = 2", x=1, y=2) is T
    assert truth("x > 2", x=2) is F
    assert truth("x not in {1, 2}", x=3) is T


def test_moments() -> None:
    """A date plus part of a day lies between two days; times compare as instants."""
    assert truth("day + 12h > 2025-03-01", day="2025-03-01") is T
    assert truth("day + 12h < 2025-03-02", day="2025-03-01") is T
    assert truth("day - 2025-02-28 = 1d", day="2025-03-01") is T
    assert truth("moment = 2025-03-01T12:00:00Z", moment="2025-03-01T14:00+02:00") is T
    assert truth("wait * 2 >= 1d", wait="PT12H") is T
    assert truth("moment + wait <= 2025-03-01T12:00:00Z", moment="2025-03-01T11:00Z") is U


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("tags has s", T),
        ("tags has u", F),
        ("tags has any of {t, u}", T),
        ("tags has all of {s, t}", T),
        ("tags has all of {s, u}", F),
        ("tags has none of {u}", T),
        ("tags has any of {}", F),
        ("tags has all of {}", T),
        ("tags has none of {}", T),
        ("tags = {t, s}", T),
        ("tags != {s}", T),
        ("tags = marks", F),
        ("tags has all of marks", T),
        ("marks has all of tags", F),
        ("tags has any of marks", T),
        ("tags has none of marks", F),
        ("size of tags = 2", T),
        ("kind_a = kind_b", T),  # by name, not by the order of declaration
        ("kind_b in tags", T),
        ("marks has kind_a", F),
        ("kind_a is t", F),
        ("kind_a in {s, t}", T),
        ("kind_b is not u", T),
    ],
)
def test_members(condition: str, expected: bool) -> None:
    """A set is known or unknown as a whole; with an unknown operand a test is unknown."""
    known: dict[str, Any] = {"tags": ["s", "t"], "marks": ["t"], "kind_a": "s", "kind_b": "s"}
    assert truth(condition, **known) is expected
    assert truth(condition) is U


def test_a_test_of_two_needs_both() -> None:
    assert truth("tags has any of marks", tags=[]) is U
    assert truth("kind_a in tags", tags=[]) is U
    assert truth("kind_a = kind_b", kind_a="s") is U
    assert truth("p = q", p=T) is U


def test_a_list_with_an_unknown_fact_is_unknown_as_a_whole() -> None:
    """A membership test with an unknown operand is unknown, whatever the known ones imply."""
    assert truth("tags has any of {s, kind_a}", tags=["s"]) is U
    assert truth("tags has all of {s, kind_a}", tags=[]) is U
    assert truth("tags has none of {kind_a, s}", tags=["s"]) is U
    assert truth("tags has any of {s, kind_a}", tags=["t"], kind_a="t") is T
    assert truth("tags has all of {s, kind_a}", tags=["t"], kind_a="t") is F
    assert truth("tags has none of {s, kind_a}", tags=["u"], kind_a="t") is T


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("*.txt", "a.txt", T),
        ("*.txt", "a\n.txt", T),
        ("*.txt", "a.txt\n", F),
        ("a?c", "a\nc", T),
        ("a?c", "ac", F),
        ("*a*a*", "xaya", T),
        (r"\*", "*", T),
        (r"\*", "x", F),
        (r"a\bc", "abc", T),
        ("[a-z].", "b.", F),
        ("*", "", T),
        ("?", "🙂", T),
    ],
)
def test_like(pattern: str, text: str, expected: bool) -> None:
    r"""`*` any run, `?` one character, line ends included; `\c` is the character c."""
    assert truth(f'name_a like "{pattern}"', name_a=text) is expected


def test_texts_compare_by_code_point() -> None:
    assert truth('name_a < "a"', name_a="Z") is T
    assert truth("name_a < name_b", name_a="\uffff", name_b="\U00010000") is T
    assert truth('name_a in {"a", "b"}', name_a="b") is T
    assert truth('name_a like "*"') is U


def test_an_exception_must_be_known_to_hold() -> None:
    """A rule applies when its `when` is true and no `unless` is true."""
    rule = "rule one at root when p unless q unless not r then d is no"
    cases = {
        (T, F, T): "no",
        (T, U, U): "no",  # nobody knows of an exception
        (T, T, T): "yes",
        (T, F, F): "yes",
        (U, F, T): "yes",  # unknown is not true
        (F, F, T): "yes",
    }
    for (p, q, r), expected in cases.items():
        assert outcome(FACTS + rule, p=p, q=q, r=r) == expected


def test_policies_around_a_rule_add_their_condition() -> None:
    """The condition of a rule is its own `when` and those of the policies around it."""
    text = "policy one at root when p { policy two when q { rule three then d is no } }"
    assert outcome(FACTS + text, p=T, q=T) == "no"
    assert outcome(FACTS + text, p=T, q=U) == "yes"
    assert outcome(FACTS + text, p=F, q=T) == "yes"


def test_a_decision_is_read_by_its_outcome() -> None:
    """Decisions are taken in dependency order, whatever the order of the text."""
    text = """
    decision later: fine > poor
    rule second at root when d is no then later is poor
    rule first at root when p then d is no
    """
    assert {v.outcome for v in ask(FACTS + text, p=T).verdicts} == {"no", "poor"}
    assert {v.outcome for v in ask(FACTS + text, p=U).verdicts} == {"yes", "fine"}
