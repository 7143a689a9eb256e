"""The full form of a diagnostic: places, widths, several files, colours."""

from __future__ import annotations

import json

import pytest

from specdsl.base.diagnostics import (
    CheckResult,
    Code,
    Diagnostic,
    Edit,
    Fix,
    Label,
    Note,
    Report,
    Severity,
)
from specdsl.base.source import Source, Span
from specdsl.reports import FORMATS, CheckedSpec, Style
from specdsl.reports.checked_spec import summary_line
from specdsl.reports.full import render_in_full

CODE = Code("SD301", "contradiction", Severity.ERROR, "page")
PLAIN = Style()


def span(source: Source, text: str) -> Span:
    start = source.text.index(text)
    return Span(source, start, start + len(text))


def shown(text: str, *words: str, style: Style = PLAIN) -> str:
    """A diagnostic with a label at each word, the last one primary."""
    source = Source("a.spec", text)
    labels = [Label(span(source, w), f"at {w}", primary=w is words[-1]) for w in words]
    return render_in_full(Diagnostic(CODE, "message", tuple(labels)), style)


def test_distant_lines_are_separated_and_numbers_aligned() -> None:
    text = "\n" * 7 + "one\ntwo\nthree\nfour"
    assert (
        shown(text, "one", "two", "four")
        == """\
error[SD301]: message
  --> a.spec:11:1
   |
 8 | one
   | --- at one
 9 | two
   | --- at two
...
11 | four
   | ^^^^ at four"""
    )


def test_other_files_follow_that_of_the_primary_label() -> None:
    here, there = Source("b.spec", "here"), Source("a.spec", "there")
    labels = (Label(span(there, "there"), "first"), Label(span(here, "here"), "again", True))
    found = render_in_full(Diagnostic(CODE, "message", labels), PLAIN)
    assert found.splitlines()[1:] == [
        " --> b.spec:1:1",
        "  |",
        "1 | here",
        "  | ^^^^ again",
        " ::: a.spec:1:1",
        "  |",
        "1 | there",
        "  | ----- first",
    ]


@pytest.mark.parametrize(
    ("line", "word", "indent", "length"),
    [
        ("\tx word", "word", 3, 4),  # a tab is shown as one space
        ("日本 word", "word", 5, 4),
        ("x 日本", "日本", 2, 4),
        ("e\u0301 word", "word", 2, 4),
        ("\x1b[31m word", "word", 6, 4),  # shown as a mark, never sent to the terminal
    ],
)
def test_underlines_stand_below_what_they_mark(
    line: str, word: str, indent: int, length: int
) -> None:
    found = shown(line, word).splitlines()[4]
    assert found == f"  | {' ' * indent}{'^' * length} at {word}"


def test_control_characters_are_never_printed() -> None:
    found = render_in_full(
        Diagnostic(CODE, "a\x1b]0;b\u202ec", notes=(Note("help", "x\x07"),)), PLAIN
    )
    assert "\x1b" not in found
    assert "\x07" not in found
    assert "\u202e" not in found


def test_long_lines_are_cut_around_the_label() -> None:
    found = shown("a" * 500 + " word " + "b" * 500, "word").splitlines()
    assert found[3].startswith("1 | …")
    assert found[3].endswith("…")
    assert len(found[3]) < 120
    at = found[4].index("^")
    assert found[3][at : at + 4] == "word"


def test_a_place_of_several_lines_is_shown_by_its_first() -> None:
    assert shown("one two\nthree", "two\nthree").splitlines()[3:] == [
        "1 | one two",
        "  |     ^^^ at two",
        "three",
    ]


def test_the_end_of_a_file_can_be_marked() -> None:
    source = Source("a.spec", "fact")
    found = render_in_full(
        Diagnostic(CODE, "message", (Label(Span(source, 4, 4), "", True),)), PLAIN
    )
    assert found.splitlines()[-1] == "  |     ^"


def test_colours_only_where_asked_for() -> None:
    assert "\033[" not in shown("word", "word")
    assert "\033[1;31merror[SD301]\033[0m" in shown("word", "word", style=Style(True))


def test_notes_are_aligned() -> None:
    source = Source("a.spec", "word")
    notes = (Note("help", "one\ntwo"), Note("situation", "fact, " * 30))
    label = (Label(span(source, "word"), "", True),)
    lines = render_in_full(Diagnostic(CODE, "message", label, notes), PLAIN).splitlines()
    assert lines[4:8] == ["  | ^^^^", "  |", "  = help: one", "          two"]
    assert all(len(line) <= 100 for line in lines)


def run(*diagnostics: Diagnostic, result: str = "proved", loads: bool = True) -> CheckedSpec:
    checks = (CheckResult(CODE, result, "reply" if result == "unproved" else ""),)
    return CheckedSpec("a.spec", Report(diagnostics, checks if loads else (), 1, 2), loads)


def test_the_last_line_says_no_more_than_was_proved() -> None:
    found = Diagnostic(CODE, "message")
    assert summary_line([run()]) == "1 file, 2 rules: no contradiction, 0 unproved"
    assert summary_line([run(found, result="found")]) == (
        "1 file, 2 rules: 1 contradiction, 0 unproved"
    )
    assert summary_line([run(result="found")]) == "1 file, 2 rules: 0 unproved"
    assert summary_line([run(result="unproved")]) == "1 file, 2 rules: 1 unproved"
    assert summary_line([run(found, found, loads=False)]) == (
        "1 file, 2 rules: does not load, 2 faults"
    )
    assert summary_line([run(found, loads=False), run(found, loads=False), run()]) == (
        "3 files, 6 rules: 2 of 3 specs do not load, 2 faults, no contradiction, 0 unproved"
    )


def test_a_file_of_several_specs_counts_once() -> None:
    report = Report((), (), 2, 3)
    runs = [CheckedSpec(f, report, True, {f: 1, "shared": 2}) for f in ("a.spec", "b.spec")]
    assert summary_line(runs).startswith("3 files, 4 rules: ")


def test_what_was_left_unproved_is_said_in_every_format() -> None:
    for name, form in FORMATS.items():
        assert "reply" in form([run(result="unproved")], PLAIN), name


def test_json_has_fixes_and_places() -> None:
    source = Source("a.spec", "wrod")
    at = span(source, "wrod")
    fix = Fix("write `word`", (Edit(at, "word"),), verified=True)
    fault = Diagnostic(CODE, "message", (Label(at, "here", True),), fixes=(fix,))
    found = json.loads(FORMATS["json"]([run(fault)], PLAIN))
    [finding] = found["findings"]
    assert finding["fixes"][0]["edits"][0] == {
        "file": "a.spec",
        "line": 1,
        "column": 1,
        "end_line": 1,
        "end_column": 5,
        "text": "word",
    }
    assert found["version"] == 1
    assert "= help: write `word`   (checked)" in FORMATS["text"]([run(fault)], PLAIN)
