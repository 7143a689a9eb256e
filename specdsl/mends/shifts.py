"""What an edited spec decides otherwise, one decision after the other.

A decision is compared with itself while what it reads is left as it is: as long as none of that
comes to something else no other has to be looked at, and only what is said on the decision itself
is heard by two worlds.
"""

from __future__ import annotations

from collections.abc import Iterable

from specdsl.checks import Unit
from specdsl.checks.context import Context
from specdsl.checks.told import any_in, resolve
from specdsl.circuit.instructions import TwoWorldInstructions, no_instructions
from specdsl.circuit.nodes import Circuit
from specdsl.circuit.resolve import Resolution
from specdsl.compare.outline import IsRelevant, OutcomeChange, relevant_changes, satisfiable_changes
from specdsl.compare.results import result_literals
from specdsl.mends.joined import Joined
from specdsl.model.nodes import Decision
from specdsl.policy import replay
from specdsl.solver.engines import Limits
from specdsl.solver.prover import Prover


def shifted(
    both: Joined, matters: IsRelevant, limits: Limits, quiet: bool
) -> tuple[OutcomeChange, ...] | None:
    """Every pair of different results that some situation has and that matters, where `quiet` one
    in which nobody says anything. None where a decision that another one reads may come to
    something else. Raises `Unsettled`."""
    reading = {one for some in both.new.spec.reads.values() for one in some}
    old, new = _context(both.old, limits), _context(both.new, limits)
    found: list[OutcomeChange] = []
    for decision in both.changed:
        mine = _Beside(old, new, decision, quiet).shifts(matters)
        if decision in reading and (mine or decision.on_conflict is not None):
            return None
        found += mine
    return tuple(found)


def _context(circuit: Circuit, limits: Limits) -> Context:
    """In which decisions are made when they are asked for."""
    again = replay(circuit)
    return Context(circuit, again, again, limits=limits, unit=Unit((), circuit.spec))


class _Beside:
    """One decision in both specs; what it reads is as in the old one."""

    def __init__(self, old: Context, new: Context, decision: Decision, quiet: bool) -> None:
        self.old, self.new, self.decision, self.quiet = old, new, decision, quiet
        self.graph = old.circuit.graph
        self.read = old.quiet if quiet else old.world
        self.shared = TwoWorldInstructions(old.circuit)
        self.reads = [one for one in new.before(decision) if one is not decision]

    def _resolved(self, context: Context) -> Resolution:
        teams, rules = context.teams(self.decision), context.circuit.rules
        applies = {rule: self.read.literal(rules[rule].applies) for rule in teams.representative_of}
        some = any_in(self.graph, teams, applies)
        steps = no_instructions if self.quiet else self.shared.steps
        return resolve(context, self.read, steps, self.decision, teams, some)

    def shifts(self, matters: IsRelevant) -> list[OutcomeChange]:
        """The pairs of different results that some situation has."""
        found = [self._resolved(context) for context in (self.old, self.new)]
        before, after = (result_literals(self.graph, one) for one in found)
        pairs = relevant_changes(self.graph, self.decision.name, before, after, matters)
        some = self.graph.any_of(pairs.values())
        if before == after or not pairs:
            return []
        silent = [slot ^ 1 for slot in self._said(found)]
        given = (*self.old.given(self.reads), self.shared.well_formed())
        prover = Prover(self.graph, (*given, *silent, *pairs.values(), some), self.old.limits)
        prover.always(*given)
        return satisfiable_changes(prover, pairs, some, silent, self.quiet)

    def _said(self, found: Iterable[Resolution]) -> Iterable[int]:
        """That something is said, on the decision or on one that it reads."""
        for slot in () if self.quiet else self.old.slots(self.reads):
            yield slot.used
        for resolution in found:
            for _, step, _ in resolution.steps:
                yield step.active
