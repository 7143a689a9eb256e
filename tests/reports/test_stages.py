"""Errors are looked for first, then warnings, then notes; on a terminal each is shown when it is
known."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import specdsl
from specdsl.apps.cli import group
from specdsl.base.diagnostics import Code, Report, Severity
from specdsl.checks import CHECKS
from specdsl.reports import FORMATS, CheckedSpec
from specdsl.reports.live_text import ProgressiveScreen
from specdsl.verification.runner import stages_by_severity, worst_severity
from tests.checked_texts import PLAIN, golden_runs
from tests.random_specs import random_clash, random_spec

ROOT = Path(__file__).resolve().parents[2]

# An error, warnings of which one is known last, a settled clash (a note in full) and notes.
ALL_KINDS = """\
authority owner > guest
fact late, vip: bool
fact told: bool?
decision answer: yes > no
decision door: open > shut on conflict shut
# specdsl: allow(open-to-unknown) because it never is
rule refuse at owner when late then answer is no
rule welcome at owner when vip then answer is yes
rule night at owner when late then door is shut
rule day at owner when vip then door is open
rule asked at owner when told then door is open
"""
SEVERITY = re.compile(r"^(?:[^ ]+: )?(error|warning|note)\[(SD\d+)\]", re.MULTILINE)


def test_the_checks_stand_in_the_order_of_what_they_can_find() -> None:
    assert [one for stage in stages_by_severity(CHECKS) for one in stage] == list(CHECKS)
    assert [worst_severity(stage[0]) for stage in stages_by_severity(CHECKS)] == sorted(
        Severity, reverse=True
    )


BASE = ALL_KINDS.replace("# specdsl", "# base").replace("welcome at owner", "welcome at guest")
LAYER = 'layer guest on "base.spec"\nrule never at guest when late then answer is yes\n'
SPECS = [*map(random_spec, range(4)), *map(random_clash, range(4)), ALL_KINDS, LAYER]


@pytest.mark.parametrize("text", SPECS, ids=range(len(SPECS)))
def test_what_is_told_of_a_severity_is_all_of_it(text: str) -> None:
    told: list[tuple[Report, frozenset[Code]]] = []
    spec = specdsl.loads(text, library={"base.spec": BASE})
    final = specdsl.api.check(spec, seen=lambda report, left: told.append((report, left)))
    assert final == specdsl.check(spec)
    assert len(told) == 3
    for report, left in told:
        for severity in Severity:
            if all(code.severity < severity for code in left):
                then, now = (
                    [d for d in one.findings if d.severity is severity and d.code.id != "SD701"]
                    for one in (final, report)
                )
                assert now == then
    assert told[-1] == (final, frozenset())


def test_progress_names_what_is_proved_errors_first() -> None:
    steps: list[tuple[str, int, int]] = []
    specdsl.check(specdsl.loads(ALL_KINDS), lambda *step: steps.append(step))
    names = [name for name, _, _ in steps]
    assert "contradiction of `answer`" in names
    assert names.index("contradiction of `door`") < names.index("redundant-rule of `answer`")
    assert names.index("redundant-rule of `door`") < names.index("open-to-unknown of `answer`")
    assert [done for _, done, _ in steps] == list(range(len(steps)))
    assert {total for _, _, total in steps} == {len(steps)}


# --- only what is grave --------------------------------------------------------------------------


def run(*words: str) -> Result:
    return CliRunner().invoke(group, ["check", "--no-cache", *words], prog_name="specdsl")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("a.spec").write_text(ALL_KINDS, encoding="utf-8")
    for name in ("NO_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def found(*words: str) -> list[tuple[str, str]]:
    listed = json.loads(run("a.spec", "--output-format", "json", *words).output)["findings"]
    return [(one["severity"], one["message"]) for one in listed]


@pytest.mark.parametrize(
    ("only", "kept", "said"),
    [
        ("errors", {"error"}, ", errors only ("),
        ("warnings", {"error", "warning"}, ", errors and warnings only ("),
        ("notes", {"error", "warning", "note"}, "0 unproved\n"),
    ],
)
def test_only_what_is_as_grave_is_looked_for(only: str, kept: set[str], said: str) -> None:
    every = found()
    assert {severity for severity, _ in every} == {"error", "warning", "note"}
    named = [one for one in every if "this comment allows" not in one[1] or only == "notes"]
    assert found("--only", only) == [one for one in named if one[0] in kept]
    assert said in run("a.spec", "--only", only).output


def test_what_the_settings_make_an_error_is_looked_for_with_errors() -> None:
    (told,) = [message for severity, message in found("--select", "SD504") if severity == "note"]
    assert ("error", told) in found("--only", "errors", "--error", "SD504")
    assert found("--only", "errors", "--note", "SD301") == []
    checks = json.loads(run("a.spec", "--only", "errors", "--output-format", "json").output)
    results = {one["code"]: one["result"] for one in checks["checks"]}
    assert (results["SD301"], results["SD404"], results["SD504"]) == ("found", "not_run", "not_run")


def test_a_run_does_not_pass_because_it_did_not_look() -> None:
    refused = run("a.spec", "--only", "errors", "--fail-on", "warning")
    assert refused.exit_code == 2
    assert "`--fail-on warning` needs what `--only errors` does not look for" in refused.output
    assert run("a.spec", "--only", "errors", "--fail-on", "never").exit_code == 0
    nothing = run("a.spec", "--only", "errors", "--select", "SD502,SD411")
    assert nothing.exit_code == 2
    assert "`--only errors` excludes all of `--select SD502, SD411`" in nothing.output
    assert run("a.spec", "--only", "errors", "--select", "SD502", "--error", "SD502").exit_code == 1


def test_only_errors_has_no_mends_unless_they_are_asked_for() -> None:
    def fixes(*words: str) -> int:
        words = ("--only", "errors", "--output-format", "json", *words)
        return sum(
            len(one["fixes"]) for one in json.loads(run("a.spec", *words).output)["findings"]
        )

    assert fixes() == 0 < fixes("--mends", "few")


# --- on a terminal -------------------------------------------------------------------------------


def on_terminal(*words: str) -> str:
    """What is shown on a terminal; progress and complaints go elsewhere."""
    terminal, other = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "SPECDSL_CACHE_DIR": "c"}
    command = [sys.executable, "-c", "from specdsl.apps.cli import main; main()", "check", *words]
    with subprocess.Popen(
        command, stdout=other, stderr=subprocess.PIPE, env=environment
    ) as process:
        os.close(other)
        shown = b""
        while more := _read(terminal):
            shown += more
        assert process.stderr is not None
        assert process.stderr.read() == b""
    os.close(terminal)
    return shown.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # nobody writes any more
        return b""


def test_a_terminal_shows_errors_first_and_mends_at_the_end() -> None:
    shown = on_terminal("a.spec", "--no-cache")
    findings, _, mends = shown.partition("\nmends\n\n")
    order = [name for name, code in SEVERITY.findall(findings) if code != "SD701"]
    assert order == sorted(order, key=("error", "warning", "note").index)
    assert "priority" not in findings.partition("help: order what they serve")[0]
    assert mends.startswith("a.spec:8:6: error[SD301] `refuse` and `welcome` contradict each other")
    assert "  narrow by an exception   welcome unless late" in mends
    assert mends.splitlines()[-1] == run("a.spec").output.splitlines()[-1]
    plain = [*SEVERITY.findall(run("a.spec", "--mends", "none").output)]
    assert Counter(SEVERITY.findall(findings)) == Counter(plain)


def test_a_terminal_shows_the_same_of_what_is_known() -> None:
    Path("b.spec").write_text("rule\n", encoding="utf-8")
    Path("c.spec").write_text('use "a.spec"\nfact more: bool\n', encoding="utf-8")
    first = on_terminal("a.spec", "b.spec", "c.spec")
    assert on_terminal("a.spec", "b.spec", "c.spec") == first == on_terminal(".")


def test_a_terminal_shows_what_the_settings_make_of_findings() -> None:
    shown = on_terminal("a.spec", "--error", "SD504", "--ignore", "SD301", "--no-allow")
    names = SEVERITY.findall(shown)
    assert names[0] == ("error", "SD504")
    assert "SD301" not in shown
    only = on_terminal("a.spec", "--only", "errors")
    assert {name for name, _ in SEVERITY.findall(only)} == {"error"}
    assert "\nmends\n" not in only


@pytest.mark.parametrize("limit", [Severity.ERROR, Severity.NOTE])
def test_a_screen_shows_what_the_text_form_shows(limit: Severity) -> None:
    for one in golden_runs():
        run = CheckedSpec(one.path, one.report, one.loads, one.sizes, limit)
        written: list[str] = []
        screen = ProgressiveScreen(PLAIN, written.append)
        for to_come in (Severity.ERROR, Severity.WARNING, Severity.NOTE):
            screen.show_complete(run, to_come)
        screen.end_spec(run)
        screen.close_with_summary([run])
        parts = "".join(written)
        assert sorted(parts.split("\n\n")) == sorted(FORMATS["text"]([run], PLAIN).split("\n\n"))
