"""A decision whose rules apply as they are told to, whatever their conditions say.

Only its teams are told: of the rules of a team it matters only whether any of them applies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from specdsl.circuit.graph import Graph, Input
from specdsl.circuit.instructions import SharedInstructions
from specdsl.circuit.resolve import Resolution, Steps, World
from specdsl.model.nodes import Decision, Rule
from specdsl.priority.ranks import Ranks
from specdsl.priority.teams import Teams

if TYPE_CHECKING:
    from specdsl.checks.context import Context

K = TypeVar("K")
MOST_BITS = 1 << 16  # points that are decided at once


def resolve(
    context: Context,
    read: World,
    steps: Steps,
    decision: Decision,
    teams: Teams,
    some: Mapping[Rule, int],
) -> Resolution:
    """The decision where the literals say by first rule of a team whether any of it applies. What
    it reads is as in another world."""
    circuit = context.circuit
    changed = {rule: replace(circuit.rules[rule], applies=one) for rule, one in some.items()}
    earlier = {one: read.decide(one) for one in context.before(decision)[1:]}
    return World(
        replace(circuit, rules={**circuit.rules, **changed}),
        steps,
        ranks=Ranks({decision: teams.levels}, {}),
        resolutions=earlier,
    ).decide(decision)


def any_in(graph: Graph, teams: Teams, applies: Mapping[Rule, int]) -> dict[Rule, int]:
    """By first rule of a team, where any of it applies."""
    return {
        first: graph.any_of(applies[rule] for rule in rules)
        for first, rules in teams.members.items()
    }


def free(graph: Graph, rules: Iterable[Rule], name: str) -> dict[Rule, int]:
    """By rule an input of its own."""
    return {rule: graph.atom(Input(f"{name} {rule.name}")) for rule in rules}


class Told:
    """One decision, decided at many points at once. What it reads is taken where nobody says
    anything about that."""

    def __init__(self, context: Context, decision: Decision, teams: Teams) -> None:
        graph = context.circuit.graph
        shared = SharedInstructions(context.circuit)
        inputs = free(graph, teams.members, "told")
        self.resolution = resolve(context, context.quiet, shared.steps, decision, teams, inputs)
        self.teams = {first: literal >> 1 for first, literal in inputs.items()}
        found = self.resolution
        self._shown = (shared.valid(), found.conflicted, found.decided, *found.outcome)
        self._nodes = tuple(graph.below(self._shown))
        self._graph = graph
        self.atoms = [n for n in self._nodes if graph.atoms[n] is not None]
        self.inputs = [n for n in self.atoms if isinstance(graph.atoms[n], Input)]

    def settled(self, truth: Mapping[int, int]) -> dict[int, int]:
        """Of what is known by node, what bears on the decision."""
        return {node: truth[node] for node in self._nodes if node in truth}

    def decide(
        self, truth: Mapping[int, int], some: Mapping[Rule, int], every: int
    ) -> tuple[int, ...]:
        """The points at which the instructions are valid, and those that have each of its flags
        and outcomes. `truth`: by node, that of all facts and instructions that bear on it; `some`:
        by first rule of a team, where any of it applies."""
        found = {0: every, **truth}
        found.update((self.teams[first], points) for first, points in some.items())
        for node in self._nodes:
            if node not in found:
                found[node] = _all(self._graph.inputs[node], found, every)
        return tuple(found[one >> 1] ^ (every if one & 1 else 0) for one in self._shown)

    def changed(
        self,
        truth: Mapping[int, int],
        some: Mapping[Rule, int],
        flips: Mapping[K, Mapping[Rule, int]],
        every: int,
    ) -> dict[K, int]:
        """By key the points with valid instructions at which it comes out otherwise if some teams
        are as they are not, each at some points."""
        keys, most = list(flips), max(1, MOST_BITS // every.bit_length())
        found: dict[K, int] = {}
        for start in range(0, len(keys), most):
            chosen = {key: flips[key] for key in keys[start : start + most]}
            found |= self._changed(truth, some, chosen, every)
        return found

    def _changed(
        self,
        truth: Mapping[int, int],
        some: Mapping[Rule, int],
        flips: Mapping[K, Mapping[Rule, int]],
        every: int,
    ) -> dict[K, int]:
        """The same, with the points of all keys in a row."""
        size = every.bit_length()
        row = ((1 << size * len(flips)) - 1) // every  # the first point of each key
        otherwise = {one: points * row for one, points in some.items()}
        for i, flipped in enumerate(flips.values()):
            for one, points in flipped.items():
                otherwise[one] ^= points << i * size
        first = self.decide(truth, some, every)
        repeated = {node: points * row for node, points in truth.items()}
        second = self.decide(repeated, otherwise, every * row)
        differs = any_of(one * row ^ two for one, two in zip(first, second, strict=True))
        return {key: differs >> i * size & first[0] for i, key in enumerate(flips)}


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
