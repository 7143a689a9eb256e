"""The parser: what it reads, and exactly what it says of what it cannot read."""

from __future__ import annotations

import pytest

from specdsl.base.source import Source
from specdsl.frontend.syntax import tree as t
from specdsl.frontend.syntax.parse import parse
from tests.frontend.fuzz import SMALL


def said(text: str) -> list[tuple[int, str]]:
    """Line and message of each fault."""
    faults = parse(Source("a.spec", text))[1]
    return [(d.primary.span.line if d.primary else 0, d.message) for d in faults]


def test_a_whole_spec_parses_with_exact_spans() -> None:
    file, faults = parse(Source("a.spec", SMALL))
    assert faults == ()
    assert len(file.statements) == 17
    policy = next(s for s in file.statements if isinstance(s, t.PolicyNode))
    assert policy.span.text.startswith("policy night")
    assert policy.span.text.endswith("}")
    assert [c.text for c in file.comments] == ["# why"]


def test_three_mistakes_in_a_policy_give_three_messages() -> None:
    text = (
        "policy p at r {\n  rule a when x\n  rule b wen x then d is o\n}\nfact text: bool\nvalue v"
    )
    assert said(text) == [
        (2, "rule `a` has no `then`"),
        (3, "unexpected `wen` in this `rule` (did you mean `when`?)"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("value a\nspec x", 2, "`spec` comes first in a file"),
        ("spec a\nspec b", 2, "a second `spec`: a file has one, at its start"),
        (
            "define a = 1 < 2 < 3",
            1,
            "unexpected `<`: comparisons do not chain, join them with `and`",
        ),
        ("assert a < b < c", 1, "unexpected `<`: comparisons do not chain, join them with `and`"),
        ('example "x"\n  expect d may be o', 2, "unexpected `may` in this `example`"),
        ('value a "open\nvalue b', 1, "a string is not closed on its line"),
        (
            "policy p at r {\n  rule a then d is o\nvalue v\nfact f: bool",
            1,
            "this policy is not closed: a `}` is missing",
        ),
        ("policy p at r {\nvalue v\n}", 2, "`value` cannot stand inside a policy"),
        ("fact d: date 2025-13-01..", 1, "`2025-13-01` is no date: the calendar has no such day"),
        (
            "decision d: a > b defualt b",
            1,
            "unexpected `defualt` in this `decision` (did you mean `default`?)",
        ),
        ("decision d: a > b default", 1, "this `decision` is not complete"),
        ("decision d: a > b default b default a", 1, "unexpected `default` in this `decision`"),
        (
            "decision d: a > b steered by nobody default a",
            1,
            "unexpected `default` in this `decision`",
        ),
        ("fakt a: bool", 1, "a statement cannot start with `fakt` (did you mean `fact`?)"),
        ("authority a > when", 1, "`when` is a reserved word and cannot be a name"),
        (
            "rule r at l\n  when a\n  when b\n  then d is o",
            3,
            "rule `r` has a second `when`",
        ),
    ],
)
def test_one_mistake_gives_one_message(text: str, line: int, message: str) -> None:
    assert said(text) == [(line, message)]


@pytest.mark.parametrize(
    "word",
    [
        "good",
        "ok",
        "bad",
        "date",
        "time",
        "duration",
        "secret",
        "judged",
        "credit",
        "feedback",
        "default",
    ],
)
def test_words_of_one_place_are_free_names(word: str) -> None:
    assert said(f"fact {word}: bool\ndecision d: {word} > other_one") == []


@pytest.mark.parametrize(
    "kind", ["int -5..-1", "int 0..", "int ..5", "date 2025-01-01..2025-12-31", "duration 1d..2w"]
)
def test_ranges(kind: str) -> None:
    assert said(f"fact f: {kind}?") == []


def test_an_untitled_assert_is_named_by_its_words() -> None:
    file, _ = parse(Source("a.spec", 'assert   f  # why\n  like "a # b"\nvalue v'))
    found = file.statements[0]
    assert isinstance(found, t.AssertNode)
    assert found.name_text == 'f like "a # b"'


def test_long_conjunctions_are_flat() -> None:
    file, _ = parse(Source("a.spec", "define x = a and b and c"))
    found = file.statements[0]
    assert isinstance(found, t.DefineNode)
    assert isinstance(found.expr, t.LogicNode)
    assert len(found.expr.items) == 3


def test_windows_line_ends() -> None:
    assert said("value a\r\nvalue b # c\r\n") == []
