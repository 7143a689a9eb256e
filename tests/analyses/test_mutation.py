"""Tests of the mutants of random specs against the reference interpreter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from random import Random
from typing import Any

import pytest

import specdsl
from specdsl.analyses.coverage import find_missing_examples
from specdsl.analyses.coverage.coverage_text import render_missing_spec
from specdsl.analyses.fixes.edited_texts import reload_spec, texts_after
from specdsl.analyses.mutation import (
    Mutant,
    MutantStatus,
    MutationKind,
    MutationScore,
    TriedMutant,
    generate_mutants,
    mutation_score,
)
from specdsl.analyses.mutation.mutant import round_robin
from specdsl.api import Spec, start_session
from specdsl.checks.failing_example import find_failure
from specdsl.frontend.model import nodes as m
from specdsl.reports.style import Style
from specdsl.semantics import reference
from tests.analyses.coverage_situations import completions, is_discrete
from tests.random_specs import random_situation, random_spec

SEEDS = range(14)
MOST = 14
SITUATIONS = 150  # for each mutant said to be equal

Results = Mapping[str, tuple[object, ...]]


@cache
def score_of_seed(seed: int) -> tuple[Spec, MutationScore]:
    """Return a random spec with its score. Every second one gets missing examples, since few random
    examples pass."""
    text = random_spec(seed)
    if seed % 2:
        text += render_missing_spec(
            find_missing_examples(start_session(specdsl.loads(text)), 6), Style()
        )
    spec = specdsl.loads(text, "random.spec")
    return spec, mutation_score(spec, MOST)


def load_mutant(spec: Spec, mutant: Mutant) -> Spec | None:
    return reload_spec(spec, texts_after(spec, mutant.edits))


@cache
def tried_specs(seed: int) -> tuple[tuple[TriedMutant, Spec | None], ...]:
    """Return each mutant that was tried with its spec, None where that does not load."""
    spec, found = score_of_seed(seed)
    return tuple((one, load_mutant(spec, one.mutant)) for one in found.tried)


def mutants_with_status(
    seed: int, status: MutantStatus
) -> Iterator[tuple[Spec, Spec, TriedMutant]]:
    """Yield the spec, the mutant's spec and the tried mutant."""
    spec, _ = score_of_seed(seed)
    for one, other in tried_specs(seed):
        if one.status is status and other is not None:
            yield spec, other, one


def reference_results(spec: m.SpecModel, situation: Mapping[str, Any]) -> Results | None:
    """Return the result of every decision, or None for bad input."""
    answer = reference.decide(spec, situation["facts"], situation["says"])
    if answer.faults:
        return None
    return {v.decision: (v.outcome, v.decided, v.conflicted, v.failed) for v in answer.verdicts}


def breaks_example(spec: m.SpecModel, example: m.Example) -> bool:
    """Tell whether some enumerated situation of the example has another outcome or lacks a
    winner."""
    for answer in completions(spec, example):
        for expected in example.expectations:
            verdict = answer[expected.effect.decision.name]
            outcomes = expected.effect.decision.outcomes
            named = {o for i, o in enumerate(outcomes) if expected.effect.outcomes >> i & 1}
            winners = {winner.name for winner in expected.because}
            if verdict.outcome not in named or not winners <= set(verdict.because):
                return True
    return False


@pytest.mark.parametrize("seed", SEEDS)
def test_what_survives_is_decided_otherwise_where_it_says_so(seed: int) -> None:
    for spec, other, one in mutants_with_status(seed, MutantStatus.SURVIVED):
        distinction = one.distinction
        assert distinction is not None
        if distinction.decision:
            old, new = (
                reference_results(s.model, here)
                for s, here in zip((spec, other), distinction.replay, strict=True)
            )
            assert old is not None
            assert new is not None
            assert old[distinction.decision] != new[distinction.decision], one.mutant.text


@pytest.mark.parametrize("seed", SEEDS)
def test_no_example_that_holds_breaks_in_what_survives(seed: int) -> None:
    held = _passing_examples(score_of_seed(seed)[0])
    for status in (MutantStatus.SURVIVED, MutantStatus.EQUIVALENT):
        for _, other, one in mutants_with_status(seed, status):
            broken = {e.title for e in other.model.examples if breaks_example(other.model, e)}
            assert not held & broken, one.mutant.text


def _passing_examples(spec: Spec) -> set[str]:
    here = start_session(spec)
    return {e.title for e in spec.model.examples if find_failure(here, e) is None}


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_equal_decides_the_same(seed: int) -> None:
    random = Random(seed)
    for spec, other, one in mutants_with_status(seed, MutantStatus.EQUIVALENT):
        for _ in range(SITUATIONS):
            situation = random_situation(random, spec.model)
            old, new = (reference_results(s.model, situation) for s in (spec, other))
            assert old == new, (one.mutant.text, situation)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_an_example_notices_breaks_it(seed: int) -> None:
    for _, other, one in mutants_with_status(seed, MutantStatus.KILLED):
        example = next(
            (e for e in other.model.examples if one.killer == f'example "{e.title}"'), None
        )
        if example is None or not is_discrete(other.model) or one.mutant.removed_rule:
            continue
        some = any(True for _ in completions(other.model, example))
        assert breaks_example(other.model, example) or not some, one.mutant.text


@pytest.mark.parametrize("seed", SEEDS)
def test_what_does_not_load_does_not(seed: int) -> None:
    for one, other in tried_specs(seed):
        assert (other is None) <= (one.status in (MutantStatus.INVALID, MutantStatus.KILLED))
        if one.status is MutantStatus.INVALID:
            assert other is None


def test_the_random_specs_have_every_kind_and_every_fate() -> None:
    every = [one for seed in SEEDS for one in score_of_seed(seed)[1].tried]
    fates = Counter(one.status for one in every)
    kinds = Counter(one.mutant.kind for one in every if one.status is not MutantStatus.INVALID)
    assert (
        min(
            fates[status]
            for status in (MutantStatus.KILLED, MutantStatus.SURVIVED, MutantStatus.EQUIVALENT)
        )
        >= 10
    ), fates
    assert all(kinds[kind] for kind in MutationKind), kinds


# --- by hand -------------------------------------------------------------------------------------

SHOP = """
authority owner
value safety
value service
priority safety > service
fact amount: int 0..1000
fact vip: bool
assume small: amount <= 1000
decision refund: pay > ask > decline default ask on conflict decline
rule cap at owner for safety when amount > 500 and not vip then refund is not pay
rule loyal at owner for service when vip unless amount = 7 then refund is pay
rule late at owner for service when amount >= 2 then refund is decline overrides loyal
"""


def texts(text: str) -> list[str]:
    return [mutant.text.replace("`", "") for mutant in generate_mutants(specdsl.loads(text))]


def test_the_mutants_of_a_spec() -> None:
    assert texts(SHOP) == [
        "priority: safety > service becomes service > safety",
        "without assumption small",
        "decision refund: without default ask",
        "decision refund: default ask becomes default decline",
        "without rule cap",
        "rule cap: without amount > 500",
        "rule cap: without not vip",
        "rule cap: amount > 500 becomes not (amount > 500)",
        "rule cap: not vip becomes vip",
        "rule cap: amount > 500 becomes amount > 499",
        "rule cap: amount > 500 becomes amount > 501",
        "rule cap: refund is not pay becomes refund is not ask",
        "without rule loyal",
        "rule loyal: without when vip",
        "rule loyal: vip becomes not (vip)",
        "rule loyal: without unless amount = 7",
        "rule loyal: amount = 7 becomes not (amount = 7)",
        "rule loyal: amount = 7 becomes amount = 6",
        "rule loyal: amount = 7 becomes amount = 8",
        "rule loyal: refund is pay becomes refund is ask",
        "without rule late",
        "rule late: without when amount >= 2",
        "rule late: amount >= 2 becomes not (amount >= 2)",
        "rule late: amount >= 2 becomes amount >= 1",
        "rule late: amount >= 2 becomes amount >= 3",
        "rule late: refund is decline becomes refund is pay",
        "rule late: without overrides loyal",
    ]


def test_every_mutant_loads_here_and_is_what_it_says() -> None:
    spec = specdsl.loads(SHOP)
    for mutant in generate_mutants(spec):
        other = load_mutant(spec, mutant)
        assert other is not None, mutant.text
        if mutant.removed_rule:
            assert mutant.removed_rule not in {rule.name for rule in other.model.rules}


def test_an_assumption_that_a_range_implies_is_equal_without() -> None:
    found = {one.mutant.kind: one.status for one in mutation_score(specdsl.loads(SHOP)).tried}
    assert found[MutationKind.NO_ASSUME] is MutantStatus.EQUIVALENT
    narrow = SHOP.replace("amount <= 1000", "amount <= 900")
    found = {one.mutant.kind: one.status for one in mutation_score(specdsl.loads(narrow)).tried}
    assert found[MutationKind.NO_ASSUME] is MutantStatus.SURVIVED


def test_the_missing_examples_notice_what_nothing_noticed() -> None:
    spec = specdsl.loads(SHOP)
    whole = specdsl.loads(
        SHOP + render_missing_spec(find_missing_examples(start_session(spec)), Style())
    )
    before, after = mutation_score(spec), mutation_score(whole)
    assert before.killed_count == 0
    assert (
        after.scored_count >= before.scored_count
    )  # of those that decide the same, who wins is noticed
    assert after.counts[MutantStatus.SURVIVED] <= 1


def test_a_rule_named_after_because_is_missed_by_its_example() -> None:
    text = SHOP + 'example "t" given amount = 600, not vip expect refund is decline because late'
    found = {one.mutant.text: one for one in mutation_score(specdsl.loads(text)).tried}
    assert found["without rule `late`"].killer == 'example "t"'


def test_an_example_that_fails_notices_nothing() -> None:
    text = SHOP + 'example "t" given amount = 600, not vip expect refund is pay because late'
    assert mutation_score(specdsl.loads(text)).killed_count == 0


def test_of_few_each_kind_has_its_turn() -> None:
    every = list(generate_mutants(specdsl.loads(SHOP)))
    first = round_robin(every, len(MutationKind))
    assert [mutant.kind for mutant in first] == list(MutationKind)
    assert len(round_robin(every, 1000)) == len(every)


def test_a_number_that_an_assumption_reads_changes_what_is_possible() -> None:
    """The mutant has no situation, so no decision differs, and yet it is not equivalent."""
    text = """
    authority owner
    fact n: int 0..10
    define few = n < 5
    assume small: few
    assume big: n >= 4
    decision door: open > shut
    rule r at owner when n = 4 then door is shut
    assert "it is shut": door is shut
    """
    found = {one.mutant.text: one for one in mutation_score(specdsl.loads(text)).tried}
    narrower = found["define `few`: `n < 5` becomes `n < 4`"]
    assert narrower.status is MutantStatus.SURVIVED
    assert narrower.distinction is not None
    assert "takes this for possible" in narrower.distinction.text
