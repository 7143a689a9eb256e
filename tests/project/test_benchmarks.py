"""The benchmarks run, find what is planted and say so where it is not. Nothing here is timed."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path

import pytest

import specdsl
from benchmarks.check import used_up
from benchmarks.checking import Measured, Task, counts, faults
from benchmarks.flat import (
    Compared,
    Condition,
    Flag,
    FlatRule,
    Member,
    as_csl,
    as_spec,
    flat,
    tangled,
)
from benchmarks.generate import Generated, spec, tangle
from benchmarks.stages import Stage, Stopwatch
from specdsl.base.diagnostics import Report, Severity
from specdsl.reasoning.sat.engine import Limits
from specdsl.reasoning.sat.minisat_engine import LazySmtEngine
from specdsl.semantics.aig import AndInverterGraph

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """A script of benchmarks/, as its README calls it."""
    words = [sys.executable, f"benchmarks/{command[0]}", *command[1:]]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)


def report(text: str) -> Report:
    return specdsl.check(specdsl.loads(text), least=Severity.ERROR)


# --- check.py ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_sizes_are_measured_and_what_is_planted_is_found() -> None:
    done = run("check.py", "50", "100")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "  found 1 contradiction, 1 unreachable-rule: all that was planted\n" in done.stdout
    assert "  found 2 contradiction, 2 unreachable-rule: all that was planted\n" in done.stdout
    rows = [line.split() for line in done.stdout.splitlines()]
    [clashes] = [row for row in rows if row[:1] == ["contradiction"]][:1]
    assert int(clashes[3]) > 0  # questions


@pytest.mark.slow
def test_warnings_and_notes_are_left_out_unless_asked_for() -> None:
    assert "sensitive-to-unknown" not in run("check.py", "10").stdout
    assert "sensitive-to-unknown" in run("check.py", "10", "--all").stdout


def test_specs_are_printed_and_load() -> None:
    for more in ([], ["--random"]):
        text = run("check.py", "60", "--print", *more).stdout
        assert len(specdsl.loads(text).model.rules) == 60


def test_a_size_that_is_none() -> None:
    done = run("check.py", "0")
    assert done.returncode == 2
    assert "`0` is no number from 1 to 100,000" in done.stderr


def test_what_is_missing_and_what_is_too_much_is_a_fault() -> None:
    made = spec(100, seed=3)
    found = report(made.text)
    assert faults(made, found) == ()
    [(a, b), kept] = made.clashes
    other = Generated(made.text, (kept, ("x", "y")), (*made.shadowed, "z"))
    assert faults(other, found) == (
        "missing: the contradiction of x, y",
        "missing: z is unreachable",
        f"not planted: a contradiction of {a}, {b}",
    )


def test_another_error_is_a_fault() -> None:
    made = spec(50)
    dead = "rule dead at root when flag_1 and not flag_1 then tone is warm\n"
    assert faults(made, report(made.text + dead)) == ("not planted: dead-rule",)


def test_tangled_rules_contradict_each_other() -> None:
    found = dict(counts(report(tangle(400).text)))
    assert found["contradiction"] > 5


@pytest.mark.parametrize("rules", [50, 12_100, 50_000])
def test_what_is_planted_has_a_day_or_an_hour_of_its_own(rules: int) -> None:
    made = spec(rules)
    assert len(made.clashes) == len(made.shadowed) == rules // 50
    bounds = {
        line.split(":")[0]: int(line.split("..")[1])
        for line in made.text.splitlines()
        if line.startswith(("fact days", "fact hours"))
    }
    assert min(bounds.values()) >= rules // 50 - 1


def test_limits_are_for_errors_of_untangled_rules() -> None:
    def measured(task: Task) -> Measured:
        stages = (Stage("one", 1.0, 2.0, 3), Stage("other", 4.0, 8.0, 5))
        return Measured(task, Stage("parse", 9.0, 9.0, 0), stages, 1000.0, (), 0, (), ())

    assert used_up(measured(Task(10_000, 1, Severity.ERROR))) == [
        ("10 s (CPU)", 0.5),
        ("10 s (wall)", 1.0),
        ("500 MB", 2.097152),  # 1,000 MiB
    ]
    assert used_up(measured(Task(10_001, 1, Severity.ERROR))) == []
    assert used_up(measured(Task(10_000, 1, Severity.NOTE))) == []
    assert used_up(measured(Task(10_000, 1, Severity.ERROR, tangled=True))) == []


def test_every_question_is_counted_and_no_longer_than_asked_for() -> None:
    solve, watch = LazySmtEngine.solve, Stopwatch()
    with watch.counting():
        engine = LazySmtEngine(Limits(), AndInverterGraph())
        watch.start("first")
        engine.solve([engine.new_variable()])
        watch.start("second")
        engine.solve([engine.new_variable()])
        engine.solve([-engine.new_variable()])
        stages = watch.stop()
    assert [(stage.name, stage.questions) for stage in stages] == [("first", 1), ("second", 2)]
    assert LazySmtEngine.solve is solve


# --- against_csl_core.py -------------------------------------------------------------------------

RULES = (
    FlatRule("a", (Flag("flag_1", True), Compared("days", "=", 3)), "tone", True, "warm"),
    FlatRule("b", (Flag("flag_2", False), Member("kind_4", ("k4_0", "k4_2"))), "tone", False, "x"),
)


def test_a_rule_says_the_same_in_both_languages() -> None:
    assert as_spec(RULES).endswith(
        "rule a at owner\n  when flag_1 and days = 3\n  then tone is warm\n"
        "rule b at owner\n  when not flag_2 and kind_4 in {k4_0, k4_2}\n  then tone is not x"
    )
    assert as_csl(RULES).endswith(
        "  STATE_CONSTRAINT a {\n"
        "    WHEN flag_1 == TRUE AND days == 3\n"
        '    THEN tone MUST BE "warm"\n'
        "  }\n"
        "  STATE_CONSTRAINT b {\n"
        '    WHEN flag_2 == FALSE AND (kind_4 == "k4_0" OR kind_4 == "k4_2")\n'
        '    THEN tone MUST NOT BE "x"\n'
        "  }\n"
        "}\n"
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_only_the_planted_pairs_contradict(seed: int) -> None:
    made = flat(100, seed)
    found = report(as_spec(made.rules))
    assert dict(counts(found)) == {"contradiction": 4}
    assert {frozenset(finding.fields["rules"]) for finding in found.findings} == made.clashes
    asked = {pair for pair in combinations(made.rules, 2) if opposed(*pair) and not apart(*pair)}
    assert {frozenset((one.name, other.name)) for one, other in asked} == made.clashes


def opposed(one: FlatRule, other: FlatRule) -> bool:
    """Of one decision, and no outcome is fine for both."""
    if one.decision != other.decision or not (one.asks or other.asks):
        return False
    return (
        (one.outcome != other.outcome) if one.asks and other.asks else one.outcome == other.outcome
    )


def apart(one: FlatRule, other: FlatRule) -> bool:
    """Some condition of the one keeps it from ever meeting the other."""
    return any(exclude(a, b) for a in one.conditions for b in other.conditions)


def exclude(one: Condition, other: Condition) -> bool:
    """Only what the planted rules need: another day, or a flag the other way round."""
    match one, other:
        case Compared("days", "=", a), Compared("days", "=", b):
            return a != b
        case Flag(a_name, a_holds), Flag(b_name, b_holds):
            return a_name == b_name and a_holds is not b_holds
        case _:
            return False


def test_tangled_rules_contradict_in_pairs_and_all_are_shown() -> None:
    rules = tangled(200)
    clashes = [f for f in report(as_spec(rules)).findings if f.code.name == "contradiction"]
    assert len(clashes) > 100
    assert {len(f.fields["rules"]) for f in clashes} == {2}


def test_what_to_do_without_csl_core() -> None:
    if find_spec("chimera_core") is not None:
        pytest.skip("csl-core is installed")
    done = run("against_csl_core.py", "10")
    assert done.returncode == 2
    assert "pip install 'csl-core==0.6.9'" in done.stderr


@pytest.mark.slow
def test_both_find_the_planted_pairs() -> None:
    pytest.importorskip("chimera_core", reason="csl-core comes with the extra `bench`")
    done = run("against_csl_core.py", "25")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].split()[-2:] == ["1/1", "1/1"]


@pytest.mark.slow
def test_both_find_the_same_where_many_rules_contradict() -> None:
    pytest.importorskip("chimera_core", reason="csl-core comes with the extra `bench`")
    done = run("against_csl_core.py", "30", "--random")
    assert done.returncode == 0, done.stdout + done.stderr
