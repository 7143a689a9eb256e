"""What an emitted module says of itself, and that it decides as the policy does."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any, Literal, get_type_hints

import pytest

import specdsl
from specdsl.backends.python.module import emit_module
from tests.backends.emitted import emitted_module
from tests.random_specs import random_situation, random_spec

HEAD = """
spec shop "{title}"
authority top
fact late: bool
decision pay: yes > no
rule r at top when late then pay is no
"""


def header(title: str, proof: str) -> str:
    spec = specdsl.loads(HEAD.format(title=title))
    return ast.get_docstring(ast.parse(emit_module(spec.circuit, proof)), clean=False) or ""


@pytest.mark.parametrize("title", ["Short", " ".join(["Quite a long title"] * 12)])
def test_header_is_no_wider_than_the_code(title: str) -> None:
    proof = ", ".join(f"no inconsistent-thing-{i}" for i in range(30))
    lines = header(title, proof).split("\n")
    assert len(f'"""{lines[0]}') <= 100
    assert max(map(len, lines)) <= 100
    said = " ".join(lines)
    assert f"shop: {title}" in said
    assert f"Proved: {proof}." in said


def test_what_cannot_be_broken_is_kept_whole() -> None:
    proof = "x" * 130
    assert f"{proof}." in header("Short", proof).split("\n")


def test_its_types_are_known_to_programs() -> None:
    module = emitted_module(specdsl.Policy(specdsl.loads(HEAD.format(title="")).circuit))
    found = get_type_hints(module.decide)
    assert (found["facts"], found["return"]) == (Mapping, module.SpecDecision)
    assert get_type_hints(module.decide_facts)["facts"] is module.FactRecord
    assert get_type_hints(module.Facts) == {"late": bool}
    assert module.PayOutcome == Literal["yes", "no"]


# --- what it decides -----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_the_whole_module_decides_as_the_policy(seed: int) -> None:
    """It brings its own runtime; the policy takes that of the library."""
    policy = specdsl.Policy(specdsl.loads(random_spec(seed)).circuit)
    module, random, decided = emitted_module(policy), Random(seed), 0
    for _ in range(20):
        situation = random_situation(random, policy._circuit.spec)
        of_policy, of_module = (
            outcome(decide, refusals, situation)
            for decide, refusals in (
                (policy.decide, (specdsl.BadInput, specdsl.Contradiction)),
                (module.decide, (module.BadInput, module.Contradiction)),
            )
        )
        assert of_module == of_policy
        decided += of_policy[0] == "decided"
    assert decided > 0


def outcome(
    decide: Callable[..., Any], refusals: tuple[type[Exception], ...], situation: Mapping[str, Any]
) -> tuple[str, object]:
    """The outcomes and who won, or what was said instead."""
    try:
        found = decide(situation["facts"], situation["says"])
    except refusals as refused:
        return type(refused).__name__, str(refused)
    return "decided", (dict(found), dict(found.because))


def test_what_takes_long_to_import_is_not_imported_at_the_start(tmp_path: Path) -> None:
    """Nor by a decision; types, which need `typing`, are there when somebody asks for them."""
    (tmp_path / "policy.py").write_text(specdsl.Policy(specdsl.loads(STARTED).circuit).source)
    program = """
import sys
import policy
assert policy.decide({"tags": ["x"], "days": 3, "on": None}).d == "a"
long = "typing re dataclasses fractions decimal datetime enum inspect difflib".split()
print(*(name for name in long if name in sys.modules))
print(policy.DOutcome, sorted(policy.Facts.__required_keys__), policy.Facts is policy.Facts)
"""
    command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.append('.')\n{program}"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    types = "typing.Literal['a', 'b'] ['days', 'tags'] True"
    assert run.stdout.splitlines() == ["", types], run.stderr


STARTED = """
authority owner > guest
principal clerk at guest
fact tags: set of {x, y}
fact days: int 0..
fact on: bool?
decision d: a > b
rule r at owner when tags has y or days > 7 or on then d is a
"""
