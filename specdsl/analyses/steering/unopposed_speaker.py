"""The minimal sets of rules that hold back a principal who is the only one to speak.

The sets are enumerated with blocking clauses, each minimized in one situation (as minimal
unsatisfiable subsets are, by deletion).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specdsl.analyses.steering.speaker_worlds import SpeakerWorlds
from specdsl.analyses.steering.steering_result import CONTRADICTION, SteeringGoal
from specdsl.analyses.steering.strongest_instructions import (
    is_heard_at_all,
    strongest_instructions,
)
from specdsl.base.limits import MAX_BLOCKING_SETS
from specdsl.base.quick_dataclass import dataclass
from specdsl.reasoning.prover import Prover
from specdsl.semantics.aig import FALSE, Atom, Input, Literal
from specdsl.semantics.fact_values import FactValues, facts_in
from specdsl.semantics.resolution_circuit import World
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
        principal, implied = self.worlds.speaker.principal, self.worlds.speaker.is_implied
        name = self.worlds.name
        steps = strongest_instructions(principal, implied, name, outcome, goal)
        world = World(self.worlds.selectable, steps)
        on = decision_named(self.worlds.circuit.spec, name)
        heard = is_heard_at_all(world, principal, implied, on)
        if heard == FALSE:
            return None
        fails = self.worlds.comes_to(world, outcome) ^ (goal is SteeringGoal.SET)
        return tuple(self._enumerate_sets(world, self.worlds.graph.all_of((heard, fails)), fails))

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
