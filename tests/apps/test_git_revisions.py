"""`specdsl diff` of what git has: a file as it was in a commit, with the files that it uses."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from specdsl.apps.cli import group

WORDS = "fact late: bool\n"
SPEC = """use "../words.spec"
authority owner
decision answer: yes > no
rule refuse at owner when late then answer is no
"""


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two files in a commit; in the working folder the one that is used is another."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    Path("specs").mkdir()
    Path("words.spec").write_text(WORDS, encoding="utf-8")
    Path("specs/shop.spec").write_text(SPEC, encoding="utf-8")
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "first")
    git("tag", "releases/one")
    Path("words.spec").write_text(WORDS + "fact vip: bool\n", encoding="utf-8")
    Path("specs/shop.spec").write_text(SPEC.replace("late then", "late and vip then"), "utf-8")
    return tmp_path


def git(*words: str) -> None:
    subprocess.run(["git", *words], check=True)


def run(*words: str) -> Result:
    return CliRunner().invoke(group, list(words), prog_name="specdsl")


@pytest.mark.parametrize("revision", ["HEAD", "main", "releases/one"])
def test_a_commit_against_the_working_folder(revision: str) -> None:
    """Each side uses the file of its own side: only the new one has the fact."""
    result = run("diff", f"{revision}:specs/shop.spec", "specs/shop.spec")
    assert result.exit_code == 1
    assert "newly undecided: `answer` was `no` and is `yes`" in result.output
    assert "fact `vip` is only in the new spec" in result.output


def test_a_commit_against_itself() -> None:
    result = run("diff", "HEAD:specs/shop.spec", "main:specs/shop.spec")
    assert result.exit_code == 0
    assert "equal in every situation" in result.output


def test_a_path_from_the_working_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("specs")
    assert run("diff", "HEAD:./shop.spec", "HEAD:specs/shop.spec").exit_code == 0
    result = run("diff", "HEAD:shop.spec", "shop.spec")
    assert result.exit_code == 2
    assert "write `HEAD:specs/shop.spec` or `HEAD:./shop.spec`" in result.output


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("HEAD:specs/gone.spec", "cannot be found in that revision"),
        ("gone:specs/shop.spec", "`gone` is no revision of a repository here"),
    ],
)
def test_what_git_does_not_have(name: str, why: str) -> None:
    result = run("diff", name, "specs/shop.spec")
    assert result.exit_code == 2
    assert why in result.output


def test_a_file_that_a_commit_uses_and_does_not_have() -> None:
    Path("specs/other.spec").write_text('use "missing.spec"\n' + SPEC, encoding="utf-8")
    git("add", ".")
    git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "second")
    result = run("diff", "HEAD:specs/other.spec", "specs/shop.spec")
    assert result.exit_code == 1
    assert "`missing.spec` cannot be found" in result.output


def test_a_file_whose_name_has_a_colon() -> None:
    Path("a:b.spec").write_text(SPEC.replace("../", ""), encoding="utf-8")
    assert run("diff", "a:b.spec", "a:b.spec").exit_code == 0
