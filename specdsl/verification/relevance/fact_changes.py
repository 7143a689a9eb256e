"""Two situations that differ in one fact, whichever of several it is, and what one decision makes
of them.

Both worlds share all facts and instructions. In the second, one fact, chosen by a literal of its
own, has another value (or is unknown, or known), and everything that reads it sees that one. So
one pair of worlds answers for many facts. What facts change is mostly seen without (`flips`): only
what is not seen is asked about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from specdsl.base.limits import QUICK_WORK, SAME_WORK, SLOW_WORK
from specdsl.frontend.model.nodes import Decision, Fact
from specdsl.reasoning.prover import Prover, Undetermined
from specdsl.reasoning.sat.engine import Answer
from specdsl.semantics.aig import FALSE, TRUE, AndInverterGraph, Atom, Known, Outcome, TextRelation
from specdsl.semantics.fact_values import FactValue, facts_in
from specdsl.semantics.instruction_inputs import TwoWorldInstructions, no_instructions
from specdsl.semantics.resolution_circuit import Resolution, World
from specdsl.semantics.substitution import rename_fact
from specdsl.verification.check_session import CheckSession
from specdsl.verification.relevance.fact_sampling import FactSampling
from specdsl.verification.relevance.level_fact_comparison import LevelFactComparison
from specdsl.verification.relevance.removal import results_differ

SituationPair = tuple[Mapping[Fact, FactValue], Mapping[Fact, FactValue]]
"""Two situations in which nobody says anything."""


class FactMiter:
    """One decision in worlds in which one of some facts may differ. Where `alike`, the decisions
    that it reads come out the same in both, whatever the facts; where `quiet`, nobody says
    anything."""

    def __init__(
        self,
        session: CheckSession,
        decision: Decision,
        facts: Sequence[Fact],
        alike: bool,
        quiet: bool = False,
    ) -> None:
        self.session = session
        self.graph = session.circuit.graph
        self.decision = decision
        self.alike = alike
        names = self.graph.at_most_one_of("otherwise", len(facts))
        self.chosen = dict(zip(facts, names if len(facts) != 1 else [TRUE], strict=True))
        self._others = {fact: replace(fact, name=f"{fact.name} otherwise") for fact in facts}
        shared = TwoWorldInstructions(session.circuit)
        steps = no_instructions if quiet else shared.steps
        here = session.uninstructed_world if quiet else session.world
        earlier = {d: here.resolution_of(d) for d in session.dependencies(decision)[1:] if alike}
        self.worlds = (
            World(session.circuit, steps, resolutions={**earlier}),
            World(session.circuit, steps, self._put, resolutions={**earlier}),
        )
        shared.worlds = self.worlds
        self._shared = shared

    def _put(self, atom: Atom) -> int | None:
        if isinstance(atom, Outcome):
            return None
        found = self.graph.atom(atom)
        for fact in facts_in(atom):
            if fact in self._others:
                other = rename_fact(self.graph, atom, fact, self._others[fact])
                found = self.graph.ite(self.chosen[fact], other, found)
        return found

    @cached_property
    def _pair(self) -> tuple[Resolution, Resolution]:
        one, two = (world.resolution_of(self.decision) for world in self.worlds)
        return one, two

    @cached_property
    def prover(self) -> Prover:
        claims = (
            results_changed(self.graph, *self._pair),
            outcomes_differ(self.graph, *self._pair),
        )
        read = self.session.spec.reads[self.decision]
        given = [*(world.assumptions_hold() for world in self.worlds), self._shared.well_formed()]
        given += self.session.preconditions(read)
        prover = Prover(self.graph, [*claims, *given], self.session.limits)
        prover.assert_always(*given)
        return prover

    def answer_quickly(self, fact: Fact) -> Answer:
        """The answer, if it is soon there."""
        self.prover.set_budget(QUICK_WORK)
        found = self.answer_for(fact)
        self.prover.set_budget(self.session.limits.work)
        return found

    def answer_by_levels(self, fact: Fact, work: int) -> Answer:
        """The answer, if so much work does after the levels are matched."""
        self._match(fact)
        self.prover.set_budget(work)
        return self.answer_for(fact)

    def _match(self, fact: Fact) -> None:
        """Tells the solver what is the same in both worlds after each level, with this fact, as far
        as that is seen quickly: what comes after is then seen as quickly. (So circuits are compared
        by equivalences inside of them.)"""
        self.prover.set_budget(SAME_WORK)
        for decision in reversed(self.session.dependencies(self.decision)):
            one, two = (world.resolution_of(decision) for world in self.worlds)
            for first, second in zip(one.levels, two.levels, strict=True):
                pairs = zip(first.left_after, second.left_after, strict=True)
                if not all(self._are_same(fact, *pair) for pair in pairs):
                    break

    def _are_same(self, fact: Fact, here: int, there: int) -> bool:
        """Whether that is seen quickly; from now on the solver knows it."""
        same, chosen = self.graph.iff(here, there), self.chosen[fact]
        if same != TRUE and self.prover.check(chosen, same ^ 1) is not Answer.UNSAT:
            return False
        self.prover.assert_always(self.graph.any_of((chosen ^ 1, same)))
        return True

    def answer_for(self, fact: Fact) -> Answer:
        """Where decisions before are alike: whether another value of the fact changes something in
        some situation. Else: whether in some situation with the fact unknown the outcome would be
        another if it were known."""
        if self.alike:
            return self._ask(fact, results_changed(self.graph, *self._pair))
        unknown = self.graph.atom(Known(fact)) ^ 1
        return self._ask(fact, unknown, outcomes_differ(self.graph, *self._pair))

    def situations_of_model(self, fact: Fact) -> SituationPair:
        """Those of the last YES, of this fact: all facts that bear on them."""
        values = {one: self.prover.value(one) for one in self.prover.domains.facts}
        here = {one: v for one, v in values.items() if one not in self._others.values()}
        return here, {**here, fact: values[self._others[fact]]}

    def _ask(self, fact: Fact, *claims: int) -> Answer:
        return Answer.UNSAT if FALSE in claims else self.prover.check(self.chosen[fact], *claims)


def results_changed(graph: AndInverterGraph, one: Resolution, two: Resolution) -> int:
    """Something is otherwise: outcome, flag, failing, or whether it is taken at all."""
    ready = graph.iff(one.ready, two.ready) ^ 1
    return graph.any_of(
        (ready, graph.all_of((one.ready, two.ready, results_differ(graph, one, two))))
    )


def outcomes_differ(graph: AndInverterGraph, one: Resolution, two: Resolution) -> int:
    """Both are taken and come out otherwise."""
    same = graph.any_of(graph.all_of(pair) for pair in zip(one.outcome, two.outcome, strict=True))
    return graph.all_of((one.taken, two.taken, same ^ 1))


class FactChanges:
    """What facts change, in one spec. Those that are not seen to are asked about together, decision
    by decision; one on which that takes too long is asked about alone, where all that does not read
    it is the same in both worlds."""

    def __init__(self, session: CheckSession) -> None:
        self.session = session
        spec, graph = session.spec, session.circuit.graph
        atoms = {d: graph.support(_conditions(session, d)) for d in spec.decisions}
        self._reads = {d: {fact for atom in atoms[d] for fact in facts_in(atom)} for d in atoms}
        read = {fact.name: fact for facts in self._reads.values() for fact in facts}
        self.facts = tuple(read[name] for name in sorted(read))
        # Texts that are compared with each other have too many classes to be asked together.
        self._tied = {
            fact
            for found in atoms.values()
            for atom in found
            if isinstance(atom, TextRelation)
            for fact in facts_in(atom)
        }
        self._seen: set[Fact] = set()
        self._flips: dict[Decision, FactSampling] = {}
        self._shown: dict[tuple[Fact, Decision], SituationPair] = {}
        self._answers: dict[tuple[Decision, bool], dict[Fact, Answer]] = {}

    @staticmethod
    def of(session: CheckSession) -> FactChanges:
        """Return the changes by facts of a session."""
        return session.memo(FactChanges)

    def sampling_of(self, decision: Decision) -> FactSampling:
        """What is seen of a decision. Made once."""
        if decision not in self._flips:
            self._flips[decision] = FactSampling(self.session, decision, self._seen)
        return self._flips[decision]

    def is_relevant(self, fact: Fact) -> bool:
        """Another value of the fact changes something in some situation. Raises `Undetermined`.

        Each decision is after those that it reads, and the first that comes out otherwise shows
        that something changes. So for each of them those before it may be taken to be alike.
        """
        if fact not in self._unseen:
            return fact in self._seen
        reading = [d for d in self.session.spec.decisions if fact in self._reads[d]]
        return any(self._settled(d, True, fact) for d in reading)

    def is_sensitive_when_unknown(self, fact: Fact, decision: Decision) -> bool:
        """In some situation with the fact unknown the decision's outcome would be another if it
        were known. Raises `Undetermined`."""
        if not any(fact in self._reads[d] for d in self.session.dependencies(decision)):
            return False
        if self.sampling_of(decision).unknown.get(fact):
            return True
        return self._settled(decision, False, fact)

    def known_situations(self, fact: Fact, decision: Decision) -> SituationPair | None:
        """Any situations in which it matters that the fact is unknown, if such are known already:
        the fact is unknown in the first alone."""
        flips = self.sampling_of(decision)
        for flip in flips.unknown.get(fact, ())[:1]:
            return flips.facts_of(flip.first), flips.facts_of(flip.second)
        return self._shown.get((fact, decision))

    @cached_property
    def _unseen(self) -> set[Fact]:
        """Those that are not seen to change anything."""
        for decision in self.session.spec.decisions:
            if not self._reads[decision] <= self._seen:
                self.sampling_of(decision)
        return {fact for fact in self.facts if fact not in self._seen}

    def _settled(self, decision: Decision, alike: bool, fact: Fact) -> bool:
        answer = self._asked(decision, alike).get(fact, Answer.UNDETERMINED)
        if answer is Answer.UNDETERMINED and alike and fact in self._tied:
            answer = self._locally(decision, [fact]).get(fact, answer)
        if answer is Answer.UNDETERMINED:
            pair = FactMiter(self.session, decision, [fact], alike)
            answer = pair.answer_by_levels(fact, self.session.limits.work)
            self._asked(decision, alike)[fact] = answer
        if answer is Answer.UNDETERMINED:
            raise Undetermined
        return answer is Answer.SAT

    def _asked(self, decision: Decision, alike: bool) -> dict[Fact, Answer]:
        """By fact, what was answered. All that are asked about together are asked at once: two
        worlds hold much memory."""
        key = (decision, alike)
        if key not in self._answers:
            facts = self._together(decision, alike)
            found = self._answers[key] = self._quietly(decision, facts, alike)
            if alike:
                found |= self._locally(decision, [fact for fact in facts if fact not in found])
            facts = [fact for fact in facts if fact not in found]
            if facts:
                pair = FactMiter(self.session, decision, facts, alike)
                found |= {fact: pair.answer_quickly(fact) for fact in facts}
                slow = [fact for fact in facts if found[fact] is Answer.UNDETERMINED]
                found |= {fact: pair.answer_by_levels(fact, SLOW_WORK) for fact in slow}
        return self._answers[key]

    def _quietly(
        self, decision: Decision, facts: Sequence[Fact], alike: bool
    ) -> dict[Fact, Answer]:
        """Those with which something changes where nobody says anything: far less bears on that."""
        if not facts:
            return {}
        pair = FactMiter(self.session, decision, facts, alike, quiet=True)
        found: dict[Fact, Answer] = {}
        for fact in facts:
            if pair.answer_quickly(fact) is Answer.SAT:
                found[fact] = Answer.SAT
                if not alike:
                    self._shown[fact, decision] = pair.situations_of_model(fact)
        return found

    def _locally(self, decision: Decision, facts: Sequence[Fact]) -> dict[Fact, Answer]:
        """Those with which each level is seen to do the same. Where Z3 is the judge it answers for
        itself."""
        if self.session.limits.z3_only or not facts:
            return {}
        locally = LevelFactComparison(self.session, decision, facts)
        return {fact: Answer.UNSAT for fact in facts if locally.levels_are_equal(fact)}

    def _together(self, decision: Decision, alike: bool) -> list[Fact]:
        if alike:
            facts = self._unseen & self._reads[decision]
        else:
            read = {fact for d in self.session.dependencies(decision) for fact in self._reads[d]}
            unknown = self.sampling_of(decision).unknown
            facts = {fact for fact in read if fact.optional and not unknown.get(fact)}
        return [fact for fact in self.facts if fact in facts and fact not in self._tied]


def _conditions(session: CheckSession, decision: Decision) -> list[int]:
    """All that bears on a decision directly."""
    circuit = session.circuit
    rules = [rule for ranked in circuit.ranks.levels[decision] for rule in ranked.rules]
    delegates = [d for d in session.spec.delegates if decision in d.decisions]
    return [*(circuit.rules[r].applies for r in rules), *(circuit.delegates[d] for d in delegates)]
