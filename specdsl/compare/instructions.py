"""One list of instructions, heard by several specs.

How long a list must be. Going down the ranks of one spec, an instruction matters only if it changes
what is left, what of that is permitted, or that a restriction stands, or if it names something that
is permitted above. An outcome moves at most once, from left to gone or from left to permitted,
since what is gone is never permitted again and what is permitted is never taken away; so at most n
instructions move one, and at most one more is the first restriction that stands. At each level at
which something higher may permit, n more may permit it against the instructions of that level too.
And n name an outcome: of those that do, the one with the least authority. An instruction that
matters in neither of two specs can be left out, so the sum of these for each of them, on all levels
together, stands for all lists. (This is less than the bound of the semantics, which is for each
place.) Where all that is heard counts at the same places in both, what is known of one run of
places (`slots_of_two`) may be less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from specdsl.circuit.graph import FALSE, TRUE, Graph, Input
from specdsl.circuit.instructions import (
    NAMING,
    PLACES,
    carriers,
    landing,
    may_be_permitted,
    naming_matters,
    slots_of_two,
)
from specdsl.circuit.resolve import Step, World
from specdsl.compare.voices import Side, Voice, Where, voices, where
from specdsl.model.nodes import Decision, Level


@dataclass(frozen=True, slots=True)
class Slot:
    """An instruction that may be given: `used` says whether it is; it permits, or restricts to the
    outcomes that it names or, where it is negated, to all others. `by`: a literal for each voice,
    of which exactly one holds."""

    used: int
    permits: int
    negated: int
    names: dict[str, int]
    by: dict[Voice, int]

    def outcomes(self, graph: Graph, decision: Decision) -> tuple[int, ...]:
        """By outcome of one of the specs: the instruction leaves or permits it."""
        return tuple(
            graph.choose(self.negated, self.names[name] ^ 1, self.names[name])
            if name in self.names
            else self.negated
            for name in decision.outcomes
        )


@dataclass(frozen=True, eq=False)
class Floor:
    """What may be said on one decision: who has it, and the slots, the latest instruction first.
    `wishes` make what is said easier to read, the first matters most."""

    name: str
    sides: tuple[Side, ...]
    slots: tuple[Slot, ...]
    valid: int
    wishes: tuple[int, ...]


class SharedInstructions:
    """The steps of worlds whose specs have decisions of these names in common. `speaks` may keep
    a voice from a world; its side is then deaf to it."""

    def __init__(
        self,
        graph: Graph,
        sides: dict[str, tuple[Side, ...]],
        speaks: Callable[[World, Voice], bool] = lambda world, voice: True,
    ) -> None:
        self.graph = graph
        self.sides = sides
        self.speaks = speaks
        self._floors: dict[str, Floor] = {}

    def floor(self, name: str) -> Floor:
        """What may be said on a decision. Made once."""
        found = self._floors.get(name)
        if found is None:
            found = self._floors[name] = _Making(self.graph, name, self.sides[name]).floor()
        return found

    def floors(self, names: Sequence[str]) -> list[Floor]:
        return [self.floor(name) for name in names]

    def steps(self, world: World, decision: Decision, level: Level) -> Sequence[Step]:
        """What is heard at a level in one of the worlds, highest first."""
        floor = self.floor(decision.name)
        found: list[Step] = []
        heard = self._heard(world, decision, level)
        for place in PLACES:
            for slot in floor.slots if place in heard else ():
                lands = self.graph.any_of(
                    self.graph.all_of((slot.by[voice], literal))
                    for voice, literal in heard[place].items()
                )
                found += self._taken(slot, decision, lands, place == "stated")
        return found

    def _taken(self, slot: Slot, decision: Decision, lands: int, stated: bool) -> Iterator[Step]:
        active = self.graph.all_of((slot.used, lands))
        outcomes = slot.outcomes(self.graph, decision)
        for permits in (False, True):
            here = self.graph.all_of((active, slot.permits ^ (not permits)))
            if here != FALSE:
                yield Step(slot, here, permits, outcomes, stated)

    def _heard(self, world: World, decision: Decision, level: Level) -> dict[str, dict[Voice, int]]:
        """By place the voices that are heard there, and when."""
        found: dict[str, dict[Voice, int]] = {}
        side = Side(world.circuit.spec, decision)
        floor = self.floor(decision.name)
        for voice in floor.slots[0].by if floor.slots else ():
            principal = side.principal(voice)
            if principal is None or not self.speaks(world, voice):
                continue
            at = side.level(voice.at)
            place, here = landing(world, principal, voice.implied, at, decision, level)
            if here != FALSE:
                found.setdefault(place, {})[voice] = here
        return found


def longest(sides: Sequence[Side], speakers: Sequence[Voice]) -> int:
    """How many instructions stand for any list of them."""
    if not speakers:
        return 0
    most = sum(_mattering(side) for side in sides)
    landings = [tuple(where(side, voice) for side in sides) for voice in speakers]
    return min(most, _in_runs(sides, landings)) if _agree(sides, landings) else most


def _mattering(side: Side) -> int:
    """How many instructions may matter to a side."""
    outcomes = len(side.decision.outcomes)
    spoken = [level for level in side.spec.levels if carriers(side.spec, side.decision, level)]
    again = sum(may_be_permitted(side.spec, side.decision, level) for level in spoken)
    names = any(naming_matters(side.spec, side.decision, level) for level in spoken)
    return outcomes * (1 + again + names) + 1


Landing = tuple[Where | None, ...]


def _agree(sides: Sequence[Side], landings: Sequence[Landing]) -> bool:
    """Two sides have the same outcomes, and what both of them hear counts at one place. Where
    authority is lent this is not known."""
    alike = len(sides) == 2 and len({frozenset(side.decision.outcomes) for side in sides}) == 1
    return alike and all(len({here for here in found if here}) == 1 for found in landings)


def _in_runs(sides: Sequence[Side], landings: Sequence[Landing]) -> int:
    """The sum of what is known of each level as a run of places."""
    outcomes, found = len(sides[0].decision.outcomes), 0
    for rank in {here[0] for some in landings for here in some if here}:
        here = [one for one in landings if any(place and place[0] == rank for place in one)]
        heard = {tuple(place is not None for place in one) for one in here}
        names = any(
            naming_matters(side.spec, side.decision, side.spec.levels[rank]) for side in sides
        )
        answers = {(True, False), (False, True)} <= heard
        found += 2 * slots_of_two(outcomes, answers, names)
        found += NAMING * len(heard) if names else 0
    return found


@dataclass(frozen=True)
class _Making:
    """The slots of one decision."""

    graph: Graph
    name: str
    sides: tuple[Side, ...]

    @cached_property
    def common(self) -> list[str]:
        first, *others = (side.decision.outcomes for side in self.sides)
        return [name for name in first if all(name in other for other in others)]

    def floor(self) -> Floor:
        speakers = voices(self.sides)
        most = longest(self.sides, speakers)
        slots = tuple(self._slot(i, speakers) for i in range(most))
        valid = [self._valid(slot) for slot in slots]
        # Of a list only the order counts: the first so many slots are used.
        valid += [
            self.graph.any_of((slots[i].used, slots[i + 1].used ^ 1)) for i in range(len(slots) - 1)
        ]
        return Floor(self.name, self.sides, slots, self.graph.all_of(valid), self._wishes(slots))

    def _wishes(self, slots: Sequence[Slot]) -> tuple[int, ...]:
        """Everybody speaks with the authority that it has; nobody permits; each names one outcome,
        and not what it is not."""
        graph = self.graph
        lowered = (bit for slot in slots for voice, bit in slot.by.items() if voice.at)
        permits = (graph.all_of((slot.used, slot.permits)) for slot in slots)
        negated = (graph.all_of((slot.used, slot.negated)) for slot in slots)
        several = (
            graph.all_of((slot.used, *pair))
            for slot in slots
            for pair in combinations(slot.names.values(), 2)
        )
        unwanted = (lowered, permits, negated, several)
        return tuple(graph.any_of(literals) ^ 1 for literals in unwanted)

    def _input(self, slot: int, what: str) -> int:
        return self.graph.atom(Input(f"{self.name}/said {slot}/{what}"))

    def _slot(self, i: int, speakers: Sequence[Voice]) -> Slot:
        alike = len({frozenset(side.decision.outcomes) for side in self.sides}) == 1
        return Slot(
            self._input(i, "used"),
            self._input(i, "permits"),
            FALSE if alike else self._input(i, "negated"),
            {name: self._input(i, f"is {name}") for name in self.common},
            dict(zip(speakers, self._one_of(i, len(speakers)), strict=True)),
        )

    def _one_of(self, slot: int, count: int) -> list[int]:
        """So many literals of which exactly one holds."""
        bits = [self._input(slot, f"by {k}") for k in range(count - 1)]
        return [
            self.graph.all_of((*(b ^ 1 for b in bits[:k]), bits[k] if k < len(bits) else TRUE))
            for k in range(count)
        ]

    def _valid(self, slot: Slot) -> int:
        """It can be given to every side: it names an outcome, it restricts to some but not to all
        of them, and a permission is not negated."""
        graph = self.graph
        proper = [graph.any_of(slot.names.values())]
        proper.append(graph.any_of((slot.permits ^ 1, slot.negated ^ 1)))
        for side in self.sides:
            bits = slot.outcomes(graph, side.decision)
            restricts = graph.all_of((graph.any_of(bits), graph.all_of(bits) ^ 1))
            proper.append(graph.any_of((slot.permits, restricts)))
        return graph.any_of((slot.used ^ 1, graph.all_of(proper)))
