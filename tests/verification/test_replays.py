"""Commands that are printed decide, as printed, what the finding says."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import specdsl
from specdsl.apps.cli import group, situation_arguments
from specdsl.base.plain_text import shell_word, visible
from specdsl.frontend.model.nodes import Fact, Kind
from specdsl.runtime.read_situation import read_situation
from specdsl.situations.situation import Situation, SpokenInstruction
from tests.golden.documents import replays

SPEC = """\
authority top > low
principal boss at top implied at low
fact b: bool?
fact n: number?
fact i: int?
fact t: text?
fact c: text ignoring case?
fact e: {null, a, x_1}?
fact s: set of {null, a, x_1}?
fact day: date?
fact now_: time?
fact span: duration?
fact needed: text
decision d: one > two > three
""".replace("now_", "moment")
LOADED = specdsl.loads(SPEC)
POLICY = specdsl.Policy(LOADED.circuit)
EPOCH = date(1970, 1, 1)
ODD = [
    "unknown",
    "null",
    "",
    " ",
    " a",
    "a ",
    '"',
    '"a"',
    '"null"',
    "'",
    "a'b",
    "{}",
    "$HOME",
    "`x`",
]
ODD += [
    "~",
    "!!",
    "a\\b",
    "\\",
    '\\"',
    "a\nb",
    "\n",
    "\t",
    "\x00",
    "\x1b[2J",
    "\u2028",
    "##vso[x]",
    "é",
]
ODD += ["--fill", "-", "%s", "#x", "a=b", "\ud800", "\u202e", "\U0010ffff", "\u0301", "*", "true"]
WORDS = st.sampled_from(ODD)
TEXTS = st.one_of(WORDS, st.text(max_size=6), st.lists(WORDS, max_size=3).map("".join))
SECONDS = st.fractions(-(10**9), 10**9, max_denominator=1000).map(
    lambda f: Fraction(round(f * 1000), 1000)
)


def values(fact: Fact) -> st.SearchStrategy[Any]:
    known: dict[Kind, st.SearchStrategy[Any]] = {
        Kind.BOOL: st.booleans(),
        Kind.NUMBER: st.fractions() | st.sampled_from([Fraction(1, 10**9), Fraction(10**30)]),
        Kind.INT: st.integers().map(Fraction),
        Kind.TEXT: TEXTS,
        Kind.ENUM: st.integers(0, 2),
        Kind.SET: st.frozensets(st.integers(0, 2)),
        Kind.DATE: st.dates().map(lambda day: Fraction((day - EPOCH) // timedelta(seconds=1))),
        Kind.TIME: SECONDS,
        Kind.DURATION: SECONDS,
    }
    return st.none() | known[fact.type.kind] if fact.optional else known[fact.type.kind]


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    every = {fact: draw(values(fact)) for fact in LOADED.model.facts}
    named = {fact: value for fact, value in every.items() if draw(st.booleans())}
    (boss,), (decision,) = LOADED.model.principals, LOADED.model.decisions
    at = draw(st.sampled_from((None, LOADED.model.levels[1])))
    spoken = SpokenInstruction(
        boss, draw(st.booleans()), at, decision, draw(st.booleans()), draw(st.integers(1, 6))
    )
    return Situation(named, every, (spoken,) if draw(st.booleans()) else ())


class Shell:
    """A shell that takes command lines apart, one after another."""

    def __init__(self) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(["bash"], stdin=pipe, stdout=pipe)

    def words(self, command: str) -> list[str]:
        read, write = self.process.stdout, self.process.stdin
        assert read is not None
        assert write is not None
        line = f"printf '%s\\0' {command}; printf 'end of it\\n'\n"
        write.write(line.encode("utf-8", "surrogateescape"))
        write.flush()
        found = b""
        while not found.endswith(b"end of it\n"):
            found += read.readline()
        return [os.fsdecode(word) for word in found.split(b"\0")[:-1]]


SHELL = Shell()
words = SHELL.words


def typed(arguments: list[str]) -> tuple[dict[str, Any], list[Any]]:
    """The situation that `specdsl decide` makes of its arguments."""
    facts = [word for word in arguments if "=" in word and not word.startswith("--")]
    said = [
        (arguments[i], arguments[i + 1])
        for i, w in enumerate(arguments)
        if w in ("--say", "--imply")
    ]
    says = [
        situation_arguments.parse_instruction(text, option == "--imply") for option, text in said
    ]
    found = situation_arguments.parse_facts(LOADED.model, None, facts)
    if "--fill" in arguments:
        found = situation_arguments.fill_in_facts(LOADED.model, found)
    return found, says


@given(situations())
def test_a_situation_as_it_is_typed(found: Situation) -> None:
    """Through a shell and back: the same values, whatever the texts and members."""
    command = found.replay_command("x y.spec")
    assert visible(command) == command
    program, decide, path, *arguments = words(command)
    assert (program, decide, path) == ("specdsl", "decide", "x y.spec")
    facts, says = typed(arguments)
    replay = found.to_replay()
    assert read_situation(POLICY._tables, facts, says) == read_situation(
        POLICY._tables, replay["facts"], replay["says"]
    )


@given(st.text(min_size=1).filter(lambda text: "\0" not in text))
def test_a_word_of_a_shell(text: str) -> None:
    quoted = shell_word(text)
    assert visible(quoted) == quoted
    assert words(quoted) == [text]


# --- commands that are run -----------------------------------------------------------------------

CLASH = """\
authority owner
fact t: text
fact state: {{null, open}}
fact n: number
decision d: yes > no
decision at: now > later
principal boss at owner
rule one at owner when {condition} then d is yes
rule two at owner when {condition} then d is no
"""
CONDITIONS = [
    't = "unknown"',
    't = "null"',
    't = " a"',
    't = "\\""',
    't = "\t"',
    't = "it\'s $HOME; `id`"',
    "state is null and n != 0.0000001",
    "n > 0 and n < 0.0000001",
    "at is later",
]
NAMES = [
    "a b.spec",
    "x;touch PWNED.spec",
    "-dash.spec",
    "it's.spec",
    "two\nlines.spec",
    "$HOME.spec",
]
NAMES += [
    "~.spec",
    "\x1b[31m.spec",
    os.fsdecode(b"\xff.spec"),
    "ü.spec",
    "##vso[x].spec",
    "`id`.spec",
]
NAMES += ["a:b.spec", '"q".spec', "link/../up.spec", "*.spec", "#.spec", "\\.spec", "!!.spec"]


def check(path: str) -> str:
    """The one replay that a check of the file prints."""
    done = CliRunner().invoke(group, ["check", "--no-cache", "--", path])
    (found,) = replays(done.output)
    assert visible(found) == found
    return found


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "elsewhere" / "deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to("elsewhere/deep")
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    assert not list(tmp_path.glob("**/PWNED*"))


@pytest.mark.parametrize("condition", CONDITIONS)
def test_what_a_finding_says_is_what_its_replay_decides(condition: str, folder: Path) -> None:
    Path("x.spec").write_text(CLASH.format(condition=condition), encoding="utf-8")
    arguments = words(check("x.spec"))[1:]
    done = CliRunner().invoke(group, arguments)
    assert (done.exit_code, done.output.splitlines()[0]) == (
        1,
        "d: contradiction between one and two",
    )


def test_files_of_any_name(folder: Path) -> None:
    """All commands in one shell."""
    script = ['specdsl() { printf "%s\\0" "$@"; printf "\\0"; }']
    for i, name in enumerate(NAMES):
        text = CLASH.format(condition="n = 1").replace("rule one", f"rule one_{i}")
        Path(name).write_text(text, encoding="utf-8")
        script.append(check(name))
    done = subprocess.run(["bash", "-c", "\n".join(script)], capture_output=True, check=True)
    for i, line in enumerate(done.stdout.split(b"\0\0")[:-1]):
        arguments = [os.fsdecode(word) for word in line.split(b"\0")]
        found = CliRunner().invoke(group, arguments)
        assert f"d: contradiction between one_{i} and two" in found.output, NAMES[i]


def test_standard_input_is_read_again() -> None:
    text = CLASH.format(condition="n = 1")
    done = CliRunner().invoke(group, ["check", "-"], input=text)
    (found,) = replays(done.output)
    again = CliRunner().invoke(group, words(found)[1:], input=text)
    assert "d: contradiction between one and two" in again.output


def test_levels_and_decisions_of_like_names() -> None:
    for text, effect, level in (
        ("boss: at is now at owner", "at is now", "owner"),
        ("boss: at is now", "at is now", None),
        ("boss: d may be at or yes", "d may be at or yes", None),
        ("boss: d may be yes or at at low", "d may be yes or at", "low"),
    ):
        found = situation_arguments.parse_instruction(text, False)
        assert (found["effect"], found.get("at")) == (effect, level)


@pytest.mark.parametrize("text", ["٣", "1_000", "+3", "3.5", "３", "0x1", "--3", "9" * 400])
def test_what_is_no_whole_number_is_not_read_as_one(text: str) -> None:
    (fact,) = (fact for fact in LOADED.model.facts if fact.name == "i")
    assert situation_arguments.parse_value(fact, text) == text
    with pytest.raises(specdsl.BadInput):
        POLICY.decide({"needed": "", "i": situation_arguments.parse_value(fact, text)})


def test_what_is_given_twice_is_not_one_of_the_two(tmp_path: Path) -> None:
    """In JSON the last would count, and nobody would be told."""
    path, lines = tmp_path / "x.spec", tmp_path / "lines.jsonl"
    path.write_text(CLASH.format(condition="n = 1"), encoding="utf-8")
    lines.write_text(
        '{"facts": {"n": 1, "t": "", "state": "null", "n": 2}}\n'
        '{"facts": {"n": 2}, "facts": {}}\n'
        f'{{"facts": {{"n": {"9" * 5000}}}}}\n',
        encoding="utf-8",
    )
    done = CliRunner().invoke(group, ["decide", str(path), "--batch", str(lines)])
    told = [json.loads(line)["error"]["faults"][0] for line in done.output.splitlines()]
    assert [fault["problem"] for fault in told] == [
        "`n` is given twice",
        "`facts` is given twice",
        "a number has too many digits",
    ]
    facts = tmp_path / "facts.json"
    facts.write_text('{"n": 1, "n": 2}', encoding="utf-8")
    for words_ in (["--facts", str(facts)], ["n=1", "n=2"]):
        done = CliRunner().invoke(group, ["decide", str(path), "--fill", *words_])
        assert done.exit_code == 2
        assert "`n` is given twice" in done.output
