"""Ranks under which no situation can bring about a conflict."""

from __future__ import annotations

from specdsl.api import loads, start_session
from specdsl.verification.conflicts.minimal_conflicts import MinimalConflicts
from specdsl.verification.conflicts.unordered_restrictions import ranks_allow_conflicts
from tests.random_specs import random_clash, random_spec
from tests.seeds import seeds

ORDERED = """
authority root > user
decision d: a > b > c
fact p: bool
fact q: bool
rule one at root when p then d is a
rule two at root when q then d is not a overrides one
rule free at root when p then d may be b
rule low at user when q then d is c
"""


def test_restrictions_in_order_leave_an_outcome_and_others_need_not() -> None:
    session = start_session(loads(ORDERED))
    (decision,) = session.spec.decisions
    assert not ranks_allow_conflicts(session, decision)
    session = start_session(loads(ORDERED.replace(" overrides one", "")))
    assert ranks_allow_conflicts(session, *session.spec.decisions)


def test_no_conflict_is_found_where_the_ranks_allow_none() -> None:
    ordered = 0
    for text in [one(seed) for seed in seeds(0, 20) for one in (random_clash, random_spec)]:
        session = start_session(loads(text))
        for decision in session.spec.decisions:
            if not ranks_allow_conflicts(session, decision):
                ordered += 1
                assert MinimalConflicts(session, decision).enumerate_conflicts() == ([], True)
    assert ordered
