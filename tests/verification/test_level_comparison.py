"""What the levels of a decision show by themselves is what the solver finds of the whole."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

import pytest

from specdsl.api import loads, start_session
from specdsl.frontend.model.nodes import DecisionModel, Rule
from specdsl.reasoning.sat.engine import Answer, Limits
from specdsl.semantics.aig import FALSE, TRUE, Literal
from specdsl.verification.check_session import CheckSession
from specdsl.verification.relevance.fact_changes import FactChanges, FactMiter
from specdsl.verification.relevance.level_comparison import LevelComparison
from specdsl.verification.relevance.level_fact_comparison import LevelFactComparison
from specdsl.verification.relevance.reachable_levels import ReachableLevelComparison
from specdsl.verification.relevance.removable_parts import RemovablePart
from specdsl.verification.relevance.removal import RemovalMiter, Removals
from tests.random_specs import random_clash, random_spec

TEXTS = [*map(random_spec, range(8)), *map(random_clash, range(4))]


COMPARISONS = (LevelComparison, ReachableLevelComparison)


def parts(
    here: CheckSession, comparison: type[LevelComparison]
) -> Iterator[tuple[LevelComparison, RemovalMiter, RemovablePart]]:
    """Of each decision, with what says of its levels and of the whole what they change."""
    for decision in here.spec.decisions:
        locally, miter = comparison(here, decision), Removals.of(here).miter(decision)
        yield from ((locally, miter, part) for part in locally.residuals)


@pytest.mark.parametrize("comparison", COMPARISONS)
def test_what_no_level_does_otherwise_changes_nothing(comparison: type[LevelComparison]) -> None:
    seen = 0
    for text in TEXTS:
        made = start_session(loads(text))
        judge = CheckSession(
            made.circuit, made.replay, made.replay_base, limits=Limits(z3_only=True)
        )
        for locally, miter, part in parts(judge, comparison):
            ranks = miter.counterfactual_ranks
            ranked = any(ranks.may_change_ranks(rule, miter.decision) for rule in miter.rules)
            if not ranked and locally.equal_without_part(part):
                seen += 1
                assert not miter.is_relevant(part), (text, part)
    assert seen


@pytest.mark.parametrize("others", [FALSE, TRUE])
@pytest.mark.parametrize("comparison", COMPARISONS)
def test_the_reasons_of_a_level_suffice_whatever_the_other_rules_do(
    comparison: type[LevelComparison], others: Literal
) -> None:
    seen = 0
    for text in [*map(random_spec, range(12)), *map(random_clash, range(6))]:
        made = start_session(loads(text))
        for decision in made.spec.decisions:
            locally = comparison(made, decision)
            for rule in locally.applies:
                ranks = Removals.of(made).miter(decision).counterfactual_ranks
                core = None
                if not ranks.may_change_ranks(rule, decision):
                    core = locally.redundancy_core(rule)
                if core is not None:
                    seen += 1
                    assert not matters_among(made, decision, rule, core.rules, others), text
    assert seen


HIDDEN = """
authority a > b > c
principal p at a
principal q at b
fact x, y: bool
decision d: k > l > m
rule above at a when x then d in {l, m}
rule below at b when x and y then d in {l, m}
"""


def test_what_a_level_above_leaves_is_taken_into_account() -> None:
    """Whoever speaks at `b` cannot ask for `k` where `above` applies."""
    made = start_session(loads(HIDDEN))
    (decision,) = made.spec.decisions
    *_, below = made.spec.rules
    assert not LevelComparison(made, decision).equal_without_part(below)
    assert ReachableLevelComparison(made, decision).equal_without_part(below)


def matters_among(
    here: CheckSession,
    decision: DecisionModel,
    rule: Rule,
    reasons: Collection[Rule],
    others: Literal,
) -> bool:
    """Whether Z3 finds that the rule changes the decision where the reasons apply as they do, and
    all other rules as `others` says.
    """
    rules = {
        one: made if one is rule or one in reasons else replace(made, applies=others)
        for one, made in here.circuit.rules.items()
    }
    circuit = replace(here.circuit, rules=rules)
    judge = CheckSession(circuit, here.replay, here.replay_base, limits=Limits(z3_only=True))
    return Removals.of(judge).is_relevant(rule, [decision])


def test_a_fact_with_which_no_level_does_otherwise_changes_nothing() -> None:
    seen = 0
    for text in TEXTS:
        made = start_session(loads(text))
        judge = CheckSession(
            made.circuit, made.replay, made.replay_base, limits=Limits(z3_only=True)
        )
        for decision in judge.spec.decisions:
            locally = LevelFactComparison(judge, decision, FactChanges.of(judge).facts)
            for fact in filter(locally.levels_are_equal, FactChanges.of(judge).facts):
                seen += 1
                answer = FactMiter(judge, decision, [fact], upstream_equal=True).answer_for(fact)
                assert answer is Answer.UNSAT, (text, fact.name)
    assert seen


def test_a_fact_with_which_no_level_acts_differently_is_not_missed_where_it_is_unknown() -> None:
    """Z3 alone, which compares no levels, finds the same decisions sensitive."""
    seen = 0
    for text in TEXTS:
        made = start_session(loads(text))
        judge = CheckSession(
            made.circuit, made.replay, made.replay_base, limits=Limits(z3_only=True)
        )
        for fact in (fact for fact in FactChanges.of(made).facts if fact.optional):
            for decision in made.spec.decisions:
                sensitive = FactChanges.of(made).is_sensitive_when_unknown(fact, decision)
                seen += not sensitive
                assert sensitive == FactChanges.of(judge).is_sensitive_when_unknown(fact, decision)
    assert seen


def test_a_fact_that_lends_authority_is_no_matter_of_the_rules_alone() -> None:
    here, _ = rules(
        "principal helper without authority\ndelegate helper at user on d when a\n"
        "decision d: x > y\nrule r at root when b then d is not y\n"
    )
    (decision,) = here.spec.decisions
    a = next(fact for fact in here.spec.facts if fact.name == "a")
    assert not LevelFactComparison(here, decision, [a]).levels_are_equal(a)


def rules(text: str) -> tuple[CheckSession, LevelComparison]:
    here = start_session(loads(f"authority root > user\nfact a, b: bool\n{text}"))
    return here, LevelComparison(here, here.spec.decisions[0])


@pytest.mark.parametrize("spoken", ["", "principal somebody at user\n"])
def test_a_permission_matters_to_a_level_only_if_something_is_held_against_it(spoken: str) -> None:
    here, locally = rules(
        f"{spoken}decision d: x > y\nrule r at user when a then d may be x\n"
        "rule s at root when b then d is y\n"
    )
    r = next(rule for rule in here.spec.rules if rule.name == "r")
    assert locally.equal_without_part(r) is True


def test_what_is_read_may_be_anything() -> None:
    """No situation has `first is y`, which another level would have to tell."""
    here, locally = rules(
        "decision first: x > y\ndecision d: x > y\nrule r at root when first is y then d is y\n"
    )
    locally = LevelComparison(here, here.spec.decisions[1])
    rule = here.spec.rules[0]
    assert locally.applies[rule] != FALSE
    assert not locally.equal_without_part(rule)
    assert not Removals.of(here).is_relevant(rule, [here.spec.decisions[1]])


def test_nothing_acts_before_the_first_level_that_does() -> None:
    """Below the highest level something else could have ruled out `x`."""
    text = (
        "decision d: x > y > z\nrule r at {} when a then d in {{x, y}}\nrule s at {} then d is x\n"
    )
    here, locally = rules(text.format("root", "root"))
    assert locally.equal_without_part(here.spec.rules[0])
    here, locally = rules("principal boss at root\n" + text.format("user", "user"))
    assert not locally.equal_without_part(here.spec.rules[0])
