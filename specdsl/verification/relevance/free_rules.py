"""A decision whose rules apply as they are told to, whatever their conditions say.

Only its teams are told: of the rules of a team it matters only whether any of them applies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from specdsl.base.limits import MOST_TOLD_BITS
from specdsl.frontend.model.nodes import Decision, Rule
from specdsl.frontend.ranking.interchangeable import RuleClasses
from specdsl.frontend.ranking.ranks import Ranks
from specdsl.semantics.aig import AndInverterGraph, Input
from specdsl.semantics.instruction_inputs import TwoWorldInstructions
from specdsl.semantics.resolution_circuit import InstructionSource, Resolution, World
from specdsl.verification.check_session import CheckSession

K = TypeVar("K")


def resolve(
    session: CheckSession,
    read: World,
    steps: InstructionSource,
    decision: Decision,
    teams: RuleClasses,
    some: Mapping[Rule, int],
) -> Resolution:
    """The decision where the literals say by first rule of a team whether any of it applies. What
    it reads is as in another world."""
    circuit = session.circuit
    changed = {rule: replace(circuit.rules[rule], applies=one) for rule, one in some.items()}
    earlier = {one: read.resolution_of(one) for one in session.dependencies(decision)[1:]}
    return World(
        replace(circuit, rules={**circuit.rules, **changed}),
        steps,
        ranks=Ranks({decision: teams.levels}),
        resolutions=earlier,
    ).resolution_of(decision)


def any_in(
    graph: AndInverterGraph, teams: RuleClasses, applies: Mapping[Rule, int]
) -> dict[Rule, int]:
    """By first rule of a team, where any of it applies."""
    return {
        first: graph.any_of(applies[rule] for rule in rules)
        for first, rules in teams.members_of.items()
    }


def free(graph: AndInverterGraph, rules: Iterable[Rule], name: str) -> dict[Rule, int]:
    """By rule an input of its own."""
    return {rule: graph.atom(Input(f"{name} {rule.name}")) for rule in rules}


@dataclass(frozen=True, slots=True)
class Batch:
    """Points of a decision. `truth`: by node, that of all facts and instructions that bear on it;
    `some`: by first rule of a team, where any of it applies."""

    truth: Mapping[int, int]
    some: Mapping[Rule, int]
    every: int

    def row(self, times: int) -> int:
        """What repeats points so many times in a row, as a factor."""
        return ((1 << self.every.bit_length() * times) - 1) // self.every

    def in_a_row(self, flips: Sequence[Mapping[Rule, int]]) -> Batch:
        """Repeated for each of these, with teams as they are not at some points."""
        row = self.row(len(flips))
        some = {first: points * row for first, points in self.some.items()}
        for i, flipped in enumerate(flips):
            for first, points in flipped.items():
                some[first] ^= points << i * self.every.bit_length()
        truth = {node: points * row for node, points in self.truth.items()}
        return Batch(truth, some, self.every * row)


class Told:
    """One decision, decided at many points at once. What it reads is taken where nobody says
    anything about that."""

    def __init__(self, session: CheckSession, decision: Decision, teams: RuleClasses) -> None:
        graph = session.circuit.graph
        shared = TwoWorldInstructions(session.circuit)
        inputs = free(graph, teams.members_of, "told")
        self.resolution = resolve(
            session, session.uninstructed_world, shared.steps, decision, teams, inputs
        )
        self.teams = {first: literal >> 1 for first, literal in inputs.items()}
        found = self.resolution
        self._shown = (shared.well_formed(), found.conflicted, found.decided, *found.outcome)
        self._nodes = tuple(graph.cone(self._shown))
        self._graph = graph
        self.atoms = [n for n in self._nodes if graph.atoms[n] is not None]
        self.inputs = [n for n in self.atoms if isinstance(graph.atoms[n], Input)]

    def settled(self, truth: Mapping[int, int]) -> dict[int, int]:
        """Of what is known by node, what bears on the decision."""
        return {node: truth[node] for node in self._nodes if node in truth}

    def decide(self, batch: Batch) -> tuple[int, ...]:
        """The points at which the instructions are valid, and those that have each of its flags
        and outcomes."""
        every, found = batch.every, {0: batch.every, **batch.truth}
        found.update((self.teams[first], points) for first, points in batch.some.items())
        for node in self._nodes:
            if node not in found:
                found[node] = _all(self._graph.inputs[node], found, every)
        return tuple(found[one >> 1] ^ (every if one & 1 else 0) for one in self._shown)

    def changed(self, batch: Batch, flips: Mapping[K, Mapping[Rule, int]]) -> dict[K, int]:
        """By key the points with valid instructions at which it comes out otherwise if some teams
        are as they are not, each at some points."""
        keys, most = list(flips), max(1, MOST_TOLD_BITS // batch.every.bit_length())
        first, found = self.decide(batch), dict[K, int]()
        for start in range(0, len(keys), most):
            chosen = keys[start : start + most]
            row, second = batch.row(len(chosen)), batch.in_a_row([flips[key] for key in chosen])
            pairs = zip(first, self.decide(second), strict=True)
            differs = any_of(one * row ^ two for one, two in pairs)
            for i, key in enumerate(chosen):
                found[key] = differs >> i * batch.every.bit_length() & first[0]
        return found


def _all(literals: Sequence[int], truth: Mapping[int, int], every: int) -> int:
    """The points at which all hold: of a conjunction, never of an atom."""
    assert literals, "what is known of every atom comes from outside"
    holds = every
    for literal in literals:
        part = truth[literal >> 1]
        holds &= part ^ every if literal & 1 else part
        if not holds:
            break
    return holds


def any_of(points: Iterable[int]) -> int:
    """All these points."""
    found = 0
    for some in points:
        found |= some
    return found
