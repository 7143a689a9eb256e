"""Reachable outcomes on random specs: what is seen is reachable, and the check agrees."""

from __future__ import annotations

from random import Random

import pytest

import specdsl
from specdsl.analyses.steering.reachable_outcomes import reachable_outcomes
from specdsl.api import Policy, read_facts
from tests.random_specs.draft import draft
from tests.random_specs.situations import situation
from tests.seeds import seeds

SITUATIONS = 40


def random_spec(random: Random) -> specdsl.Spec:
    """A small one that loads."""
    while True:
        try:
            return specdsl.loads(draft(random, small=True).text)
        except specdsl.SpecError:  # Overrides and priorities close a circle.
            continue


@pytest.mark.parametrize("seed", seeds(0, 6))
def test_every_outcome_that_is_seen_is_reachable_with_what_is_known(seed: int) -> None:
    random = Random(seed)
    spec = random_spec(random)
    policy = Policy(spec.circuit)
    seen = 0
    for _ in range(SITUATIONS):
        given = situation(random, spec.model, bad=0)
        try:
            traces = {one.name: one.outcome for one in policy.trace(given["facts"], given["says"])}
        except specdsl.BadInput:
            continue
        names = [name for name in given["facts"] if random.random() < 0.5]
        known = read_facts(spec.circuit, {name: given["facts"][name] for name in names})
        for decision in spec.model.decisions:
            outcome = traces[decision.name]
            if outcome is not None:
                assert outcome in reachable_outcomes(spec.circuit, decision, known)
                seen += 1
    assert seen


@pytest.mark.parametrize("seed", seeds(0, 6))
def test_with_nothing_known_the_outcomes_left_out_are_those_of_the_check(seed: int) -> None:
    spec = random_spec(Random(seed))
    report = specdsl.check(spec)
    if any(one.name == "inconsistent-assumptions" for one in report.findings):
        return
    missing = {
        (one.fields["decision"], one.fields["outcome"])
        for one in report.findings
        if one.name == "unreachable-outcome"
    }
    found = {
        (decision.name, outcome)
        for decision in spec.model.decisions
        for outcome in set(decision.outcomes) - reachable_outcomes(spec.circuit, decision, {})
    }
    assert found == missing
