"""Outcome shifts: what two specs decide differently while nobody speaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from specdsl.analyses.changelog.changelog_entry import OutcomeShift
from specdsl.api import Spec, replay
from specdsl.reasoning.sat.engine import Limits
from specdsl.reasoning.witness.simple_witness import WitnessQuery, simple_witness
from specdsl.runtime.results import DecisionTrace
from specdsl.semantics.aig import Literal
from specdsl.semantics.resolution_circuit import World
from specdsl.verification.two_specs.decision_results import Result, result_literals
from specdsl.verification.two_specs.paired_situation import situation_of_witness
from specdsl.verification.two_specs.region_cover import extent_of
from specdsl.verification.two_specs.spec_pair import SpecPair, decision_named

CONTRADICTION = "a contradiction"
NOT_TAKEN = "not taken"


class ShiftSearch:
    """Searches the outcome shifts of decisions. Queries raise `Undetermined`."""

    def __init__(self, old: Spec, new: Spec, pair: SpecPair, limits: Limits) -> None:
        self.pair, self.limits = pair, limits
        self.replays = replay(old.circuit), replay(new.circuit)
        self.quiet = tuple(World(w.circuit, _silence) for w in (pair.old, pair.new))

    def shifts_of(self, name: str) -> Iterator[OutcomeShift]:
        """Yield every pair of outcomes, before and now, that some facts have."""
        graph = self.pair.graph
        before, after = (self._outcomes(world, name) for world in self.quiet)
        claims = {
            (old, new): graph.all_of((was, comes))
            for old, was in before.items()
            for new, comes in after.items()
            if old != new
        }
        prover = self.pair.silent_queries(self.limits).prover(*claims.values())
        for (old, new), claim in claims.items():
            if prover.is_satisfiable(claim):
                yield self._describe(name, old, new, claim)

    def _outcomes(self, world: World, name: str) -> Mapping[str, Literal]:
        """Return the literal of each outcome, whether it is decided or the default."""
        graph, found = self.pair.graph, dict[str, list[Literal]]()
        resolution = world.resolution_of(decision_named(world.circuit.spec, name))
        for result, literal in result_literals(graph, resolution).items():
            found.setdefault(outcome_text(result), []).append(literal)
        return {outcome: graph.any_of(literals) for outcome, literals in found.items()}

    def _describe(self, name: str, old: str, new: str, claim: Literal) -> OutcomeShift:
        query = WitnessQuery(claim, self.pair.possible)
        witness = simple_witness(self.pair.graph, query, self.limits)
        assert witness is not None, "it has just been found"
        here = situation_of_witness(self.pair.facts, (), witness)
        taken = [
            run(here.complete_for(world.circuit.spec))[name]
            for run, world in zip(self.replays, self.quiet, strict=True)
        ]
        assert [trace_text(one) for one in taken] == [old, new], "the replay differs"
        extent = extent_of(self.pair, claim, self.limits)
        return OutcomeShift(name, old, new, extent, str(here), *map(deciders_of, taken))


def _silence(*_: object) -> tuple[()]:
    return ()


def outcome_text(result: Result) -> str:
    """Return the outcome of a result in a word."""
    if result.failed:
        return CONTRADICTION
    return result.outcome or NOT_TAKEN


def trace_text(taken: DecisionTrace) -> str:
    """Return the outcome of a decision as a decision function took it."""
    return CONTRADICTION if taken.failed else taken.outcome or NOT_TAKEN


def deciders_of(taken: DecisionTrace) -> tuple[str, ...]:
    """Return the winners, or the rules of a smallest contradiction."""
    if not taken.conflicted:
        return taken.because
    clashes = (tuple(sorted(clash)) for clash in taken.clashes)
    return min(clashes, key=lambda names: (len(names), names), default=())
