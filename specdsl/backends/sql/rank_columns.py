"""Code generator for decisions of any rules: what is left of the outcomes, rank by rank, as masks.

Rules of a level that the same rules outrank, and that outrank the same, are a group: they meet one
state and add to one. The groups of a level are columns, and so are the states that they meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from sqlglot import exp

from specdsl.backends.sql import sql_terms as s
from specdsl.backends.sql.instruction_folds import InstructionFolds
from specdsl.backends.sql.query_steps import QuerySteps
from specdsl.backends.sql.result_codes import failed_code, fallback_code, most_preferred_code
from specdsl.backends.sql.sql_conditions import ConditionTranslator
from specdsl.frontend.model.nodes import DecisionModel, Level, Rule
from specdsl.frontend.ranking.ranks import RankedLevel
from specdsl.semantics import aig as g
from specdsl.semantics.circuit import Circuit


@dataclass(frozen=True, eq=False, slots=True)
class OutcomeState:
    """The masks of outcomes that are left, and that are permitted."""

    left: s.Sql
    permitted: s.Sql | None = None  # None: nothing is.


@dataclass(frozen=True, eq=False, slots=True)
class PeerGroup:
    """Rules of a level with one effect, the same rules above them and the same below."""

    members: int  # Positions in the level.
    above: int
    outcomes: int
    permits: bool
    rules: tuple[Rule, ...]


@dataclass(frozen=True, eq=False, slots=True)
class GroupEffect:
    """The columns of a group: whether it stands, and what it leaves or permits."""

    group: PeerGroup
    stands: s.Sql
    mask: s.Sql


@dataclass(eq=False)
class RankColumns:
    """Writes the columns of a decision, from the highest level down."""

    circuit: Circuit
    decision: DecisionModel
    translator: ConditionTranslator
    steps: QuerySteps
    settled: bool = False  # It is proved that the rules do not conflict.
    folds: InstructionFolds | None = None  # None: nobody gives instructions.
    guard: s.Sql | None = None  # No rule stands where this is false.
    standing: list[s.Sql] = field(default_factory=list)  # Tests that a restriction stands.

    def __post_init__(self) -> None:
        self.full = self.decision.all_outcomes
        self._numbers = count(1)

    def result_expression(self) -> s.Sql:
        """Return the code of the decision's result."""
        state = OutcomeState(s.integer(self.full))
        clashes: list[tuple[OutcomeState, OutcomeState]] = []
        for ranked in self.circuit.ranks.levels[self.decision]:
            state = self._told_state(ranked.level, state)
            groups = rule_groups(self.circuit, self.decision, ranked)
            if groups:
                before, state = state, self._state_after(groups, state)
                clashes.append((before, state))
        return self._result_of(state, clashes)

    def new_column(self, what: str, value: s.Sql) -> s.Sql:
        name = f"_{self.decision.name}_{what}_{next(self._numbers)}"
        return self.steps.add_column(name, value)

    # --- levels ---

    def _told_state(self, level: Level, state: OutcomeState) -> OutcomeState:
        """Return the state after the instructions of a level."""
        if self.folds is None or not self.folds.places(self.decision, level):
            return state
        told = self.folds.add_state(self.decision, level, state.left, state.permitted)
        count, every = len(self.decision.outcomes), s.integer(self.full)
        self.standing.append(s.has_bits(told.copy(), 1 << 2 * count))
        left = self.new_column("left", s.bits_and(told.copy(), every))
        shifted = exp.BitwiseRightShift(this=told.copy(), expression=s.integer(count))
        permitted = s.bits_and(shifted, every.copy())
        if state.permitted is not None:
            permitted = s.bits_or(permitted, state.permitted.copy())
        return OutcomeState(left, self.new_column("permitted", permitted))

    def _state_after(self, groups: Sequence[PeerGroup], start: OutcomeState) -> OutcomeState:
        """Return what the rules of a level leave."""
        states: dict[int, OutcomeState] = {0: start}
        effects: list[GroupEffect] = []
        for group in groups:
            state = self._state_below(group.above, states, effects)
            effects.append(self._effect_of(group, state))
        every = sum(group.members for group in groups)
        return self._state_below(every, states, effects)

    def _state_below(
        self, above: int, states: dict[int, OutcomeState], effects: Sequence[GroupEffect]
    ) -> OutcomeState:
        """Return the state below these rules of the level: from the largest known set of them, what
        the others leave.
        """
        if above not in states:
            known = max((one for one in states if not one & ~above), key=int.bit_count)
            start, rest = states[known], above & ~known
            more = [one for one in effects if one.group.members & rest]
            left, permitted = start.left, start.permitted
            for one in more:
                if not one.group.permits:
                    left = s.bits_and(left.copy(), one.mask.copy())
                elif permitted is None:
                    permitted = one.mask.copy()
                else:
                    permitted = s.bits_or(permitted.copy(), one.mask.copy())
            if any(not one.group.permits for one in more):
                left = self.new_column("left", left)
            if any(one.group.permits for one in more):
                assert permitted is not None
                permitted = self.new_column("permitted", permitted)
            states[above] = OutcomeState(left, permitted)
        return states[above]

    def _effect_of(self, group: PeerGroup, state: OutcomeState) -> GroupEffect:
        literals = [self.circuit.rules[rule].applies for rule in group.rules]
        parts = [] if self.guard is None else [self.guard.copy()]
        if not isinstance(state.left, exp.Literal):
            parts.append(s.has_bits(state.left.copy(), group.outcomes))
        if g.TRUE not in literals:
            parts.append(s.disjunction([self._condition_of(literal) for literal in literals]))
        stands: s.Sql = s.conjunction(parts)
        names = ", ".join(rule.name for rule in group.rules[:3])
        names += f" and {len(group.rules) - 3} more" if len(group.rules) > 3 else ""
        if group.permits:
            named = s.with_comment(s.integer(group.outcomes), names)
            value = s.case_of([(stands, s.bits_and(state.left.copy(), named))], s.integer(0))
            return GroupEffect(group, stands, self.new_column("permits", value))
        leaves: s.Sql = s.with_comment(s.integer(group.outcomes), names)
        if state.permitted is not None:
            stands = self.new_column("stands", s.coalesce([stands, s.truth(False)]))
            leaves = s.bits_or(leaves, state.permitted.copy())
        value = s.case_of([(stands.copy(), leaves)], s.integer(self.full))
        mask = self.new_column("leaves", value)
        if state.permitted is None:
            stands = s.comparison(mask, "!=", s.integer(self.full))
        self.standing.append(stands)
        return GroupEffect(group, stands, mask)

    def _condition_of(self, literal: g.Literal) -> s.Sql:
        inputs = self.translator.graph.inputs[literal >> 1]
        if literal & 1 or not inputs or literal >> 1 in self.translator.shared:
            return self.translator.expression(literal)
        return self.translator.test_of_all(inputs)

    # --- results ---

    def _result_of(
        self, state: OutcomeState, clashes: Sequence[tuple[OutcomeState, OutcomeState]]
    ) -> s.Sql:
        chosen = self._chosen_code(state)
        if self.settled or not clashes or not self.standing:
            return chosen
        nothing = s.comparison(state.left.copy(), "=", s.integer(0))
        return s.case_of([(nothing, self._settled_code(clashes))], chosen)

    def _chosen_code(self, state: OutcomeState) -> s.Sql:
        """Return the code where rules leave something."""
        order = self.decision.choice_order
        if state.permitted is None:  # Whatever stands excludes an outcome.
            everything = s.comparison(state.left.copy(), "=", s.integer(self.full))
            fallback = s.integer(fallback_code(self.decision))
            return s.case_of([(everything, fallback)], most_preferred_code(state.left, order, True))
        decided = s.disjunction([one.copy() for one in self.standing])
        chosen = most_preferred_code(state.left, order, False)
        return exp.Add(this=chosen, expression=s.case_of([(decided, s.integer(1))], s.integer(0)))

    def _settled_code(self, clashes: Sequence[tuple[OutcomeState, OutcomeState]]) -> s.Sql:
        """Return the code where rules leave nothing: from what the levels above them leave."""
        settled = self.decision.on_conflict
        if settled is None:
            return s.integer(failed_code(self.decision))
        order = sorted(range(len(self.decision.outcomes)), key=lambda one: one != settled)
        *others, (last, _) = clashes
        cases = [
            (
                s.comparison(after.left.copy(), "=", s.integer(0)),
                most_preferred_code(before.left, order, True, True),
            )
            for before, after in others
        ]
        return s.case_of(cases, most_preferred_code(last.left, order, True, True))


def rule_groups(circuit: Circuit, decision: DecisionModel, ranked: RankedLevel) -> list[PeerGroup]:
    """Return the rules of a level that may apply, in groups; each comes after those above it."""
    rules, possible = ranked.rules, 0
    for i, rule in enumerate(rules):
        if circuit.rules[rule].applies != g.FALSE:
            possible |= 1 << i
    below = [0] * len(rules)
    for i, above in enumerate(ranked.above):
        if possible >> i & 1:
            rest = above & possible
            while rest:
                last = rest.bit_length() - 1
                below[last] |= 1 << i
                rest ^= 1 << last
    found: dict[tuple[int, int, int, bool], list[int]] = {}
    for i, rule in enumerate(rules):
        if possible >> i & 1:
            effect = rule.effect_on(decision)
            key = (ranked.above[i] & possible, below[i], effect.outcomes, effect.permits)
            found.setdefault(key, []).append(i)
    return [
        PeerGroup(
            sum(1 << i for i in places), above, outcomes, permits, tuple(rules[i] for i in places)
        )
        for (above, _, outcomes, permits), places in found.items()
    ]
