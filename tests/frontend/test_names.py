"""Names: which words are free, and the one fault of a word or a spelling that is not."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

import specdsl
from specdsl.apps.cli import group
from specdsl.apps.cli.situation_arguments import parse_instruction
from specdsl.base.diagnostics import Diagnostic
from specdsl.base.source import Source
from specdsl.frontend.syntax.keywords import (
    KEYWORDS,
    LOWER_SNAKE,
    NON_MEMBERS,
    RESERVED_WORDS,
    lower_snake,
)
from specdsl.frontend.syntax.name_spelling import declared_names
from specdsl.frontend.syntax.parse import parse
from specdsl.pipeline import load_path, load_text
from tests.frontend import fuzz
from tests.frontend.test_layout import same

# Every place where a name stands, in declarations and in uses; all names are apart.
WHOLE = """\
spec {spec} "A title" version "1"
authority {level} > guest
principal {principal} at {level} implied at guest
principal page without authority
delegate page at guest on {decision} when {fact} and {enum} is {member}
value {value} "what it serves"
value calm
priority {value} > calm
fact {fact}: bool? secret judged
fact {text}: text
fact {number}, other_number: int 0..9
fact {enum}, other_enum: {{plain, {member}}}
fact {tags}: set of {{plain, {member}}}
define {define} = {number} + 1 > 2 and {text} like "*x" or {tags} has any of {{{member}}}
assume {assume}: not {fact} or {number} >= 0
decision {decision} "doc": {outcome} > plain > odd
  steered by {principal}, page on conflict {outcome}
policy {policy} at {level} for {value} "doc" when {enum} is not {member} {{
  rule {rule} "doc"
    when {define} and {enum} in {{{member}, plain}} and {tags} has {member}
    unless {number} = other_number or {enum} in {tags} or {tags} has {enum}
    then {decision} in {{{outcome}, plain}}
    because "why"
    source "book"
}}
rule other at {level} for {value}
  when size of {tags} > 1 or {tags} = {{{member}}} or possibly {fact} or {text} = "{member}"
  unless {enum} = other_enum if {fact} else {fact}
  then {decision} is not {outcome}
  overrides {rule}, {policy}
rule third at guest then {decision} may be {outcome} or plain
example "one"
  given {fact}, {number} = 3, {enum} is {member}, {tags} = {{{member}}}, {text} = "t"
  {principal} says {decision} is {outcome} at guest
  {principal} implies {decision} not in {{{outcome}}}
  {principal}: "Hello."
  bad: "No." because {rule}
  expect {decision} is {outcome} because {principal}
example "two"
  like "one"
  given {fact} is unknown
  {principal} says {decision} is not {outcome}
  expect {decision} is plain because {principal}
assert "never": {decision} is {outcome} when {fact}
assert {decision} can be {outcome}
assert {decision} is decided
assert {principal} cannot change {decision}
assert {fact} cannot change {decision}
change 2025-12-18 "first" credit "us" feedback "you"
"""
PLACES = sorted(set(re.findall(r"{(\w+)}", WHOLE)))
APART = ("fact", "rule", "level", "value", "assume", "outcome", "spec")
TRICKY = ("not", "when", "is", "in", "any", "expect", "like", "because")
CLOSEST = ("any", "of", "at", "on", "in", "rule", "use", "source", "text", "for")
ALSO = {"principal": {"nobody"}, "outcome": {"decided"}}  # what would say two things there


def text_with(names: Mapping[str, str]) -> str:
    return WHOLE.format(**{place: names.get(place, f"my_{place}") for place in PLACES})


def faults(text: str) -> tuple[Diagnostic, ...]:
    return load_text(text, "a.spec").diagnostics


def refused_in(place: str, word: str) -> bool:
    reserved = NON_MEMBERS if place in ("member", "outcome") else RESERVED_WORDS
    return word in reserved or word in ALSO.get(place, ())


def test_the_whole_loads() -> None:
    assert faults(text_with({})) == ()


@pytest.mark.parametrize("word", sorted(KEYWORDS))
def test_a_word_that_is_free_in_a_place_is_a_name_there(word: str) -> None:
    """Each alone, and all that have a name space of their own at once; `fmt` keeps the names: the
    formatted text gives the same tree."""
    free = [place for place in PLACES if not refused_in(place, word)]
    for place in free if word in CLOSEST else {*free} & {"fact", "member", "rule"}:
        assert faults(text_with({place: word})) == (), (place, word)
    together = text_with(dict.fromkeys([place for place in APART if place in free], word))
    assert faults(together) == ()
    assert word in same(together)


@pytest.mark.parametrize("word", sorted({*RESERVED_WORDS, "nobody", "decided"}))
def test_a_reserved_word_is_one_fault_at_its_declaration(word: str) -> None:
    for place in PLACES if word in TRICKY else ("fact", "member", "outcome", "principal", "rule"):
        if refused_in(place, word):
            [fault] = faults(text_with({place: word}))
            assert fault.code.id == "SD002", (place, word)
            assert fault.message == f"`{word}` is a reserved word and cannot be a name"
            lines = text_with({place: "so_called"}).split("\n")
            declared = next(
                i
                for i, line in enumerate(lines, 1)
                if "so_called" in line and not line.startswith("delegate")
            )
            assert fault.primary is not None
            assert fault.primary.span.line == declared, (place, word)
            [help_] = [note.text for note in fault.notes]
            found = re.fullmatch("write another name, such as `(.*)`", help_)
            assert found is not None
            assert faults(text_with({place: found.group(1)})) == ()


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("userAgent", "user_agent"),
        ("Upper_case", "upper_case"),
        ("HTTPServer", "http_server"),
        ("ALL_CAPS", "all_caps"),
        ("_hidden", "hidden"),
        ("A", "a"),
        ("x2Y", "x2_y"),
        ("__", "n"),
        ("_1", "n_1"),
        ("When", "when_2"),
    ],
)
def test_another_spelling_is_one_fault_that_proposes_the_right_one(
    name: str, spelling: str
) -> None:
    for place in PLACES if name == "userAgent" else ("fact", "rule", "outcome"):
        text = text_with({place: name})
        [fault] = faults(text)
        assert fault.code.id == "SD006"
        assert [note.text for note in fault.notes] == [f"write `{spelling}`"]
        at = [(label.span.start, label.span.end) for label in fault.labels]
        outside = re.sub(r'"[^"]*"', lambda m: " " * len(m.group()), text)
        places = [m.span() for m in re.finditer(rf"\b{name}\b", outside)]
        assert sorted(at) == places  # each once
        assert faults(text_with({place: spelling})) == ()


@pytest.mark.parametrize("name", ["x", "a_b", "a__b", "a1", "trailing_", "x_1_y"])
def test_lower_snake_case_is_left_alone(name: str) -> None:
    assert LOWER_SNAKE.fullmatch(name)
    assert lower_snake(name.rstrip("_")) in (name, "a_b", "trailing")
    assert faults(f"authority {name}\nfact {name}: bool") == ()


def test_a_name_of_another_file_is_one_fault_too() -> None:
    base = "authority owner\nfact userAgent: bool\n"
    main = 'use "base.spec"\ndecision d: a > b\nrule r at owner when userAgent then d is b\n'
    [fault] = load_text(main, "a.spec", {"base.spec": base}).diagnostics
    assert [(x.span.source.name, x.span.line) for x in fault.labels] == [
        ("base.spec", 2),
        ("a.spec", 3),
    ]


def test_a_reserved_word_of_another_file_is_one_fault_too() -> None:
    base = "authority owner\nfact size: int\nfact when: bool\n"
    rules = "decision d: a > b\nrule r at owner when size > 3 then d is b\n"
    rules += "rule s at owner when when then d is b\nrule t at owner xyz then d is b\n"
    found = load_text('use "base.spec"\n' + rules, "a.spec", {"base.spec": base}).diagnostics
    places = [(d.primary.span.source.name, d.primary.span.line) for d in found if d.primary]
    assert places == [("a.spec", 5), ("base.spec", 2), ("base.spec", 3)]


def test_names_are_decided_by() -> None:
    text = (
        "authority owner\nfact source: text\nfact use, version: bool\n"
        "fact state: {on, off, any, all, none, change}\ndecision light: on > off\n"
        'rule use at owner when source = "x" and state is any then light is off\n'
        "rule change at owner when state in {none, all} and use and not version then light is off\n"
    )
    decide = specdsl.compile(specdsl.loads(text), checked=False).decide
    facts = {"source": "x", "use": True, "version": False, "state": "any"}
    assert decide(facts).light == "off"
    assert decide({**facts, "source": "y"}).light == "on"
    assert decide({**facts, "source": "y", "state": "none"}).light == "off"


@pytest.mark.parametrize(
    ("typed", "effect", "level"),
    [
        ("light is at", "light is at", None),
        ("light is at at owner", "light is at", "owner"),
        ("light may be at or on", "light may be at or on", None),
        ("light in {at, on} at at", "light in {at, on}", "at"),
    ],
)
def test_a_name_at_is_not_taken_for_a_level(typed: str, effect: str, level: str | None) -> None:
    """On the command line as in an example."""
    found = parse_instruction(f"person: {typed}", implied=False)
    assert (found["effect"], found.get("at")) == (effect, level)
    text = "authority owner > at\nprincipal person at owner\ndecision light: on > at > off\n"
    assert faults(text + f'example "e" person says {typed}') == ()


@pytest.mark.parametrize("word", ["use", "rule", "spec", "text", "when", "not", "Any", "userAgent"])
def test_a_new_spec_has_a_name_that_loads_or_is_none(
    word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    free = word in KEYWORDS - RESERVED_WORDS
    result = CliRunner().invoke(group, ["new", word])
    assert result.exit_code == (0 if free else 2), result.output
    written = [load_path(path).diagnostics for path in tmp_path.glob("*.spec")]
    assert written == ([()] if free else [])


WORDS_OF = re.compile(r'"(?:\\.|[^"\\\n])*"|#[^\n]*|[A-Za-z_][A-Za-z0-9_]*|.', re.DOTALL)


def renamed(text: str, rng: random.Random) -> tuple[str, str]:
    """A text in which all that has one name is called by a word of the language; the word."""
    tree = parse(Source("a.spec", text))[0]
    names = sorted({name.text for item in tree.statements for name in declared_names(item)})
    name, word = rng.choice(names), rng.choice(sorted(KEYWORDS.difference(names)))
    return "".join(word if part == name else part for part in WORDS_OF.findall(text)), word


def test_what_shipped_specs_name_may_be_called_by_any_word() -> None:
    """And where it may not, that is one fault, however often it is named."""
    rng = random.Random(5)
    texts = [text for text in fuzz.seeds() if "\nfact " in text]
    for text in rng.choices(texts, k=30):
        renaming, word = renamed(text, rng)
        codes = [fault.code.id for fault in parse(Source("a.spec", renaming))[1]]
        perhaps = word in RESERVED_WORDS or word in ("nobody", "decided")
        assert codes in ([[], ["SD002"]] if perhaps else [[]]), (word, renaming)
        if not codes and len(text) < 10_000:
            same(renaming)
