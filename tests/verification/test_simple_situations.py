"""Situations that are shown: they show the claim whatever else is so, and nothing in them can be
left out on its own. Z3 alone is the judge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from random import Random

import pytest

from benchmarks.policies import write_policy
from specdsl.analyses.diff import diff
from specdsl.api import loads, start_session
from specdsl.base.diagnostics import SpecError
from specdsl.checks import failing_example
from specdsl.frontend.model.nodes import Fact, Rule
from specdsl.reasoning.prover import Prover, Undetermined
from specdsl.reasoning.sat.engine import Answer, Limits
from specdsl.reasoning.simulation.samples import Sampler
from specdsl.reasoning.simulation.ternary import TernaryEvaluator
from specdsl.reasoning.witness.simple_witness import WitnessQuery, simple_witness
from specdsl.semantics.aig import Atom, Literal, TextRelation
from specdsl.semantics.fact_values import FactValue, FactValues, facts_in
from specdsl.verification.check_session import CheckSession
from specdsl.verification.conflicts.conflict_formula import conflict_of
from specdsl.verification.conflicts.minimal_conflicts import MinimalConflicts
from specdsl.verification.settled_examples import SettledExamples
from specdsl.verification.two_specs.pair_queries import SpecPairQueries
from specdsl.verification.two_specs.partial_edits import PartialEdits
from specdsl.verification.two_specs.spec_pair import pair_specs
from specdsl.verification.two_specs.unchanged_decisions import unchanged_decisions
from tests.random_specs import random_clash, random_draft, random_match, random_spec, random_talk


def random_relations(seed: int) -> str:
    return write_policy("eligibility", 10, seed).text


DRAWS = (random_spec, random_clash, random_match)
CLASHING = (random_clash, random_relations)


def claims(here: CheckSession) -> Iterator[Literal]:
    """What becomes of decisions where nobody says anything."""
    for decision in here.spec.decisions:
        quiet = here.uninstructed_world.resolution_of(decision)
        yield from (quiet.conflicted, *quiet.outcome)


class Judging:
    """Whether some facts decide a claim alone, as Z3 sees it."""

    def __init__(self, here: CheckSession, claim: Literal) -> None:
        self.graph = here.circuit.graph
        self.against = (claim ^ 1, here.uninstructed_world.assumptions_hold())
        self.prover = Prover(self.graph, self.against, Limits(z3_only=True))
        atoms = self.graph.support(self.against)
        self.compared = [atom for atom in atoms if isinstance(atom, TextRelation)]

    def decide(self, named: Mapping[Fact, FactValue]) -> bool:
        same = [self.prover.equals(fact, value) for fact, value in named.items()]
        facts = FactValues(named)
        for atom in self.compared:
            if atom.left in named and atom.right in named:
                same.append(self.graph.atom(atom) ^ (not facts.holds(atom)))
        return self.prover.check(*self.against, *same) is Answer.UNSAT


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("draw", DRAWS)
def test_no_fact_can_be_left_out(draw: type, seed: int) -> None:
    here = start_session(loads(draw(seed)))
    for claim in claims(here):
        found = simple_witness(
            here.circuit.graph,
            WitnessQuery(claim, here.uninstructed_world.assumptions_hold()),
            here.limits,
        )
        if found is None:
            continue
        judge = Judging(here, claim)
        assert found.holds(claim)
        assert judge.decide(found.relevant_facts)
        for fact in found.relevant_facts:
            others = {one: value for one, value in found.relevant_facts.items() if one is not fact}
            assert not judge.decide(others), fact.name


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("draw", CLASHING, ids=lambda draw: draw.__name__)
def test_no_fact_of_a_contradiction_can_be_left_out(draw: type, seed: int) -> None:
    here = start_session(loads(draw(seed)))
    graph = here.circuit.graph
    for decision in here.spec.decisions:
        clashes = MinimalConflicts(here, decision)
        for i, rules in enumerate(clashes.enumerate_conflicts()[0]):
            situation = clashes.situation(rules, i)
            assert names(rules) in clashes.replay_situation(situation).clashes
            if situation.instructions:
                continue
            judge = Judging(here, conflict_of(graph, clashes.uninstructed_decision, rules))
            assert judge.decide(situation.relevant_facts)
            for fact in situation.relevant_facts:
                others = {one: v for one, v in situation.relevant_facts.items() if one is not fact}
                assert not judge.decide(others), fact.name


def names(rules: Iterable[Rule]) -> frozenset[str]:
    return frozenset(rule.name for rule in rules)


def test_a_search_that_gets_no_answers_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """How few instructions there can be is then not settled."""
    here = start_session(loads(random_talk(3)))
    decision = here.spec.decisions[0]
    resolution, slots = here.world.resolution_of(decision), here.slots((decision,))
    used = tuple(slot.used for slot in slots)
    question = WitnessQuery(resolution.taken, *here.preconditions((decision,)), used)
    ask, asked = Prover.check, 0

    def gives_up(prover: Prover, *literals: Literal) -> Answer:
        nonlocal asked
        asked += 1
        return ask(prover, *literals) if asked == 1 else Answer.UNDETERMINED

    monkeypatch.setattr(Prover, "check", gives_up)
    with pytest.raises(Undetermined):
        simple_witness(here.circuit.graph, question, here.limits)
    assert asked <= len(used) + 3


HEARD = """
authority top > low
principal user at top
decision d: a > b
rule r at low then d is b
"""


def test_a_difference_of_which_it_is_not_settled_what_is_said_is_unproved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old, new = loads(HEARD), loads(HEARD.replace("d is b", "d is a"))
    assert not diff(old, new).unproved
    monkeypatch.setattr(SpecPairQueries, "_possible_within", lambda *asked: False)
    assert diff(old, new).unproved == ("d",)


@pytest.mark.parametrize("seed", range(20))
def test_what_is_settled_is_so_whatever_the_others_are(seed: int) -> None:
    here, random = start_session(loads(random_spec(seed))), Random(seed)
    graph, asked = here.circuit.graph, list(claims(here))
    three, points = TernaryEvaluator(graph, graph.cone(asked)), Sampler(graph, asked)
    (drawn,) = list(points.batches([()] * 60))[:1]
    settled_once = 0
    for point in range(20):
        facts = drawn.facts_at(point)
        named = {fact: value for fact, value in facts.items() if random.random() < 0.7}
        settled = three.evaluate(named, ())
        for other in range(20, 60):
            every = FactValues({**drawn.facts_at(other), **named})

            def holds(atom: Atom, every: FactValues = every) -> bool:
                return set(facts_in(atom)) <= set(every.values) and every.holds(atom)

            true = graph.evaluator(holds)
            for literal in asked:
                assert not settled.holds(literal) or true(literal)
                assert not settled.holds(literal ^ 1) or not true(literal)
        settled_once += any(settled.holds(literal) for literal in asked)
    assert settled_once or not asked


def test_examples_that_are_seen_to_hold_do(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = 0
    for seed in range(40):
        spec = loads(random_spec(seed))
        quick, here = (
            failing_example.find_failing_examples(start_session(spec)),
            start_session(spec),
        )
        seen += sum(SettledExamples(here).surely_holds(one) for one in here.spec.examples)
        with monkeypatch.context() as patched:
            patched.setattr(SettledExamples, "surely_holds", lambda self, example: False)
            assert failing_example.find_failing_examples(start_session(spec)) == quick
    assert seen > 2


def test_decisions_that_are_seen_to_be_the_same_are() -> None:
    """Without one of the rules of a spec, some decisions are, and some are not."""
    same = other = 0
    for seed in range(30):
        made = random_draft(seed)
        rules = [one for one in made.statements if one.startswith("rule ")]
        kept = [one for one in made.statements if one not in rules[:1]]
        try:
            old, new = loads(made.text), loads("\n".join((made.head, *kept)))
        except SpecError:
            continue
        names = unchanged_decisions(pair_specs(old.circuit, new.circuit, PartialEdits({}, {})))
        found = diff(old, new)
        assert names.isdisjoint(region.decision for region in found.regions)
        same += len(names)
        other += len(new.model.decisions) - len(names)
    assert same > 5
    assert other > 5
