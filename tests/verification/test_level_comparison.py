"""What the levels of a decision show by themselves is what the solver finds of the whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from specdsl.api import loads, start_session
from specdsl.reasoning.sat.engine import Answer, Limits
from specdsl.semantics.aig import FALSE
from specdsl.verification.check_session import CheckSession
from specdsl.verification.relevance.fact_changes import FactChanges, Otherwise
from specdsl.verification.relevance.level_comparison import Locally
from specdsl.verification.relevance.level_fact_comparison import LocallyWith
from specdsl.verification.relevance.removable_parts import Part
from specdsl.verification.relevance.removal import Beside, Removals
from tests.random_specs import random_clash, random_spec

TEXTS = [*map(random_spec, range(8)), *map(random_clash, range(4))]


def parts(here: CheckSession) -> Iterator[tuple[Locally, Beside, Part]]:
    """Of each decision, with what says of its levels and of the whole what they change."""
    for decision in here.spec.decisions:
        locally, beside = Locally(here, decision), Removals.of(here).miter(decision)
        yield from ((locally, beside, part) for part in locally.bearings)


def test_what_no_level_does_otherwise_changes_nothing() -> None:
    seen = 0
    for text in TEXTS:
        made = start_session(loads(text))
        judge = CheckSession(
            made.circuit, made.replay, made.replay_base, limits=Limits(z3_only=True)
        )
        for locally, beside, part in parts(judge):
            ranks = beside.ranking
            ranked = any(ranks.may_change_ranks(rule, beside.decision) for rule in beside.rules)
            if not ranked and locally.same_without(part):
                seen += 1
                assert not beside.changes(part), (text, part)
    assert seen


def test_a_fact_with_which_no_level_does_otherwise_changes_nothing() -> None:
    seen = 0
    for text in TEXTS:
        made = start_session(loads(text))
        judge = CheckSession(
            made.circuit, made.replay, made.replay_base, limits=Limits(z3_only=True)
        )
        for decision in judge.spec.decisions:
            locally = LocallyWith(judge, decision, FactChanges.of(judge).facts)
            for fact in filter(locally.same, FactChanges.of(judge).facts):
                seen += 1
                answer = Otherwise(judge, decision, [fact], alike=True).answer(fact)
                assert answer is Answer.UNSAT, (text, fact.name)
    assert seen


def test_a_fact_that_lends_authority_is_no_matter_of_the_rules_alone() -> None:
    here, _ = rules(
        "principal helper without authority\ndelegate helper at user on d when a\n"
        "decision d: x > y\nrule r at root when b then d is not y\n"
    )
    (decision,) = here.spec.decisions
    a = next(fact for fact in here.spec.facts if fact.name == "a")
    assert not LocallyWith(here, decision, [a]).same(a)


def rules(text: str) -> tuple[CheckSession, Locally]:
    here = start_session(loads(f"authority root > user\nfact a, b: bool\n{text}"))
    return here, Locally(here, here.spec.decisions[0])


@pytest.mark.parametrize("spoken", ["", "principal somebody at user\n"])
def test_a_permission_matters_to_a_level_only_if_something_is_held_against_it(spoken: str) -> None:
    here, locally = rules(
        f"{spoken}decision d: x > y\nrule r at user when a then d may be x\n"
        "rule s at root when b then d is y\n"
    )
    r = next(rule for rule in here.spec.rules if rule.name == "r")
    assert locally.same_without(r) is True


def test_what_is_read_may_be_anything() -> None:
    """No situation has `first is y`, which another level would have to tell."""
    here, locally = rules(
        "decision first: x > y\ndecision d: x > y\nrule r at root when first is y then d is y\n"
    )
    locally = Locally(here, here.spec.decisions[1])
    rule = here.spec.rules[0]
    assert locally.applies[rule] != FALSE
    assert not locally.same_without(rule)
    assert not Removals.of(here).changes(rule, [here.spec.decisions[1]])
