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

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations, pairwise

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, Level
from specdsl.semantics.aig import FALSE, TRUE, AndInverterGraph, Input, Literal
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

    def outcomes(self, graph: AndInverterGraph, decision: DecisionModel) -> tuple[Literal, ...]:
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

    @property
    def speakers(self) -> tuple[SpeakingMode, ...]:
        """Return all modes in which something may be said."""
        return tuple(dict.fromkeys(mode for slot in self.slots for mode in slot.speakers))


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
        self, world: World, decision: DecisionModel, level: Level
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
                    if mode in slot.speakers
                )
                found += self._steps_of(slot, decision, lands, place == "stated")
        return found

    def _steps_of(
        self, slot: InstructionInputs, decision: DecisionModel, lands: Literal, stated: bool
    ) -> Iterator[PlacedInstruction]:
        active = self.graph.all_of((slot.is_used, lands))
        outcomes = slot.outcomes(self.graph, decision)
        for permits in (False, True):
            here = self.graph.all_of((active, slot.permits ^ (not permits)))
            if here != FALSE:
                yield PlacedInstruction(slot, here, permits, outcomes, stated)

    def _heard_voices(
        self, world: World, decision: DecisionModel, level: Level
    ) -> dict[str, dict[SpeakingMode, Literal]]:
        """Return for each place the speaking modes that count there, and where they do."""
        found: dict[str, dict[SpeakingMode, Literal]] = {}
        side = SpecSide(world.circuit.spec, decision)
        space = self.instruction_space(decision.name)
        for mode in space.speakers:
            principal = side.principal_of(mode)
            if principal is None or not self.can_speak(world, mode):
                continue
            at = side.level_named(mode.at)
            place, here = effective_place(world, principal, mode.implied, at, decision, level)
            if here != FALSE:
                found.setdefault(place, {})[mode] = here
        return found


@dataclass(frozen=True, slots=True)
class SlotRun:
    """Instructions by some speaking modes that stand for any list of theirs: for each whether it
    permits, or None if it may do either."""

    modes: tuple[SpeakingMode, ...]
    kinds: tuple[bool | None, ...]


def sufficient_runs(
    sides: Sequence[SpecSide], speakers: Sequence[SpeakingMode]
) -> tuple[SlotRun, ...]:
    """Return runs of instructions that stand for any list, those with the least authority first.

    If each level of one spec corresponds to one of the other, then each level has a run of its own.
    """
    if not speakers:
        return ()
    most = sum(_relevant_count(side) for side in sides)
    alike = len(sides) == 2 and len({frozenset(side.decision.outcomes) for side in sides}) == 1
    landings = {mode: tuple(ranked_place(side, mode) for side in sides) for mode in speakers}
    levels = _corresponding_levels(landings) if alike else None
    if levels is None:
        return (SlotRun(tuple(speakers), (None,) * most),)
    return tuple(
        run
        for ranks, modes in levels.items()
        for run in _runs_of_level(sides, ranks, {mode: landings[mode] for mode in modes}, most)
    )


Landing = tuple[RankedPlace | None, ...]
LevelRanks = tuple[int | None, ...]


def _corresponding_levels(
    landings: Mapping[SpeakingMode, Landing],
) -> dict[LevelRanks, tuple[SpeakingMode, ...]] | None:
    """Return the modes by the ranks of their level in each spec, or None if a level of one spec
    corresponds to several of the other, or to none that is known (as with lent authority)."""
    found: list[list[set[int]]] = []
    for landing in landings.values():
        ranks = [{place[0]} if place else set() for place in landing]
        for other in [one for one in found if any(map(set.intersection, one, ranks))]:
            found.remove(other)
            ranks = [a | b for a, b in zip(ranks, other, strict=True)]
        found.append(ranks)
    if any(len(here) > 1 for ranks in found for here in ranks) or [set(), set()] in found:
        return None
    keys = [tuple(next(iter(here), None) for here in ranks) for ranks in found]
    levels = sorted(keys, key=lambda key: [-1 if r is None else r for r in key], reverse=True)
    return {
        key: tuple(
            mode
            for mode, landing in landings.items()
            if any(place and place[0] == r for place, r in zip(landing, key, strict=True))
        )
        for key in levels
    }


def _relevant_count(side: SpecSide) -> int:
    """Return how many instructions may matter to one spec."""
    outcomes = len(side.decision.outcomes)
    spoken = [
        level for level in side.spec.levels if eligible_speakers(side.spec, side.decision, level)
    ]
    again = sum(may_be_permitted(side.spec, side.decision, level) for level in spoken)
    names = any(naming_matters(side.spec, side.decision, level) for level in spoken)
    return outcomes * (1 + again + names) + 1


def _runs_of_level(
    sides: Sequence[SpecSide],
    ranks: LevelRanks,
    landings: Mapping[SpeakingMode, Landing],
    most: int,
) -> Iterator[SlotRun]:
    """Yield the level as one run of places; what is stated is a run of its own if names matter."""
    outcomes = len(sides[0].decision.outcomes)
    heard = {tuple(place is not None for place in one) for one in landings.values()}
    names = any(
        naming_matters(side.spec, side.decision, side.spec.levels[rank])
        for side, rank in zip(sides, ranks, strict=True)
        if rank is not None
    )
    stated = {mode: _is_stated(landing) for mode, landing in landings.items()}
    if heard == {(True, True)} and not (names and None in stated.values()):
        yield from _shared_runs(outcomes, stated, names)
        return
    answers = {(True, False), (False, True)} <= heard
    kinds = kinds_for_paired_worlds(outcomes, heard != {(True, True)}, answers, names)
    length = len(kinds) + (NAMING * len(heard) if names else 0)
    if names and len(landings) > 1 and heard == {(True, True)}:
        length += len(kinds_for_paired_worlds(outcomes))
    yield SlotRun(tuple(landings), (None,) * min(most, length))


def _is_stated(landing: Landing) -> bool | None:
    """Tell whether it is stated in all specs, or in none; None if they disagree."""
    found = {PLACES[place[1]] == "stated" for place in landing if place}
    return found.pop() if len(found) == 1 else None


def _shared_runs(
    outcomes: int, stated: Mapping[SpeakingMode, bool | None], names: bool
) -> Iterator[SlotRun]:
    """Yield the runs of a level at which both specs hear everybody, so that one mode stands for all
    of them, or, if names matter, for all that are stated or not."""
    plain = kinds_for_paired_worlds(outcomes)
    if not names:
        yield SlotRun(tuple(stated)[:1], tuple(plain))
        return
    naming = (*kinds_for_paired_worlds(outcomes, names=True), *[False] * NAMING)
    for mode in [mode for mode, here in stated.items() if not here][:1]:
        yield SlotRun((mode,), tuple(plain))
    for mode in [mode for mode, here in stated.items() if here][:1]:
        yield SlotRun((mode,), naming)


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
        slots: list[InstructionInputs] = []
        valid: list[Literal] = []
        for run in sufficient_runs(self.sides, speakers):
            made = [
                self._new_inputs(len(slots) + i, run.modes, kind)
                for i, kind in enumerate(run.kinds)
            ]
            slots += made
            # Only the order counts, so the unused of a kind come last (symmetry breaking).
            valid += [
                self.graph.any_of((one.is_used, later.is_used ^ 1))
                for one, later in pairwise(made)
                if one.permits == later.permits or None in run.kinds
            ]
        valid += [self._is_valid(slot) for slot in slots]
        return InstructionSpace(
            self.name,
            self.sides,
            tuple(slots),
            self.graph.all_of(valid),
            self._readability_preferences(slots),
        )

    def _readability_preferences(self, slots: Sequence[InstructionInputs]) -> tuple[Literal, ...]:
        """Prefer principals that speak with their own authority, restrictions to permissions,
        positive effects and single outcomes."""
        graph = self.graph
        lowered = (
            graph.all_of((slot.is_used, bit))
            for slot in slots
            for mode, bit in slot.speakers.items()
            if mode.at
        )
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

    def _new_inputs(
        self, i: int, speakers: Sequence[SpeakingMode], permits: bool | None
    ) -> InstructionInputs:
        alike = len({frozenset(side.decision.outcomes) for side in self.sides}) == 1
        return InstructionInputs(
            self._new_input(i, "used"),
            self._new_input(i, "permits") if permits is None else TRUE if permits else FALSE,
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
