"""Instructions of a world: given ones, and free ones that stand for all possible lists.

Going down the places of a level, an instruction transforms a state (U, P): the outcomes that are
left, and those of them that are permitted against instructions of the level. The lists of
instructions relate (U, P) to every (U', P') with P ⊆ P' ⊆ U' ⊆ U and U' not empty, and that
relation is closed under composition. So one restriction and one permission for each level represent
all lists of instructions, as long as a single situation is considered and nothing else of the
instructions matters.

Stated instructions may matter in another way: the outcomes that they *name* decide what is
permitted against instructions of the levels in between. Let M be what a list at the place names. A
permission of P', a restriction to M ∩ U' and a restriction to the rest of M, which meets nothing
and is overridden, lead to the same state and name the same: if U' is not U, what is neither named
nor in P' is gone. (If U' is U, two restrictions name M, since each leaves what is not permitted.)

If two situations share their instructions, pairs of states have more successors: see
`kinds_for_paired_worlds`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import (
    DecisionModel,
    Delegate,
    Effect,
    ExampleInstruction,
    Level,
    Principal,
    SpecModel,
)
from specdsl.semantics.aig import FALSE, TRUE, AndInverterGraph, Input, Literal
from specdsl.semantics.circuit import Circuit
from specdsl.semantics.resolution_circuit import PlacedInstruction, World

Steps = tuple[PlacedInstruction, ...]

PLACES = ("stated", "lowered", "implied", "lent")
ENUMERATED = 6  # Outcomes.
ENUMERATED_ANSWERS = 5
ENUMERATED_NAMES = 5
NAMING = 2  # Restrictions by one speaker that only name outcomes.


def kinds_for_paired_worlds(
    outcomes: int, apart: bool = False, answers: bool = False, names: bool = False
) -> list[bool]:
    """Return instructions, each a permission (True) or a restriction, that represent all that a run
    of places can say on a decision in two situations.

    All of it is heard in both situations. With `apart`, one speaker is heard in the first alone,
    and with `answers` in the second alone as well. With `names`, they name no more outcomes than
    the list that they represent.

    If everything is heard in both, the number of outcomes does not matter. Say that a list moves an
    outcome if its state changes. A restriction either meets what is left in both situations, or in
    the first alone (or the second): then everything that is left in the second, and is not
    permitted in the first, is gone from the first. After that, a restriction that meets in the
    second alone, or in the first alone again, moves nothing that one naming all other outcomes does
    not move. So a list is equivalent to: permissions, one restriction that meets in one situation
    alone, restrictions in both, and permissions of outcomes that were left in both and could not be
    permitted earlier. Two restrictions are enough; they remove everything that has to go except
    what the next one must meet. If none meets in one alone, two meet in both; if one does, one in
    both follows it or, if that would not meet, precedes it.

    If names matter, an outcome that the list does not name is gone with the first restriction that
    stands, and may have to be permitted between that and the next. (`test_instruction_bounds.py` in
    the tests checks this by enumeration and with many outcomes.)
    """
    if apart:
        return [False, True] * slots_for_paired_worlds(outcomes, answers, names)
    return [True, False, True, False, False, True] if names else [True, False, False, True]


def slots_for_paired_worlds(outcomes: int, answers: bool = False, names: bool = False) -> int:
    """Return how many slots, of a restriction and then a permission each, represent all that a run
    of places can say on a decision in two situations that share it.

    From every pair of states three slots reach all that any list reaches, whether or not one
    speaker is heard in the first situation alone, and four if they may name no more than the list
    `names`. This was found by enumerating all pairs of states up to six outcomes, and up to five if
    the speaker also `answers` in the second alone or if names matter (`test_instruction_bounds.py`;
    five and six take minutes and are not run there). Beyond that: an instruction that changes no
    state can be omitted, and in each situation an outcome moves at most once, from left to gone or
    from left to permitted; one more is the first restriction that stands.

    Names of restrictions that change no state may come last: what changed nothing at its place
    changes nothing at the end either, even all of it together. NAMING of them are enough: two,
    since one must not name every outcome.
    """
    most = ENUMERATED_NAMES if names else ENUMERATED_ANSWERS if answers else ENUMERATED
    return (4 if names else 3) if outcomes <= most else 2 * (outcomes + 1)


@dataclass(frozen=True, slots=True)
class EligibleSpeaker:
    """A way to speak at a place of a level on a decision; `delegate` is the delegation
    that it needs.
    """

    place: str
    principal: Principal
    implied: bool
    at: Level | None
    delegate: Delegate | None = None


def eligible_speakers(
    spec: SpecModel, decision: DecisionModel, level: Level
) -> tuple[EligibleSpeaker, ...]:
    """Return all ways to speak, by place and then in the order of the spec."""
    found: list[EligibleSpeaker] = []
    for principal in spec.principals:
        if principal.level is None or not decision.steers(principal):
            continue
        if principal.level is level:
            found.append(EligibleSpeaker("stated", principal, False, None))
        elif principal.level.rank < level.rank:
            found.append(EligibleSpeaker("lowered", principal, False, level))
        if principal.implied is not None and principal.implied.rank <= level.rank:
            at = None if principal.implied is level else level
            found.append(EligibleSpeaker("implied", principal, True, at))
    for delegate in spec.delegates:
        if decision in delegate.decisions and delegate.level.rank <= level.rank:
            found.append(EligibleSpeaker("lent", delegate.principal, False, level, delegate))
    return tuple(sorted(found, key=lambda carrier: PLACES.index(carrier.place)))


STATED = ("stated",)


def _runs_of_level(found: Sequence[EligibleSpeaker], naming: bool) -> list[tuple[str, ...]]:
    """Return the places of a level as runs; stated instructions are a run of their own if names
    matter.
    """
    here = tuple(place for place in PLACES if any(c.place == place for c in found))
    if naming and "stated" in here:
        return [run for run in (STATED, here[1:]) if run]
    return [PLACES] if here else []


def some_can_speak(world: World, found: Iterable[EligibleSpeaker]) -> Literal:
    """Return the literal that one of the speakers can speak."""
    return world.graph.any_of(
        TRUE if c.delegate is None else world.delegation_active(c.delegate) for c in found
    )


# --- permissions, and who can invoke them -------------------------------------------------------


def may_be_permitted(spec: SpecModel, decision: DecisionModel, level: Level) -> bool:
    """Return whether a rule or an instruction of a higher level may permit something."""
    rules = (rule for rule in spec.rules if rule.level.rank < level.rank)
    if any(e.permits and e.decision is decision for rule in rules for e in rule.effects):
        return True
    return any(eligible_speakers(spec, decision, higher) for higher in spec.levels[: level.rank])


def naming_matters(spec: SpecModel, decision: DecisionModel, level: Level) -> bool:
    """Return whether instructions stated at the level can invoke what is permitted against a higher
    one.
    """
    return any(
        eligible_speakers(spec, decision, higher) and may_be_permitted(spec, decision, higher)
        for higher in spec.levels[: level.rank]
    )


# --- free instructions, one situation ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InstructionSlot:
    """A free instruction: whether it is given, the outcomes that it names, and its
    possible places.
    """

    decision: DecisionModel
    level: Level
    permits: bool
    used: Literal
    outcomes: tuple[Literal, ...]
    places: tuple[str, ...] = PLACES

    def well_formed(self, graph: AndInverterGraph) -> Literal:
        """Return the literal that it names an outcome and, for a restriction, not every outcome."""
        some = graph.any_of(self.outcomes)
        proper = TRUE if self.permits else graph.all_of(self.outcomes) ^ 1
        return graph.any_of((self.used ^ 1, graph.all_of((some, proper))))


def group_by_level(slots: Iterable[InstructionSlot]) -> tuple[tuple[InstructionSlot, ...], ...]:
    """Group the slots by decision and level, stated ones first: one of a group may say what another
    does.
    """
    found: dict[tuple[DecisionModel, Level], list[InstructionSlot]] = {}
    for slot in sorted(slots, key=lambda slot: slot.places != STATED):
        found.setdefault((slot.decision, slot.level), []).append(slot)
    return tuple(map(tuple, found.values()))


def new_slot(
    graph: AndInverterGraph,
    decision: DecisionModel,
    level: Level,
    permits: bool,
    name: str,
    places: tuple[str, ...] = PLACES,
) -> InstructionSlot:
    """Return a slot with inputs of its own; `name` is unique within its decision and level."""
    stem = f"{decision.name}/{level.name}/{'permit' if permits else 'restrict'}/{name}"
    bits = tuple(graph.atom(Input(f"{stem}/{outcome}")) for outcome in decision.outcomes)
    return InstructionSlot(
        decision, level, permits, graph.atom(Input(f"{stem}/used")), bits, places
    )


class FreeInstructions:
    """Free instructions at every level at which somebody can speak: `restrictions` restrictions,
    then a permission. If names matter, or with `named` as if they did, the stated ones come first:
    a permission, restrictions, a permission.
    """

    def __init__(self, circuit: Circuit, restrictions: int = 1, named: bool = False) -> None:
        self.circuit = circuit
        self.restrictions = restrictions
        self.named = named
        self.slots: dict[DecisionModel, list[InstructionSlot]] = {}
        self._valid: dict[Literal, Literal] = {}  # By the literal that a slot is used.

    def steps(
        self, world: World, decision: DecisionModel, level: Level
    ) -> Sequence[PlacedInstruction]:
        spec, graph = self.circuit.spec, self.circuit.graph
        found = eligible_speakers(spec, decision, level)
        steps: list[PlacedInstruction] = []
        naming = self.named or naming_matters(spec, decision, level)
        for places in _runs_of_level(found, naming):
            open_to = some_can_speak(world, (c for c in found if c.place in places))
            for slot in self._slots_of_run(decision, level, places):
                active = graph.all_of((slot.used, open_to))
                stated = places == STATED
                steps.append(PlacedInstruction(slot, active, slot.permits, slot.outcomes, stated))
        return steps

    def _slots_of_run(
        self, decision: DecisionModel, level: Level, places: tuple[str, ...]
    ) -> Iterator[InstructionSlot]:
        restrictions = [False] * self.restrictions
        kinds = [True, *restrictions, False] if places == STATED else [*restrictions, True]
        made = self.slots.setdefault(decision, [])
        for i, permits in enumerate(kinds):
            name = f"stated {i}" if places == STATED else str(i)
            slot = new_slot(self.circuit.graph, decision, level, permits, name, places)
            if slot not in made:  # Several worlds may ask.
                made.append(slot)
            yield slot

    def well_formed(self, decisions: Iterable[DecisionModel]) -> Literal:
        """Return the literal that all slots of the decisions are well formed."""
        slots = (slot for one in decisions for slot in self.slots.get(one, ()))
        return self.circuit.graph.all_of(map(self._slot_is_well_formed, slots))

    def _slot_is_well_formed(self, slot: InstructionSlot) -> Literal:
        if slot.used not in self._valid:
            self._valid[slot.used] = slot.well_formed(self.circuit.graph)
        return self._valid[slot.used]


def no_instructions(
    world: World, decision: DecisionModel, level: Level
) -> Sequence[PlacedInstruction]:
    """Return no instructions: the source of a world in which nobody speaks."""
    return ()


class HighestRestriction:
    """A source of at most one instruction, which all worlds share: a restriction of the highest
    level at which somebody can speak. It may leave just those outcomes between which rules below
    decide."""

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self._slots: dict[DecisionModel, InstructionSlot] = {}
        self._steps: dict[tuple[DecisionModel, Literal], Steps] = {}

    def steps(
        self, world: World, decision: DecisionModel, level: Level
    ) -> Sequence[PlacedInstruction]:
        """Return the instruction of a level, always as the same tuple."""
        spec, graph = self.circuit.spec, self.circuit.graph
        some = eligible_speakers(spec, decision, level)
        if not some or any(eligible_speakers(spec, decision, o) for o in spec.levels[: level.rank]):
            return ()
        slot = self._slots.setdefault(decision, new_slot(graph, decision, level, False, "alone"))
        active = graph.all_of((slot.used, some_can_speak(world, some)))
        step = PlacedInstruction(slot, active, False, slot.outcomes)
        return self._steps.setdefault((decision, active), (step,))

    def well_formed(self) -> Literal:
        """Return the literal that the instruction names some outcomes, and not all."""
        graph = self.circuit.graph
        return graph.all_of(slot.well_formed(graph) for slot in self._slots.values())


# --- the instructions of an example --------------------------------------------------------------


def listed_instructions(
    instructions: Sequence[ExampleInstruction],
) -> Callable[[World, DecisionModel, Level], Sequence[PlacedInstruction]]:
    """Return the source of a world with exactly these instructions, in the order in which they were
    given.
    """

    def steps(world: World, decision: DecisionModel, level: Level) -> Sequence[PlacedInstruction]:
        found: list[tuple[int, PlacedInstruction]] = []
        for given in reversed(instructions):  # A later one of a place outranks an earlier one.
            if given.effect.decision is not decision:
                continue
            place, active = effective_place(
                world, given.principal, given.implied, given.at, decision, level
            )
            if active != FALSE:
                step = _placed_instruction(given, given.effect, active, place == "stated")
                found.append((PLACES.index(place), step))
        return [step for _, step in sorted(found, key=lambda pair: pair[0])]

    return steps


def _placed_instruction(
    key: ExampleInstruction, effect: Effect, active: Literal, stated: bool
) -> PlacedInstruction:
    count = len(effect.decision.outcomes)
    bits = tuple(TRUE if effect.outcomes >> o & 1 else FALSE for o in range(count))
    return PlacedInstruction(key, active, effect.permits, bits, stated)


def effective_place(
    world: World,
    principal: Principal,
    implied: bool,
    at: Level | None,
    decision: DecisionModel,
    level: Level,
) -> tuple[str, Literal]:
    """Return the place at which an instruction counts if `level` is its level, and the literal that
    it is.
    """
    if principal.level is None:
        here = FALSE if implied else delegated_at(world, principal, at, decision, level)
        return "lent", here
    if not decision.steers(principal):
        return "stated", FALSE
    own = principal.implied if implied else principal.level
    counts = own is not None and (at or own) is level
    place = "implied" if implied else "stated" if level is principal.level else "lowered"
    return place, TRUE if counts else FALSE


def delegated_at(
    world: World, principal: Principal, at: Level | None, decision: DecisionModel, level: Level
) -> Literal:
    """Return the literal that an active delegation lets the principal speak at the level."""
    lent = {
        d: world.delegation_active(d)
        for d in world.circuit.spec.delegates
        if decision in d.decisions
    }
    return _lent_at(world.graph, lent, principal, at, level)


def _lent_at(
    graph: AndInverterGraph,
    active: Mapping[Delegate, Literal],
    principal: Principal,
    at: Level | None,
    level: Level,
) -> Literal:
    lent = {d: literal for d, literal in active.items() if d.principal is principal}
    reach = graph.any_of(literal for d, literal in lent.items() if d.level.rank <= level.rank)
    if at is not None:
        return reach if at is level else FALSE
    above = graph.any_of(literal for d, literal in lent.items() if d.level.rank < level.rank)
    return graph.all_of((reach, above ^ 1))


def lent_places(
    spec: SpecModel,
    graph: AndInverterGraph,
    decision: DecisionModel,
    active: Mapping[Delegate, Literal],
) -> list[Literal]:
    """Return, for each way in which principals without authority can speak on a decision and each
    level, the literal that it counts there, given where each delegation on it is active."""
    return [
        _lent_at(graph, active, principal, at, level)
        for principal, at in (delegated_choices(spec, decision) if active else ())
        for level in spec.levels
    ]


# --- two situations that share their instructions ------------------------------------------------


@dataclass(frozen=True, slots=True)
class _PlaceRun:
    """Adjacent places that are equivalent: the first one's name, whether the distinguished speaker
    and others can speak there, and whether names matter.
    """

    name: str
    mine: Literal
    others: Literal
    names: bool


_ValidSteps = tuple[Steps, Mapping[Literal, Literal]]
"""The instructions of a level, and for each literal that a slot is used the one that it is well
formed.
"""


class TwoWorldInstructions:
    """A list of instructions that two worlds share. What `speaker`, if given, says is heard in the
    first world alone; with `answers`, some of it in the second alone.
    """

    def __init__(
        self, circuit: Circuit, speaker: Principal | None = None, answers: bool = False
    ) -> None:
        self.circuit = circuit
        self.speaker = speaker
        self.answers = answers
        self.worlds: tuple[World, ...] = ()  # Set after both are made.
        self._valid: dict[Literal, Literal] = {}  # By the literal that a slot is used.

    def well_formed(self) -> Literal:
        return self.circuit.graph.all_of(self._valid.values())

    def steps(
        self, world: World, decision: DecisionModel, level: Level
    ) -> Sequence[PlacedInstruction]:
        """Return the instructions that count at a level: the same tuple for all worlds of a graph
        in which they are equal, so that it is made once.
        """
        spec, graph = self.circuit.spec, self.circuit.graph
        lent = [d for d in spec.delegates if decision in d.decisions]
        here = [d for d in lent if d.level.rank <= level.rank]
        apart = any(len({w.delegation_active(d) for w in self.worlds}) > 1 for d in here)
        who = self.speaker and (self.speaker, self.answers, self._is_first_world(world))
        active = [world.delegation_active(d) for d in lent]
        key = (spec, who, decision, level, apart, *active)
        known = graph.get_or_make("steps of paired worlds", dict[object, _ValidSteps])
        if key not in known:
            steps = tuple(self._steps_of_level(world, decision, level, apart))
            slots: list[InstructionSlot] = [step.key[0] for step in steps]
            known[key] = steps, {slot.used: slot.well_formed(graph) for slot in slots}
        found, valid = known[key]
        self._valid |= valid
        return found

    def _steps_of_level(
        self,
        world: World,
        decision: DecisionModel,
        level: Level,
        apart: bool,
    ) -> Sequence[PlacedInstruction]:
        found = eligible_speakers(self.circuit.spec, decision, level)
        if apart:
            found = tuple(c for c in found if c.delegate is None)
        naming = naming_matters(self.circuit.spec, decision, level)
        steps: list[PlacedInstruction] = []
        for run in self._merge_places(world, found, naming):
            steps += self._slots_of_run(world, decision, level, run)
        return [*steps, *self._delegated_instructions(world, decision, level)] if apart else steps

    def _merge_places(
        self, world: World, found: Sequence[EligibleSpeaker], naming: bool
    ) -> list[_PlaceRun]:
        """Merge adjacent equivalent places; stated instructions are a run of their own if names
        matter.
        """
        runs: list[_PlaceRun] = []
        for place in PLACES:
            here = [c for c in found if c.place == place]
            if here:
                mine = some_can_speak(world, (c for c in here if c.principal is self.speaker))
                others = some_can_speak(world, (c for c in here if c.principal is not self.speaker))
                run = _PlaceRun(place, mine, others, naming and place == "stated")
                if not runs or replace(run, name=runs[-1].name) != runs[-1]:
                    runs.append(run)
        return runs

    def _slots_of_run(
        self, world: World, decision: DecisionModel, level: Level, run: _PlaceRun
    ) -> list[PlacedInstruction]:
        """Return slots, each of the distinguished speaker or of somebody else."""
        graph = self.circuit.graph
        steps: list[PlacedInstruction] = []
        for i, permits in enumerate(self._kinds_of_run(decision, run)):
            slot = self._shared_slot(decision, level, permits, f"{run.name}{i}")
            own = self._is_by_speaker(slot, run.mine, run.others)
            by_others = graph.all_of((slot.used, own ^ 1, run.others))
            there = self._is_heard_in_second(slot, own)
            heard = there ^ 1 if self._is_first_world(world) else there
            by_speaker = graph.all_of((slot.used, own, run.mine, heard))
            active = graph.any_of((by_others, by_speaker))
            key = (slot, run.name, own, there)
            steps.append(PlacedInstruction(key, active, slot.permits, slot.outcomes, run.names))
        return steps

    def _kinds_of_run(self, decision: DecisionModel, run: _PlaceRun) -> list[bool]:
        """Return, for each slot of a run, whether it permits."""
        apart = run.mine != FALSE
        kinds = kinds_for_paired_worlds(len(decision.outcomes), apart, self.answers, run.names)
        voices = (run.others != FALSE) + apart * (2 if self.answers else 1)
        return [*kinds, *[False] * (NAMING * voices if run.names else 0)]

    def _is_by_speaker(self, slot: InstructionSlot, mine: Literal, others: Literal) -> Literal:
        if mine == FALSE or others == FALSE:
            return FALSE if mine == FALSE else TRUE
        stem = f"{slot.decision.name}/{slot.level.name}/{slot.used}/whose"
        return self.circuit.graph.atom(Input(stem))

    def _is_heard_in_second(self, slot: InstructionSlot, own: Literal) -> Literal:
        """Return the literal that the speaker's slot is heard in the second world instead of the
        first.
        """
        if not self.answers or own == FALSE:
            return FALSE
        stem = f"{slot.decision.name}/{slot.level.name}/{slot.used}/there"
        return self.circuit.graph.atom(Input(stem))

    def _is_first_world(self, world: World) -> bool:
        return not self.worlds or world is self.worlds[0]

    def _shared_slot(
        self, decision: DecisionModel, level: Level, permits: bool, name: str
    ) -> InstructionSlot:
        return new_slot(self.circuit.graph, decision, level, permits, f"shared/{name}")

    def _delegated_instructions(
        self, world: World, decision: DecisionModel, level: Level
    ) -> list[PlacedInstruction]:
        """Return delegated instructions, which may count at other levels in the other world: slots
        of the whole decision with a speaker and a level, which count where the world's delegations
        allow it.
        """
        graph = self.circuit.graph
        choices = delegated_choices(self.circuit.spec, decision)
        steps: list[PlacedInstruction] = []
        for i in range(self._max_delegated_slots(decision)):
            name = f"{decision.name}/lent{i}/by"
            bits = [graph.atom(Input(f"{name}{k}")) for k in range(len(choices) - 1)]
            chosen = graph.exactly_one_of(bits)
            for permits in (False, True):
                slot = self._shared_slot(
                    decision, self.circuit.spec.levels[0], permits, f"anywhere{i}"
                )
                there = self._is_heard_in_second(slot, TRUE)
                heard = there ^ 1 if self._is_first_world(world) else there
                lands = graph.any_of(
                    graph.all_of(
                        (
                            bit,
                            delegated_at(world, principal, at, decision, level),
                            heard if principal is self.speaker else TRUE,
                        )
                    )
                    for bit, (principal, at) in zip(chosen, choices, strict=True)
                )
                key = (slot, "lent", chosen, there)
                steps.append(
                    PlacedInstruction(key, graph.all_of((slot.used, lands)), permits, slot.outcomes)
                )
        return steps

    def _max_delegated_slots(self, decision: DecisionModel) -> int:
        """Bound the number of slots: in each of two situations an outcome moves once, and once more
        at each level at which it may be permitted, but not against instructions of that level.
        """
        spec, outcomes = self.circuit.spec, len(decision.outcomes)
        highest = min(d.level.rank for d in spec.delegates if decision in d.decisions)
        again = [may_be_permitted(spec, decision, level) for level in spec.levels[highest:]]
        return 2 * (outcomes + 1 + outcomes * sum(again))


def delegated_choices(
    spec: SpecModel, decision: DecisionModel
) -> list[tuple[Principal, Level | None]]:
    """Return how a principal without authority can speak on a decision: who, and `at`
    which level.
    """
    lent = [d for d in spec.delegates if decision in d.decisions]
    principals = [p for p in spec.principals if any(d.principal is p for d in lent)]
    choices: list[tuple[Principal, Level | None]] = []
    for principal in principals:
        highest = min(d.level.rank for d in lent if d.principal is principal)
        choices.append((principal, None))
        choices += [(principal, level) for level in spec.levels if level.rank >= highest]
    return choices
