"""Starting stays cheap, and an emitted module stands on its own."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from specdsl.apps.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("z3", "networkx", "lark")

SPEC = """\
authority owner > guest
fact late: bool
decision answer: yes > no
rule refuse at owner when late then answer is no
"""


def loaded_after(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after running the code."""
    script = f"{code}\nimport sys; print(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(run.stdout.splitlines()[-1].split())


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded_after("import specdsl").isdisjoint((*HEAVY, "click"))


def test_the_rooms_for_programs_are_there_when_they_are_named() -> None:
    code = "import specdsl; specdsl.records.read, specdsl.facts.of_call, specdsl.guard.Guard"
    assert "specdsl" in loaded_after(code)


def test_the_overview_of_commands_loads_no_package_of_an_extra() -> None:
    code = (
        "import contextlib\nfrom specdsl.apps.cli import group\n"
        "with contextlib.suppress(SystemExit):\n    group.main(['--help'])"
    )
    heavy = {"duckdb", "numpy", "pyarrow", "sqlglot", "starlette", "scipy", "jinja2", "z3", "pysat"}
    assert not heavy & loaded_after(code)


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"`specdsl {name} " not in readme] == []


def test_a_check_loads_mends_where_there_is_something_to_mend() -> None:
    code = f"import specdsl, sys; specdsl.check(specdsl.loads({SPEC!r}), mends='few')"
    shown = "print(*[name for name in sys.modules if name.startswith('specdsl.analyses.fixes')])"
    script = f"{code}\n{shown}"
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout == "\n"


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['specdsl', '--help']\n"
        "from specdsl.apps.cli import main\n"
        "try: main()\n"
        "except SystemExit as stop: assert not stop.code, stop.code"
    )
    assert loaded_after(code).isdisjoint(HEAVY)


def test_a_check_and_a_decision_load_only_what_they_need(tmp_path: Path) -> None:
    path = tmp_path / "answer.spec"
    path.write_text(SPEC, encoding="utf-8")
    for command in (
        ["check", str(path), "--no-cache", "--jobs", "1"],
        ["decide", str(path), "late=true"],
    ):
        code = (
            f"import sys; sys.argv = ['specdsl', *{command!r}]\n"
            "from specdsl.apps.cli import main\n"
            "try: main()\n"
            "except SystemExit as stop: assert not stop.code, stop.code"
        )
        assert loaded_after(code).isdisjoint(("z3", "networkx", "multiprocessing", "xml"))


def test_the_runtime_loads_nothing_of_ours() -> None:
    for path in (ROOT / "specdsl" / "runtime").glob("*.py"):
        assert _imported(path.read_text(encoding="utf-8")) <= {
            *sys.stdlib_module_names,
            "specdsl.runtime",
        }, path


@pytest.fixture(scope="module")
def emitted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An emitted module in a folder of its own."""
    import specdsl

    path = tmp_path_factory.mktemp("emitted") / "answer_policy.py"
    specdsl.compile(specdsl.loads(SPEC, name="answer.spec")).save(str(path))
    return path


def test_an_emitted_module_imports_the_standard_library_alone(emitted: Path) -> None:
    assert _imported(emitted.read_text(encoding="utf-8")) <= sys.stdlib_module_names


def test_an_emitted_module_decides_without_the_package(emitted: Path) -> None:
    """`-I -S`: neither the environment's packages nor the working folder can be found."""
    code = (
        f"import sys; sys.path.insert(0, {str(emitted.parent)!r})\n"
        "from answer_policy import decide\n"
        "print(decide({'late': True}).answer, decide({'late': False}).answer)"
    )
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["no", "yes"]


def test_an_emitted_module_passes_mypy(emitted: Path) -> None:
    pytest.importorskip("mypy")
    command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", emitted.name]
    run = subprocess.run(command, cwd=emitted.parent, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def _imported(text: str) -> set[str]:
    """What a module imports: top-level names, and of ours the first two parts."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return {".".join(n.split(".")[: 2 if n.startswith("specdsl") else 1]) for n in found}
