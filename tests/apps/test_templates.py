"""What `specdsl new` writes: each template passes the check and has nothing that can be hinted at,
its tests pass and its lines of Python run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from specdsl.apps.cli import group
from specdsl.base.resources import template_names
from specdsl.base.source import Source
from specdsl.frontend.syntax.canonical_layout import format_text

NAME = "front_desk"


def new(*words: str) -> tuple[int, str]:
    run = CliRunner().invoke(group, ["new", *words], prog_name="specdsl")
    return run.exit_code, run.output


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_there_is_a_template_for_each_kind_of_assistant() -> None:
    kinds = {"support_bot", "coding_agent", "tool_agent", "tutor", "content_platform", "blank"}
    assert set(template_names()) == kinds


@pytest.mark.parametrize("template", template_names())
def test_a_template_passes_without_a_hint_and_its_files_run(template: str, here: Path) -> None:
    assert new(NAME, "--template", template)[0] == 0
    folder = here / NAME
    names = {path.name for path in folder.iterdir()}
    assert names == {f"{NAME}.spec", "decide.py", f"test_{NAME}.py"}
    words = ["check", NAME, "--select", "all,guidance", "--fail-on", "warning"]
    run = CliRunner().invoke(group, words)
    assert (run.exit_code, "SD80" in run.output) == (0, False), run.output
    text = (folder / f"{NAME}.spec").read_text(encoding="utf-8")
    assert format_text(Source("a.spec", text)) == text
    assert f"spec {NAME} " in text
    assert ran(folder / "decide.py", cwd=here).strip()
    assert "passed" in ran("-m", "pytest", "-q", folder, cwd=here)


def ran(*words: str | Path, cwd: Path) -> str:
    """What Python prints, from another folder than the project's, where it goes well. Plugins of
    pytest that happen to be installed are no part of it."""
    command = [sys.executable, *map(str, words)]
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    run = subprocess.run(
        command, check=False, cwd=cwd, env=alone, capture_output=True, encoding="utf-8"
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


@pytest.mark.parametrize("template", template_names())
def test_no_change_of_a_template_goes_unnoticed(template: str, here: Path) -> None:
    """By its examples and assertions: whoever makes it their own is told of what they break."""
    new(NAME, "--template", template)
    run = CliRunner().invoke(group, ["test", NAME, "--mutants"])
    assert (run.exit_code, "noticed (100%)" in run.output) == (0, True), run.output


@pytest.mark.parametrize("template", template_names())
def test_the_python_of_a_template_is_short_and_all_of_it_is_commented(
    template: str, here: Path
) -> None:
    new(NAME, "--template", template)
    lines = (here / NAME / "decide.py").read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if line]) <= 10
    assert max(map(len, lines)) <= 100
    spec = (here / NAME / f"{NAME}.spec").read_text(encoding="utf-8")
    assert len([line for line in spec.splitlines() if line.startswith("#")]) >= 5


@pytest.mark.parametrize("there", ["folder", "file", "link"])
def test_nothing_is_overwritten(there: str, here: Path) -> None:
    path = here / NAME
    if there == "folder":
        path.mkdir()
    elif there == "file":
        path.write_text("mine", encoding="utf-8")
    else:
        path.symlink_to(here / "nowhere")
    status, output = new(NAME, "--template", "blank")
    assert (status, "exists already and is left as it is" in output) == (2, True)
    assert not (path.is_dir() and any(path.iterdir()))
    assert there != "file" or path.read_text(encoding="utf-8") == "mine"


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(here: Path) -> None:
    status, output = new("no/where/desk", "--template", "tutor")
    assert (status, output.count("\n")) == (2, 1)
    assert "No such file or directory" in output


def test_a_spec_alone_passes_without_a_hint_too(here: Path) -> None:
    assert new(NAME)[0] == 0
    words = ["check", f"{NAME}.spec", "--select", "all,guidance", "--fail-on", "warning"]
    run = CliRunner().invoke(group, words)
    assert (run.exit_code, "SD80" in run.output) == (0, False), run.output
