"""A wheel and an editable install both find the grammar, the library and the command.

Built and installed without a network: the environment that runs the tests lends its packages.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SPEC = """\
use chain_of_command
decision answer: yes > no
fact late: bool
rule refuse at root when late then answer is no
"""


def run(*command: object, cwd: Path) -> str:
    """The output of a command that must succeed."""
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("way", ["wheel", "editable"])
def test_installed_package_works_away_from_the_checkout(way: str, tmp_path: Path) -> None:
    python = environment(tmp_path / "venv")
    install(way, python, tmp_path)
    (tmp_path / "answer.spec").write_text(SPEC, encoding="utf-8")
    where = run(python, "-c", "import specdsl; print(specdsl.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(ROOT if way == "editable" else tmp_path / "venv")
    command = python.with_name("specdsl")
    assert "check" in run(command, "--help", cwd=tmp_path)
    run(command, "check", "answer.spec", cwd=tmp_path)
    run(command, "new", "desk", "--template", "blank", cwd=tmp_path)
    assert run(python, "desk/decide.py", cwd=tmp_path).startswith("short\n")
    run(command, "publish", "answer.spec", "-o", "site", cwd=tmp_path)
    assert "rule-refuse" in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "answer" in run(command, "decide", "answer.spec", "late=true", cwd=tmp_path)
    run(command, "compile", "answer.spec", "--to", "python", "-o", "answer_policy.py", cwd=tmp_path)
    decided = "from answer_policy import decide; print(decide({'late': True}).answer)"
    assert run(python, "-c", decided, cwd=tmp_path) == "no\n"


def environment(folder: Path) -> Path:
    """The Python of a new environment that sees our dependencies, but not our checkout."""
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=ROOT)
    python = folder / "bin" / "python"
    purelib = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=ROOT)
    # A path listed in a .pth file is searched, but the .pth files in it are not followed.
    lent = sysconfig.get_path("purelib")
    (Path(purelib.strip()) / "lent.pth").write_text(lent + "\n", encoding="utf-8")
    return python


def install(way: str, python: Path, tmp_path: Path) -> None:
    """With the pip of this environment, into the other one."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    quiet = ["--no-deps", "--no-build-isolation"]
    if way == "editable":
        run(*pip, "--python", python, "install", *quiet, "--editable", ROOT, cwd=tmp_path)
        return
    run(*pip, "wheel", *quiet, "--wheel-dir", tmp_path, ROOT, cwd=tmp_path)
    (wheel,) = tmp_path.glob("specdsl-*.whl")
    run(*pip, "--python", python, "install", *quiet, "--ignore-installed", wheel, cwd=tmp_path)
