"""Two specs, and those between them, side by side: one graph, the same situations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from specdsl.circuit.graph import Graph
from specdsl.circuit.nodes import Circuit
from specdsl.circuit.resolve import World
from specdsl.compare.carry import carry
from specdsl.compare.facts import SharedFacts, share
from specdsl.compare.instructions import Floor, SharedInstructions
from specdsl.compare.mixtures import Mixing
from specdsl.compare.results import Results, results
from specdsl.compare.statements import Key
from specdsl.compare.voices import Side
from specdsl.model.nodes import Decision, Spec


@dataclass(eq=False)
class Worlds:
    """What the old spec, the new one and their mixtures decide, over shared facts and
    instructions. Everything is made when it is first asked for, once."""

    old: World
    new: World
    facts: SharedFacts
    instructions: SharedInstructions
    mixing: Mixing
    _mixtures: dict[frozenset[Key], World | None] = field(default_factory=dict)

    @property
    def graph(self) -> Graph:
        return self.old.graph

    @property
    def possible(self) -> int:
        """No assumption of either spec is false."""
        return self.graph.all_of((self.old.possible(), self.new.possible()))

    def mixture(self, edits: frozenset[Key]) -> World | None:
        """The old spec with some edits made; None where that is no spec."""
        if edits not in self._mixtures:
            circuit = self.mixing.mixture(edits)
            self._mixtures[edits] = None if circuit is None else self._world(circuit)
        return self._mixtures[edits]

    def _world(self, circuit: Circuit) -> World:
        return World(carry(circuit, self.graph, self.facts), self.instructions.steps)

    def results(self, world: World, name: str) -> Results:
        """What becomes of a decision in one of the worlds."""
        return results(self.graph, world.decide(decision(world.circuit.spec, name)))

    def floors(self, name: str) -> list[Floor]:
        """What may be said on a decision and on all that it depends on, in any world made so
        far."""
        made = [self.old, self.new, *(w for w in self._mixtures.values() if w is not None)]
        names = {one: None for world in made for one in cone(world.circuit.spec, name)}
        return self.instructions.floors(list(names))


def worlds(old: Circuit, new: Circuit, mixing: Mixing) -> Worlds:
    """The two specs in one graph."""
    graph, facts = Graph(), share(old.spec.facts, new.spec.facts)
    instructions = SharedInstructions(graph, _sides(old.spec, new.spec))
    one, two = (World(carry(c, graph, facts), instructions.steps) for c in (old, new))
    return Worlds(one, two, facts, instructions, mixing)


def _sides(old: Spec, new: Spec) -> dict[str, tuple[Side, ...]]:
    found: dict[str, tuple[Side, ...]] = {}
    for spec in (old, new):
        for one in spec.decisions:
            found[one.name] = (*found.get(one.name, ()), Side(spec, one))
    return found


def decision(spec: Spec, name: str) -> Decision:
    return next(d for d in spec.decisions if d.name == name)


def cone(spec: Spec, name: str) -> Sequence[str]:
    """The decision and those that it reads, directly or through others."""
    found: dict[str, None] = {}
    stack = [d for d in spec.decisions if d.name == name]
    while stack:
        here = stack.pop()
        if here.name not in found:
            found[here.name] = None
            stack.extend(spec.reads[here])
    return list(found)
