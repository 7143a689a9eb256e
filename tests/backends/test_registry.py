"""Registries of targets, exports and formats: what the command line offers is what stands there."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import specdsl
from specdsl.api import proof_of
from specdsl.apps.cli import group
from specdsl.apps.cli.exports import EXPORTS
from specdsl.apps.pictures.rank_graphs import RANK_GRAPHS
from specdsl.backends.registry import SCHEMA, TARGETS, Target

SPEC = """
authority owner
decision reply: answer > decline
rule help at owner then reply is answer
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    (tmp_path / "shop.spec").write_text(SPEC, encoding="utf-8")
    return str(tmp_path / "shop.spec")


def run(*args: str) -> str:
    found = CliRunner().invoke(group, args)
    assert found.exit_code == 0, found.output
    return found.output


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_each_target_is_what_compile_writes(target: Target, file: str) -> None:
    spec = specdsl.load(file)
    made = target.emit(spec.circuit, proof_of(specdsl.check(spec)))
    assert run("compile", file, "--to", target.name) == made


def test_the_command_line_offers_each_registered_name() -> None:
    offered = {
        "compile": [*(target.name for target in TARGETS), SCHEMA],
        "export": [export.name for export in EXPORTS],
        "graph": list(RANK_GRAPHS),
    }
    for command, names in offered.items():
        assert len(set(names)) == len(names)
        assert f"[{'|'.join(names)}]" in run(command, "--help")


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: str(target.name))
def test_a_policy_is_saved_as_the_end_of_the_name_says(target: Target, tmp_path: Path) -> None:
    policy = specdsl.compile(specdsl.loads(SPEC))
    path = tmp_path / f"saved{target.suffix}"
    policy.save(path)
    assert target.prove(path.read_text(encoding="utf-8"), policy._circuit).faults == ()
    with pytest.raises(ValueError, match=r"saved as `\.py`, `\.ts`, `\.sql`, not as `\.x`"):
        policy.save(tmp_path / "saved.x")
