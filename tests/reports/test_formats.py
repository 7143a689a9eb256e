"""GitHub annotations and JUnit as their readers take them; all formats are byte-stable.

The findings are those of every golden document of a code.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specdsl.base.diagnostics import (
    CheckResult,
    Code,
    Diagnostic,
    Fix,
    Label,
    Note,
    Report,
    Severity,
)
from specdsl.base.plain_text import visible
from specdsl.base.source import Source, Span
from specdsl.reports import FORMATS, CaseResult, CheckedSpec
from tests.checked_texts import CODE, PLAIN, at, found_in, golden_runs, reported

CLASH = """\
authority owner
decision answer: yes > no
rule refuse at owner then answer is no
rule allow at owner then answer is yes
"""


@pytest.fixture(scope="module")
def runs() -> list[CheckedSpec]:
    return list(golden_runs())


# --- GitHub --------------------------------------------------------------------------------------


def commands(text: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """Workflow commands as the runner reads them: name, properties, message."""
    for line in text.split("\n"):
        if line.startswith("::"):
            head, _, data = line[2:].partition("::")
            name, _, listed = head.partition(" ")
            pairs = (pair.split("=", 1) for pair in listed.split(","))
            yield name, {key: unescaped(value) for key, value in pairs}, unescaped(data)


def unescaped(text: str) -> str:
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, char)
    return text


def test_github_annotates_each_finding(runs: list[CheckedSpec]) -> None:
    names = {"error": "error", "warning": "warning", "note": "notice"}
    text = FORMATS["github"](runs, PLAIN)
    found = found_in(*runs)
    for (name, about, message), diagnostic in zip(commands(text), found, strict=True):
        assert diagnostic.primary is not None
        span = diagnostic.primary.span
        assert name == names[str(diagnostic.severity)]
        assert about["file"] == span.source.name
        assert (about["line"], about["endLine"]) == (str(span.line), str(span.end_line))
        assert about["title"] == f"{diagnostic.code.id} {diagnostic.code.name}"
        if span.line == span.end_line:
            assert (about["col"], about["endColumn"]) == (str(span.column), str(span.end_column))
        assert message.splitlines()[0] == diagnostic.message
        assert all(f"{note.title}: {note.text}" in message for note in diagnostic.notes)
    assert text.count("\n") == len(found) + 1, "and the summary"


SPECIAL = st.text(st.sampled_from("%:,=\n\r\t 0A2C35") | st.characters(), max_size=12)


@given(SPECIAL, SPECIAL)
def test_github_commands_can_be_read_back(message: str, name: str) -> None:
    label = Label(Span(Source(name, "word"), 0, 4), "", True)
    text = FORMATS["github"]([reported(Diagnostic(CODE, message, (label,)))], PLAIN)
    [(_, about, read_back)] = commands(text)
    assert read_back == visible(message, newlines=True)
    assert about["file"] == visible(name, newlines=True)
    assert text.count("\n") == 2


def test_github_commands_are_escaped() -> None:
    label = Label(Span(Source("a,b:c%.spec", "word"), 0, 4), "", True)
    text = FORMATS["github"]([reported(Diagnostic(CODE, "5%, a: b%0A\n::c", (label,)))], PLAIN)
    assert text.split("\n")[0] == (
        "::error file=a%2Cb%3Ac%25.spec,line=1,endLine=1,col=1,endColumn=5,"
        "title=SD301 contradiction::5%25, a: b%250A%0A::c"
    )


def test_github_shows_mends_above_the_replay() -> None:
    fixes = (Fix("write `word`", (), verified=True), Fix("or `words`", ()))
    notes = (Note("why", "so"), Note("replay", "specdsl decide"))
    found = Diagnostic(CODE, "message", notes=notes, fixes=fixes)
    [(_, _, message)] = commands(FORMATS["github"]([reported(found)], PLAIN))
    assert message.splitlines()[1:] == [
        "why: so",
        "help: write `word` (checked)",
        "or `words`",
        "replay: specdsl decide",
    ]


def test_github_takes_no_columns_of_several_lines() -> None:
    label = Label(at("one two\nthree four", "two\nthree"), "", True)
    warning = Diagnostic(CODE, "message", (label,), severity=Severity.WARNING)
    text = FORMATS["github"]([reported(warning)], PLAIN)
    assert text.splitlines()[0] == (
        "::warning file=a.spec,line=1,endLine=2,title=SD301 contradiction::message"
    )


def test_github_annotates_what_is_unproved() -> None:
    run = CheckedSpec("a.spec", Report((), (CheckResult(CODE, "unproved", "reply"),)), True)
    [(name, about, message)] = commands(FORMATS["github"]([run], PLAIN))
    assert (name, about["file"]) == ("error", "a.spec")
    assert about["title"] == "SD301 contradiction: unproved"
    assert message.endswith("reply")


# --- JUnit ---------------------------------------------------------------------------------------


def junit(*runs: CheckedSpec) -> ET.Element:
    text = FORMATS["junit"](runs, PLAIN)
    text.encode("ascii")
    return ET.fromstring(text)


def outcome(case: ET.Element) -> str:
    kinds = [child.tag for child in case if child.tag != "system-out"]
    assert len(kinds) <= 1
    return kinds[0] if kinds else "passed"


def test_junit_counts_what_is_in_it(runs: list[CheckedSpec]) -> None:
    root = junit(*runs)
    assert [suite.get("name") for suite in root] == [run.path for run in runs]
    for element in (root, *root):
        outcomes = [outcome(case) for case in element.iter("testcase")]
        assert element.get("tests") == str(len(outcomes))
        assert element.get("failures") == str(outcomes.count("failure"))
        assert element.get("errors") == str(outcomes.count("error"))
        assert element.get("skipped") == str(outcomes.count("skipped"))


@pytest.mark.parametrize("limit", [*Severity, None])
def test_junit_fails_exactly_where_the_run_does(
    runs: list[CheckedSpec], limit: Severity | None
) -> None:
    for run in runs:
        for one in (replace(run, limit=limit, binding_limit=limit), replace(run, limit=limit)):
            root = junit(one)
            fails = int(root.get("failures", 0)) + int(root.get("errors", 0)) > 0
            assert fails == (not one.passes)
        assert replace(run, limit=limit, binding_limit=limit).passes == run.report.passes(limit)


def test_junit_has_each_finding_and_each_check_without_one(runs: list[CheckedSpec]) -> None:
    for run, suite in zip(runs, junit(*runs), strict=True):
        names = [case.get("name", "") for case in suite]
        found = [f"{d.code.name}: {d.message}" for d in run.report.diagnostics]
        codes = {d.code for d in run.report.diagnostics}
        quiet = [c.code.name for c in run.report.checks if c.code not in codes]
        assert sorted(names) == sorted([*found, *quiet])
        for case in suite:
            for child in (*case.iter("failure"), *case.iter("error")):
                assert child.get("message", "") in (child.text or "")
                assert child.get("type", "").split()[0] in (child.text or "")


def test_junit_tells_the_allowed_the_unproved_and_the_not_run_apart() -> None:
    mild = Code("SD404", "redundant-rule", Severity.WARNING, "page")
    results = [(CODE, r) for r in ("proved", "found", "unproved", "not_run")] + [(mild, "unproved")]
    checks = tuple(CheckResult(code, result, "reply") for code, result in results)
    run = CheckedSpec("a.spec", Report((), checks, allowed=1), True)
    cases = list(junit(run).iter("testcase"))
    assert [outcome(case) for case in cases] == ["passed", "passed", "error", "skipped", "skipped"]
    assert cases[1].findtext("system-out") == "what it found is allowed"
    assert cases[2].findtext("error") == "reply"
    never = junit(replace(run, limit=None))
    assert never.get("errors") == "0"


def test_junit_lists_what_specdsl_test_ran() -> None:
    found = Diagnostic(CODE, "it does not hold")
    cases = (
        CaseResult(CODE, "one"),
        CaseResult(CODE, "two", found),
        CaseResult(CODE, "three", settled=False),
    )
    run = CheckedSpec("a.spec", Report((found,), ()), True, cases=cases)
    listed = [(case.get("name"), outcome(case)) for case in junit(run).iter("testcase")]
    assert listed == [("one", "passed"), ("two", "failure"), ("three", "error")]


@given(st.text(max_size=20), st.text(min_size=1, max_size=20))
def test_junit_is_xml_whatever_a_text_has(message: str, name: str) -> None:
    notes = (Note("help", message),)
    label = Label(Span(Source(name, message), 0, len(message)), message, True)
    [case] = junit(reported(Diagnostic(CODE, message, (label,), notes), path=name)).iter("testcase")
    assert case.get("classname") == xml(name)
    assert case.get("name") == xml(f"contradiction: {message}")
    assert case.find("failure") is not None


def xml(text: str) -> str:
    """With a mark for what no XML can have (XML 1.0, 2.2)."""
    return "".join(c if c in "\t\n\r" or allowed(ord(c)) else "�" for c in text)


def allowed(number: int) -> bool:
    return 0x20 <= number <= 0xD7FF or 0xE000 <= number <= 0xFFFD or number >= 0x10000


# --- all -----------------------------------------------------------------------------------------


def test_output_is_the_same_in_every_process(tmp_path: Path) -> None:
    (tmp_path / "a.spec").write_text(CLASH, encoding="utf-8")
    forms = ("sarif", "github", "junit", "json")
    found = []
    for seed in ("1", "2"):
        copies = [f"--report={form}={form}-{seed}" for form in forms]
        command = [
            sys.executable,
            "-c",
            "from specdsl.apps.cli import main; main()",
            "check",
            "a.spec",
        ]
        done = subprocess.run(
            [*command, *copies],
            cwd=tmp_path,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 1, done.stderr
        found.append([(tmp_path / f"{form}-{seed}").read_bytes() for form in forms])
    assert found[0] == found[1]
    assert all(found[0])
