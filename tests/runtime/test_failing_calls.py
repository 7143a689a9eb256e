"""A call that fails names every clash: by the policy, by the emitted module, by `decide`."""

from __future__ import annotations

import json
import sys
from itertools import combinations
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import specdsl
from specdsl.api import Policy
from specdsl.apps.cli import group
from specdsl.runtime.minimal_covers import minimal_covers

MANY_STEPS = 100_000
SPEC = """\
authority owner
fact late, vip: bool
decision answer: yes > no > maybe
decision tone: warm > cold
rule refuse at owner when late then answer is no
rule welcome at owner when vip then answer is yes
rule wary at owner when vip then answer is not yes
rule never_no at owner when vip then answer is not no
rule never_maybe at owner when vip then answer is not maybe
rule cool at owner when answer is no then tone is cold
"""
CLASHES = [
    ["never_no", "refuse"],
    ["refuse", "welcome"],
    ["wary", "welcome"],
    ["never_maybe", "never_no", "wary"],
]


def emitted(text: str) -> ModuleType:
    module = ModuleType("failing_calls_emitted")
    sys.modules[module.__name__] = module  # dataclasses look their module up while they are made
    exec(Policy(specdsl.loads(text).circuit).source, module.__dict__)
    return module


def failures(text: str, facts: dict[str, Any]) -> list[Any]:
    """What the policy and the emitted module raise."""
    found: list[Any] = []
    module = emitted(text)
    with pytest.raises(specdsl.Contradiction) as of_policy:
        Policy(specdsl.loads(text).circuit).decide(facts)
    with pytest.raises(module.Contradiction) as of_module:
        module.decide(facts)
    found += [of_policy.value, of_module.value]
    return found


def test_every_clash_is_named_those_of_the_fewest_rules_first() -> None:
    for failure in failures(SPEC, {"late": True, "vip": True}):
        assert failure.clashes == {"answer": CLASHES}
        assert failure.more is False
        assert failure.decisions == {"answer": CLASHES[0]}
        for rules in CLASHES:
            assert f"{rules[-2]} and {rules[-1]} contradict each other" in str(failure)
        error = failure.to_dict()["error"]
        assert error["clashes"] == {"answer": CLASHES}
        assert "more" not in error


def test_decide_names_every_clash(tmp_path: Any) -> None:
    path = tmp_path / "clash.spec"
    path.write_text(SPEC)
    asked = ["decide", str(path), "late=true", "vip=true"]
    lines = CliRunner().invoke(group, asked).stdout.splitlines()
    assert [line for line in lines if line.startswith("answer")] == [
        "answer: contradiction between never_no and refuse",
        "answer: contradiction between refuse and welcome",
        "answer: contradiction between wary and welcome",
        "answer: contradiction between never_maybe, never_no and wary",
    ]
    traced = CliRunner().invoke(group, [*asked, "--trace"]).stdout
    assert "  contradiction between never_maybe, never_no and wary\n" in traced
    error = json.loads(CliRunner().invoke(group, [*asked, "--json"]).stdout)["error"]
    assert error["clashes"] == {"answer": CLASHES}


def test_of_more_than_fifty_it_says_so() -> None:
    rules = [
        f"rule {side}{i} at owner then door is {side}" for side in ("a", "b") for i in range(8)
    ]
    text = "\n".join(["authority owner", "decision door: a > b", *rules])
    for failure in failures(text, {}):
        assert len(failure.clashes["door"]) == 50
        assert failure.more is True
        assert failure.to_dict()["error"]["more"] is True
        assert str(failure).endswith("; and more")


def test_clashes_beyond_any_number_of_steps_are_named_nevertheless() -> None:
    found, complete = minimal_covers([1 << i % 12 for i in range(36)], (1 << 12) - 1, 5_000)
    assert len(found) > 50
    assert not complete


@given(st.lists(st.integers(0, 31), max_size=8), st.integers(1, 31))
def test_minimal_covers_are_those_of_all_sets_that_have_no_smaller_one(
    masks: list[int], every: int
) -> None:
    def is_cover(some: tuple[int, ...]) -> bool:
        covered = 0
        for i in some:
            covered |= masks[i]
        return covered & every == every

    found: list[frozenset[int]] = []
    for size in range(len(masks) + 1):
        for some in combinations(range(len(masks)), size):
            if is_cover(some) and not any(one <= frozenset(some) for one in found):
                found.append(frozenset(some))
    assert minimal_covers([mask & every for mask in masks], every, MANY_STEPS) == (found, True)
