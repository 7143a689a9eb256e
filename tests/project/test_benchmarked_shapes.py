"""The policies that the benchmarks write, and what is said of runs that settle not everything."""

from __future__ import annotations

import random
from collections import Counter
from difflib import ndiff
from functools import cache

import pytest

import specdsl
from benchmarks import shapes
from benchmarks.edits import EDITS, SESSIONS, Measured, measure, row
from benchmarks.policies import FEWEST_RULES, SHAPES, write_policy
from benchmarks.running import Spent
from benchmarks.shapes import Run
from specdsl.base.diagnostics import Report, Severity
from specdsl.checks.catalogue import codes


def shown(report: Report) -> list[tuple[str, str]]:
    return [(finding.code.name, finding.message) for finding in report.findings]


# --- policies ------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
def test_a_policy_has_so_many_rules_and_loads(shape: str) -> None:
    for rules in (FEWEST_RULES, 61):
        spec = specdsl.loads(write_policy(shape, rules).text)
        assert len(spec.model.rules) == rules


@pytest.mark.parametrize("shape", SHAPES)
def test_a_seed_and_a_size_give_one_text(shape: str) -> None:
    text = write_policy(shape, 30, seed=4).text
    assert write_policy(shape, 30, seed=4).text == text
    assert write_policy(shape, 30, seed=5).text != text


@pytest.mark.parametrize("shape", SHAPES)
def test_the_examples_hold_and_fail_where_one_is_changed(shape: str) -> None:
    failing = frozenset(code for code in codes() if code.name == "failing-example")
    policy = write_policy(shape, 20)
    changed = EDITS["example"](policy, random.Random())
    for one, count in ((policy, 0), (changed, 1)):
        report = specdsl.check(specdsl.loads(one.text), least=Severity.ERROR, only=failing)
        assert [name for name, _ in shown(report)] == ["failing-example"] * count


# --- shapes.py -----------------------------------------------------------------------------------

SETTLED = Spent(1.26, 60.0, 1, "1 file, 20 rules: 1 contradiction, 0 unproved\n")
RUNS = {
    SETTLED: "",
    Spent(2.0, 60.0, 0, "1 file, 20 rules: no contradiction, 1,002 unproved\n"): ("1002 unproved"),
    Spent(30.0, 60.0, -24, ""): "stopped at the limit",
    Spent(0.1, 60.0, 2, "error: `a.spec`\nnot found\n"): "ended with 2: not found",
    Spent(0.1, 60.0, -11, ""): "ended with -11: nothing was printed",
    Spent(0.1, 60.0, 0, "0 files\n"): "ended with 0: 0 files",
}


def test_what_did_not_settle_everything_is_a_fault() -> None:
    assert [Run("guard", 20, 1, "errors", spent).fault for spent in RUNS] == [*RUNS.values()]


def test_of_several_seeds_the_table_has_the_slowest_and_says_what_is_not_known() -> None:
    unproved, stopped, failed = (spent for spent, fault in [*RUNS.items()][1:4])
    found = [
        Run("guard", 20, 1, "errors", SETTLED),
        Run("guard", 20, 2, "errors", Spent(0.7, 70.2, 0, SETTLED.output)),
        Run("guard", 50, 1, "errors", SETTLED),
        Run("guard", 50, 2, "errors", stopped),
        Run("chain", 20, 1, "errors", unproved),
        Run("chain", 50, 1, "errors", failed),
        Run("chain", 50, 1, "everything", SETTLED),
    ]
    assert shapes.table(found, "errors", (20, 50, 2_000), 30).splitlines()[2:] == [
        "| guard | 1.3 | > 30 | – | 70 |",
        "| chain | 2.0 (1002 unproved) | 0.1 (failed) | – | 60 |",
    ]


def test_the_command_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert shapes.main(["--shapes", "chain", "--rules", "12", "--only", "errors"]) == 0
    printed = capsys.readouterr()
    assert "| chain | " in printed.out
    assert printed.out.endswith("1 runs, 0 of them did not settle everything\n")
    assert printed.err.startswith("chain, 12 rules, seed 1, errors: ")


def test_what_is_stopped_is_said_and_not_tried_at_a_larger_size(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = ["--shapes", "company", "--rules", "4000,5000", "--only", "errors", "--limit", "1"]
    assert shapes.main(asked) == 1
    printed = capsys.readouterr().out
    assert "| company | > 1 | – | " in printed
    assert "company, 4,000 rules, seed 1, errors: stopped at the limit\n" in printed


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--rules", "20,3"], "`3` is no number from 12 on"),
        (["--shapes", "guard,gard"], "`gard` is none of guard, "),
        (["--limit", "0"], "`0` is no number from 1 on"),
        (["--only", "warnings"], "`warnings` is none of errors, everything"),
    ],
)
def test_what_cannot_be_measured(
    asked: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        shapes.main(asked)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


# --- edits.py ------------------------------------------------------------------------------------


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("shape", SHAPES)
def test_an_edit_changes_one_statement(shape: str, edit: str) -> None:
    policy = write_policy(shape, 60)
    changed = EDITS[edit](policy, random.Random(1))
    specdsl.loads(changed.text)
    marks = Counter(line[0] for line in ndiff(policy.text.splitlines(), changed.text.splitlines()))
    assert marks["-"] == 1
    assert marks["+"] in {1, 2}  # a fact that was declared with others gets a statement of its own


@cache
def checked_alone(text: str) -> list[tuple[str, str]]:
    """What is found in the text by itself, which several sessions have."""
    return shown(specdsl.check(specdsl.loads(text)))


@pytest.mark.parametrize("by", SESSIONS)
@pytest.mark.parametrize("shape", ["chain", "table"])
def test_what_is_remembered_changes_no_finding(shape: str, by: str) -> None:
    policy, session = write_policy(shape, 14), SESSIONS[by]()
    for edit in (None, *EDITS.values(), None):
        text = (edit(policy, random.Random(2)) if edit else policy).text
        errors, found = session.find_errors(text), session.find_all(text)
        assert shown(found) == checked_alone(text)
        assert shown(errors) == [
            (one.code.name, one.message) for one in found.findings if one.severity is Severity.ERROR
        ]


def test_all_edits_are_measured_and_the_table_says_what_was_stopped() -> None:
    measured = [*measure(write_policy("chain", 12), SESSIONS["units"](), 1)]
    assert [one.edit for one in measured] == ["opened", *EDITS]
    assert all(0 < one.errors <= one.findings for one in measured)
    cut = [Measured("opened", 1.0, 2.5, 0), Measured("rule", 0.25, 0.5, 3)]
    assert row("chain", cut, 30) == (
        "| chain | 1.00 / 2.50 | 0.25 / 0.50 (3 unproved) | > 30 | – | – | – |"
    )
