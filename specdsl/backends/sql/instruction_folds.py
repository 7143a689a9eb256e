"""Folds of instructions: what those of a level leave of the outcomes of a decision, and permit.

A fold goes through the list of a row once for each place of a level, the highest place first. Its
state is an integer: the lowest bits are the outcomes that are left, those above them the outcomes
that the level's instructions permit, and one more says that a restriction stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from specdsl.backends.artifact_proof import UnsupportedArtifact
from specdsl.backends.sql import sql_terms as s
from specdsl.backends.sql.instruction_lists import (
    ITEM,
    SAID,
    SILENT,
    InstructionAddress,
    InstructionList,
)
from specdsl.backends.sql.query_steps import QuerySteps
from specdsl.backends.sql.sql_conditions import ConditionTranslator
from specdsl.backends.sql.sql_dialects import SqlDialect
from specdsl.base.limits import MAX_TOLD_RANKS
from specdsl.frontend.model.nodes import DecisionModel, Delegate, Level
from specdsl.semantics.circuit import Circuit
from specdsl.semantics.instruction_inputs import PLACES, eligible_speakers

STATE = "_state"


@dataclass(frozen=True, eq=False, slots=True)
class FoldPlace:
    """A place of a level: who may speak there in any case, and by delegations."""

    name: str
    always: tuple[InstructionAddress, ...]
    lent: tuple[InstructionAddress, ...]


@dataclass(eq=False)
class InstructionFolds:
    """Writes the columns of folds. `lends`: the columns of delegations, which say where
    each is active."""

    circuit: Circuit
    translator: ConditionTranslator
    steps: QuerySteps
    said: InstructionList
    lends: dict[Delegate, str] = field(default_factory=dict)

    def counts_on(self, decision: DecisionModel) -> bool:
        """Return whether an instruction can count on a decision."""
        return any(self.places(decision, level) for level in self.circuit.spec.levels)

    def places(self, decision: DecisionModel, level: Level) -> list[FoldPlace]:
        """Return the places of a level at which somebody may speak, the highest first."""
        return speaking_places(self.said, decision, level)

    def add_state(
        self, decision: DecisionModel, level: Level, left: s.Sql, permitted: s.Sql | None
    ) -> s.Sql:
        """Add the column of the state after the instructions of a level; returns what refers to
        it.
        """
        number = self.circuit.spec.decisions.index(decision)
        lifted = None
        if permitted is not None:
            lifted = self._add_lifted(decision, level, permitted)
        state: s.Sql = s.cast(left.copy(), "bigint")
        for place in self.places(decision, level):
            step = self._step_of(decision, level, place, lifted)
            step_of_place = s.lambda_of([STATE, ITEM], step)
            state = self.said.words.fold(s.column(SAID), state, step_of_place)
        start = s.cast(left.copy(), "bigint")
        value = s.case_of([(s.column(SILENT), start)], state)
        return self.steps.add_column(state_name(number, level), value)

    def _add_lifted(self, decision: DecisionModel, level: Level, permitted: s.Sql) -> s.Sql | None:
        """Add the column of what is permitted against instructions of the level: what one stated
        below it names. None if nobody can state anything there.
        """
        number = self.circuit.spec.decisions.index(decision)
        addresses = stated_below(self.said, decision, level)
        if not addresses:
            return None
        here = s.conjunction(
            [self._is_from(addresses), s.negation(s.has_bits(_item(), self.said.permit_bit))]
        )
        named = s.bits_or(_state(), s.bits_and(_item(), s.integer(decision.all_outcomes)))
        step = s.lambda_of([STATE, ITEM], s.case_of([(here, named)], _state()))
        start = s.cast(s.integer(0), "bigint")
        fold = self.said.words.fold(s.column(SAID), start.copy(), step)
        value = s.case_of([(s.column(SILENT), start)], fold)
        asked = self.steps.add_column(asked_name(number, level), value)
        lifted = s.bits_and(permitted.copy(), asked)
        return self.steps.add_column(lifted_name(number, level), lifted)

    def _step_of(
        self, decision: DecisionModel, level: Level, place: FoldPlace, lifted: s.Sql | None
    ) -> s.Sql:
        """Return the state after one instruction."""
        count, every = len(decision.outcomes), decision.all_outcomes
        here = self._is_at(decision, level, place)
        named = s.bits_and(s.bits_and(_state(), _item()), s.integer(every))
        opened = exp.BitwiseLeftShift(this=exp.Paren(this=named), expression=s.integer(count))
        permits = s.conjunction([here, s.has_bits(_item(), self.said.permit_bit)])
        opens = s.bits_or(_state(), opened)
        meets = s.comparison(exp.Paren(this=named.copy()), "!=", s.integer(0))
        kept = s.integer(((1 << count + 1) - 1) << count)
        leaves = s.bits_or(kept, s.bits_and(_item(), s.integer(every)))
        if lifted is not None:
            leaves = s.bits_or(leaves, lifted.copy())
        own = exp.BitwiseRightShift(this=_state(), expression=s.integer(count))
        leaves = s.bits_or(leaves, own)
        left = s.bits_or(s.bits_and(_state(), leaves), s.integer(1 << 2 * count))
        return s.case_of([(permits, opens), (s.conjunction([here.copy(), meets]), left)], _state())

    def _is_at(self, decision: DecisionModel, level: Level, place: FoldPlace) -> s.Sql:
        """Return the test that an instruction counts at a place."""
        parts: list[s.Sql] = []
        if place.always:
            addresses = [self.said.address(decision, one) for one in place.always]
            parts.append(self._is_from(addresses))
        for one in place.lent:
            speaks = self._is_from([self.said.address(decision, one)])
            active = self._lending_conditions(decision, level, one)
            parts.append(s.conjunction([speaks, *active]))
        return s.disjunction(parts)

    def _is_from(self, addresses: Sequence[int]) -> s.Sql:
        address = s.bits_and(_item(), s.integer(self.said.address_mask))
        return s.one_of(exp.Paren(this=address), [s.integer(one) for one in addresses])

    def _lending_conditions(
        self, decision: DecisionModel, level: Level, speaker: InstructionAddress
    ) -> list[s.Sql]:
        """Return the conditions under which a principal without authority speaks at a level."""
        mine = [
            one
            for one in self.circuit.spec.delegates
            if one.principal is speaker.principal and decision in one.decisions
        ]
        reach = [self._lends(one) for one in mine if one.level.rank <= level.rank]
        found = [s.disjunction(reach)]
        above = [self._lends(one) for one in mine if one.level.rank < level.rank]
        if speaker.at is None and above:
            found.append(s.negation(s.disjunction(above)))
        return found

    def _lends(self, delegate: Delegate) -> s.Sql:
        if delegate not in self.lends:
            number = self.circuit.spec.delegates.index(delegate)
            condition = self.translator.expression(self.circuit.delegates[delegate])
            value = s.coalesce([condition, s.truth(False)])
            self.steps.add_column(lends_name(number), value)
            self.lends[delegate] = lends_name(number)
        return s.column(self.lends[delegate])


def require_instructions(circuit: Circuit, dialect: SqlDialect) -> InstructionList:
    """Return how a query reads the instructions of a spec. Raises `UnsupportedArtifact`."""
    said = InstructionList(circuit.spec, dialect)
    for decision in circuit.spec.decisions:
        speaks = any(eligible_speakers(circuit.spec, decision, one) for one in circuit.spec.levels)
        ranked = circuit.ranks.levels[decision] if speaks else ()
        many = max((len(set(one.above)) for one in ranked), default=0)
        if many > MAX_TOLD_RANKS:
            raise UnsupportedArtifact(
                f"instructions on `{decision.name}` are not read: its rules have more than "
                f"{MAX_TOLD_RANKS} ranks within a level"
            )
    return said


def speaking_places(
    said: InstructionList, decision: DecisionModel, level: Level
) -> list[FoldPlace]:
    """Return the places of a level at which somebody may speak on a decision."""
    by_place: Mapping[str, tuple[list[InstructionAddress], list[InstructionAddress]]]
    by_place = {name: ([], []) for name in PLACES}
    for one in eligible_speakers(said.spec, decision, level):
        who = (one.principal, one.implied)
        same = [each for each in said.speakers if (each.principal, each.implied) == who]
        always, lent = by_place[one.place]
        if one.delegate is not None:
            lent += [each for each in same if each.at in (None, level) and each not in lent]
        else:
            own = one.principal.implied if one.implied else one.principal.level
            always += [each for each in same if (each.at or own) is level]
    return [
        FoldPlace(name, tuple(always), tuple(lent))
        for name, (always, lent) in by_place.items()
        if always or lent
    ]


def stated_below(said: InstructionList, decision: DecisionModel, level: Level) -> list[int]:
    """Return the addresses of those who state something at a lower level, which is their own."""
    lower = said.spec.levels[level.rank + 1 :]
    return [
        said.address(decision, speaker)
        for one in lower
        for place in speaking_places(said, decision, one)
        if place.name == "stated"
        for speaker in place.always
    ]


def state_name(decision: int, level: Level) -> str:
    return f"_told_{decision}_{level.rank}"


def asked_name(decision: int, level: Level) -> str:
    return f"_asked_{decision}_{level.rank}"


def lifted_name(decision: int, level: Level) -> str:
    return f"_lifted_{decision}_{level.rank}"


def lends_name(delegate: int) -> str:
    return f"_lends_{delegate}"


def _state() -> s.Sql:
    return exp.Identifier(this=STATE, quoted=False)


def _item() -> s.Sql:
    return exp.Identifier(this=ITEM, quoted=False)
