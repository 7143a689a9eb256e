"""Two worlds that differ in one speaker: in the quiet one it is not heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from specdsl.circuit.graph import FALSE, Graph, Input
from specdsl.circuit.nodes import Circuit
from specdsl.circuit.resolve import World
from specdsl.compare.asking import Asking
from specdsl.compare.carry import carry
from specdsl.compare.facts import share
from specdsl.compare.instructions import Floor, SharedInstructions
from specdsl.compare.results import FAILED, Results, results
from specdsl.compare.voices import Side, Voice
from specdsl.compare.worlds import cone, decision
from specdsl.model.nodes import Principal, Spec
from specdsl.solver.engines import Limits
from specdsl.steer.reach import CONTRADICTION, Aim, Manner

Pair = tuple[World, World]
"""The quiet world and the loud one."""


@dataclass(frozen=True, slots=True)
class Who:
    """A principal, and how it is heard."""

    principal: Principal
    manner: Manner

    @property
    def implied(self) -> bool:
        return self.manner is Manner.IMPLIED

    def says(self, voice: Voice) -> bool:
        """The voice is one of its own."""
        return voice.principal == self.principal.name and voice.implied is self.implied


class Hearing:
    """What a decision comes to with and without one speaker, as literals of a graph.

    Everybody else is heard in both worlds. `pair` is the spec as it is; in `selected`, the pair of
    the circuit `selectable`, a rule only applies where its selector holds.
    """

    def __init__(self, circuit: Circuit, name: str, who: Who) -> None:
        self.name = name
        self.who = who
        self.graph = Graph()
        self.facts = share(circuit.spec.facts, circuit.spec.facts)
        sides = _sides(circuit.spec, who)
        self.instructions = SharedInstructions(self.graph, sides, self._speaks)
        self._quiet: list[World] = []
        self.circuit = carry(circuit, self.graph, self.facts)
        self.selectors = {
            rule.name: self.graph.atom(Input(f"rule {rule.name}")) for rule in self.circuit.rules
        }
        self.pair = self._pair(self.circuit)
        self.selectable = self._selectable()
        self.selected = self._pair(self.selectable)

    def _speaks(self, world: World, voice: Voice) -> bool:
        return world not in self._quiet or not self.who.says(voice)

    def _pair(self, circuit: Circuit) -> Pair:
        quiet, loud = (World(circuit, self.instructions.steps) for _ in range(2))
        self._quiet.append(quiet)
        return quiet, loud

    def _selectable(self) -> Circuit:
        rules = {
            rule: replace(
                found, applies=self.graph.all_of((found.applies, self.selectors[rule.name]))
            )
            for rule, found in self.circuit.rules.items()
        }
        return replace(self.circuit, rules=rules)

    # --- claims ---

    def results(self, world: World) -> Results:
        return results(self.graph, world.decide(decision(self.circuit.spec, self.name)))

    def comes_to(self, world: World, outcome: str) -> int:
        """The decision has this outcome, or fails where that is asked for."""
        found = self.results(world)
        if outcome == CONTRADICTION:
            return found.get(FAILED, FALSE)
        return self.graph.any_of(literal for r, literal in found.items() if r.outcome == outcome)

    def claim(self, pair: Pair, aim: Aim, outcome: str) -> int:
        """The speaker makes it this outcome, or another."""
        before, after = (self.comes_to(world, outcome) for world in pair)
        flip = aim is Aim.SET
        return self.graph.all_of((before ^ flip, after ^ (not flip)))

    # --- situations ---

    @property
    def floors(self) -> Sequence[Floor]:
        return self.instructions.floors(cone(self.circuit.spec, self.name))

    @property
    def heard(self) -> bool:
        """The speaker has a voice on the decision or on one that it reads."""
        return any(self.who.says(voice) for f in self.floors for s in f.slots[:1] for voice in s.by)

    def asking(self, limits: Limits) -> Asking:
        """What questions about the claims are put to."""
        return Asking(self.graph, self.facts, self.pair[0].possible(), lambda: self.floors, limits)


def _sides(spec: Spec, who: Who) -> dict[str, tuple[Side, ...]]:
    """Both worlds of each decision; the first is deaf to the speaker."""
    return {one.name: (Side(spec, one, who.says), Side(spec, one)) for one in spec.decisions}
