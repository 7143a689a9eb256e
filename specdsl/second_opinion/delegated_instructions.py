"""Instructions with lent authority, where delegations may differ between two situations.

Such an instruction can count at another level in the second situation, or nowhere, so the two
share one list for the whole decision. Down all its places an outcome is excluded or permitted at
most once in each situation. So 2n instructions suffice for n outcomes, as at one place (`shared`),
and one more: a restriction that counts in only one situation and changes only whether the decision
is decided. An outcome that a higher candidate permits may be permitted once more at each level
against its instructions: 2n more for each such level.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from specdsl.frontend.model.nodes import DecisionModel, Level, Principal, SpecModel
from specdsl.second_opinion.smt_instructions import SmtInstruction, delegated_at
from specdsl.second_opinion.smtlib_text import (
    FALSE,
    TRUE,
    SmtScript,
    all_of,
    any_of,
    implication,
    negation_of,
)
from specdsl.second_opinion.speaking_places import InstructedWorld, may_permit_from_above

DelegatedMode = tuple[Principal, Level | None]
"""The principal who speaks, and the level that it names after `at`."""


@dataclass(frozen=True, slots=True)
class DelegatedInputs:
    """Consecutive instructions with one effect, and a Bool for each mode in which they are given.
    `second`: the speaker gives them in the second situation."""

    permits: str
    outcomes: tuple[str, ...]
    given: Mapping[DelegatedMode, str]
    second: str


class DelegatedInstructions:
    """The instructions of principals without authority in two situations. Those of the speaker are
    given in the first only, or in either if `twice`. `worlds` are the two situations, which are
    set before they are used."""

    def __init__(
        self, script: SmtScript, spec: SpecModel, speaker: Principal | None, twice: bool
    ) -> None:
        self.spec = spec
        self.script = script
        self.worlds: Sequence[InstructedWorld] = ()
        self.speaker = speaker
        self.twice = twice
        self._slots: dict[DecisionModel, list[DelegatedInputs]] = {}

    def steps(
        self, world: InstructedWorld, decision: DecisionModel, level: Level
    ) -> Iterator[SmtInstruction]:
        """Yield the instructions that count at the level."""
        for number, slot in enumerate(self._inputs_of(decision), 1):
            said = slot.second if world is self.worlds[1] else negation_of(slot.second)
            counting = (
                (
                    bit,
                    delegated_at(world, who, at, decision, level),
                    said if who is self.speaker else TRUE,
                )
                for (who, at), bit in slot.given.items()
            )
            active = any_of(map(all_of, counting))
            yield SmtInstruction(
                f"says.{level.name}.lent.{number}", active, slot.permits, slot.outcomes
            )

    def heard_when(self, world: InstructedWorld, decision: DecisionModel) -> Iterator[str]:
        """Yield the terms that a delegation to the speaker is active."""
        for delegate in world.spec.delegates:
            if delegate.principal is self.speaker and decision in delegate.decisions:
                yield world.is_active(delegate)

    def _inputs_of(self, decision: DecisionModel) -> list[DelegatedInputs]:
        """Return the inputs of a decision, made once. Unused ones come last (symmetry breaking)."""
        if decision not in self._slots:
            count = 2 * len(decision.outcomes) * (1 + self._count_repermitting_levels(decision)) + 1
            ways = self._ways(decision)
            slots = [self._new_inputs(decision, ways, n + 1) for n in range(count)]
            for one, following in pairwise(slots):
                self.script.assert_shape(
                    implication(any_of(following.given.values()), any_of(one.given.values()))
                )
            self._slots[decision] = slots
        return self._slots[decision]

    def _count_repermitting_levels(self, decision: DecisionModel) -> int:
        """Count the levels of delegations at which a higher candidate may permit."""
        spec = self.spec
        highest = min(d.level.rank for d in spec.delegates if decision in d.decisions)
        return sum(may_permit_from_above(spec, decision, level) for level in spec.levels[highest:])

    def _ways(self, decision: DecisionModel) -> list[DelegatedMode]:
        """Return one mode for each tuple of places at which a mode counts."""
        found: dict[object, DelegatedMode] = {}
        for who, at in _ways(self.worlds[0].spec, decision):
            lands = tuple(
                delegated_at(world, who, at, decision, level)
                for world in self.worlds
                for level in world.spec.levels
            )
            if any(place != FALSE for place in lands):
                found.setdefault((lands, who is self.speaker), (who, at))
        return list(found.values())

    def _new_inputs(
        self, decision: DecisionModel, ways: list[DelegatedMode], number: int
    ) -> DelegatedInputs:
        declare = self.script.declare_constant
        name = f"{decision.name}.says.lent.{number}"
        bits = tuple(declare(f"{name}/{outcome}", "Bool") for outcome in decision.outcomes)
        permits = declare(f"{name}.is_permission", "Bool")
        self.script.assert_shape(any_of((permits, negation_of(all_of(bits)))))
        given = {way: declare(f"{name}.{_mode_name(way)}", "Bool") for way in ways}
        second = declare(f"{name}.second", "Bool") if self.twice else FALSE
        return DelegatedInputs(permits, bits, given, second)


def _ways(spec: SpecModel, decision: DecisionModel) -> Iterator[DelegatedMode]:
    """Yield the modes in which recipients of delegations could speak on the decision."""
    lent = [d for d in spec.delegates if decision in d.decisions]
    for principal in dict.fromkeys(d.principal for d in lent):
        yield from ((principal, at) for at in (None, *spec.levels))


def _mode_name(way: DelegatedMode) -> str:
    principal, at = way
    return f"by.{principal.name}" + (f".at.{at.name}" if at is not None else "")
