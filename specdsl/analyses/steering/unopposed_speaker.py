"""The minimal sets of rules that hold back a principal who is the only one to speak.

To bring an outcome about it says `D is o` and `D may be o`, to prevent it `D is not o`: no other
instruction on the decision with the same authority does more. The sets are enumerated with blocking
clauses, each minimized in one situation (as minimal unsatisfiable subsets are, by deletion).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from specdsl.analyses.steering.speaker_worlds import SpeakerWorlds
from specdsl.analyses.steering.steering_result import CONTRADICTION, SteeringGoal
from specdsl.base.limits import MAX_BLOCKING_SETS
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Decision, Level
from specdsl.reasoning.prover import Prover
from specdsl.semantics.aig import FALSE, TRUE, Atom, Input, Literal
from specdsl.semantics.fact_values import FactValues, facts_in
from specdsl.semantics.instruction_inputs import effective_place
from specdsl.semantics.resolution_circuit import PlacedInstruction, World
from specdsl.verification.two_specs.pair_queries import SpecPairQueries
from specdsl.verification.two_specs.paired_situation import complete_facts
from specdsl.verification.two_specs.spec_pair import decision_named, dependencies

RuleSets = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class UnopposedSpeaker:
    """A speaker who gives the strongest instructions for a goal, while nobody else speaks."""

    worlds: SpeakerWorlds
    queries: SpecPairQueries

    def blocking_sets(self, outcome: str, goal: SteeringGoal) -> RuleSets | None:
        """Return minimal sets of rules that keep the speaker from its goal where they apply.

        There are none if it always succeeds. The result is None if the speaker is not heard on the
        decision itself or the goal is no outcome. At most `MAX_BLOCKING_SETS` sets are returned.
        Raises `Undetermined`."""
        if outcome == CONTRADICTION:
            return None
        world = World(self.worlds.selectable, self._instructions_for(outcome, goal))
        heard = self._is_heard(world)
        if heard == FALSE:
            return None
        fails = self.worlds.comes_to(world, outcome) ^ (goal is SteeringGoal.SET)
        return tuple(self._enumerate_sets(world, self.worlds.graph.all_of((heard, fails)), fails))

    def _instructions_for(
        self, outcome: str, goal: SteeringGoal
    ) -> Callable[[World, Decision, Level], Sequence[PlacedInstruction]]:
        def steps(world: World, on: Decision, level: Level) -> Sequence[PlacedInstruction]:
            here = self._lands_at(world, on, level) if on.name == self.worlds.name else FALSE
            if here == FALSE:
                return ()
            this = tuple(TRUE if name == outcome else FALSE for name in on.outcomes)
            if goal is SteeringGoal.STOP:
                return (PlacedInstruction(outcome, here, False, tuple(bit ^ 1 for bit in this)),)
            return (
                PlacedInstruction(outcome, here, True, this),
                PlacedInstruction(outcome, here, False, this),
            )

        return steps

    def _lands_at(self, world: World, on: Decision, level: Level) -> Literal:
        """Return the literal that the speaker is heard at the level, with its own authority."""
        speaker = self.worlds.speaker
        return effective_place(world, speaker.principal, speaker.is_implied, None, on, level)[1]

    def _is_heard(self, world: World) -> Literal:
        on = decision_named(self.worlds.circuit.spec, self.worlds.name)
        levels = self.worlds.circuit.spec.levels
        return self.worlds.graph.any_of(self._lands_at(world, on, level) for level in levels)

    # --- sets of rules ---

    def _enumerate_sets(
        self, world: World, claim: Literal, fails: Literal
    ) -> Iterator[tuple[str, ...]]:
        """Yield one set per situation; a blocking clause excludes each set from later ones."""
        graph, selectors = self.worlds.graph, self.worlds.selectors
        applies = self._active_rules(world)
        prover = self.queries.prover(claim, *applies.values(), *selectors.values())
        for _ in range(MAX_BLOCKING_SETS):
            if not prover.is_satisfiable(claim, *selectors.values()):
                return
            kept = self._minimal_blockers(
                prover, fails, [r for r, lit in applies.items() if prover.holds(lit)]
            )
            yield tuple(sorted(kept))
            claim = graph.all_of((claim, graph.any_of(applies[rule] ^ 1 for rule in kept)))

    def _active_rules(self, world: World) -> dict[str, Literal]:
        """Return where each rule on the decision, or on one that it reads, applies."""
        spec = self.worlds.circuit.spec
        return {
            rule.name: literal
            for name in dependencies(spec, self.worlds.name)
            for rule, literal in world.resolution_of(decision_named(spec, name)).applies.items()
        }

    def _minimal_blockers(self, prover: Prover, fails: Literal, rules: list[str]) -> list[str]:
        """Return a minimal set of the given rules that still blocks the speaker in the prover's
        situation; rules are dropped one by one."""
        facts = FactValues(
            complete_facts(self.worlds.facts, {f: prover.value(f) for f in prover.domains.facts})
        )
        names = {literal: name for name, literal in self.worlds.selectors.items()}

        def holds(some: Sequence[str]) -> bool:
            def value(atom: Atom) -> bool:
                if isinstance(atom, Input):
                    return names.get(self.worlds.graph.atom(atom)) in some
                return bool(facts_in(atom)) and facts.holds(atom)

            return self.worlds.graph.evaluator(value)(fails)

        kept = list(rules)
        for rule in rules:
            fewer = [name for name in kept if name != rule]
            if holds(fewer):
                kept = fewer
        return kept
