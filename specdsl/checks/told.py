"""A decision whose rules apply as they are told to, whatever their conditions say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from specdsl.circuit.graph import Graph, Input
from specdsl.circuit.instructions import SharedInstructions
from specdsl.circuit.nodes import Circuit
from specdsl.circuit.resolve import World
from specdsl.model.nodes import Decision, Rule
from specdsl.priority.ranks import RankedLevel, Ranks

if TYPE_CHECKING:
    from specdsl.checks.context import Context


def told(circuit: Circuit, applies: Mapping[Rule, int]) -> Circuit:
    """A circuit in which these literals say of rules whether they apply."""
    changed = {rule: replace(circuit.rules[rule], applies=one) for rule, one in applies.items()}
    return replace(circuit, rules={**circuit.rules, **changed})


def free(graph: Graph, rules: Iterable[Rule], name: str = "free") -> dict[Rule, int]:
    """By rule an input of its own."""
    return {rule: graph.atom(Input(f"{name} {rule.name}")) for rule in rules}


class Told:
    """One decision with these ranks (its own, if none are given), decided at many points at once.
    What it reads is taken where nobody says anything about that."""

    def __init__(
        self, context: Context, decision: Decision, levels: Sequence[RankedLevel] = ()
    ) -> None:
        circuit, quiet = context.circuit, context.quiet
        graph = circuit.graph
        rules = quiet.decide(decision).applies
        inputs = free(graph, rules)
        shared = SharedInstructions(circuit)
        earlier = {d: quiet.decide(d) for d in context.before(decision) if d is not decision}
        ranks = Ranks({decision: tuple(levels)}, {}) if levels else None
        world = World(told(circuit, inputs), shared.steps, ranks=ranks, resolutions=earlier)
        self.resolution = world.decide(decision)
        self.rules = {rule: literal >> 1 for rule, literal in inputs.items()}
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
        self, truth: Mapping[int, int], applies: Mapping[Rule, int], every: int
    ) -> tuple[int, ...]:
        """The points at which the instructions are valid, and those that have each of its flags
        and outcomes. `truth`: by node, that of all facts and instructions that bear on it."""
        found = {0: every, **truth}
        found.update((self.rules[rule], points) for rule, points in applies.items())
        for node in self._nodes:
            if node not in found:
                found[node] = _all(self._graph.inputs[node], found, every)
        return tuple(found[one >> 1] ^ (every if one & 1 else 0) for one in self._shown)


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
