"""Documents whose commands print what they say; every diagnostic code has one."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from specdsl.base.diagnostics import Code
from specdsl.checks.catalogue import codes
from tests.golden.documents import blocks, rewritten

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden"

# Documents for people: their commands run in a copy of the repository's shipped folders.
PLACES = ("README.md", "docs/*.md", "rules/*.md", "rules/*/*.md", "examples/*/*.md")
DOCUMENTS = tuple(p.relative_to(ROOT).as_posix() for place in PLACES for p in ROOT.glob(place))
FOLDERS = ("examples", "rules")
CLEAN = re.compile(
    r"^\d+ files?, \d+ rules?: no contradiction, (\d+ notes?, )?(\d+ allowed, )?"
    r"0 unproved$",
    re.M,
)


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    asked: bool = request.config.getoption("--update-golden")
    return asked or os.environ.get("UPDATE_GOLDEN") == "1"


@pytest.mark.parametrize(
    "path", sorted(p.relative_to(GOLDEN).as_posix() for p in GOLDEN.glob("**/*.md"))
)
def test_golden(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, update: bool) -> None:
    _compare(GOLDEN / path, tmp_path, monkeypatch, update)


@pytest.mark.parametrize("path", sorted(DOCUMENTS))
def test_document(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, update: bool) -> None:
    for folder in FOLDERS:
        if (ROOT / folder).is_dir():
            shutil.copytree(ROOT / folder, tmp_path / folder)
    _compare(ROOT / path, tmp_path, monkeypatch, update)


def _compare(document: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, update: bool) -> None:
    for name in ("CLICOLOR_FORCE", "SPECDSL_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")  # click wraps its help to the terminal
    monkeypatch.chdir(folder)
    before = document.read_text(encoding="utf-8")
    after = rewritten(before)
    if update and before != after:
        document.write_text(after, encoding="utf-8")
        before = after
    assert after == before, f"{document}: run `pytest --update-golden`, and read what changed"


UNPROVOKED = (
    "SD901",
)  # only a fault of the tool shows it: tests/second_opinion/test_second_opinion.py fakes one


@pytest.mark.parametrize(
    "code",
    [code for code in codes() if code.id not in UNPROVOKED],
    ids=lambda code: f"{code.id}-{code.name}",
)
def test_every_code_has_a_golden_that_shows_it_and_a_clean_twin(code: Code) -> None:
    document = GOLDEN / "codes" / f"{code.id}-{code.name}.md"
    assert document.is_file(), f"{document.name} is missing"
    outputs = [
        b.body for b in blocks(document.read_text(encoding="utf-8")) if b.language == "console"
    ]
    assert any(f"[{code.id}]" in output for output in outputs)
    assert any(f"[{code.id}]" not in output and CLEAN.search(output) for output in outputs)


def test_no_golden_is_of_a_code_that_is_gone() -> None:
    known = {f"{code.id}-{code.name}.md" for code in codes()}
    assert {path.name for path in (GOLDEN / "codes").glob("*.md")} <= known
