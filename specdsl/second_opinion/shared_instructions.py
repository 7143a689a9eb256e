"""Instructions that two situations share, except those of one principal.

One restriction and one permission at each place do not suffice for two situations (a small-model
bound). Going down, an outcome that is left and not permitted can be excluded, or permitted and then
never excluded. So each outcome changes at most once in each situation. An instruction that changes
no outcome in either situation can be left out: 2n restrictions or permissions stand for any list
on n outcomes. Nor can an instruction alone make the decision decided in one situation only: if it
counts in both and stands in one, it stands in the other, or another restriction does.

For three to six outcomes, three restrictions with a permission below each are no more than that and
suffice, as an enumeration of all pairs of states shows. If it matters which outcomes are named,
four do, up to five outcomes. All other names of the list come last, in two restrictions of each
speaker, since a single one might name every outcome. An instruction that changed nothing at its
place changes nothing there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from specdsl.frontend.model.nodes import DecisionModel, Level, Principal, SpecModel
from specdsl.second_opinion.delegated_instructions import DelegatedInstructions
from specdsl.second_opinion.smt_instructions import AnyInstructions, SmtInstruction
from specdsl.second_opinion.smtlib_text import (
    FALSE,
    TRUE,
    SmtScript,
    all_of,
    any_of,
    implication,
    negation_of,
)
from specdsl.second_opinion.speaking_places import (
    UNLENT,
    InstructedWorld,
    SpeakingPlace,
    speaking_places,
)

ENUMERATED = range(3, 7)  # The numbers of outcomes that were enumerated.
ENUMERATED_NAMING = range(3, 6)
RESTRICTS, PERMITS = ".restricts", ".permits"


@dataclass(frozen=True, slots=True)
class SharedInputs:
    """The inputs of one instruction: it permits, it names each outcome, the speaker gives it, and
    does so in the second situation."""

    name: str
    permits: str
    outcomes: tuple[str, ...]
    own: str
    second: str


class SharedInstructions:
    """The instructions of two `worlds`, which are set once they are made.

    Only decisions in `apart` are encoded in both. The speaker, if any, gives no instructions in
    the second world, or if `twice`, gives others there. `heard` collects the terms that it can
    speak: if it never can, the situations are equal. `spec` has the rules of both worlds."""

    def __init__(
        self,
        script: SmtScript,
        spec: SpecModel,
        apart: Collection[DecisionModel],
        speaker: Principal | None = None,
        twice: bool = False,
    ) -> None:
        self.script = script
        self.spec = spec
        self.apart = apart
        self.speaker = speaker
        self.twice = twice
        self.worlds: tuple[InstructedWorld, ...] = ()
        self.heard: dict[str, None] = {}
        self._slots: dict[tuple[DecisionModel, str], list[SharedInputs]] = {}
        self._alike = AnyInstructions(script)
        self._moving = DelegatedInstructions(script, spec, speaker, twice)

    def steps(
        self, world: InstructedWorld, decision: DecisionModel, level: Level
    ) -> Sequence[SmtInstruction]:
        if decision not in self.apart:
            return self._alike.steps(world, decision, level)
        if not self._delegation_differs(decision):
            return self._steps_of_places(
                world, decision, speaking_places(world, decision, level, self.speaker, self.spec)
            )
        unlent = speaking_places(world, decision, level, self.speaker, self.spec, UNLENT)
        found = self._steps_of_places(world, decision, unlent)
        self.heard.update(dict.fromkeys(self._moving.heard_when(world, decision)))
        self._moving.worlds = self.worlds
        return [*found, *self._moving.steps(world, decision, level)]

    def _delegation_differs(self, decision: DecisionModel) -> bool:
        """Tell whether a delegation on the decision may be active in only one of the worlds."""
        lent = [d for d in self.spec.delegates if decision in d.decisions]
        return any(len({world.is_active(d) for world in self.worlds}) > 1 for d in lent)

    def _steps_of_places(
        self, world: InstructedWorld, decision: DecisionModel, found: Sequence[SpeakingPlace]
    ) -> list[SmtInstruction]:
        steps: list[SmtInstruction] = []
        for place in found:
            self.heard[place.speaker_can] = None
            for slot in self._inputs_of(decision, place):
                given = all_of((slot.own, place.speaker_can, self._is_given_in(world, slot)))
                shared = all_of((negation_of(slot.own), place.others_can))
                active = any_of((given, shared))
                steps.append(
                    SmtInstruction(
                        slot.name, active, slot.permits, slot.outcomes, place.names_count
                    )
                )
        return steps

    def _is_given_in(self, world: InstructedWorld, slot: SharedInputs) -> str:
        second = world is self.worlds[1]
        if not self.twice:
            return FALSE if second else TRUE
        return slot.second if second else negation_of(slot.second)

    def _inputs_of(self, decision: DecisionModel, place: SpeakingPlace) -> list[SharedInputs]:
        """Return the inputs of a place, made once for both situations. Unused groups come last
        (symmetry breaking)."""
        key = decision, place.name
        if key not in self._slots:
            groups = [
                [self._new_inputs(decision, place, f"{number}{kind}", kind) for kind in kinds]
                for number, kinds in enumerate(self._group_kinds(len(decision.outcomes), place), 1)
            ]
            for one, following in pairwise(groups):
                self.script.assert_shape(implication(_some_named(following), _some_named(one)))
            named = [
                self._new_inputs(decision, place, f"asks.{number}", RESTRICTS)
                for number in range(1, 1 + self._naming_count(place))
            ]
            self._slots[key] = [*(slot for group in groups for slot in group), *named]
        return self._slots[key]

    def _group_kinds(self, outcomes: int, place: SpeakingPlace) -> list[tuple[str, ...]]:
        if self.twice or outcomes not in (ENUMERATED_NAMING if place.names_count else ENUMERATED):
            return [("",)] * (2 * outcomes)
        return [(RESTRICTS, PERMITS)] * (4 if place.names_count else 3)

    def _naming_count(self, place: SpeakingPlace) -> int:
        """Count the restrictions that only name outcomes: two for each speaker."""
        if not place.names_count:
            return 0
        speaker = 0 if place.speaker_can == FALSE else 2 if self.twice else 1
        return 2 * ((place.others_can != FALSE) + speaker)

    def _new_inputs(
        self, decision: DecisionModel, place: SpeakingPlace, name: str, kind: str
    ) -> SharedInputs:
        """Declare the inputs of an instruction of one kind, or of either if `kind` is empty."""
        step = f"says.{place.name}.{name}"
        name = f"{decision.name}.{step}"
        bits = tuple(self.script.declare_constant(f"{name}/{o}", "Bool") for o in decision.outcomes)
        permits = {RESTRICTS: FALSE, PERMITS: TRUE}.get(kind) or self.script.declare_constant(
            f"{name}.is_permission", "Bool"
        )
        self.script.assert_shape(any_of((permits, negation_of(all_of(bits)))))
        if FALSE in (place.speaker_can, place.others_can):
            own = FALSE if place.speaker_can == FALSE else TRUE
        else:
            own = self.script.declare_constant(f"{name}.own", "Bool")
        both = self.twice and own != FALSE
        second = self.script.declare_constant(f"{name}.second", "Bool") if both else FALSE
        return SharedInputs(step, permits, bits, own, second)


def _some_named(slots: Sequence[SharedInputs]) -> str:
    return any_of(bit for slot in slots for bit in slot.outcomes)
