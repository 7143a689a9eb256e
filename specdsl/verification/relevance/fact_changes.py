"""Fact sensitivity: does a decision change between two situations that differ in one fact?

This is a miter of two worlds that share all facts and instructions. In the second, one fact,
selected by a literal, has another value (or is unknown, or known). So one pair of worlds answers
for many facts. Sampling (`fact_sampling`) shows most relevant facts; only the others are asked
about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from specdsl.base.limits import QUICK_WORK, SLOW_WORK
from specdsl.frontend.model.nodes import DecisionModel, Fact
from specdsl.reasoning.prover import Prover, Undetermined
from specdsl.reasoning.sat.engine import Answer
from specdsl.reasoning.witness.simple_witness import Witness
from specdsl.semantics.aig import (
    FALSE,
    TRUE,
    Atom,
    Known,
    Literal,
    Outcome,
    TextRelation,
)
from specdsl.semantics.difference import outcomes_differ, results_or_readiness_differ
from specdsl.semantics.fact_values import FactValue, facts_in
from specdsl.semantics.instruction_inputs import TwoWorldInstructions, no_instructions
from specdsl.semantics.resolution_circuit import Resolution, World
from specdsl.semantics.substitution import rename_fact
from specdsl.situations.situation import Situation, complete_facts
from specdsl.verification.check_session import CheckSession
from specdsl.verification.equal_levels import equate_levels, inputs_differ
from specdsl.verification.paired_worlds import PairedWorlds
from specdsl.verification.relevance.fact_sampling import FactSampling
from specdsl.verification.relevance.level_fact_comparison import LevelFactComparison

SituationPair = tuple[Situation, Situation]


class FactMiter:
    """A miter of one decision in two worlds, of which one of some facts may differ. If
    `upstream_equal`, the decisions that it reads are the same in both, whatever the facts; if
    `uninstructed`, no instructions are given."""

    def __init__(
        self,
        session: CheckSession,
        decision: DecisionModel,
        facts: Sequence[Fact],
        upstream_equal: bool,
        uninstructed: bool = False,
    ) -> None:
        self.session = session
        self.graph = session.circuit.graph
        self.decision = decision
        self.upstream_equal = upstream_equal
        names = self.graph.at_most_one_of("otherwise", len(facts))
        self.chosen = dict(zip(facts, names if len(facts) != 1 else [TRUE], strict=True))
        self._changed_facts = {fact: replace(fact, name=f"{fact.name} otherwise") for fact in facts}
        shared = TwoWorldInstructions(session.circuit)
        steps = no_instructions if uninstructed else shared.steps
        here = session.uninstructed_world if uninstructed else session.world
        earlier = {
            d: here.resolution_of(d) for d in session.dependencies(decision)[1:] if upstream_equal
        }
        self.worlds = (
            World(session.circuit, steps, resolutions={**earlier}),
            World(session.circuit, steps, self._substitute, resolutions={**earlier}),
        )
        shared.worlds = self.worlds
        self._shared = shared

    def _substitute(self, atom: Atom) -> Literal | None:
        if isinstance(atom, Outcome):
            return None
        found = self.graph.atom(atom)
        for fact in facts_in(atom):
            if fact in self._changed_facts:
                other = rename_fact(self.graph, atom, fact, self._changed_facts[fact])
                found = self.graph.ite(self.chosen[fact], other, found)
        return found

    @cached_property
    def _resolutions(self) -> tuple[Resolution, Resolution]:
        one, two = (world.resolution_of(self.decision) for world in self.worlds)
        return one, two

    @cached_property
    def prover(self) -> Prover:
        claims = (
            results_or_readiness_differ(self.graph, *self._resolutions),
            outcomes_differ(self.graph, *self._resolutions),
        )
        read = self.session.spec.reads[self.decision]
        given = [*(world.assumptions_hold() for world in self.worlds), self._shared.well_formed()]
        given += self.session.preconditions(read)
        roots = (*claims, *given, inputs_differ(self.worlds, self.decision))
        prover = Prover(self.graph, roots, self.session.limits)
        prover.assert_always(*given)
        return prover

    def answer_quickly(self, fact: Fact) -> Answer:
        """Return the answer if a small budget suffices."""
        self.prover.set_budget(QUICK_WORK)
        found = self.answer_for(fact)
        self.prover.set_budget(self.session.limits.work)
        return found

    def answer_fully(self, fact: Fact) -> Answer:
        """Return the answer if the whole budget suffices once equal levels are equated."""
        return self.answer_by_levels(fact, self.session.limits.work)

    def answer_slowly(self, fact: Fact) -> Answer:
        """Return the answer if a larger budget suffices once equal levels are equated."""
        return self.answer_by_levels(fact, SLOW_WORK)

    def answer_by_levels(self, fact: Fact, work: int) -> Answer:
        """Return the answer if the budget suffices once equal levels are equated."""
        earlier = reversed(self.session.dependencies(self.decision))
        equate_levels(self.prover, self.worlds, earlier, self._given_difference(fact))
        self.prover.set_budget(work)
        return self.answer_for(fact)

    def _given_difference(self, fact: Fact) -> Literal:
        """Return a literal that holds wherever the fact makes a difference."""
        return self.graph.all_of((self.chosen[fact], inputs_differ(self.worlds, self.decision)))

    def answer_for(self, fact: Fact) -> Answer:
        """Return, if `upstream_equal`, whether another value of the fact changes the result in some
        situation; else whether the outcome depends on the fact in some situation where it is
        unknown."""
        if self.upstream_equal:
            return self._check_with(
                fact, results_or_readiness_differ(self.graph, *self._resolutions)
            )
        unknown = self.graph.atom(Known(fact)) ^ 1
        return self._check_with(fact, unknown, outcomes_differ(self.graph, *self._resolutions))

    def situations_of_model(self, fact: Fact) -> SituationPair:
        """Return the two situations of the last model, with all facts that they depend on."""
        other = self._changed_facts[fact]
        unchanged = {one for one in self._changed_facts.values() if one is not other}
        read = (one for one in self.prover.domains.facts if one not in unchanged)
        values = {one: self.prover.value(one) for one in read}
        pair = PairedWorlds(self.session, self._shared, self.worlds, fact, other)
        return pair.situations_of(Witness(values, values, self.prover.holds), (self.decision,))

    def _check_with(self, fact: Fact, *claims: Literal) -> Answer:
        return Answer.UNSAT if FALSE in claims else self.prover.check(self.chosen[fact], *claims)


class FactChanges:
    """The changes by facts in one session. Facts not settled by sampling are asked in one query per
    decision; a fact that exceeds the budget is asked again on its own, sharing everything that does
    not read it."""

    def __init__(self, session: CheckSession) -> None:
        self.session = session
        spec, graph = session.spec, session.circuit.graph
        atoms = {d: graph.support(_direct_conditions(session, d)) for d in spec.decisions}
        self._reads = {d: {fact for atom in atoms[d] for fact in facts_in(atom)} for d in atoms}
        read = {fact.name: fact for facts in self._reads.values() for fact in facts}
        self.facts = tuple(read[name] for name in sorted(read))
        # Texts that are compared with each other have too many classes for one query.
        self._text_related = {
            fact
            for found in atoms.values()
            for atom in found
            if isinstance(atom, TextRelation)
            for fact in facts_in(atom)
        }
        self._relevant: set[Fact] = set()
        self._samplings: dict[DecisionModel, FactSampling] = {}
        self._known_pairs: dict[tuple[Fact, DecisionModel], SituationPair] = {}
        self._answers: dict[tuple[DecisionModel, bool], dict[Fact, Answer]] = {}

    @staticmethod
    def of(session: CheckSession) -> FactChanges:
        """Return the fact changes of a session."""
        return session.memo(FactChanges)

    def sampling_of(self, decision: DecisionModel) -> FactSampling:
        """Return the samples of a decision, drawn once."""
        if decision not in self._samplings:
            self._samplings[decision] = FactSampling(self.session, decision, self._relevant)
        return self._samplings[decision]

    def is_relevant(self, fact: Fact) -> bool:
        """Return whether another value of the fact changes a result in some situation. Raises
        `Undetermined`.

        Decisions are in dependency order, and the first that changes suffices; so for each of them
        all decisions before it are taken to be equal.
        """
        reading = self._reading_decisions(fact)

        def ask() -> bool:
            sampled = fact not in self._unsampled_facts and fact in self._relevant
            return sampled or any(self._decide_fact(decision, True, fact) for decision in reading)

        return self.session.settle(("fact", fact.name), reading, ask)

    def _reading_decisions(self, fact: Fact) -> list[DecisionModel]:
        return [one for one in self.session.spec.decisions if fact in self._reads[one]]

    def is_sensitive_when_unknown(self, fact: Fact, decision: DecisionModel) -> bool:
        """Return whether in some situation where the fact is unknown the outcome would be another
        if it were known. Raises `Undetermined`."""
        if not any(fact in self._reads[d] for d in self.session.dependencies(decision)):
            return False
        if self.sampling_of(decision).unknown.get(fact):
            return True
        return self._decide_fact(decision, False, fact)

    def is_proved_irrelevant_to(self, decision: DecisionModel, fact: Fact) -> bool:
        """Return whether the levels of the decision, and of all that it reads, are quickly proved
        to act the same with another value of the fact. If not, nothing is known."""
        return fact in self._compare_all_levels(self.session.dependencies(decision), [fact])

    def known_situations(self, fact: Fact, decision: DecisionModel) -> SituationPair | None:
        """Return two situations that differ in whether the fact is known (in the first it is not)
        and in the outcome; None if none are known yet."""
        sampling = self.sampling_of(decision)
        for flip in sampling.unknown.get(fact, ())[:1]:
            here, there = map(sampling.facts_of, (flip.first, flip.second))
            return self._as_situation(here), self._as_situation(there)
        return self._known_pairs.get((fact, decision))

    def _as_situation(self, facts: Mapping[Fact, FactValue]) -> Situation:
        """Return the situation of these facts in which nobody gives instructions."""
        return Situation(facts, complete_facts(self.session.spec, facts))

    @cached_property
    def _unsampled_facts(self) -> set[Fact]:
        """Return the facts that no sample shows to be relevant, without those of which an earlier
        check has settled it: no samples are drawn for them."""
        settled = {
            fact
            for fact in self.facts
            if self.session.is_settled(("fact", fact.name), self._reading_decisions(fact))
        }
        for decision in self.session.spec.decisions:
            if not self._reads[decision] <= self._relevant | settled:
                self.sampling_of(decision)
        return {fact for fact in self.facts if fact not in self._relevant | settled}

    def _decide_fact(self, decision: DecisionModel, upstream_equal: bool, fact: Fact) -> bool:
        answers = self._answers_of(decision, upstream_equal)
        if answers.get(fact, Answer.UNDETERMINED) is Answer.UNDETERMINED:
            answers[fact] = self._answer_alone(decision, upstream_equal, fact)
        if answers[fact] is Answer.UNDETERMINED:
            raise Undetermined
        return answers[fact] is Answer.SAT

    def _answer_alone(self, decision: DecisionModel, upstream_equal: bool, fact: Fact) -> Answer:
        """Return the answer of one fact, in a query of its own."""
        if fact in self._text_related:  # It was in no batch.
            found = self._answer_cheaply(decision, [fact], upstream_equal)
            if fact in found:
                return found[fact]
        pair = FactMiter(self.session, decision, [fact], upstream_equal)
        return self._answer_facts(pair, [fact], FactMiter.answer_fully)[fact]

    def _answers_of(self, decision: DecisionModel, upstream_equal: bool) -> dict[Fact, Answer]:
        """Return the answers of a decision by fact. All facts of a batch are asked about at once,
        since two worlds take much memory."""
        key = (decision, upstream_equal)
        if key not in self._answers:
            facts = self._facts_of_batch(decision, upstream_equal)
            found = self._answers[key] = self._answer_cheaply(decision, facts, upstream_equal)
            facts = [fact for fact in facts if fact not in found]
            if facts:
                pair = FactMiter(self.session, decision, facts, upstream_equal)
                found |= self._answer_facts(pair, facts, FactMiter.answer_quickly)
                slow = [fact for fact in facts if found[fact] is Answer.UNDETERMINED]
                found |= self._answer_facts(pair, slow, FactMiter.answer_slowly)
        return self._answers[key]

    def _answer_cheaply(
        self, decision: DecisionModel, facts: Sequence[Fact], upstream_equal: bool
    ) -> dict[Fact, Answer]:
        """Return the facts that change the decision without instructions, and those with which each
        level acts the same."""
        found = self._answer_uninstructed(decision, facts, upstream_equal)
        earlier = [] if upstream_equal else self.session.dependencies(decision)[1:]
        rest = [fact for fact in facts if fact not in found]
        return found | self._compare_all_levels([decision, *earlier], rest)

    def _answer_facts(
        self, pair: FactMiter, facts: Iterable[Fact], ask: Callable[[FactMiter, Fact], Answer]
    ) -> dict[Fact, Answer]:
        """Return the answers by fact, and keep situations of facts that matter where unknown,
        unless others are made for readers."""
        found: dict[Fact, Answer] = {}
        keeps = self.session.notes_are_brief and not pair.upstream_equal
        for fact in facts:
            found[fact] = ask(pair, fact)
            if keeps and found[fact] is Answer.SAT:
                self._known_pairs[fact, pair.decision] = pair.situations_of_model(fact)
        return found

    def _answer_uninstructed(
        self, decision: DecisionModel, facts: Sequence[Fact], upstream_equal: bool
    ) -> dict[Fact, Answer]:
        """Return the facts that change the decision without instructions, which is far cheaper."""
        if not facts:
            return {}
        pair = FactMiter(self.session, decision, facts, upstream_equal, uninstructed=True)
        found = self._answer_facts(pair, facts, FactMiter.answer_quickly)
        return {fact: answer for fact, answer in found.items() if answer is Answer.SAT}

    def _compare_all_levels(
        self, decisions: Sequence[DecisionModel], facts: Sequence[Fact]
    ) -> dict[Fact, Answer]:
        """Return the facts with which each level of all the decisions is proved to act the same."""
        same = list(facts)
        for decision in decisions:
            read = [fact for fact in same if fact in self._reads[decision]]
            equal = self._compare_levels(decision, read)
            same = [fact for fact in same if fact not in read or fact in equal]
        return dict.fromkeys(same, Answer.UNSAT)

    def _compare_levels(self, decision: DecisionModel, facts: Sequence[Fact]) -> dict[Fact, Answer]:
        """Return the facts with which each level is proved to act the same. Nothing is compared if
        only Z3 shall answer."""
        if self.session.limits.z3_only or not facts:
            return {}
        comparison = LevelFactComparison(self.session, decision, facts)
        return {fact: Answer.UNSAT for fact in facts if comparison.levels_are_equal(fact)}

    def _facts_of_batch(self, decision: DecisionModel, upstream_equal: bool) -> list[Fact]:
        if upstream_equal:
            facts = self._unsampled_facts & self._reads[decision]
        else:
            read = {fact for d in self.session.dependencies(decision) for fact in self._reads[d]}
            unknown = self.sampling_of(decision).unknown
            facts = {fact for fact in read if fact.optional and not unknown.get(fact)}
        return [fact for fact in self.facts if fact in facts and fact not in self._text_related]


def _direct_conditions(session: CheckSession, decision: DecisionModel) -> list[Literal]:
    """Return all conditions that a decision depends on directly."""
    circuit = session.circuit
    rules = [rule for ranked in circuit.ranks.levels[decision] for rule in ranked.rules]
    delegates = [d for d in session.spec.delegates if decision in d.decisions]
    return [*(circuit.rules[r].applies for r in rules), *(circuit.delegates[d] for d in delegates)]
