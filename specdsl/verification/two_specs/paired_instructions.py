"""Shared instructions: one list of free instructions that several specs hear.

The length of the list that suffices (a small-model bound). Going down the ranks of one spec, an
instruction matters only if it changes the outcomes that are left, the permitted ones among them, or
whether a restriction stands, or if it names an outcome that is permitted above. An outcome moves
at most once, from left to excluded or from left to permitted, since an excluded outcome is never
permitted again and a permitted one is never excluded; so at most n instructions move one, and at
most one more is the first restriction that stands. At each level at which a higher candidate may
permit, n more may permit against the instructions of that level. And n name an outcome, each being
the one with the least authority among the instructions that name it. An instruction that matters
in neither of two specs can be left out, so the sum over both specs, on all levels together, stands
for all lists. (The bound of the semantics is larger: it is for each place.) If every instruction
counts at the same place in both specs, the bound for a run of places may be less
(`kinds_for_paired_worlds`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import combinations

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Decision, Level
from specdsl.semantics.aig import FALSE, AndInverterGraph, Input, Literal
from specdsl.semantics.instruction_inputs import (
    NAMING,
    PLACES,
    effective_place,
    eligible_speakers,
    kinds_for_paired_worlds,
    may_be_permitted,
    naming_matters,
)
from specdsl.semantics.resolution_circuit import PlacedInstruction, World
from specdsl.verification.two_specs.speaking_modes import (
    RankedPlace,
    SpeakingMode,
    SpecSide,
    ranked_place,
    speaking_modes,
)


@dataclass(frozen=True, slots=True)
class InstructionInputs:
    """The free inputs that encode one instruction.

    `is_used` tells whether it is given. It permits, or restricts to the outcomes that it names or,
    if it is negated, to all others. `speakers` has a literal for each speaking mode, of which
    exactly one holds."""

    is_used: Literal
    permits: Literal
    negated: Literal
    names: dict[str, Literal]
    speakers: dict[SpeakingMode, Literal]

    def outcomes(self, graph: AndInverterGraph, decision: Decision) -> tuple[Literal, ...]:
        """Return for each outcome of the decision whether the instruction leaves or permits it."""
        return tuple(
            graph.ite(self.negated, self.names[name] ^ 1, self.names[name])
            if name in self.names
            else self.negated
            for name in decision.outcomes
        )


@dataclass(frozen=True, eq=False)
class InstructionSpace:
    """The free instructions on one decision, the latest first.

    `sides` are the specs that have the decision. `preferences` are literals that make instructions
    easier to read, the most important first."""

    name: str
    sides: tuple[SpecSide, ...]
    slots: tuple[InstructionInputs, ...]
    valid: Literal
    preferences: tuple[Literal, ...]


class PairedInstructions:
    """The instructions of several worlds, shared by the names of decisions. `can_speak` may mute a
    speaking mode in a world."""

    def __init__(
        self,
        graph: AndInverterGraph,
        sides: dict[str, tuple[SpecSide, ...]],
        speaks: Callable[[World, SpeakingMode], bool] = lambda world, mode: True,
    ) -> None:
        self.graph = graph
        self.sides = sides
        self.can_speak = speaks
        self._spaces: dict[str, InstructionSpace] = {}

    def instruction_space(self, name: str) -> InstructionSpace:
        """Return the instructions that may be given on a decision; they are made once."""
        found = self._spaces.get(name)
        if found is None:
            found = self._spaces[name] = _SpaceBuilder(
                self.graph, name, self.sides[name]
            ).build_space()
        return found

    def instruction_spaces(self, names: Sequence[str]) -> list[InstructionSpace]:
        return [self.instruction_space(name) for name in names]

    def steps_at(
        self, world: World, decision: Decision, level: Level
    ) -> Sequence[PlacedInstruction]:
        """Return the instructions that count at a level in one of the worlds, highest first."""
        space = self.instruction_space(decision.name)
        found: list[PlacedInstruction] = []
        heard = self._heard_voices(world, decision, level)
        for place in PLACES:
            for slot in space.slots if place in heard else ():
                lands = self.graph.any_of(
                    self.graph.all_of((slot.speakers[mode], literal))
                    for mode, literal in heard[place].items()
                )
                found += self._steps_of(slot, decision, lands, place == "stated")
        return found

    def _steps_of(
        self, slot: InstructionInputs, decision: Decision, lands: Literal, stated: bool
    ) -> Iterator[PlacedInstruction]:
        active = self.graph.all_of((slot.is_used, lands))
        outcomes = slot.outcomes(self.graph, decision)
        for permits in (False, True):
            here = self.graph.all_of((active, slot.permits ^ (not permits)))
            if here != FALSE:
                yield PlacedInstruction(slot, here, permits, outcomes, stated)

    def _heard_voices(
        self, world: World, decision: Decision, level: Level
    ) -> dict[str, dict[SpeakingMode, Literal]]:
        """Return for each place the speaking modes that count there, and where they do."""
        found: dict[str, dict[SpeakingMode, Literal]] = {}
        side = SpecSide(world.circuit.spec, decision)
        space = self.instruction_space(decision.name)
        for mode in space.slots[0].speakers if space.slots else ():
            principal = side.principal_of(mode)
            if principal is None or not self.can_speak(world, mode):
                continue
            at = side.level_named(mode.at)
            place, here = effective_place(world, principal, mode.implied, at, decision, level)
            if here != FALSE:
                found.setdefault(place, {})[mode] = here
        return found


def sufficient_length(sides: Sequence[SpecSide], speakers: Sequence[SpeakingMode]) -> int:
    """Return how many instructions stand for any list of them."""
    if not speakers:
        return 0
    most = sum(_relevant_count(side) for side in sides)
    landings = [tuple(ranked_place(side, mode) for side in sides) for mode in speakers]
    return min(most, _length_by_runs(sides, landings)) if _sides_agree(sides, landings) else most


def _relevant_count(side: SpecSide) -> int:
    """Return how many instructions may matter to one spec."""
    outcomes = len(side.decision.outcomes)
    spoken = [
        level for level in side.spec.levels if eligible_speakers(side.spec, side.decision, level)
    ]
    again = sum(may_be_permitted(side.spec, side.decision, level) for level in spoken)
    names = any(naming_matters(side.spec, side.decision, level) for level in spoken)
    return outcomes * (1 + again + names) + 1


Landing = tuple[RankedPlace | None, ...]


def _sides_agree(sides: Sequence[SpecSide], landings: Sequence[Landing]) -> bool:
    """Tell whether two specs have the same outcomes, and each mode counts at one place in both.
    With lent authority this is not known."""
    alike = len(sides) == 2 and len({frozenset(side.decision.outcomes) for side in sides}) == 1
    return alike and all(len({here for here in found if here}) == 1 for found in landings)


def _length_by_runs(sides: Sequence[SpecSide], landings: Sequence[Landing]) -> int:
    """Return the sum of the bounds for each level, taken as one run of places; what is stated is a
    run of its own if names matter.
    """
    outcomes, found = len(sides[0].decision.outcomes), 0
    for rank in {here[0] for some in landings for here in some if here}:
        here = [one for one in landings if any(place and place[0] == rank for place in one)]
        heard = {tuple(place is not None for place in one) for one in here}
        names = any(
            naming_matters(side.spec, side.decision, side.spec.levels[rank]) for side in sides
        )
        answers, apart = {(True, False), (False, True)} <= heard, heard != {(True, True)}
        found += len(kinds_for_paired_worlds(outcomes, apart, answers, names))
        if names:
            places = {place for one in here for place in one if place}
            found += NAMING * len(heard)
            found += len(kinds_for_paired_worlds(outcomes)) if len(places) > 1 and not apart else 0
    return found


@dataclass(frozen=True)
class _SpaceBuilder:
    """Builds the instruction space of one decision."""

    graph: AndInverterGraph
    name: str
    sides: tuple[SpecSide, ...]

    @cached_property
    def common_outcomes(self) -> list[str]:
        first, *others = (side.decision.outcomes for side in self.sides)
        return [name for name in first if all(name in other for other in others)]

    def build_space(self) -> InstructionSpace:
        speakers = speaking_modes(self.sides)
        most = sufficient_length(self.sides, speakers)
        slots = tuple(self._new_inputs(i, speakers) for i in range(most))
        valid = [self._is_valid(slot) for slot in slots]
        # Only the order of a list counts, so the unused inputs come last (symmetry breaking).
        valid += [
            self.graph.any_of((slots[i].is_used, slots[i + 1].is_used ^ 1))
            for i in range(len(slots) - 1)
        ]
        return InstructionSpace(
            self.name,
            self.sides,
            slots,
            self.graph.all_of(valid),
            self._readability_preferences(slots),
        )

    def _readability_preferences(self, slots: Sequence[InstructionInputs]) -> tuple[Literal, ...]:
        """Prefer principals that speak with their own authority, restrictions to permissions,
        positive effects and single outcomes."""
        graph = self.graph
        lowered = (bit for slot in slots for mode, bit in slot.speakers.items() if mode.at)
        permits = (graph.all_of((slot.is_used, slot.permits)) for slot in slots)
        negated = (graph.all_of((slot.is_used, slot.negated)) for slot in slots)
        several = (
            graph.all_of((slot.is_used, *pair))
            for slot in slots
            for pair in combinations(slot.names.values(), 2)
        )
        unwanted = (lowered, permits, negated, several)
        return tuple(graph.any_of(literals) ^ 1 for literals in unwanted)

    def _new_input(self, slot: int, what: str) -> Literal:
        return self.graph.atom(Input(f"{self.name}/said {slot}/{what}"))

    def _new_inputs(self, i: int, speakers: Sequence[SpeakingMode]) -> InstructionInputs:
        alike = len({frozenset(side.decision.outcomes) for side in self.sides}) == 1
        return InstructionInputs(
            self._new_input(i, "used"),
            self._new_input(i, "permits"),
            FALSE if alike else self._new_input(i, "negated"),
            {name: self._new_input(i, f"is {name}") for name in self.common_outcomes},
            dict(zip(speakers, self._exactly_one(i, len(speakers)), strict=True)),
        )

    def _exactly_one(self, i: int, count: int) -> list[Literal]:
        bits = [self._new_input(i, f"by {k}") for k in range(count - 1)]
        return self.graph.exactly_one_of(bits)

    def _is_valid(self, slot: InstructionInputs) -> Literal:
        """Return the literal that every spec accepts the instruction: it names an outcome,
        restricts to some but not to all outcomes, and is no negated permission."""
        graph = self.graph
        proper = [graph.any_of(slot.names.values())]
        proper.append(graph.any_of((slot.permits ^ 1, slot.negated ^ 1)))
        for side in self.sides:
            bits = slot.outcomes(graph, side.decision)
            restricts = graph.all_of((graph.any_of(bits), graph.all_of(bits) ^ 1))
            proper.append(graph.any_of((slot.permits, restricts)))
        return graph.any_of((slot.is_used ^ 1, graph.all_of(proper)))
