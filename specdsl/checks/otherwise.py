"""Two situations that differ in one fact, whichever of several it is.

Both worlds share all facts and instructions. In the second, one fact, chosen by a literal of its
own, has another value (or is unknown, or known), and everything that reads it sees that one. So
one pair of worlds answers for many facts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from specdsl.checks.beside import differ, one_of
from specdsl.circuit.given import renamed
from specdsl.circuit.graph import TRUE, Atom, Graph, Known, Outcome, TextRelation
from specdsl.circuit.instructions import SharedInstructions
from specdsl.circuit.resolve import Resolution, World
from specdsl.circuit.values import facts_in
from specdsl.model.nodes import Decision, Fact
from specdsl.solver.engines import Answer
from specdsl.solver.prover import Prover, Unsettled

if TYPE_CHECKING:
    from specdsl.checks.context import Context


QUICK = 500_000  # work for a question about many facts at once


class Otherwise:
    """Worlds in which one of some facts may differ."""

    def __init__(self, context: Context, facts: Sequence[Fact]) -> None:
        self.context = context
        self.graph = context.circuit.graph
        names = one_of(self.graph, "otherwise", len(facts))
        self.chosen = dict(zip(facts, names if len(facts) != 1 else [TRUE], strict=True))
        self._others = {fact: replace(fact, name=f"{fact.name} otherwise") for fact in facts}
        shared = SharedInstructions(context.circuit)
        self.worlds = (
            World(context.circuit, shared.steps),
            World(context.circuit, shared.steps, self._put),
        )
        shared.worlds = self.worlds
        self._shared = shared
        self._facts: dict[Decision, set[Fact]] = {}

    def _put(self, atom: Atom) -> int | None:
        if isinstance(atom, Outcome):
            return None
        found = self.graph.atom(atom)
        for fact in facts_in(atom):
            if fact in self._others:
                other = renamed(self.graph, atom, fact, self._others[fact])
                found = self.graph.choose(self.chosen[fact], other, found)
        return found

    @cached_property
    def prover(self) -> Prover:
        graph = self.graph
        pairs = [self._pair(decision) for decision in self.context.spec.decisions]
        claims = [lit for one, two in pairs for lit in (changed(graph, one, two), one.taken)]
        possible = [world.possible() for world in self.worlds]
        valid = self._shared.valid()
        prover = Prover(graph, [*claims, *possible, valid], self.context.limits)
        prover.always(*possible, valid)
        return prover

    def _pair(self, decision: Decision) -> tuple[Resolution, Resolution]:
        one, two = (world.decide(decision) for world in self.worlds)
        return one, two

    # --- questions ---

    def changes(self, fact: Fact) -> Answer:
        """Whether another value of the fact changes something in some situation."""
        read = [d for d in self.context.spec.decisions if self._reads(d, fact)]
        claim = self.graph.any_of(changed(self.graph, *self._pair(d)) for d in read)
        return self.prover.ask(self.chosen[fact], claim)

    def matters_unknown(self, fact: Fact, decision: Decision) -> Answer:
        """Whether in some situation with the fact unknown the decision's outcome would be another
        if it were known."""
        if not self._reads(decision, fact):
            return Answer.NO
        claim = other_outcome(self.graph, *self._pair(decision))
        unknown = self.graph.atom(Known(fact)) ^ 1
        return self.prover.ask(self.chosen[fact], unknown, claim)

    def _reads(self, decision: Decision, fact: Fact) -> bool:
        """Whether something of the decision depends on the fact, directly or not."""
        if decision not in self._facts:
            here = self.worlds[0].decide(decision)
            roots = (here.ready, here.conflicted, here.decided, *here.outcome)
            atoms = self.graph.atoms_of(roots)
            self._facts[decision] = {one for atom in atoms for one in facts_in(atom)}
        return fact in self._facts[decision]


def changed(graph: Graph, one: Resolution, two: Resolution) -> int:
    """Something is otherwise: outcome, flag, failing, or whether it is taken at all."""
    ready = graph.same(one.ready, two.ready) ^ 1
    return graph.any_of((ready, graph.all_of((one.ready, two.ready, differ(graph, one, two)))))


def other_outcome(graph: Graph, one: Resolution, two: Resolution) -> int:
    """Both are taken and come out otherwise."""
    same = graph.any_of(graph.all_of(pair) for pair in zip(one.outcome, two.outcome, strict=True))
    return graph.all_of((one.taken, two.taken, same ^ 1))


class Differences:
    """What facts change, in one spec. Facts are asked about together; one on which that takes too
    long is asked about alone, where all that does not read it is the same in both worlds."""

    def __init__(self, context: Context) -> None:
        self.context = context
        circuit = context.circuit
        conditions = [*(rule.applies for rule in circuit.rules.values())]
        conditions += circuit.delegates.values()
        self._atoms = circuit.graph.atoms_of(conditions)
        read = {fact.name: fact for atom in self._atoms for fact in facts_in(atom)}
        self.facts = tuple(read[name] for name in sorted(read))
        self._alone: dict[Fact, Otherwise] = {}

    def changes(self, fact: Fact) -> bool:
        """Another value of the fact changes something in some situation. Raises `Unsettled`."""
        return self._settled(fact, lambda pair: pair.changes(fact))

    def matters_unknown(self, fact: Fact, decision: Decision) -> bool:
        """In some situation with the fact unknown the decision's outcome would be another if it
        were known. Raises `Unsettled`."""
        return self._settled(fact, lambda pair: pair.matters_unknown(fact, decision))

    def _settled(self, fact: Fact, ask: Callable[[Otherwise], Answer]) -> bool:
        answer = Answer.UNSETTLED
        if fact in self._together.chosen:
            answer = ask(self._together)
        if answer is Answer.UNSETTLED:
            answer = ask(self._pair(fact))
        if answer is Answer.UNSETTLED:
            raise Unsettled
        return answer is Answer.YES

    @cached_property
    def _together(self) -> Otherwise:
        """Without texts that are compared with each other: they would have too many classes."""
        related = {f for a in self._atoms if isinstance(a, TextRelation) for f in facts_in(a)}
        pair = Otherwise(self.context, [fact for fact in self.facts if fact not in related])
        if pair.chosen:
            pair.prover.hurry(QUICK)
        return pair

    def _pair(self, fact: Fact) -> Otherwise:
        if fact not in self._alone:
            self._alone[fact] = Otherwise(self.context, (fact,))
        return self._alone[fact]
