"""Instructions as steps of a world: those of an example, and free ones that may be anything.

Going down the places of a level an instruction meets a state (U, P): what is left, and what of it
is permitted against instructions of the level. Some instructions, whatever they are and however
many, lead from there to every (U', P') with P ⊆ P' ⊆ U' ⊆ U and U' not empty, and that relation
composes: so one restriction and one permission a level stand for all lists of instructions, as long
as one situation is looked at and nothing else of what is said there matters.

What is stated may matter otherwise: by the outcomes that it *names*, for what is permitted against
instructions of the levels between. Let M be what a list at the place names. A permission of P',
then a restriction to M ∩ U', then one to the rest of M, which then meets nothing and is overridden,
lead to the same state and name the same: if U' is not U, what is neither named nor in P' is gone.
(Where nothing goes, two restrictions name M, since each leaves what is not permitted.)

Where two situations share their instructions the pair of states has more ways to go: see
`kinds_of_two`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from specdsl.circuit.graph import FALSE, TRUE, Graph, Input
from specdsl.circuit.nodes import Circuit
from specdsl.circuit.resolve import Step, World
from specdsl.model.nodes import Decision, Delegate, Effect, Level, Principal, Said, Spec

PLACES = ("stated", "lowered", "implied", "lent")
ENUMERATED = 6  # outcomes
ENUMERATED_ANSWERS = 5
ENUMERATED_NAMES = 5
NAMING = 2  # restrictions that only name, of one who speaks


def kinds_of_two(
    outcomes: int, apart: bool = False, answers: bool = False, names: bool = False
) -> list[bool]:
    """Instructions, each a permission or a restriction, that stand for all that a run of places can
    say on a decision in two situations: all of it is heard in both, or where `apart` one speaker in
    the first alone, and where he `answers` in the second alone too. Where `names`, they name no
    more than the list for which they stand.

    Where all is heard in both, it does not matter how many outcomes there are. Say that a list
    moves an outcome where something becomes of it. A restriction either meets what is left in both
    situations, or in the first alone (or the second): then all that is left in the second, and is
    not permitted in the first, is gone from the first. After that a restriction that meets in the
    second alone, or once more in the first alone, moves nothing that one naming all other outcomes
    does not move. So a list is as good as: permissions, one restriction that meets in one
    situation alone, restrictions in both, and permissions of what was left in both and could not
    be permitted earlier. Of the restrictions two are enough, which take out all that is to go save
    what the next one must meet: where there is none that meets in one alone, two in both; else one
    in both, after it, or where that would not meet, before it.

    Where it matters what is named, what the list does not name is gone with the first restriction
    that stands, and may have to be permitted between that and the next.
    (tests/test_instructions.py, by enumeration and with many outcomes.)
    """
    if apart:
        return [False, True] * slots_of_two(outcomes, answers, names)
    return [True, False, True, False, False, True] if names else [True, False, False, True]


def slots_of_two(outcomes: int, answers: bool = False, names: bool = False) -> int:
    """How many slots, of a restriction and then a permission each, stand for all that a run of
    places can say on a decision in two situations that share it.

    From every pair of states three reach all that any list reaches, whether or not one speaker is
    heard in the first situation alone, and four where no more may be named than that list `names`:
    found by enumerating all pairs up to six outcomes, and up to five where it also `answers` in the
    second alone or what it names matters (tests/test_instructions.py; five and six take minutes and
    are not run there). Beyond: an instruction that changes no state can be left out, and in each
    situation an outcome moves once at most, from left to gone or from left to permitted; one more
    is the first restriction that stands.

    What else is named, by restrictions that change no state, may be named last: whatever changed
    nothing at its place changes nothing there either, nor does all of it together. So NAMING of
    them are enough, two since one must not name every outcome.
    """
    most = ENUMERATED_NAMES if names else ENUMERATED_ANSWERS if answers else ENUMERATED
    return (4 if names else 3) if outcomes <= most else 2 * (outcomes + 1)


@dataclass(frozen=True, slots=True)
class Carrier:
    """Who can speak at a place of a level on a decision, and how it is said. `delegate`: what
    must be active for it."""

    place: str
    principal: Principal
    implied: bool
    at: Level | None
    delegate: Delegate | None = None


def carriers(spec: Spec, decision: Decision, level: Level) -> tuple[Carrier, ...]:
    """All of them, by place and then in the order of the spec."""
    found: list[Carrier] = []
    for principal in spec.principals:
        if principal.level is None or not decision.steers(principal):
            continue
        if principal.level is level:
            found.append(Carrier("stated", principal, False, None))
        elif principal.level.rank < level.rank:
            found.append(Carrier("lowered", principal, False, level))
        if principal.implied is not None and principal.implied.rank <= level.rank:
            at = None if principal.implied is level else level
            found.append(Carrier("implied", principal, True, at))
    for delegate in spec.delegates:
        if decision in delegate.decisions and delegate.level.rank <= level.rank:
            found.append(Carrier("lent", delegate.principal, False, level, delegate))
    return tuple(sorted(found, key=lambda carrier: PLACES.index(carrier.place)))


STATED = ("stated",)


def _apart(found: Sequence[Carrier], naming: bool) -> list[tuple[str, ...]]:
    """The places of a level as runs: what is stated apart from the others where that matters."""
    here = tuple(place for place in PLACES if any(c.place == place for c in found))
    if naming and "stated" in here:
        return [run for run in (STATED, here[1:]) if run]
    return [PLACES] if here else []


def available(world: World, found: Iterable[Carrier]) -> int:
    """Some of the carriers can speak."""
    return world.graph.any_of(
        TRUE if c.delegate is None else world.active(c.delegate) for c in found
    )


# --- what may be permitted, and who may let it in ------------------------------------------------


def may_be_permitted(spec: Spec, decision: Decision, level: Level) -> bool:
    """A rule or an instruction of a higher level may permit something."""
    rules = (rule for rule in spec.rules if rule.level.rank < level.rank)
    if any(e.permits and e.decision is decision for rule in rules for e in rule.effects):
        return True
    return any(carriers(spec, decision, higher) for higher in spec.levels[: level.rank])


def naming_matters(spec: Spec, decision: Decision, level: Level) -> bool:
    """What is stated at the level may let in what is permitted against a higher level's wishes."""
    return any(
        carriers(spec, decision, higher) and may_be_permitted(spec, decision, higher)
        for higher in spec.levels[: level.rank]
    )


# --- free instructions, one situation ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Slot:
    """An instruction that may be given: whether it is, which outcomes it names, and at which of the
    level's places."""

    decision: Decision
    level: Level
    permits: bool
    used: int
    outcomes: tuple[int, ...]
    places: tuple[str, ...] = PLACES

    def valid(self, graph: Graph) -> int:
        """It names an outcome, and if it is a restriction not every one."""
        some = graph.any_of(self.outcomes)
        proper = TRUE if self.permits else graph.all_of(self.outcomes) ^ 1
        return graph.any_of((self.used ^ 1, graph.all_of((some, proper))))


def grouped(slots: Iterable[Slot]) -> tuple[tuple[Slot, ...], ...]:
    """Those of a level together, what is stated first: one may say what another does."""
    found: dict[tuple[Decision, Level], list[Slot]] = {}
    for slot in sorted(slots, key=lambda slot: slot.places != STATED):
        found.setdefault((slot.decision, slot.level), []).append(slot)
    return tuple(map(tuple, found.values()))


def new_slot(
    graph: Graph,
    decision: Decision,
    level: Level,
    permits: bool,
    name: str,
    places: tuple[str, ...] = PLACES,
) -> Slot:
    """A slot with inputs of its own; `name` tells it from the others of its decision and level."""
    stem = f"{decision.name}/{level.name}/{'permit' if permits else 'restrict'}/{name}"
    bits = tuple(graph.atom(Input(f"{stem}/{outcome}")) for outcome in decision.outcomes)
    return Slot(decision, level, permits, graph.atom(Input(f"{stem}/used")), bits, places)


class FreeInstructions:
    """At every level where somebody can speak: `restrictions` restrictions, then a permission.
    Where it matters what is stated: there a permission first, so many restrictions and another one,
    then the other places."""

    def __init__(self, circuit: Circuit, restrictions: int = 1) -> None:
        self.circuit = circuit
        self.restrictions = restrictions
        self.slots: dict[Decision, list[Slot]] = {}

    def steps(self, world: World, decision: Decision, level: Level) -> Sequence[Step]:
        spec, graph = self.circuit.spec, self.circuit.graph
        found = carriers(spec, decision, level)
        steps: list[Step] = []
        for places in _apart(found, naming_matters(spec, decision, level)):
            open_to = available(world, (c for c in found if c.place in places))
            for slot in self._run(decision, level, places):
                active = graph.all_of((slot.used, open_to))
                stated = places == STATED
                steps.append(Step(slot, active, slot.permits, slot.outcomes, stated))
        return steps

    def _run(self, decision: Decision, level: Level, places: tuple[str, ...]) -> Iterator[Slot]:
        restrictions = [False] * self.restrictions
        kinds = [True, *restrictions, False] if places == STATED else [*restrictions, True]
        made = self.slots.setdefault(decision, [])
        for i, permits in enumerate(kinds):
            name = f"stated {i}" if places == STATED else str(i)
            slot = new_slot(self.circuit.graph, decision, level, permits, name, places)
            if slot not in made:  # several worlds may ask
                made.append(slot)
            yield slot

    def valid(self, decisions: Iterable[Decision]) -> int:
        """All slots of the decisions are well formed."""
        graph = self.circuit.graph
        return graph.all_of(s.valid(graph) for d in decisions for s in self.slots.get(d, ()))


def no_instructions(world: World, decision: Decision, level: Level) -> Sequence[Step]:
    """The steps of a world in which nobody says anything."""
    return ()


# --- the instructions of an example --------------------------------------------------------------


def said(instructions: Sequence[Said]) -> Callable[[World, Decision, Level], Sequence[Step]]:
    """The steps of a world with just these instructions, in the order in which they were given."""

    def steps(world: World, decision: Decision, level: Level) -> Sequence[Step]:
        found: list[tuple[int, Step]] = []
        for given in reversed(instructions):  # a later one of a place ranks above an earlier one
            if given.effect.decision is not decision:
                continue
            place, active = landing(
                world, given.principal, given.implied, given.at, decision, level
            )
            if active != FALSE:
                step = _step(given, given.effect, active, place == "stated")
                found.append((PLACES.index(place), step))
        return [step for _, step in sorted(found, key=lambda pair: pair[0])]

    return steps


def _step(key: Said, effect: Effect, active: int, stated: bool) -> Step:
    count = len(effect.decision.outcomes)
    bits = tuple(TRUE if effect.outcomes >> o & 1 else FALSE for o in range(count))
    return Step(key, active, effect.permits, bits, stated)


def landing(
    world: World,
    principal: Principal,
    implied: bool,
    at: Level | None,
    decision: Decision,
    level: Level,
) -> tuple[str, int]:
    """The place of `level` where such an instruction counts, and the literal that it does."""
    if principal.level is None:
        here = FALSE if implied else lent_at(world, principal, at, decision, level)
        return "lent", here
    if not decision.steers(principal):
        return "stated", FALSE
    own = principal.implied if implied else principal.level
    counts = own is not None and (at or own) is level
    place = "implied" if implied else "stated" if level is principal.level else "lowered"
    return place, TRUE if counts else FALSE


def lent_at(
    world: World, principal: Principal, at: Level | None, decision: Decision, level: Level
) -> int:
    """An active delegation lets the principal speak at the level."""
    graph = world.graph
    lent = [
        d
        for d in world.circuit.spec.delegates
        if d.principal is principal and decision in d.decisions
    ]
    reach = graph.any_of(world.active(d) for d in lent if d.level.rank <= level.rank)
    if at is not None:
        return reach if at is level else FALSE
    above = graph.any_of(world.active(d) for d in lent if d.level.rank < level.rank)
    return graph.all_of((reach, above ^ 1))


# --- two situations that share their instructions ------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Run:
    """Places in a row: the first one's name, where the speaker who is asked about can speak there
    and where others can, and whether it matters what they name."""

    name: str
    mine: int
    others: int
    names: bool


class SharedInstructions:
    """Steps for two worlds of one list of instructions. What `speaker`, where given, says is heard
    in the first world only; where it `answers`, some of it in the second only."""

    def __init__(
        self, circuit: Circuit, speaker: Principal | None = None, answers: bool = False
    ) -> None:
        self.circuit = circuit
        self.speaker = speaker
        self.answers = answers
        self.worlds: tuple[World, ...] = ()  # set once both are made
        self._valid: list[int] = []

    def valid(self) -> int:
        return self.circuit.graph.all_of(self._valid)

    def steps(self, world: World, decision: Decision, level: Level) -> Sequence[Step]:
        found = carriers(self.circuit.spec, decision, level)
        lent = [c.delegate for c in found if c.delegate is not None]
        apart = any(len({w.active(d) for w in self.worlds}) > 1 for d in lent)
        if apart:
            found = tuple(c for c in found if c.delegate is None)
        naming = naming_matters(self.circuit.spec, decision, level)
        steps: list[Step] = []
        for run in self._runs(world, found, naming):
            steps += self._run(world, decision, level, run)
        return [*steps, *self._lent(world, decision, level)] if apart else steps

    def _runs(self, world: World, found: Sequence[Carrier], naming: bool) -> list[_Run]:
        """Places in a row between which nothing differs; what is stated apart where it matters."""
        runs: list[_Run] = []
        for place in PLACES:
            here = [c for c in found if c.place == place]
            if here:
                mine = available(world, (c for c in here if c.principal is self.speaker))
                others = available(world, (c for c in here if c.principal is not self.speaker))
                run = _Run(place, mine, others, naming and place == "stated")
                if not runs or replace(run, name=runs[-1].name) != runs[-1]:
                    runs.append(run)
        return runs

    def _run(self, world: World, decision: Decision, level: Level, run: _Run) -> list[Step]:
        """Slots, each the speaker's or somebody else's."""
        graph = self.circuit.graph
        steps: list[Step] = []
        for i, permits in enumerate(self._kinds(decision, run)):
            slot = self._slot(decision, level, permits, f"{run.name}{i}")
            own = self._whose(slot, run.mine, run.others)
            by_others = graph.all_of((slot.used, own ^ 1, run.others))
            there = self._there(slot, own)
            heard = there ^ 1 if self._first(world) else there
            by_speaker = graph.all_of((slot.used, own, run.mine, heard))
            active = graph.any_of((by_others, by_speaker))
            key = (slot, run.name, own, there)
            steps.append(Step(key, active, slot.permits, slot.outcomes, run.names))
        return steps

    def _kinds(self, decision: Decision, run: _Run) -> list[bool]:
        """Of each slot of a run, whether it permits."""
        apart = run.mine != FALSE
        kinds = kinds_of_two(len(decision.outcomes), apart, self.answers, run.names)
        voices = (run.others != FALSE) + apart * (2 if self.answers else 1)
        return [*kinds, *[False] * (NAMING * voices if run.names else 0)]

    def _whose(self, slot: Slot, mine: int, others: int) -> int:
        if mine == FALSE or others == FALSE:
            return FALSE if mine == FALSE else TRUE
        stem = f"{slot.decision.name}/{slot.level.name}/{slot.used}/whose"
        return self.circuit.graph.atom(Input(stem))

    def _there(self, slot: Slot, own: int) -> int:
        """What the speaker says in the slot is heard in the second world, not in the first."""
        if not self.answers or own == FALSE:
            return FALSE
        stem = f"{slot.decision.name}/{slot.level.name}/{slot.used}/there"
        return self.circuit.graph.atom(Input(stem))

    def _first(self, world: World) -> bool:
        return not self.worlds or world is self.worlds[0]

    def _slot(self, decision: Decision, level: Level, permits: bool, name: str) -> Slot:
        slot = new_slot(self.circuit.graph, decision, level, permits, f"shared/{name}")
        self._valid.append(slot.valid(self.circuit.graph))
        return slot

    def _lent(self, world: World, decision: Decision, level: Level) -> list[Step]:
        """Lent authority may reach other levels in the other world: slots of the whole decision,
        each with who speaks and at which level, land where the world's delegations let them."""
        graph = self.circuit.graph
        choices = lent_choices(self.circuit.spec, decision)
        steps: list[Step] = []
        for i in range(self._most_lent(decision)):
            chosen = self._choice(decision, i, len(choices))
            for permits in (False, True):
                slot = self._slot(decision, self.circuit.spec.levels[0], permits, f"anywhere{i}")
                there = self._there(slot, TRUE)
                heard = there ^ 1 if self._first(world) else there
                lands = graph.any_of(
                    graph.all_of(
                        (
                            bit,
                            lent_at(world, principal, at, decision, level),
                            heard if principal is self.speaker else TRUE,
                        )
                    )
                    for bit, (principal, at) in zip(chosen, choices, strict=True)
                )
                key = (slot, "lent", chosen, there)
                steps.append(Step(key, graph.all_of((slot.used, lands)), permits, slot.outcomes))
        return steps

    def _most_lent(self, decision: Decision) -> int:
        """In each of the two situations an outcome moves once, and once more at each level at which
        it may be permitted already, but not against instructions of that level."""
        spec, outcomes = self.circuit.spec, len(decision.outcomes)
        highest = min(d.level.rank for d in spec.delegates if decision in d.decisions)
        again = [may_be_permitted(spec, decision, level) for level in spec.levels[highest:]]
        return 2 * (outcomes + 1 + outcomes * sum(again))

    def _choice(self, decision: Decision, i: int, count: int) -> list[int]:
        """One of so many, as literals of which exactly one holds."""
        graph = self.circuit.graph
        bits = [graph.atom(Input(f"{decision.name}/lent{i}/by{k}")) for k in range(count - 1)]
        return [
            graph.all_of((*(b ^ 1 for b in bits[:k]), bits[k] if k < len(bits) else TRUE))
            for k in range(count)
        ]


def lent_choices(spec: Spec, decision: Decision) -> list[tuple[Principal, Level | None]]:
    """How a principal without authority can speak on a decision: who, and `at` which level."""
    lent = [d for d in spec.delegates if decision in d.decisions]
    principals = [p for p in spec.principals if any(d.principal is p for d in lent)]
    choices: list[tuple[Principal, Level | None]] = []
    for principal in principals:
        highest = min(d.level.rank for d in lent if d.principal is principal)
        choices.append((principal, None))
        choices += [(principal, level) for level in spec.levels if level.rank >= highest]
    return choices
