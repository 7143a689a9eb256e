"""What an edited spec decides otherwise, one decision after the other.

A decision is compared with itself while what it reads is left as it is, as long as none of that
comes to something else: then only what is said on the decision itself is heard by two worlds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from specdsl.analyses.diff.outcome_changes import (
    IsRelevant,
    OutcomeChange,
    relevant_changes,
    satisfiable_changes,
)
from specdsl.analyses.fixes.joined_specs import Joined
from specdsl.api import replay
from specdsl.checks import Component
from specdsl.frontend.model.nodes import Decision
from specdsl.reasoning.prover import Prover
from specdsl.reasoning.sat.engine import Limits
from specdsl.semantics.circuit import Circuit
from specdsl.semantics.instruction_inputs import TwoWorldInstructions, no_instructions
from specdsl.semantics.resolution_circuit import Resolution, World
from specdsl.verification.check_session import CheckSession
from specdsl.verification.relevance.free_rules import any_in, resolve
from specdsl.verification.two_specs.decision_results import result_literals


def shifted(
    both: Joined, matters: IsRelevant, limits: Limits, quiet: bool
) -> tuple[OutcomeChange, ...]:
    """Every pair of different results that some situation has and that matters, where `quiet` one
    in which nobody says anything. What may not matter of a decision: that it failed in the old
    spec, and that it was not taken there. Raises `Unsettled`."""
    beside = _Beside(both, limits, quiet)
    return tuple(one for decision in both.changed for one in beside.shifts(decision, matters))


class _Beside:
    """Two worlds that share what is said on decisions which come to something else; of all others
    they have the same."""

    def __init__(self, both: Joined, limits: Limits, quiet: bool) -> None:
        self.graph, self.limits, self.quiet = both.old.graph, limits, quiet
        self.old, self.new = _session_of(both.old, limits), _session_of(both.new, limits)
        sessions = self.old, self.new
        self.worlds = tuple(one.uninstructed_world if quiet else one.world for one in sessions)
        self.shared = TwoWorldInstructions(both.old)
        self.shared.worlds = self.worlds
        self.apart: dict[Decision, Sequence[Resolution]] = {}

    def shifts(self, decision: Decision, matters: IsRelevant) -> list[OutcomeChange]:
        """The pairs of different results of a decision, after those of the decisions it reads."""
        alike = self._alike(decision)
        found = [self._resolved(*one, decision) for one in self._sides()]
        mine = self._differing(decision, found, matters, alike)
        if mine or decision.on_conflict is not None:
            self.apart[decision] = found
            for world, resolution in zip(self.worlds, found, strict=True):
                world.resolutions[decision] = resolution
        return mine

    def _sides(self) -> Iterator[tuple[CheckSession, World]]:
        return zip((self.old, self.new), self.worlds, strict=True)

    def _alike(self, decision: Decision) -> list[Decision]:
        """Of what it reads all that both worlds have as it is in the old one. Where a decision that
        is not apart differs it failed there, and what reads it was not taken."""
        some = [one for one in self.new.dependencies(decision)[1:] if one not in self.apart]
        old, new = self.worlds
        for one in reversed(some):
            new.resolutions[one] = old.resolution_of(one)
        return some

    def _resolved(self, session: CheckSession, world: World, decision: Decision) -> Resolution:
        classes, rules = session.rule_classes(decision), session.circuit.rules
        applies = {rule: world.literal(rules[rule].applies) for rule in classes.representative_of}
        some = any_in(self.graph, classes, applies)
        steps = no_instructions if self.quiet else self.shared.steps
        return resolve(session, world, steps, decision, classes, some)

    def _differing(
        self,
        decision: Decision,
        found: Sequence[Resolution],
        matters: IsRelevant,
        alike: Sequence[Decision],
    ) -> list[OutcomeChange]:
        before, after = (result_literals(self.graph, one) for one in found)
        pairs = relevant_changes(self.graph, decision.name, before, after, matters)
        some = self.graph.any_of(pairs.values())
        if before == after or not pairs:
            return []
        apart = [
            self.apart[one] for one in self.new.dependencies(decision)[1:] if one in self.apart
        ]
        silent = [one ^ 1 for one in self._said(alike, [*apart, found])]
        free = self.old.instructions.well_formed(alike)
        given = (self.worlds[0].assumptions_hold(), free, self.shared.well_formed())
        prover = Prover(self.graph, (*given, *silent, *pairs.values(), some), self.limits)
        prover.always(*given)
        return satisfiable_changes(prover, pairs, some, silent, self.quiet)

    def _said(
        self, alike: Sequence[Decision], apart: Iterable[Sequence[Resolution]]
    ) -> Iterator[int]:
        """That something is said, on the decision or on one that it reads."""
        for one in () if self.quiet else alike:
            for slot in self.old.instructions.slots.get(one, ()):
                yield slot.used
        for resolutions in apart:
            for resolution in resolutions:
                yield from (step.active for _, step, _ in resolution.steps)


def _session_of(circuit: Circuit, limits: Limits) -> CheckSession:
    """In which decisions are made when they are asked for."""
    again = replay(circuit)
    return CheckSession(circuit, again, again, limits=limits, component=Component((), circuit.spec))
