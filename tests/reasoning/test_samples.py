"""What is seen at points without a solver is what the decision function says of them."""

from __future__ import annotations

import pytest

import specdsl
from specdsl.api import loads, start_session
from specdsl.reasoning.simulation.samples import Sampler
from specdsl.semantics.aig import Atom
from specdsl.semantics.fact_values import FactValues, facts_in
from specdsl.situations.situation import Situation, complete_facts
from specdsl.verification import shadowing
from specdsl.verification.conflicts.minimal_conflicts import MinimalConflicts
from specdsl.verification.reachability import reachability
from tests.random_specs import random_clash, random_spec


@pytest.mark.parametrize("seed", range(30))
def test_a_bit_is_the_truth_at_its_point(seed: int) -> None:
    here = start_session(loads(random_spec(seed)))
    graph = here.circuit.graph
    for decision in here.spec.decisions:
        quiet = here.uninstructed_world.resolution_of(decision)
        literals = [quiet.ready, quiet.conflicted, *quiet.outcome, *quiet.applies.values()]
        points = Sampler(graph, literals)
        for drawn in points.batches([(literal,) for literal in literals] * 3):
            for point in range(drawn.every.bit_length()):
                facts = FactValues(drawn.facts_at(point))

                def holds(atom: Atom, facts: FactValues = facts) -> bool:
                    return set(facts_in(atom)) <= set(facts.values) and facts.holds(atom)

                true = graph.evaluator(holds)
                for literal in literals:
                    assert bool(drawn.mask_of(literal) >> point & 1) is true(literal)


@pytest.mark.parametrize("seed", range(30))
def test_what_stands_at_a_point_stands(seed: int) -> None:
    """The solver finds the same of the rules that points have shown."""
    here = start_session(loads(random_spec(seed)))
    for decision in here.spec.decisions:
        resolution = here.world.resolution_of(decision)
        for rule, answer in reachability(here, decision).stands.items():
            claim = (resolution.rules[rule].stands, resolution.ready)
            assert here.prover(decision).check(*claim) is answer


def test_clashes_that_are_seen_are_replayed() -> None:
    seen = 0
    for seed in range(40):
        here = start_session(loads(random_clash(seed)))
        for decision in here.spec.decisions:
            for rules, facts in MinimalConflicts(here, decision).sampled_conflicts.items():
                situation = Situation(facts, complete_facts(here.spec, facts))
                trace = here.replay(situation.to_replay())[decision.name]
                assert frozenset(rule.name for rule in rules) in trace.clashes
                seen += 1
    assert seen > 20


def test_very_many_ways_to_exclude_everything_are_not_all_gone_through() -> None:
    """Rules that each exclude an outcome or two of 64: nearly all ways to choose among them choose
    one too many."""
    outcomes = [f"o{i}" for i in range(64)]
    asked = [{one, outcomes[i - step]} for i, one in enumerate(outcomes) for step in (0, 1, 7)]
    asked += [set(outcomes) - {"o0"}, set(outcomes) - {"o1"}]
    rules = [
        f"rule r{i} at root then d in {{{', '.join(o for o in outcomes if o not in gone)}}}"
        for i, gone in enumerate(asked)
    ]
    head = ["authority root", f"decision d: {' > '.join(outcomes)}"]
    here = start_session(loads("\n".join([*head, *rules])))
    found = MinimalConflicts(here, here.spec.decisions[0]).sampled_conflicts
    assert found
    for clash in found:
        excluded = [asked[int(rule.name[1:])] for rule in clash]
        assert set().union(*excluded) == {*outcomes}
        for i in range(len(excluded)):
            assert set().union(*excluded[:i], *excluded[i + 1 :]) != {*outcomes}


SHADOWED = """
authority root > user
decision d: a > b
fact p, q: bool
rule one at root when p then d is a
rule two at root when not p then d is a
rule three at root when q then d is a
rule low at user then d is b
"""


@pytest.mark.parametrize(
    ("most", "said"),
    [
        (10, "overridden by 2 rules together; none of them can be left out"),
        (0, "rules together; some of them may not be needed for it"),
    ],
)
def test_sets_that_are_not_made_minimal_say_so(
    most: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shadowing, "MAX_SHADOW_QUESTIONS", most)
    (found,) = (d for d in specdsl.check(loads(SHADOWED)).findings if d.code.id == "SD402")
    assert said in found.notes[0].text
    assert {"low", "one", "two"} <= set(found.fields["rules"])
