"""Differences between a spec and its edit, one decision after the other, by a miter.

The two worlds share the dependencies of a decision as long as none of them differs; then the
instructions about that decision are the only ones that both worlds have to hear.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from specdsl.analyses.diff.outcome_changes import (
    IsRelevant,
    OutcomeChange,
    relevant_changes,
    satisfiable_changes,
)
from specdsl.analyses.fixes.joined_specs import JoinedSpecs
from specdsl.api import replay
from specdsl.checks import Component
from specdsl.frontend.model.nodes import DecisionModel
from specdsl.reasoning.prover import Prover
from specdsl.reasoning.sat.engine import Limits
from specdsl.semantics.aig import Literal
from specdsl.semantics.circuit import Circuit
from specdsl.semantics.instruction_inputs import TwoWorldInstructions, no_instructions
from specdsl.semantics.resolution_circuit import Resolution, World
from specdsl.verification.check_session import CheckSession
from specdsl.verification.class_resolution import class_activations, resolve_classes
from specdsl.verification.two_specs.decision_results import result_literals


def changed_results(
    both: JoinedSpecs, matters: IsRelevant, limits: Limits, quiet: bool
) -> tuple[OutcomeChange, ...]:
    """Return every relevant pair of different results that some situation has, if `quiet` one
    without instructions. Only failures in the old spec, and decisions that were not taken there,
    may be irrelevant. Raises `Undetermined`.
    """
    beside = _EditMiter(both, limits, quiet)
    return tuple(one for decision in both.changed for one in beside.changes_of(decision, matters))


class _EditMiter:
    """Two worlds that share the instructions about decisions that differ, and the resolutions of
    all other decisions.
    """

    def __init__(self, both: JoinedSpecs, limits: Limits, quiet: bool) -> None:
        self.graph, self.limits, self.quiet = both.old.graph, limits, quiet
        self.old, self.new = _lazy_session(both.old, limits), _lazy_session(both.new, limits)
        sessions = self.old, self.new
        self.worlds = tuple(one.uninstructed_world if quiet else one.world for one in sessions)
        self.shared = TwoWorldInstructions(both.old)
        self.shared.worlds = self.worlds
        self.apart: dict[DecisionModel, Sequence[Resolution]] = {}

    def changes_of(self, decision: DecisionModel, matters: IsRelevant) -> list[OutcomeChange]:
        """Return the pairs of different results of a decision. Its dependencies come first."""
        alike = self._share_dependencies(decision)
        found = [self._resolve_in(*one, decision) for one in self._contexts_and_worlds()]
        mine = self._changes_between(decision, found, matters, alike)
        if mine or decision.on_conflict is not None:
            self.apart[decision] = found
            for world, resolution in zip(self.worlds, found, strict=True):
                world.resolutions[decision] = resolution
        return mine

    def _contexts_and_worlds(self) -> Iterator[tuple[CheckSession, World]]:
        return zip((self.old, self.new), self.worlds, strict=True)

    def _share_dependencies(self, decision: DecisionModel) -> list[DecisionModel]:
        """Give both worlds the old resolutions of the dependencies that do not differ, and return
        these. If such a dependency differs after all, then it failed, and what reads it was not
        taken.
        """
        some = [one for one in self.new.dependencies(decision)[1:] if one not in self.apart]
        old, new = self.worlds
        for one in reversed(some):
            new.resolutions[one] = old.resolution_of(one)
        return some

    def _resolve_in(
        self, session: CheckSession, world: World, decision: DecisionModel
    ) -> Resolution:
        classes, rules = session.rule_classes(decision), session.circuit.rules
        applies = {rule: world.literal(rules[rule].applies) for rule in classes.representative_of}
        some = class_activations(self.graph, classes, applies)
        steps = no_instructions if self.quiet else self.shared.steps
        return resolve_classes(session, world, steps, decision, classes, some)

    def _changes_between(
        self,
        decision: DecisionModel,
        found: Sequence[Resolution],
        matters: IsRelevant,
        alike: Sequence[DecisionModel],
    ) -> list[OutcomeChange]:
        before, after = (result_literals(self.graph, one) for one in found)
        pairs = relevant_changes(self.graph, decision.name, before, after, matters)
        some = self.graph.any_of(pairs.values())
        if before == after or not pairs:
            return []
        apart = [
            self.apart[one] for one in self.new.dependencies(decision)[1:] if one in self.apart
        ]
        silent = [one ^ 1 for one in self._instruction_literals(alike, [*apart, found])]
        free = self.old.instructions.well_formed(alike)
        given = (self.worlds[0].assumptions_hold(), free, self.shared.well_formed())
        prover = Prover(self.graph, (*given, *silent, *pairs.values(), some), self.limits)
        prover.assert_always(*given)
        return satisfiable_changes(prover, pairs, some, silent, self.quiet)

    def _instruction_literals(
        self, alike: Sequence[DecisionModel], apart: Iterable[Sequence[Resolution]]
    ) -> Iterator[Literal]:
        """Yield the literals that an instruction about the decision or a dependency is given."""
        for one in () if self.quiet else alike:
            for slot in self.old.instructions.slots.get(one, ()):
                yield slot.used
        for resolutions in apart:
            for resolution in resolutions:
                yield from (step.active for _, step, _ in resolution.steps)


def _lazy_session(circuit: Circuit, limits: Limits) -> CheckSession:
    """Return a session in which decisions are resolved on demand."""
    again = replay(circuit)
    return CheckSession(
        circuit,
        again,
        again,
        limits=limits,
        component=Component((), (), circuit.spec, circuit.ranks.levels),
    )
