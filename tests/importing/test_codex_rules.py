"""Rules of Codex as a spec: the strictest rule that matches a command decides."""

from __future__ import annotations

import random
import shlex
from collections.abc import Sequence

import pytest

import specdsl
from specdsl.importing.codex_rules import import_rules
from specdsl.importing.imported_spec import UnreadablePolicy, write_spec
from tests.importing.planted_settings import dead_rules

STRICTEST = ("forbidden", "prompt", "allow")
WORDS = ("git", "push", "a b", "*", "-f", "'", "rm")


def test_the_strictest_matching_rule_decides() -> None:
    chosen = random.Random(2)
    for _ in range(10):
        rules = [
            (chosen.choices(WORDS, k=chosen.randint(1, 3)), chosen.choice(STRICTEST))
            for _ in range(4)
        ]
        text = "\n".join(f"prefix_rule(pattern={p!r}, decision={d!r})" for p, d in rules)
        spec = specdsl.loads(write_spec(import_rules([("a.rules", text)])))
        policy = specdsl.Policy(spec.circuit)
        for _ in range(100):
            command = chosen.choices(WORDS, k=chosen.randint(1, 4))
            got = policy.decide({"command": shlex.join(command)}).command_is
            assert got == strictest(rules, command), (text, command)


def strictest(rules: Sequence[tuple[list[str], str]], command: list[str]) -> str:
    found = [decision for prefix, decision in rules if command[: len(prefix)] == prefix]
    return min(found, key=STRICTEST.index, default="unmatched")


def test_alternatives_examples_and_reasons_are_kept() -> None:
    text = (
        'prefix_rule(pattern=["git", ["push", "fetch"]], decision="prompt",'
        ' justification="Ask.", match=["git push x"], not_match=["git log"])\n'
        'prefix_rule(pattern=["git", "fetch", "x"])'
    )
    spec = specdsl.loads(write_spec(import_rules([("a.rules", text)])))
    report = specdsl.check(spec)
    assert dead_rules(report) == ["allow_1"]
    assert [rule.because for rule in spec.model.rules] == ["Ask.", ""]
    assert [one.title for one in spec.model.examples] == ["prompt_1 matches 1"]
    assert not [d for d in report.diagnostics if d.code.name == "failing-example"]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("x = 1", ["line 1: only calls of `prefix_rule` are read"]),
        ("prefix_rule(pattern=[", ["it is no Starlark"]),
        (
            'prefix_rule(pattern=[], decision="no", why="x")',
            ["no argument `why`", "`pattern` is no list of words", "`decision` is none of"],
        ),
        ('prefix_rule(pattern=["a"], match=["b"])', ["it does not match `b`, as it says"]),
        ('prefix_rule(pattern=["a"], not_match=["a b"])', ["it matches `a b`"]),
        ('prefix_rule(pattern=["a", open("x")])', ["`pattern` is no literal"]),
    ],
)
def test_every_fault_of_a_file_is_named(text: str, faults: list[str]) -> None:
    with pytest.raises(UnreadablePolicy) as failed:
        import_rules([("a.rules", text)])
    said = "; ".join(failed.value.problems)
    assert [fault for fault in faults if fault not in said] == []
