"""What is seen to change a decision is what the solver finds to change it."""

from __future__ import annotations

import pytest

from benchmarks.generate import spec
from specdsl.api import loads, start_session
from specdsl.frontend.model.nodes import DecisionModel
from specdsl.verification.check_session import CheckSession
from specdsl.verification.relevance import removal_sampling
from specdsl.verification.relevance.removable_parts import RemovablePart
from specdsl.verification.relevance.removal import Removals
from tests.random_specs import random_clash, random_spec

Change = tuple[DecisionModel, RemovablePart]


def seen(here: CheckSession) -> list[Change]:
    return [
        (decision, part)
        for decision in here.spec.decisions
        for part in Removals.of(here).miter(decision).residuals
        if Removals.of(here).miter(decision).is_sampled_relevant(part)
    ]


@pytest.mark.parametrize("text", [*map(random_spec, range(20)), *map(random_clash, range(10))])
def test_what_is_seen_changes_something(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here = start_session(loads(text))
    found = seen(here)
    monkeypatch.setattr(removal_sampling, "REMOVAL_ROUNDS", 0)
    solver = CheckSession(here.circuit, here.replay, here.replay_base)
    assert not seen(solver)
    assert all(Removals.of(solver).miter(decision).is_relevant(part) for decision, part in found)


def test_a_batch_of_parts_that_are_seen_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """At one point each rule rules out what no other does: the first batch shows them all."""
    outcomes = [f"o{i}" for i in range(10)]
    rules = "".join(f"rule r{o} at root when late then d is not {o}\n" for o in outcomes[:-1])
    head = f"authority root\nfact late: bool\ndecision d: {' > '.join(outcomes)}\n"
    here = start_session(loads(head + rules))
    monkeypatch.setattr(removal_sampling, "MAX_REMOVAL_SAMPLES", 1)
    miter = Removals.of(here).miter(here.spec.decisions[0])
    assert all(miter.is_sampled_relevant(rule) for rule in here.spec.rules)


def test_most_of_what_changes_something_is_seen() -> None:
    """So that large specs need few questions; points that show nothing would go unnoticed."""
    here = start_session(loads(spec(200).text))
    found = set(seen(here))
    changes = [
        (decision, rule)
        for rule in here.spec.rules
        for decision in (effect.decision for effect in rule.effects)
        if Removals.of(here).is_relevant(rule, (decision,))
    ]
    assert len(found.intersection(changes)) > 0.8 * len(changes)
