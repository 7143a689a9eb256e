"""What a beginner writes, and the one message and help that come of it."""

from __future__ import annotations

import pytest

from specdsl.base.source import Source
from specdsl.frontend.syntax.parse import parse
from specdsl.pipeline import load_text

HEAD = """authority owner > guest
fact late, paid: bool
fact topic: {red, blue}
fact age: int 0..120
fact body: text
fact kept: duration?
fact tags: set of {vip, staff}
decision answer: yes > maybe > no
"""
NAME = "a name is made of a to z, digits and `_`, and starts with no digit"
CALENDAR = "months and years have no fixed length: write days, such as `30d` or `365d`"
DIGITS = "nothing stands between the digits"
JOINED = "conditions are joined with `and` or `or`"
IN_RULE = "unexpected `{}` in this `rule`"
RULE = "write `rule NAME at LEVEL when … then DECISION is OUTCOME`"
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
        ("age > 3months", "unexpected `months` in this `rule`", CALENDAR),
        ("age > 24 months", "unexpected `months` in this `rule`", CALENDAR),
        ("kept > 2 years", "unexpected `years` in this `rule`", CALENDAR),
        ("kept > 3 days", "unexpected `days` in this `rule`", "write `3d`"),
        ("(late and paid", "unexpected `then` in this `rule`", "a `)` is missing before `then`"),
        ("late and", "a value or condition is missing before `then`", ""),
        ("late paid", "unexpected `paid` in this `rule`", JOINED),
        ("late AND paid", "unexpected `AND` in this `rule`", "write `and`"),
        ("late || paid", "unexpected character `|`", "write `or`"),
        ("age <> 3", "unexpected `>` in this `rule`", "write `!=`"),
        ("age > 1,000", "unexpected `,` in this `rule`", f"write `1000`: {DIGITS}"),
        ("age > 1,000,000", "unexpected `,` in this `rule`", f"write `1000000`: {DIGITS}"),
        ("age > 1'000", "unexpected character `'`", f"write `1000`: {DIGITS}"),
        ("topic is in {red}", "unexpected `in` in this `rule`", "write `topic in {…}`"),
        ("topic is not in {red}", "unexpected `in` in this `rule`", "write `topic not in {…}`"),
        ("tags has any {vip}", "unexpected `{` in this `rule`", "write `of` before the list"),
        (
            'topic is "red"',
            'unexpected `"red"` in this `rule`',
            'a member has no quotes: `topic is red`; a text is `topic = "red"`',
        ),
        (
            'body matches "x.*"',
            "unexpected `matches` in this `rule`",
            'write `body like "…"`: `*` is any run of characters, `?` is one',
        ),
        (
            'topic in {"red"}',
            '`"red"` cannot stand in a list of members',
            "write `red`, without quotes",
        ),
        ("α", "unexpected character `α`", NAME),
        ("late xor paid", "unexpected `xor` in this `rule`", JOINED),
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
    ("mistake", "proposed"),
    [
        ('topic = "red"', "topic is red"),
        ('topic != "red"', "topic is not red"),
        ('"red" = topic', "topic is red"),
        ('topic = "rod"', "topic is red"),
        ('tags = "vip"', "tags has vip"),
        ('tags != "vip"', "not tags has vip"),
        ('tags has "vip"', "tags has vip"),
        ("tags contains vip", "tags has vip"),
        ('topic is not "red"', "topic is not red"),
        ('body starts with "x"', 'body like "x*"'),
        ('body startswith "x"', 'body like "x*"'),
        ('body ends with "x"', 'body like "*x"'),
        ('body contains "a b"', 'body like "*a b*"'),
        ("age equals 3", "age = 3"),
        ("age is greater than 5", "age > 5"),
        ("topic not is red", "topic is not red"),
        ("kept is not known", "kept is unknown"),
        ("kept is not unknown", "kept is known"),
        ('late = "false"', "not late"),
        ('late != "false"', "late"),
    ],
)
def test_the_condition_that_is_proposed_is_right(mistake: str, proposed: str) -> None:
    [(_, help_)] = of_text(f"rule r at owner when {mistake} then answer is no")
    assert help_.startswith(f"write `{proposed}`")
    assert of_text(f"rule r at owner when {proposed} then answer is no") == []


@pytest.mark.parametrize(
    ("mistake", "proposed"),
    [
        ("answer = no", "answer is no"),
        ('answer = "no"', "answer is no"),
        ('answer is "no"', "answer is no"),
        ("answer: no", "answer is no"),
        ("answer no", "answer is no"),
        ('answer may be "no"', "answer may be no"),
        ('answer is not "no"', "answer is not no"),
    ],
)
def test_the_effect_that_is_proposed_is_right(mistake: str, proposed: str) -> None:
    assert [help_ for _, help_ in of_text(f"rule r at owner then {mistake}")] == [
        f"write `{proposed}`"
    ]
    assert of_text(f"rule r at owner then {proposed}") == []


@pytest.mark.parametrize(
    ("text", "message", "help_"),
    [
        ("allow when late", "a statement cannot start with `allow`", RULE),
        ("deny late then answer is no", "a statement cannot start with `deny`", RULE),
        ("if late then answer is no", "a statement cannot start with `if`", RULE),
        ("rule r at owner if late then answer is no", IN_RULE.format("if"), "write `when`"),
        ("rule r at owner then answer is no if late", IN_RULE.format("if"), "write `when`"),
        (
            "rule r at owner\n  where late\n  then answer is no",
            IN_RULE.format("where"),
            "write `when`",
        ),
        ("rule r at owner When late then answer is no", IN_RULE.format("When"), "write `when`"),
        (
            "rule r at owner when late except paid then answer is no",
            IN_RULE.format("except"),
            "write `unless`",
        ),
        (
            "Rule r at owner then answer is no",
            "a statement cannot start with `Rule` (did you mean `rule`?)",
            "",
        ),
        ("rule when late then answer is no", "a name is missing before `when`", ""),
        ("rule at owner then answer is no", "a name is missing before `at`", ""),
        (
            "rule r at owner when late then no",
            "this `rule` is not complete",
            "write `DECISION is OUTCOME`",
        ),
        ("rule r: when late then answer is no", IN_RULE.format(":"), "leave out the `:`"),
        (
            "rule r at owner when late { then answer is no }",
            IN_RULE.format("{"),
            "a rule has no braces: its clauses follow its head",
        ),
        (
            "assert never_late: late",
            "unexpected `:` in this `assert`",
            'write `assert "never_late": …`',
        ),
        (
            "decision d: a, b",
            "unexpected `,` in this `decision`",
            "write `>` between the outcomes, the most preferred first",
        ),
        (
            "use returns.spec",
            "unexpected character `.`",
            'a file stands in quotes: `use "file.spec"`',
        ),
        ("define d = 3 # x\nfact f = bool", "unexpected `=` in this `fact`", "write `:`"),
        ("define d: late", "unexpected `:` in this `define`", "write `=`"),
        ("assume a = late", "unexpected `=` in this `assume`", "write `:`"),
        ("fact f: int 0 to 5", "unexpected `to` in this `fact`", "write `0..5`"),
        ("fact f: number 0..1,000", "unexpected `,` in this `fact`", f"write `1000`: {DIGITS}"),
        ("fact f: duration 0d..24 months", "unexpected `months` in this `fact`", CALENDAR),
        ('fact f: {"a", "b"}', 'unexpected `"a"` in this `fact`', "write `a`, without quotes"),
        ("-- why", "unexpected `-` in this `decision`", "a comment starts with `#`"),
        (
            'example "e" given topic = "red"',
            '`topic = "red"` does not fit: `topic` is an enumeration',
            "write `topic is red`",
        ),
        (
            'example "e" given tags = {"vip"}',
            '`tags = {"vip"}` does not fit: `tags` is a set',
            "write `tags = {vip}`",
        ),
        (
            'example "e" given age = 1,000',
            "unexpected `000` in this `example`",
            f"write `1000`: {DIGITS}",
        ),
        (
            'example "e" expect answer = no',
            "unexpected `=` in this `example`",
            "write `answer is no`",
        ),
        ("fact größe: int", "unexpected character `ö`", NAME),
        ("fact two-factor: bool", "unexpected `-` in this `fact`", NAME),
        ("fact 2fa: bool", "unexpected `2` in this `fact`", NAME),
        ("fact x\u200by: bool", "unexpected character `U+200B`", NAME),
        ("fact f: bool “why”", "unexpected character `“`", 'a text stands in "…"'),
        (
            "fact f: bool = yes",
            "unexpected `=` in this `fact`",
            'after a type may stand a range, `?`, `secret`, `judged` and a "text"',
        ),
        ("fact f: int? 0..9", "unexpected `0` in this `fact`", "`?` stands after the range"),
        (
            "fact f: bool judged secret",
            "unexpected `secret` in this `fact`",
            "`secret` stands before `judged`",
        ),
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
            "write `topic is red`, of a set `topic = {red}`",
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


@pytest.mark.parametrize(
    "text",
    [
        "decision d: } > b\nvalue v",
        "rule r at owner } when late then answer is no\nvalue v",
        'example "e" given } late\n  expect answer is no\nvalue v',
        "policy p at owner {\n  rule r when topic in {red, } then answer is no\n}\nvalue v",
        "policy p at owner\n{ rule r then answer is no } }\nvalue v",
        "polcy p at owner {\n  rule r then answer is no\n}\nvalue v",
        "policy p at {\n  rule r then answer is no\n}\nvalue v",
    ],
)
def test_a_brace_too_many_or_a_broken_head_is_one_fault(text: str) -> None:
    assert len(of_text(text)) == 1


def test_policies_that_are_nested_too_deep_are_said_once() -> None:
    text = "".join(f"policy p{i} {{\n" for i in range(120)) + "}\n" * 120
    [fault] = parse(Source("a.spec", text))[1]
    assert fault.message == "policies are nested more than 100 deep"
