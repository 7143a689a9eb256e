"""What a beginner writes, and the one message and help that come of it."""

from __future__ import annotations

import pytest

from specdsl.pipeline import load_text
from specdsl.source import Source
from specdsl.syntax.parse import parse

HEAD = """authority owner > guest
fact late, paid: bool
fact topic: {red, blue}
fact age: int 0..120
fact body: text
fact tags: set of {vip, staff}
decision answer: yes > maybe > no
"""
NAME = "a name is made of a to z, digits and `_`, and starts with no digit"
NUMBER = "a number is digits and a point; the units of a duration are s, m, h, d and w"


def of_text(text: str) -> list[tuple[str, str]]:
    """Message and help of each fault."""
    found = load_text(HEAD + text, "a.spec").report.diagnostics
    return [(d.message, next((n.text for n in d.notes if n.title == "help"), "")) for d in found]


@pytest.mark.parametrize(
    ("condition", "message", "help_"),
    [
        ("late && paid", "unexpected character `&`", "write `and`"),
        ("!late", "unexpected character `!`", "write `not`"),
        ("age == 3", "unexpected `=` in this `rule`", "write `=`"),
        (
            "age is 3",
            "unexpected `3` in this `rule`",
            "`is` is for members and outcomes: write `age = 3`",
        ),
        ("topic in [red]", "unexpected character `[`", "a list stands in `{…}`"),
        ("age > 1e5", "unexpected `e5` in this `rule`", NUMBER),
        ("age > 3months", "unexpected `months` in this `rule`", NUMBER),
        ("α", "unexpected character `α`", NAME),
        ("late xor paid", "unexpected `xor` in this `rule` (did you mean `or`?)", ""),
        (
            "late = true",
            "there is no fact, define or decision `true`",
            "a bool stands alone: `FACT`",
        ),
        (
            "topic is red or blue",
            "there is no fact, define or decision `blue`",
            "`blue` is a member of `topic`: write `topic is blue`",
        ),
        (
            "tags = vip",
            "there is no fact, define or decision `vip`",
            "`vip` is a member of `tags`: write `tags has vip`",
        ),
        (
            "late and maybe",
            "there is no fact, define or decision `maybe`",
            "`maybe` is an outcome of `answer`: write `answer is maybe`",
        ),
        (
            "late is true",
            "`late` is a condition, not an enumeration or a decision",
            "a bool stands alone: `late`, `not late`",
        ),
        (
            "tags is vip",
            "`tags` is a set, not an enumeration or a decision",
            "write `tags has vip`",
        ),
    ],
)
def test_conditions(condition: str, message: str, help_: str) -> None:
    assert of_text(f"rule r at owner when {condition} then answer is no") == [(message, help_)]


@pytest.mark.parametrize(
    ("text", "message", "help_"),
    [
        ("fact größe: int", "unexpected character `ö`", NAME),
        ("fact two-factor: bool", "unexpected `-` in this `fact`", NAME),
        ("fact 2fa: bool", "unexpected `2` in this `fact`", NAME),
        ("fact x\u200by: bool", "unexpected character `U+200B`", NAME),
        ("fact f: bool “why”", "unexpected character `“`", 'a text stands in "…"'),
        (
            "fact f: bool = yes",
            "unexpected `=` in this `fact`",
            'after a type may stand a range, `?`, `secret` and a "text"',
        ),
        ("fact f: int? 0..9", "unexpected `0` in this `fact`", "`?` stands after the range"),
        ("fact f: int? ..9", "unexpected `..` in this `fact`", "`?` stands after the range"),
        ("// why", "unexpected `/` in this `decision`", "a comment starts with `#`"),
        ("use\nfact f: bool", "this `use` is not complete", 'after it may stand a name, a "text"'),
        ("rul r at owner", "a statement cannot start with `rul` (did you mean `rule`?)", ""),
        (
            "rule r when late at owner then answer is no",
            "unexpected `at` in this `rule`",
            "`at` stands before the clauses, right after the name",
        ),
        (
            "rule r at owner then answer is no or maybe",
            "unexpected `or` in this `rule`",
            "several are listed: `answer in {no, …}`",
        ),
        (
            "rule r at owner then not answer is no",
            "unexpected `not` in this `rule`",
            "write `DECISION is not OUTCOME`",
        ),
        (
            'example "e" given topic = red',
            "unexpected `red` in this `example`",
            "write `topic is red`",
        ),
        (
            'example "e" given late = false',
            "unexpected `false` in this `example`",
            "write `not late`",
        ),
        (
            'example "e" giben late',
            "unexpected `late` in this `example`",
            "`giben` is read as a principal (did you mean `given`?)",
        ),
        ("fact f: boolean", "there is no type `boolean` (did you mean `bool`?)", ""),
        ("fact f: string", "there is no type `string` (did you mean `text`?)", ""),
        ("fact f: enum", "there is no type `enum` (did you mean `{…}`?)", ""),
    ],
)
def test_statements(text: str, message: str, help_: str) -> None:
    assert of_text(text) == [(message, help_)]


def test_policies_that_are_nested_too_deep_are_said_once() -> None:
    text = "".join(f"policy p{i} {{\n" for i in range(120)) + "}\n" * 120
    [fault] = parse(Source("a.spec", text))[1]
    assert fault.message == "policies are nested more than 100 deep"
