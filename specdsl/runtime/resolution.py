"""Conflict resolution: which rules and instructions stand, and which outcomes they leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

from specdsl.runtime.read_situation import GivenInstruction
from specdsl.runtime.results import Result
from specdsl.runtime.tables import DecisionRow, RuleRow, Tables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from specdsl.runtime.tables import Facts_, Outcomes_

    # Instructions by rank, highest first: level, place, minus its number, the instruction.
    Placed_ = list[tuple[int, int, int, "GivenInstruction"]]
    Ignored_ = list[tuple["GivenInstruction", str]]

PLACES = ("stated", "lowered", "implied", "lent")
RULES = len(PLACES)  # The place of rules, below all instructions of their level.
BY_RANK = itemgetter(0, 1, 2)
FAILED: Result = (None, False, True)


@dataclass
class Candidate:
    """A rule that applies or an instruction that counts, as it was resolved. `number`: by rank;
    `position`: of a rule in its level; `leaves`: the outcomes that a standing restriction leaves;
    `lifts`: the outcomes of a standing permission.
    """

    source: RuleRow | GivenInstruction
    number: int
    level: int
    place: int
    position: int
    stands: bool
    leaves: int
    lifts: int

    @property
    def name(self) -> str:
        return self.source.name if isinstance(self.source, RuleRow) else self.source.by

    @property
    def restricts(self) -> bool:
        return self.stands and not self.source.permits

    def is_below(self, other: Candidate) -> bool:
        """Return whether the other one outranks it."""
        if isinstance(self.source, RuleRow) and (other.level, other.place) == (self.level, RULES):
            return bool(self.source.above >> other.position & 1)
        return other.number < self.number


def place_instructions(
    tables: Tables,
    row: DecisionRow,
    values: Facts_,
    outcomes: Outcomes_,
    given: Sequence[GivenInstruction],
) -> tuple[Placed_, Ignored_]:
    """Return the instructions about a decision that count, by rank; later ones outrank earlier ones
    of their place. The others come with the reason why they are ignored.
    """
    placed: Placed_ = []
    ignored: Ignored_ = []
    for number, one in enumerate(given):
        place = _place_of(tables, row, values, outcomes, one)
        if isinstance(place, str):
            ignored.append((one, place))
        else:
            placed.append((*place, -number, one))
    placed.sort(key=BY_RANK)
    return placed, ignored


def _place_of(
    tables: Tables, row: DecisionRow, values: Facts_, outcomes: Outcomes_, one: GivenInstruction
) -> tuple[int, int] | str:
    """Return the level and place at which an instruction counts, or why it is ignored."""
    who = tables.principals[one.by]
    level = who.level
    if level is None:
        return _lent_place(tables, row, values, outcomes, one)
    if row.steered is not None and one.by not in row.steered:
        return f"does not steer {row.name}"
    if one.implied:
        if who.implied is None:
            return "cannot imply: it has no `implied at`"
        return (who.implied if one.at is None else one.at), PLACES.index("implied")
    return (level, 0) if one.at is None else (one.at, int(one.at != level))


def _lent_place(
    tables: Tables, row: DecisionRow, values: Facts_, outcomes: Outcomes_, one: GivenInstruction
) -> tuple[int, int] | str:
    if one.implied:
        return "cannot imply: it has no `implied at`"
    levels = [
        d.level
        for d in tables.delegates
        if d.principal == one.by and row.name in d.decisions and d.active(values, outcomes)
    ]
    if not levels:
        return "has no authority here: nobody lends it any"
    if one.at is not None and one.at < min(levels):
        return f"is lent no authority at {tables.levels[one.at]}"
    return (min(levels) if one.at is None else one.at), PLACES.index("lent")


class DecisionResolution:
    """The resolution of one decision, from the highest level down: the outcomes that are `left`,
    and the `permitted` ones. The candidates are recorded if somebody asks why.
    """

    __slots__ = ("clashed", "decided", "left", "permitted", "record")

    def __init__(self, row: DecisionRow, record: list[Candidate] | None = None) -> None:
        self.left, self.permitted, self.decided = (1 << len(row.outcomes)) - 1, 0, False
        self.clashed = 0  # The outcomes that the levels above a clash leave.
        self.record = record

    def resolve(self, row: DecisionRow, applying: Sequence[int], placed: Placed_) -> Result:
        """Return the result of the rules that apply, by position, and of instructions by rank."""
        first = 0
        for level, rules in enumerate(row.rules):
            if placed:
                self._apply_instructions(level, placed)
            here = [at - first for at in applying if first <= at < first + len(rules)]
            first += len(rules)
            if here:
                self._apply_rules(level, rules, here)
        left, chosen = self.clashed or self.left, row.default
        if self.clashed:
            if row.on_conflict is None:
                return FAILED
            chosen = row.on_conflict
        if chosen is None or not left >> chosen & 1:
            chosen = (left & -left).bit_length() - 1
        return row.outcomes[chosen], self.decided, self.clashed != 0

    def _apply_instructions(self, level: int, placed: Placed_) -> None:
        """Apply the instructions of a level. A permission of a higher level counts for an outcome
        that a lower level asks for.
        """
        own = 0  # The outcomes that instructions of the level permit.
        asked = 0
        for lower, place, _, one in placed:
            if lower > level and place == 0 and not one.permits:
                asked |= one.outcomes
        for at, place, _, one in placed:
            if at == level:
                meets, leaves = one.outcomes & self.left, 0
                if one.permits:
                    own |= meets
                    self.permitted |= meets
                elif meets:
                    leaves = one.outcomes | own | self.permitted & asked
                    self.left &= leaves
                    self.decided = True
                self._record_candidate(one, level, place, 0, meets, leaves)

    def _apply_rules(self, level: int, rules: Sequence[RuleRow], applying: Sequence[int]) -> None:
        """Apply the rules of a level at these positions, each after all that outrank it."""
        left, permitted = self.left, self.permitted
        standing: list[tuple[int, int, int]] = []  # Position, what it leaves, what it lifts.
        for j in applying:
            rule, under, lifted, leaves = rules[j], left, permitted, 0
            if rule.above:
                for i, others_leave, lifts in standing:
                    if rule.above >> i & 1:
                        under &= others_leave
                        lifted |= lifts
            meets = rule.outcomes & under
            if rule.permits:
                self.permitted |= meets
                standing.append((j, -1, meets))
            elif meets:
                leaves = rule.outcomes | lifted
                self.left &= leaves
                self.decided = True
                standing.append((j, leaves, 0))
            if self.record is not None:
                self._record_candidate(rule, level, RULES, j, meets, leaves)
        if not self.left and not self.clashed:
            self.clashed = left

    def _record_candidate(
        self,
        source: RuleRow | GivenInstruction,
        level: int,
        place: int,
        position: int,
        meets: int,
        leaves: int,
    ) -> None:
        """Record a candidate, which stands if it meets what is left."""
        if self.record is not None:
            number, lifts = len(self.record), meets if source.permits else 0
            self.record.append(
                Candidate(source, number, level, place, position, meets != 0, leaves, lifts)
            )
