"""The hooks and the action, run as pre-commit and GitHub run them; what the page on CI says."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
FINE = (
    "authority owner fact late: bool rule accept at owner when not late then answer is yes\n"
    "decision answer: yes > no\n"
    "rule refuse at owner when late then answer is no\n"
)
CLASH = FINE + "rule allow at owner when vip then answer is yes fact vip: bool\n"
UNUSED = FINE + "# specdsl: allow(dead-rule) because later\nvalue thrift\n"


@pytest.fixture
def commands(tmp_path: Path) -> dict[str, str]:
    """An environment in which `specdsl` and `python` are those of the tests."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = (
        f'#!/bin/sh\nexec "{sys.executable}" -c "from specdsl.apps.cli import main; main()" "$@"\n'
    )
    (folder / "specdsl").write_text(script, encoding="utf-8")
    (folder / "python").write_text('#!/bin/sh\necho "python $*"\n', encoding="utf-8")
    for path in folder.iterdir():
        path.chmod(0o755)
    paths = f"{folder}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": paths, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / f"{name}.spec"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


# --- pre-commit ----------------------------------------------------------------------------------


def hook(name: str) -> dict[str, Any]:
    [found] = [hook for hook in HOOKS if hook["id"] == name]
    return found  # type: ignore[no-any-return]


def run_hook(name: str, folder: Path, env: dict[str, str], *changed: str) -> tuple[int, str]:
    """As pre-commit does, for those of the changed files that the hook asks for."""
    found = hook(name)
    files = [path for path in changed if re.search(found["files"], path)]
    if not files:
        return 0, "no files to check"
    passed = files if found.get("pass_filenames", True) else []
    command = [*shlex.split(found["entry"]), *found.get("args", []), *passed]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_pre_commit_accepts_the_hooks() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml"]
    subprocess.run(command, cwd=ROOT, check=True)
    assert [hook["language"] for hook in HOOKS] == ["python", "python"]


def test_the_check_hook_sees_what_a_change_does_to_others(
    tmp_path: Path, commands: dict[str, str]
) -> None:
    write(tmp_path, **{"base": FINE, "deep/user": 'use "../base.spec"\n'})
    assert run_hook("specdsl-check", tmp_path, commands, "base.spec")[0] == 0
    write(tmp_path, **{"deep/user": 'use "../base.spec"\n' + CLASH.splitlines()[-1]})
    status, output = run_hook("specdsl-check", tmp_path, commands, "deep/user.spec")
    assert status == 1
    assert "SD301" in output
    assert run_hook("specdsl-check", tmp_path, commands, "README.md") == (0, "no files to check")
    assert run_hook("specdsl-check", tmp_path, commands, "deep/specdsl.toml")[0] == 1


def test_the_check_hook_passes_over_environments(tmp_path: Path, commands: dict[str, str]) -> None:
    write(tmp_path, **{"fine": FINE, ".tox/bad": CLASH, "env/lib/bad": CLASH})
    (tmp_path / "env" / "pyvenv.cfg").touch()
    status, output = run_hook("specdsl-check", tmp_path, commands, "fine.spec")
    assert (status, output[:7]) == (0, "1 file,")


def test_the_format_hook_rewrites_what_changed(tmp_path: Path, commands: dict[str, str]) -> None:
    write(tmp_path, one=FINE, other=FINE)
    status, output = run_hook("specdsl-fmt", tmp_path, commands, "one.spec", "setup.py")
    assert (status, output) == (0, "one.spec: reformatted\n1 file, 1 changed\n")
    assert (tmp_path / "one.spec").read_text(encoding="utf-8") != FINE
    assert (tmp_path / "other.spec").read_text(encoding="utf-8") == FINE
    assert run_hook("specdsl-fmt", tmp_path, commands, "one.spec")[1] == "1 file, 0 changed\n"


def test_a_name_is_no_option_of_the_format_hook(tmp_path: Path, commands: dict[str, str]) -> None:
    write(tmp_path, **{"--diff": FINE})
    status, output = run_hook("specdsl-fmt", tmp_path, commands, "--diff.spec")
    assert (status, output) == (0, "--diff.spec: reformatted\n1 file, 1 changed\n")


def test_the_check_hook_and_the_action_read_nothing_outside(
    tmp_path: Path, commands: dict[str, str]
) -> None:
    write(tmp_path, outside=FINE)
    write(tmp_path / "here", user='use "../outside.spec"\n')
    status, output = run_hook("specdsl-check", tmp_path / "here", commands, "user.spec")
    step = run_step("Check", tmp_path / "here", commands, format="text")
    assert (status, step.returncode) == (1, 1)
    for said in (output, step.stdout):
        assert "`../outside.spec` is outside of the root folder `.`" in said
    wider = run_step("Check", tmp_path / "here", commands, format="text", root="..")
    assert wider.returncode == 0


# --- the action ----------------------------------------------------------------------------------


def run_step(
    name: str, folder: Path, env: dict[str, str], **given: str
) -> subprocess.CompletedProcess[str]:
    """A step of the action, with the shell of the runner and its inputs in the environment."""
    [step] = [step for step in ACTION["runs"]["steps"] if step.get("name") == name]
    assert step["shell"] == "bash"
    inputs = {key: value["default"] for key, value in ACTION["inputs"].items()}
    inputs |= {key.replace("_", "-"): value for key, value in given.items()}
    own = {key: inputs[expression(value)] for key, value in step["env"].items()}
    own["GITHUB_ACTION_PATH"] = "/the action"
    (folder / "step.sh").write_text(step["run"], encoding="utf-8")
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "step.sh"]
    return subprocess.run(
        command, cwd=folder, env={**env, **own}, capture_output=True, text=True, check=False
    )


def expression(value: str) -> str:
    """The input that `${{ inputs.x }}` names."""
    found = re.fullmatch(r"\$\{\{ inputs\.([a-z-]+) \}\}", value)
    assert found is not None, value
    return found.group(1)


needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="the action runs in bash")


def test_the_action_puts_no_input_into_a_script() -> None:
    steps = ACTION["runs"]["steps"]
    assert ACTION["runs"]["using"] == "composite"
    assert all("${{" not in step.get("run", "") for step in steps)
    used = re.findall(r"inputs\.([a-z-]+)", json.dumps(steps))
    assert sorted(used) == sorted(ACTION["inputs"])


@needs_bash
def test_the_action_annotates_and_writes_sarif(tmp_path: Path, commands: dict[str, str]) -> None:
    write(tmp_path, **{"clash": CLASH, "some where/fine": FINE})
    done = run_step("Check", tmp_path, commands, sarif="out.sarif")
    assert done.returncode == 1
    assert done.stdout.startswith("::error file=clash.spec,line=4,endLine=4,col=6,endColumn=11,")
    log = json.loads((tmp_path / "out.sarif").read_text(encoding="utf-8"))
    assert [result["ruleId"] for result in log["runs"][0]["results"]] == ["SD301"]


@needs_bash
@pytest.mark.parametrize(
    ("given", "status", "start"),
    [
        ({"paths": "some where/fine.spec\n"}, 0, "1 file, 2 rules: no contradiction"),
        ({"paths": "some where\nunused.spec", "format": "concise"}, 0, "unused.spec:4:1: warning"),
        ({"paths": "unused.spec", "fail_on": "warning"}, 1, "::warning file=unused.spec,line=4,"),
        ({"paths": "clash.spec", "fail_on": "never", "format": "text"}, 0, "error[SD301]"),
        ({"paths": "gone.spec"}, 2, "::error file=gone.spec,line=1,"),
        ({"paths": "--version"}, 2, "::error file=--version,line=1,"),
    ],
)
def test_the_action_takes_its_inputs(
    tmp_path: Path, commands: dict[str, str], given: dict[str, str], status: int, start: str
) -> None:
    write(tmp_path, **{"clash": CLASH, "unused": UNUSED, "some where/fine": FINE})
    done = run_step("Check", tmp_path, commands, **given)
    assert done.stdout.startswith(start), done
    assert done.returncode == status


@needs_bash
@pytest.mark.parametrize(
    ("version", "package"),
    [("", "/the action"), ("0.1.0", "specdsl==0.1.0"), ("v0.1.0", "specdsl==0.1.0")],
)
def test_the_action_installs_itself_or_a_release(
    tmp_path: Path, commands: dict[str, str], version: str, package: str
) -> None:
    done = run_step("Install", tmp_path, commands, version=version)
    assert done.stdout.startswith("python -m pip install ")
    assert done.stdout.endswith(f" {package}\n")


# --- the page ------------------------------------------------------------------------------------


def test_the_page_on_ci_names_inputs_formats_and_hooks_that_exist() -> None:
    from specdsl.reports import FORMATS

    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    written = [yaml.safe_load(b) for b in re.findall(r"^```yaml\n(.*?)^```$", page, re.M | re.S)]
    steps = written[0]["jobs"]["policies"]["steps"]
    [step] = [step for step in steps if "/specdsl@" in step["uses"]]
    assert set(step["with"]) <= set(ACTION["inputs"])
    [repo] = written[2]["repos"]
    assert {hook["id"] for hook in repo["hooks"]} == {hook["id"] for hook in HOOKS}
    tables = re.findall(r"^\| `([a-z-]+)` \|", page, re.M)
    assert tables == [*FORMATS, *ACTION["inputs"]]


# --- versions of Python --------------------------------------------------------------------------


def test_the_oldest_and_the_newest_python_are_found() -> None:
    """`.ci/run` runs on them what depends on the version."""
    command = [str(ROOT / ".ci" / "pythons"), "--list"]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    versions = [
        subprocess.check_output([path, "-c", "import sys; print(sys.version_info[1])"], text=True)
        for path in found
    ]
    assert 1 <= len(found) <= 2
    assert all(int(version) >= 11 for version in versions)
    assert sys.version_info.minor in map(int, versions) or len(found) == 2
    assert '.ci/pythons "$work" "$VENV"' in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_what_is_run_on_them_is_there() -> None:
    text = (ROOT / ".ci" / "pythons").read_text(encoding="utf-8")
    tests = re.findall(r"tests/[\w/.]+", text)
    assert "tests/runtime/test_threads.py" in tests
    assert all((ROOT / path).exists() for path in tests)
