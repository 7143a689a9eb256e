"""The judge is judged: each way to be wrong is a miss, and a right answer is none."""

from __future__ import annotations

from typing import Any

import pytest

from specdsl.base.diagnostics import CheckResult, Code, Diagnostic, Label, Report, Severity
from specdsl.base.source import Source, Span
from tests.acceptance import findings, refusals, situations
from tests.acceptance.situations import Said
from tests.acceptance.suites import SuitePolicy

DECIDED = Said(
    "decided",
    outcomes={"answer": "no", "tone": "plain"},
    default=frozenset({"tone"}),
    conflicted=frozenset({"answer"}),
    because={"answer": (), "tone": ()},
)
RIGHT: dict[str, Any] = {
    "expect": {"answer": "no", "tone": "plain"},
    "conflicted": ["answer"],
    "default": ["tone"],
    "because": {"answer": [], "tone": []},
}


def test_a_right_answer_is_no_miss() -> None:
    assert not list(situations.misses(RIGHT, DECIDED))


@pytest.mark.parametrize(
    "change",
    [
        {"expect": {"answer": "yes"}},
        {"expect": "contradiction"},
        {"expect": "bad_input"},
        {"conflicted": []},
        {"default": []},
        {"because": {"answer": ["refuse"]}},
        {"because": ["refuse"]},
        {"decided": {"tone": True}},
    ],
)
def test_a_wrong_answer_is_a_miss(change: dict[str, Any]) -> None:
    assert list(situations.misses({**RIGHT, **change}, DECIDED))


def test_faults_and_failures_are_compared() -> None:
    bad = Said("bad_input", faults=("age",))
    assert not list(situations.misses({"expect": "bad_input", "fault_names": ["age"]}, bad))
    assert list(situations.misses({"expect": "bad_input", "fault_names": ["age", "b"]}, bad))
    failed = Said(
        "contradiction",
        outcomes={"tone": "plain"},
        failed=frozenset({"answer"}),
        not_taken=frozenset({"reply"}),
    )
    right = {
        "expect": "contradiction",
        "conflicted": ["answer"],
        "taken": {"tone": "plain"},
        "not_taken": ["reply"],
    }
    assert not list(situations.misses(right, failed))
    for wrong in ({**right, "taken": {}}, {**right, "not_taken": []}, {**right, "conflicted": []}):
        assert list(situations.misses(wrong, failed))


UNKNOWN_NAME = Code("SD199", "unknown-name", Severity.ERROR, "", kind="name")


def _fault(message: str, text: str = "one\ntwo\nthree\n", start: int = 4) -> Diagnostic:
    span = Span(Source("policy.spec", text), start, start + 3)
    return Diagnostic(UNKNOWN_NAME, message, (Label(span, primary=True),))


@pytest.mark.parametrize(
    ("expected", "fits"),
    [
        ({"kind": "name", "about": "two", "line": 2}, True),
        ({"kind": "type", "also_kinds": ["name"], "line": 9, "also_lines": [2]}, True),
        ({}, True),
        ({"kind": "syntax"}, False),
        ({"about": "tw"}, False),
        ({"line": 3}, False),
        ({"line": 2, "file": "base.spec"}, False),
    ],
)
def test_a_refusal_has_its_kind_word_and_place(expected: dict[str, Any], fits: bool) -> None:
    faults = (_fault("there is no `two`"),)
    assert bool(list(refusals.misses(expected, faults, "policy.spec"))) is not fits


def test_a_spec_that_loads_is_not_refused() -> None:
    assert list(refusals.misses({}, (), "policy.spec"))


def _report(*found: Diagnostic, result: str = "found") -> Report:
    codes = {finding.code for finding in found} | {CLASH}
    return Report(found, tuple(CheckResult(code, result) for code in sorted(codes, key=_id)))


def _id(code: Code) -> str:
    return code.id


CLASH = Code("SD301", "contradiction", Severity.ERROR, "")
FOUND = Diagnostic(
    CLASH, "", fields={"decision": "answer", "rules": ["a", "b"], "needs_instructions": False}
)
ITEM = {"decision": "answer", "rules": ["b", "a"], "severity": "error", "needs_instructions": False}


@pytest.mark.parametrize(
    ("expected", "agrees"),
    [
        ({"contradictions": [ITEM], "can_conflict": ["answer"]}, True),
        ({"contradictions": []}, False),
        ({"contradictions": [], "doubtful": {"contradictions": [ITEM]}}, True),
        ({"contradictions": [{**ITEM, "severity": "note"}]}, False),
        ({"contradictions": [{**ITEM, "needs_instructions": True}]}, False),
        ({"can_conflict": []}, False),
        ({"decision": "answer", "overlap": True}, True),
        ({"decision": "tone", "overlap": True}, False),
        ({"assumptions_inconsistent": False}, True),
        ({"assumptions_inconsistent": True}, False),
    ],
)
def test_findings_are_compared_as_sets(expected: dict[str, Any], agrees: bool) -> None:
    compared = findings.compare("one", expected, _report(FOUND))
    assert bool(compared.misses) is not agrees
    assert bool(compared.agree) is agrees


def test_a_key_without_a_check_is_passed_over_and_an_unproved_one_is_a_miss() -> None:
    compared = findings.compare("one", {"undecided": ["answer"]}, _report(FOUND))
    assert compared.passed_over == ("undecided",)
    assert findings.compare("one", {"can_conflict": []}, _report(result="unproved")).misses


def test_what_must_be_refused() -> None:
    def refused(**told: Any) -> object:
        return SuitePolicy("one", "", {}, (), told).refused

    assert refused(refused="cycle") == {"kind": "cycle"}
    assert refused(refused={"kind": "name"}) == {"kind": "name"}
    assert refused(note="must be refused: too wide") == {}
    assert refused() is None
