"""The example projects, run as a user would, and what their README files claim beyond their output.

The outputs themselves are compared by `tests/test_golden.py`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import specdsl
from specdsl.apps.cli import group
from specdsl.base.diagnostics import Severity
from specdsl.base.source import Source
from specdsl.frontend.syntax.canonical_layout import format_text

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
BOT = EXAMPLES / "support_bot"
SPECS = sorted(EXAMPLES.glob("*/*.spec"))
COMPILE = (
    "compile examples/support_bot/support.spec --to python "
    "-o examples/support_bot/support_policy.py"
)


def python(folder: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run by the interpreter of the tests, in a folder that is not the project's."""
    return subprocess.run(
        [sys.executable, *map(str, words)],
        check=False,
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8"},
    )


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.name)
def test_every_spec_is_in_the_canonical_layout(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert format_text(Source(path.name, text)) == text


@pytest.mark.parametrize("folder", sorted({path.parent for path in SPECS}), ids=lambda f: f.name)
def test_every_folder_has_a_document_that_names_its_files(folder: Path) -> None:
    document = (folder / "README.md").read_text(encoding="utf-8")
    files = {p.name for p in folder.iterdir() if p.is_file()} - {"README.md"}
    assert {name for name in files if f"[{name}]({name})" not in document} == set()


# --- the shop's assistant ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["support", "outlet"])
def test_the_shops_specs_pass_and_are_proved(name: str) -> None:
    report = specdsl.check(specdsl.load(BOT / f"{name}.spec"))
    assert [d.message for d in report.findings if d.severity is Severity.ERROR] == []
    assert report.ok
    assert not report.unproved


def test_the_module_in_the_folder_is_what_compile_gives_now(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(ROOT)
    *words, _, target = COMPILE.split()
    run = CliRunner().invoke(group, words, prog_name="specdsl")
    assert run.exit_code == 0, run.output
    if request.config.getoption("--update-golden"):
        Path(target).write_text(run.stdout, encoding="utf-8")
    assert Path(target).read_text(encoding="utf-8") == run.stdout, f"run `specdsl {COMPILE}`"


def test_the_document_of_the_bot_has_that_command() -> None:
    assert f"$ specdsl {COMPILE}\n" in (BOT / "README.md").read_text(encoding="utf-8")


def test_the_bot_needs_nothing_but_python(tmp_path: Path) -> None:
    """`-S`: without the folder of installed packages, so without specdsl."""
    run = python(tmp_path, "-S", BOT / "bot.py", BOT / "turns.jsonl", "log.jsonl")
    assert (run.returncode, run.stderr) == (0, "")
    turns = (BOT / "turns.jsonl").read_text(encoding="utf-8").splitlines()
    log = (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(log) == len(turns)
    assert python(tmp_path, "-S", "-c", "import specdsl").returncode == 1


def test_the_bot_says_how_it_is_used(tmp_path: Path) -> None:
    run = python(tmp_path, BOT / "bot.py")
    assert (run.returncode, run.stderr) == (1, "usage: python bot.py TURNS.jsonl LOG.jsonl\n")


# Two turns that differ in a secret alone, and not in what is decided.
PAIRS = {
    "a child, or nobody knows": ({"asker_is_child": True}, {"asker_is_child": None}),
    "what is on the account": ({"tags": ["vip"]}, {"tags": ["staff", "fraud_watch"]}),
    "a value that does not fit": ({"tags": ["vipp"]}, {"tags": ["a word of the customer's"]}),
    "a name that is misspelt": ({"asker_is_chld": True}, {"asker_is_chld": "she is nine"}),
}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_nothing_that_the_bot_writes_tells_a_secret(
    pair: tuple[dict[str, object], ...], tmp_path: Path
) -> None:
    turns = [{"customer": "Hi", "facts": {"topic": "folklore", **secret}} for secret in pair]
    text = "\n".join(json.dumps(turn) for turn in turns)
    (tmp_path / "turns.jsonl").write_text(text, encoding="utf-8")
    run = python(tmp_path, BOT / "bot.py", "turns.jsonl", "log.jsonl")
    assert run.returncode == 0, run.stderr
    one, other = (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()
    assert one == other
    _, said, said_again = run.stdout.split("customer: Hi\n")
    assert said == said_again


def test_the_bot_hides_the_facts_that_the_spec_calls_secret() -> None:
    spec = specdsl.load(BOT / "support.spec")
    names = sorted(fact.name for fact in spec.model.facts if fact.secret)
    shown = ", ".join(f'"{name}"' for name in names)
    assert f"SECRET = frozenset({{{shown}}})" in (BOT / "bot.py").read_text(encoding="utf-8")
