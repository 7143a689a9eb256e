"""Points that no example meets, against every situation of every example."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

import specdsl
from specdsl.analyses.coverage import (
    CoverageGoal,
    GoalKind,
    GoalStatus,
    find_missing_examples,
    measure_coverage,
)
from specdsl.analyses.coverage.coverage_text import render_missing_spec
from specdsl.analyses.coverage.example_situations import ExampleSituations
from specdsl.analyses.coverage.measure import coverage_goals
from specdsl.api import start_session
from specdsl.checks.failing_example import find_failure
from specdsl.frontend.model.nodes import Example, Rule
from specdsl.reports.style import Style
from specdsl.semantics.reference import Verdict
from specdsl.verification.check_session import CheckSession
from tests.analyses.coverage_situations import completions, is_discrete
from tests.random_specs import random_spec

SEEDS = range(40)
ENUMERABLE = (GoalKind.RULE, GoalKind.RANKED, GoalKind.PEERS, GoalKind.DEFAULT)


def context_of(text: str) -> CheckSession:
    return start_session(specdsl.loads(text))


def verdict_meets(goal: CoverageGoal, verdict: Verdict) -> bool:
    """Tell whether a verdict of the reference interpreter meets the goal."""
    standing = verdict.standing if verdict.outcome is not None else ()
    match goal.kind:
        case GoalKind.RANKED:
            high, low = goal.names
            return high in standing and low in verdict.overridden
        case GoalKind.DEFAULT:
            return verdict.outcome is not None and not verdict.decided
        case _:
            return set(goal.names) <= set(standing)


@cache
def found_statuses(seed: int) -> list[tuple[GoalStatus, list[bool], bool]]:
    """Return for each goal and example of a random spec the status found, whether each situation
    meets the goal, and whether these are all situations."""
    here = context_of(random_spec(seed))
    whole = [p for p in coverage_goals(here, ENUMERABLE) if "lifts" not in p.text]
    found = []
    for example in here.spec.examples:
        answers = list(completions(here.spec, example))
        for goal, met in (
            ExampleSituations(here, example).goal_statuses(whole).items() if answers else ()
        ):
            shown = [verdict_meets(goal, answer[goal.decision.name]) for answer in answers]
            found.append((met, shown, is_discrete(here.spec)))
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_what_an_example_meets_is_what_its_situations_show(seed: int) -> None:
    for met, shown, whole in found_statuses(seed):
        assert not (met is GoalStatus.MISSING and any(shown))
        assert not (met is GoalStatus.COVERED and not all(shown))
        if whole:
            assert (met is GoalStatus.MISSING) is not any(shown)
            assert (met is GoalStatus.COVERED) is all(shown)


def test_the_random_specs_have_points_met_in_every_way() -> None:
    """And most of these specs are such that both directions are tried."""
    every = [one for seed in SEEDS for one in found_statuses(seed)]
    found = Counter((met, whole) for met, _, whole in every)
    assert min(found[met, whole] for met in GoalStatus for whole in (True, False)) >= 5, found


@pytest.mark.parametrize("seed", SEEDS)
def test_stubs_load_and_hold_and_meet_what_they_are_for(seed: int) -> None:
    text = random_spec(seed)
    before = context_of(text)
    found = find_missing_examples(before, 12)
    after = context_of(text + render_missing_spec(found, Style()))
    old = {example.title for example in before.spec.examples}
    new = {e.title: e for e in after.spec.examples if e.title not in old}
    assert list(new) == [stub.example.title for stub in found.examples]
    met = {key(one.goal): one.status for one in measure_coverage(after, list(GoalKind)).results}
    for stub in found.examples:
        assert met[key(stub.goal)] is not GoalStatus.MISSING
        assert find_failure(after, new[stub.example.title]) is None
        assert holds(after, new[stub.example.title])


def key(goal: CoverageGoal) -> tuple[GoalKind, str, tuple[str, ...], str]:
    return goal.kind, goal.decision.name, goal.names, goal.text


def holds(session: CheckSession, example: Example) -> bool:
    """The reference interpreter decides all its situations as expected, by the same rules."""
    (expected,) = example.expectations
    decision = expected.effect.decision
    (outcome,) = (o for i, o in enumerate(decision.outcomes) if expected.effect.outcomes >> i & 1)
    names = {winner.name for winner in expected.because if isinstance(winner, Rule)}
    verdicts = [answer[decision.name] for answer in completions(session.spec, example)]
    return all(v.outcome == outcome and names <= set(v.because) for v in verdicts)


@pytest.mark.parametrize("seed", range(10))
def test_the_same_stubs_every_time(seed: int) -> None:
    text = random_spec(seed)
    first, second = (
        render_missing_spec(find_missing_examples(context_of(text), 6), Style()) for _ in range(2)
    )
    assert first == second


POLICY = """
authority owner
principal boss at owner
fact amount: int 0..1000
fact late: bool?
decision refund: pay > ask > decline on conflict decline
rule cap at owner when amount > 500 then refund is not pay
rule none_at_all at owner when amount > 900 then refund is decline
rule waits at owner when late then refund is ask unless amount <= 10
"""


def stubs(text: str) -> list[str]:
    return [
        stub.goal.text.replace("`", "") for stub in find_missing_examples(context_of(text)).examples
    ]


def test_both_sides_of_a_number_and_the_number_itself() -> None:
    found = [text for text in stubs(POLICY) if text.startswith("amount =")]
    values = [text.split(",")[0] for text in found]
    assert values[:2] == ["amount = 9", "amount = 10"]
    assert values[2:4] == ["amount = 499", "amount = 500"]  # 501 is what `cap` is shown with


def test_what_lies_outside_a_range_is_not_asked_for() -> None:
    text = "authority a fact n: int 0..3 decision d: x > y rule r at a when n > 0 then d is y"
    values = [one.split(",")[0] for one in stubs(text) if one.startswith("n =")]
    assert values == ["n = 0"]  # 1 is what the rule itself is shown with, -1 is none


def test_an_unknown_fact_that_matters_is_asked_for_until_an_example_has_it() -> None:
    wanted = "refund depends on late, which is unknown"
    given = 'example "nobody knows" given late is unknown, amount = 20 expect refund is pay'
    assert wanted in stubs(POLICY)
    assert wanted not in stubs(POLICY + given)


def test_an_unknown_fact_that_does_not_matter_there_does_not_count() -> None:
    given = 'example "so little" given late is unknown, amount = 10 expect refund is pay'
    assert "refund depends on late, which is unknown" in stubs(POLICY + given)


def test_an_example_counts_for_a_decision_only_if_it_expects_something_of_it() -> None:
    text = """
    authority a fact on_now: bool decision d: x > y decision e: x > y
    rule r at a when on_now then d is y
    """
    silent, judging = (
        text + f'example "t" given on_now expect {expected}' for expected in ("e is x", "d is y")
    )
    assert "r takes effect" in stubs(silent)
    assert "r takes effect" not in stubs(judging)


def test_a_rule_that_stands_need_not_win() -> None:
    text = """
    authority a > b decision d: x > y > z
    rule high at a then d is z
    rule low at b then d is not x
    example "t" expect d is z
    """
    found = measure_coverage(context_of(text))
    assert [one.status for one in found.results_of(GoalKind.RULE)] == [
        GoalStatus.COVERED,
        GoalStatus.COVERED,
    ]
    assert found.winners.by_rule == {"high": ("t",)}
