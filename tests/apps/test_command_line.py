"""The command as a whole: exit status, streams, settings, what goes wrong inside."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import specdsl
from specdsl.apps import cli
from specdsl.apps.cli import group
from specdsl.apps.cli.common import terminal_style
from specdsl.apps.cli.progress import Progress
from specdsl.apps.cli.situation_arguments import parse_instructions

FINE = "authority owner\ndecision answer: yes > no\nrule refuse at owner then answer is no\n"
CLASH = FINE + "rule allow at owner then answer is yes\n"
BROKEN = "authority owner\ndecision answer: yes > no\nrule refuse at ower then answer is no\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in {"fine": FINE, "clash": CLASH, "broken": BROKEN}.items():
        Path(f"{name}.spec").write_text(text, encoding="utf-8")
    for name in ("NO_COLOR", "CLICOLOR_FORCE", "SPECDSL_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def run(*words: str, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(group, list(words), input=given, prog_name="specdsl")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("check fine.spec", 0),
        ("check clash.spec", 1),
        ("check broken.spec", 1),
        ("check clash.spec --fail-on never", 0),
        ("check gone.spec", 2),
        ("check .", 1),
        ("check empty", 2),
        ("check bytes.txt", 2),
        ("decide bytes.txt", 2),
        ("check fine.spec --output-format yaml", 2),
        ("test fine.spec", 0),
        ("decide fine.spec", 0),
        ("decide broken.spec", 1),
        ("decide gone.spec", 2),
        ("compile fine.spec", 0),
        ("compile clash.spec", 1),
        ("compile broken.spec", 1),
        ("compile fine.spec -o no/such/folder.py", 2),
        ("graph fine.spec", 0),
        ("graph broken.spec", 1),
        ("explain SD301", 0),
        ("explain fine.spec refuse", 0),
        ("fmt --check fine.spec", 1),
        ("--version", 0),
    ],
)
def test_exit_status(words: str, status: int) -> None:
    Path("empty").mkdir()
    Path("bytes.txt").write_bytes(b"value \xff")
    result = run(*words.split())
    assert result.exit_code == status, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_a_file_that_another_uses_is_part_of_that_one() -> None:
    Path("user.spec").write_text('use "fine.spec"\n', encoding="utf-8")
    found = json.loads(run("check", "fine.spec", "user.spec", "--output-format", "json").stdout)
    assert {check["file"] for check in found["checks"]} == {"user.spec"}


def test_diagnostics_go_to_stdout_and_json_stays_json() -> None:
    result = run("compile", "clash.spec", "--output-format", "json")
    assert "SD301" in {found["code"] for found in json.loads(result.stdout)["findings"]}
    assert "not compiled" in result.stderr


def test_what_is_compiled_is_what_the_spec_decides() -> None:
    assert run("compile", "fine.spec", "-o", "fine_policy.py").exit_code == 0
    code = "from fine_policy import decide; print(decide({}).answer)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "no\n"


@pytest.mark.parametrize("form", ["text", "concise", "json"])
def test_output_is_stable(form: str) -> None:
    first, second = (run("check", ".", "--output-format", form).stdout for _ in range(2))
    assert first == second


def test_suppression_counts_for_check_compile_and_python_alike() -> None:
    text = CLASH.replace(
        "rule allow", "# specdsl: allow(contradiction) because we decide\nrule allow"
    )
    Path("allowed.spec").write_text(text, encoding="utf-8")
    assert run("check", "allowed.spec").exit_code == 0
    assert run("compile", "allowed.spec").exit_code == 0
    assert specdsl.check(specdsl.load("allowed.spec")).ok
    specdsl.compile(specdsl.load("allowed.spec"))


@pytest.mark.parametrize(
    "text",
    [
        "# specdsl: allow(failing-example) because it is planned\nexample {}\n  expect {}",
        "example {}  # specdsl: allow(SD601) because it is planned\n  expect {}",
        "example {}\n  # specdsl: allow(SD601, dead-rule) because it is planned\n  expect {}",
    ],
)
def test_a_comment_allows_what_is_found_anywhere_in_its_statement(text: str) -> None:
    example = text.format('"later"', "answer is yes")
    before = "policy answers at owner {\n" + example + "\n}\n"
    result = run("check", "-", given=FINE + before)
    assert "1 allowed, 0 unproved" in result.stdout, result.stdout


def test_faults_of_loading_cannot_be_suppressed() -> None:
    text = BROKEN.replace("rule", "# specdsl: allow(unknown-name) because later\nrule")
    assert run("check", "-", given=text).exit_code == 1


def test_settings_are_found_upward_in_pyproject_too() -> None:
    inner = Path("deep/down")
    inner.mkdir(parents=True)
    (inner / "clash.spec").write_text(CLASH, encoding="utf-8")
    Path("pyproject.toml").write_text('[tool.specdsl]\nfail-on = "never"\n', encoding="utf-8")
    assert run("check", "deep/down/clash.spec").exit_code == 0
    assert run("check", "deep/down/clash.spec", "--fail-on", "error").exit_code == 1


@pytest.mark.parametrize(
    "text",
    ["ignore = 3", "ignore = ['dead-rul']", "fail-on = 1", "output-format = 'yaml'", "x = ["],
)
def test_bad_settings_are_said(text: str) -> None:
    Path("specdsl.toml").write_text(text, encoding="utf-8")
    result = run("check", "fine.spec")
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("text", ["x = [", "tool = 3", "[tool]\nspecdsl = 3"])
def test_the_pyproject_of_others_is_not_judged(text: str) -> None:
    Path("pyproject.toml").write_text(text, encoding="utf-8")
    assert run("check", "fine.spec").exit_code == 0


def test_select_leaves_the_others_out() -> None:
    result = run("check", "clash.spec", "--select", "dead-rule")
    assert "0 unproved (2 checks)" in result.stdout
    assert result.exit_code == 0


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_codes_are_listed_with_commas_or_one_by_one(option: str) -> None:
    once = run("check", "clash.spec", option, "SD301, dead-rule", option, "sd502")
    apart = run("check", "clash.spec", option, "SD301", option, "SD401", option, "SD502")
    other = run("check", "clash.spec", option, "SD301")
    assert once.stdout == apart.stdout != other.stdout
    assert once.exit_code == apart.exit_code == (1 if option == "--select" else 0)


@pytest.mark.parametrize("listed", ["SD301,", ",", "", "SD301,SD9999", "SD301;SD401"])
def test_no_code_between_commas_is_passed_over(listed: str) -> None:
    result = run("check", "clash.spec", "--select", listed)
    assert "there is no code `" in result.output
    assert result.exit_code == 2


def test_any_bytes_are_answered() -> None:
    for data in (b"\xff\xfe", b"", b"\x00", "rule é".encode("latin-1")):
        for command in ("check", "fmt", "test"):
            result = run(command, "-", given=data)
            assert result.exception is None or isinstance(result.exception, SystemExit)


def test_a_bad_line_of_a_batch_does_not_end_it() -> None:
    lines = b'{"facts": {}}\n\xff\n' + b"[" * 100_000 + b'\n{"says": 3}\n{}\n'
    result = run("decide", "fine.spec", "--batch", "-", given=lines)
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert ["error" in one for one in found] == [False, True, True, True, False]
    assert result.exit_code == 1


def test_instructions_keep_the_order_in_which_they_stand() -> None:
    typed = ("--say", "a: x is y", "--imply=b: x is z", "--facts", "--say", "--say=c: x is y at d")
    found = parse_instructions(typed, ("a: x is y", "c: x is y at d"), ("b: x is z",))
    assert [(one["by"], one["implied"], one.get("at")) for one in found] == [
        ("a", False, None),
        ("b", True, None),
        ("c", False, "d"),
    ]


def test_an_internal_error_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("inside")

    monkeypatch.setattr("specdsl.apps.cli.common.load_path", broken)
    monkeypatch.setattr(sys, "argv", ["specdsl", "check", "fine.spec"])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert "please report it" in said
    assert len(said.splitlines()) == 1
    monkeypatch.setenv("SPECDSL_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        cli.main()


def test_colours_follow_the_conventions(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not terminal_style().colour
    monkeypatch.setenv("CLICOLOR_FORCE", "1")
    assert terminal_style().colour
    assert "\033[1;31merror" in run("check", "clash.spec").stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert not terminal_style().colour
    assert "\033[" not in run("check", "clash.spec").stdout


def test_progress_is_shown_on_a_terminal_after_a_second(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    progress = Progress("a.spec")
    progress("contradiction", 0, 8)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    progress.start -= 2
    progress("contradiction", 0, 8)
    progress.clear_line()
    assert "a.spec: contradiction (1/8)" in capsys.readouterr().err


def test_fmt_leaves_what_it_cannot_write(tmp_path: Path) -> None:
    assert run("fmt", "broken.spec", "fine.spec").exit_code == 0
    assert run("fmt", "--check", "fine.spec").exit_code == 0
    assert run("fmt", "gone.spec").exit_code == 2
