"""What a reader sees is what is read: no character of a text hides a rule from one of them."""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path

import pytest
from click.testing import CliRunner

import specdsl
from specdsl.apps.cli import group
from specdsl.base.source import Source
from specdsl.frontend.syntax.canonical_layout import format_text
from specdsl.frontend.syntax.parse import parse
from specdsl.pipeline import load_text
from specdsl.reports import FORMATS, CheckedSpec, Style

LINES = ["authority owner", "# who", "fact a: bool", "decision d: x > y"]
LINES += ["rule r at owner when a then d is y", "rule s at owner when a then d is x", ""]
EVERY = [chr(number) for number in range(sys.maxunicode + 1)]
ENDS_A_LINE = [c for c in EVERY if len(f"a{c}b".splitlines()) > 1 and c not in "\n\r"]
CONTROLS = [c for c in EVERY if unicodedata.category(c) == "Cc" and c not in "\t\n\r"]
DIRECTIONS = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
TURNING = [c for c in EVERY if unicodedata.bidirectional(c) in DIRECTIONS]
HALVES = ["\ud800", "\udbff", "\udc00", "\udfff"]
HIDING = sorted({*ENDS_A_LINE, *CONTROLS, *TURNING, *HALVES})
PLACES = (
    "authority owner # who{}rule r at owner then d is y\ndecision d: x > y",
    'spec s "a title{}of it"\nauthority owner',
    "authority owner{}fact a: bool",
    'authority owner\nfact a: text\ndecision d: x > y\nrule r at owner when a = "{}" then d is y',
    "authority owner\nfact a{}b: bool",
    "{}authority owner",
    "authority owner # {}",
)


def told(text: str) -> list[tuple[str, int, int]]:
    """Message, line and column of each fault."""
    found = load_text(text, "a.spec").diagnostics
    places = [d.primary.span for d in found if d.primary is not None]
    return [(d.message, p.line, p.column) for d, p in zip(found, places, strict=True)]


@pytest.mark.parametrize("char", HIDING, ids=lambda c: f"{ord(c):04X}")
def test_a_character_that_hides_text_is_one_fault_at_its_place(char: str) -> None:
    for place in PLACES:
        before = place.partition("{}")[0].split("\n")
        where = (f"unexpected character `U+{ord(char):04X}`", len(before), len(before[-1]) + 1)
        text = place.format(char)
        assert told(text) == [where]
        assert format_text(Source("a.spec", text)) == text  # left alone


def test_a_carriage_return_alone_is_refused() -> None:
    assert told("\r".join(LINES)) == [("unexpected character `U+000D`", 1, 16)]
    [fault] = load_text("\r".join(LINES), "a.spec").diagnostics
    assert [note.text for note in fault.notes] == [
        "some programs end a line here and others do not: end it as the other lines"
    ]


def test_a_file_that_is_used_is_refused_at_its_own_place() -> None:
    library = {"b.spec": "authority owner # who\rfact a: bool"}
    [fault] = load_text('use "b.spec"', "a.spec", library).diagnostics
    assert fault.message == "unexpected character `U+000D`"
    assert fault.primary is not None
    assert (fault.primary.span.source.name, fault.primary.span.column) == ("b.spec", 22)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_line_ends_that_all_programs_know(end: str) -> None:
    loaded = load_text(end.join(LINES), "a.spec")
    assert loaded.report.rules == 2
    assert loaded.diagnostics == ()


@pytest.mark.parametrize("char", ["\u00a0", "\u2003", "\u3000", "\u200b", "\u202f", "\ufeff"])
def test_blanks_are_spaces_and_tabs(char: str) -> None:
    """Others are no blanks in a statement; in a text or a comment they stand for themselves."""
    name = f"U+{ord(char):04X}" if not char.isprintable() else char
    assert told(f"authority{char}owner") == [(f"unexpected character `{name}`", 1, 10)]
    assert told(f'authority owner "a{char}b" # {char}') == []


def test_a_byte_order_mark_at_the_start_is_passed_over() -> None:
    assert told("\ufeffauthority owner") == []
    assert told("\ufeff# a comment\nauthority owner") == []
    assert format_text(Source("a.spec", "\ufeffauthority  owner")) == "authority owner\n"


@pytest.mark.parametrize("digits", ["٣", "３", "१", "²", "𝟛", "٣٠", "1３"])
def test_digits_are_0_to_9(digits: str) -> None:
    """As `decide` reads them."""
    for place in ("fact n: int 0..{}", "define n = {} > 2", "define n = 1{}d > 2d"):
        assert told("authority o\n" + place.format(digits)) != []
    assert told(f"authority o\nfact n: date ..2025-12-1{digits[-1]}") != []


@pytest.mark.parametrize("given", ["n=３", "n=٣", "n=1_0", "n=+3", "d=２０２５-01-02", "n=３.0"])
def test_digits_of_other_scripts_on_the_command_line(given: str, tmp_path: Path) -> None:
    spec = tmp_path / "a.spec"
    text = "authority o\nfact n: int?\nfact d: date?\ndecision x: a > b\n"
    spec.write_text(text + "rule r at o when n > 2 or d > 2025-01-01 then x is b\n")
    assert CliRunner().invoke(group, ["decide", str(spec), given]).exit_code == 1
    assert CliRunner().invoke(group, ["decide", str(spec), "n=3"]).exit_code == 0


@pytest.mark.parametrize("char", [*HALVES, "\x00", "\n", "\r", "\x1b", "\u2028", "\u202e"])
def test_the_name_of_a_text_may_be_any(char: str) -> None:
    """Files may be called so; nothing fails for it, and nothing of it acts."""
    text = "authority owner\nfact a: bool\ndecision d: x > y\nrule r at owner when a then d is y\n"
    for name in (f"a{char}b.spec", f"/{char}/x.spec", char):
        spec = specdsl.loads(text, name=name)
        report = specdsl.check(spec)
        for form in FORMATS.values():
            assert char not in form([CheckedSpec(name, report, loads=True)], Style()).replace(
                "\n", ""
            )
        compile(specdsl.compile(spec).source, "module", "exec")


def test_each_character_is_said_once() -> None:
    faults = parse(Source("a.spec", "\x00\x00\x01 # \x00\u2028" * 1000))[1]
    assert [f.message[-8:] for f in faults] == ["`U+0000`", "`U+0001`", "`U+2028`"]
