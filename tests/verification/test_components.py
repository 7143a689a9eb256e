"""Several processes find what one finds: what is found of one unit depends on no other."""

from __future__ import annotations

import os
from typing import Any

import pytest

import specdsl
from benchmarks.generate import tangle
from specdsl.api import loads, start_session
from specdsl.base.diagnostics import Report
from specdsl.verification.components import ForkedWorker, balance_load, independent_components
from tests.random_specs import random_clash, random_spec

TIED = """
authority root
fact p: bool
decision a: x > y
decision b: x > y
decision c: x > y
decision d: x > y
rule one at root when p then a is y and c is y
rule two at root when c is y then d is y
rule three at root when p then b is y
"""


def told(found: Report) -> list[Any]:
    shown = [(d.code, d.severity, d.message, d.labels, d.notes, d.fields) for d in found.findings]
    return [shown, found.checks]


def test_each_decision_is_one_unit_and_each_set_of_rules_that_tie_some() -> None:
    """What one reads of another ties nothing; of the rule that ties two, each has its effect."""
    circuit = start_session(loads(TIED)).circuit
    every = independent_components(circuit.spec, circuit.ranks)
    assert [([d.name for d in unit.decisions], [r.name for r in unit.rules]) for unit in every] == [
        (["a"], []),
        (["b"], ["three"]),
        (["c"], []),
        (["d"], ["two"]),
        ([], ["one"]),
    ]
    assert [
        {rule.name: [e.decision.name for e in rule.effects] for rule in unit.spec.rules}
        for unit in every
    ] == [
        {"one": ["a"]},
        {"three": ["b"]},
        {"one": ["c"]},
        {"one": ["c"], "two": ["d"]},
        {"one": ["a", "c"]},
    ]
    ours, others = balance_load(every, 2)
    assert {*ours, *others} == {*every}


TEXTS = [*map(random_spec, range(6)), *map(random_clash, range(6)), tangle(200).text, TIED]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_several_processes_find_what_one_finds(text: str) -> None:
    spec = loads(text)
    assert told(specdsl.check(spec, jobs=3)) == told(specdsl.check(spec))


def test_what_a_process_does_not_bring_is_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = loads(tangle(80).text)
    monkeypatch.setattr(ForkedWorker, "_send", lambda worker, writer: os._exit(1))
    assert told(specdsl.check(spec, jobs=2)) == told(specdsl.check(spec))
