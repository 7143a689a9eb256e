"""What samples show of other ranks is what the solver finds; conjunctions of samples are exact."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.policies import write_policy
from specdsl.api import loads, start_session
from specdsl.reasoning.sat.engine import Limits
from specdsl.verification.check_session import CheckSession
from specdsl.verification.relevance.rank_sampling import SampleGraph
from specdsl.verification.relevance.removal import Removals
from tests.random_specs import random_spec

MASKS = st.integers(0, 2**9 - 1)


def shown(text: str) -> tuple[list[bool], list[bool]]:
    """Return, for each override and rule whose removal ranks others anew, whether samples show that
    it matters, and whether Z3 alone says so.
    """
    here = start_session(loads(text))
    solver = CheckSession(here.circuit, here.replay, here.replay_base, limits=Limits(z3_only=True))
    seen, there = Removals.of(here), Removals.of(solver)
    one, two = list[bool](), list[bool]()
    for override in here.spec.overrides:
        for decision, levels in (
            seen.counterfactual_ranks.drop_overrides([override]) or {}
        ).items():
            one.append(seen.miter(decision, simple=True).rank_sampling.differs(levels))
            two.append(there.ranks_are_relevant({decision: levels}))
    for rule, decision in ((r, e.decision) for r in here.spec.rules for e in r.effects):
        found = seen.counterfactual_ranks.drop_rule(rule, decision)
        if found is not None:
            one.append(seen.miter(decision, simple=True).rank_sampling.differs(found, rule))
            two.append(there.is_relevant(rule, [decision]))
    return one, two


def chain(rules: int, seed: int) -> str:
    return write_policy("chain", rules, seed).text


@pytest.mark.parametrize("text", [*map(random_spec, range(30)), chain(8, 1), chain(12, 2)])
def test_what_samples_show_of_ranks_the_solver_finds(text: str) -> None:
    one, two = shown(text)
    assert all(b for a, b in zip(one, two, strict=True) if a)


def test_samples_show_most_of_what_overrides_change() -> None:
    """So that a long chain needs few questions to the solver."""
    one, two = shown(chain(14, 3))
    assert sum(one) > 0.7 * sum(two) > 0


@given(st.lists(st.tuples(MASKS, st.booleans()), max_size=5))
def test_a_conjunction_of_samples_is_their_intersection(parts: list[tuple[int, bool]]) -> None:
    graph, every = SampleGraph(2**9 - 1), 2**9 - 1
    literals = [graph.literal_of(mask) ^ negated for mask, negated in parts]
    holds = every
    for mask, negated in parts:
        holds &= mask ^ every if negated else mask
    assert graph.samples_of(graph.all_of(literals)) == holds
    assert graph.samples_of(graph.any_of(literals) ^ 1) == graph.samples_of(
        graph.all_of(literal ^ 1 for literal in literals)
    )
