"""What a format does not show costs nothing; what it shows is the same without that."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import specdsl
from specdsl.api import Spec, check, replay
from specdsl.apps.cli import group
from specdsl.base.diagnostics import Report, Severity
from specdsl.checks import open_to_unknown, sensitive_to_unknown, undecided_situations
from specdsl.reports import FORMATS, CheckedSpec
from tests.checked_texts import PLAIN
from tests.random_specs import random_clash, random_spec

NOTES = {one.CODE for one in (open_to_unknown, sensitive_to_unknown, undecided_situations)}

SPEC = """\
authority owner > guest
principal asker at guest
fact late, vip: bool
fact young: bool?
decision door: open > ajar > shut
rule refuse at owner when late then door is shut
rule welcome at owner when vip then door is open
rule careful at owner when young then door is not open
"""


def shown(form: str, report: Report) -> str:
    return FORMATS[form]([CheckedSpec("a.spec", report, loads=True)], PLAIN)


TEXTS = [*map(random_spec, range(12)), *map(random_clash, range(4)), SPEC]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_what_is_shown_is_the_same_without_what_is_not(text: str) -> None:
    spec = specdsl.loads(text)
    whole = check(spec)
    lines = check(spec, note_lines=True)
    assert shown("text", lines) == shown("text", whole)
    assert shown("concise", check(spec, brief=True)) == shown("concise", whole)
    _are_shown(spec, lines)


def _are_shown(spec: Spec, report: Report) -> None:
    """Also the situation of a note that nobody reads is one in which it is so."""
    decide = replay(spec.circuit)
    for finding in report.findings:
        if finding.code is sensitive_to_unknown.CODE:
            outcomes = {
                decide({**finding.replay, "facts": {**finding.replay["facts"], **facts}})[
                    finding.decision or ""
                ].outcome
                for facts in (dict[str, object](), finding.other_situation["facts"])
            }
            assert len(outcomes) == 2, finding.message
        if finding.code is undecided_situations.CODE:
            assert not decide(finding.replay)[finding.decision or ""].decided


# --- on the command line -------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SPECDSL_CACHE", "1")
    monkeypatch.setenv("SPECDSL_CACHE_DIR", str(tmp_path / "cache"))
    Path("a.spec").write_text(SPEC, encoding="utf-8")


def run(*words: str) -> Result:
    return CliRunner().invoke(group, ["check", "a.spec", *words], prog_name="specdsl")


def situations(*words: str) -> dict[str, int]:
    """By check, how many were looked for."""
    rows = run("--statistics", *words).output.partition("\n\ncheck ")[2].splitlines()[1:]
    return {row.split()[0]: int(row.split()[4]) for row in rows if not row.startswith("relations")}


def test_no_situation_is_made_for_what_is_a_line() -> None:
    """In text every error has one; a line has none, and no mends."""
    text, lines = situations(), situations("--output-format", "concise")
    assert text["contradiction"] > 0
    assert {text[code.name] for code in NOTES} == {0}
    assert set(lines.values()) == {0}
    assert "mends" not in lines
    for words in (("--select", "SD502,SD503"), ("--fail-on", "note"), ("--warning", "SD503")):
        assert situations(*words)["sensitive-to-unknown"] > 0, words
    assert situations("--report", "json=a.json")["undecided-situations"] > 0


def test_only_errors_looks_for_no_contradiction_that_is_settled() -> None:
    unsettled = run("--only", "errors").output
    assert "refuse` and `welcome` contradict each other" in " ".join(unsettled.split())
    Path("a.spec").write_text(SPEC.replace("> shut", "> shut on conflict shut"), encoding="utf-8")
    rows = run("--only", "errors", "--statistics").output.partition("\n\ncheck ")[2].splitlines()
    (contradiction,) = (row.split() for row in rows if row.startswith("contradiction"))
    assert contradiction[2:] == ["0"] * 4
    assert "contradict" not in run("--only", "errors").output
    for words in (("--only", "errors", "--error", "SD301"), ("--only", "warnings"), ()):
        graver = run(*words).output
        assert ("contradict each other" in graver) is ("warnings" not in words), words


@pytest.mark.parametrize("first", ["text", "concise", "json"])
def test_json_has_all_whatever_was_asked_for_before(first: str) -> None:
    uncached = run("--output-format", "json", "--no-cache").output
    run("--output-format", first)
    assert run("--output-format", "json").output == uncached
    kinds = {one["name"]: one for one in json.loads(uncached)["findings"]}
    assert {"situation", "replay"} <= kinds["sensitive-to-unknown"].keys()
    for form in ("text", "concise"):
        cached = run("--output-format", form).output
        assert cached == run("--output-format", form, "--no-cache").output


def test_what_is_asked_for_is_shown_with_its_simple_situation() -> None:
    run()
    found = run("--select", "SD503").output
    assert "= situation: " in found


def test_severity_does_not_hide_what_is_found() -> None:
    spec = specdsl.loads(SPEC)
    notes = [d for d in check(spec, note_lines=True).findings if d.severity is Severity.NOTE]
    assert {d.code for d in notes} == NOTES
