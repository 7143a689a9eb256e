"""Facts that are seen to change a decision: situations by the thousand in which nobody says
anything, each beside one that differs from it in one fact. Nothing follows from what is not seen.

What a fact that may be unknown changes is looked for where one of the two leaves it unknown: two
values that lead to different results cannot both lead to what comes of not knowing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from specdsl.base.limits import (
    MOST_FLIPS,
    MOST_FLIPS_KEPT,
    MOST_FLIPS_PICKED,
    UNKNOWN_ROUNDS,
    VALUE_ROUNDS,
)
from specdsl.frontend.model.nodes import Decision, Fact
from specdsl.reasoning.simulation.samples import Sampler
from specdsl.reasoning.simulation.ternary_batch import (
    Assignment,
    KnownValues,
    PartialAssignments,
    TernarySimulator,
    count_unknown,
    named_facts,
    reveal_unknown,
    with_value,
)
from specdsl.semantics.fact_values import FactValue, facts_in
from specdsl.verification.check_session import CheckSession

Sides = Callable[[int, int], int]
"""Of a literal the pairs, as bits, in whose first (0) or second (1) situation it surely holds."""


@dataclass(frozen=True, slots=True)
class FactPair:
    """Two situations that differ in a column. Where only one of them leaves its fact unknown, that
    is the first."""

    column: int
    first: Assignment
    other: int

    @property
    def second(self) -> Assignment:
        """The second."""
        return with_value(self.first, self.column, self.other)


class FactSampling:
    """Of one decision. `unknown`: by fact that may be unknown, pairs of situations that differ in
    the outcome and in whether it is known; those that leave few facts unknown come first. What is
    seen to change anything joins `changes`."""

    def __init__(self, session: CheckSession, decision: Decision, changes: set[Fact]) -> None:
        graph, here = session.circuit.graph, session.uninstructed_world.resolution_of(decision)
        self.here, self.possible = here, session.uninstructed_world.assumptions_hold()
        flags = (self.possible, here.ready, here.taken, here.conflicted, here.decided)
        self.points = Sampler(graph, (*flags, *here.outcome))
        self.partial = TernarySimulator(graph, self.points.nodes, self.points.columns)
        self.places = tuple(KnownValues.of_column(column) for column in self.points.columns)
        self.column = {
            column.facts[0]: i
            for i, column in enumerate(self.points.columns)
            if len(column.facts) == 1 and len(column.values) > 1
        }
        self.unknown: dict[Fact, list[FactPair]] = {
            fact: [] for fact in self.column if fact.optional
        }
        self._changes = changes
        self._random = Random(0)
        self._look()

    def facts_of(self, picks: Assignment) -> dict[Fact, FactValue]:
        """What is picked for those that are named."""
        return named_facts(self.points.columns, picks)

    def compare_partial(
        self, here: PartialAssignments, there: PartialAssignments
    ) -> tuple[int, int]:
        """Of pairs of partial situations, as bits, those of which it is settled that both are
        taken, with another outcome; and those of which it is settled that both can be."""
        sides = self._sides(here, there)
        return self._otherwise(sides), self._can_be(sides)

    def _can_be(self, sides: Sides) -> int:
        return sides(self.possible, 0) & sides(self.possible, 1)

    def _otherwise(self, sides: Sides) -> int:
        found = sides(self.here.taken, 0) & sides(self.here.taken, 1)
        for outcome in self.here.outcome:
            found &= sides(outcome ^ 1, 0) | sides(outcome ^ 1, 1)
        return found

    def _changed(self, sides: Sides) -> int:
        """The pairs of whole situations in which something is otherwise."""
        here = self.here
        ready, other_ready = sides(here.ready, 0), sides(here.ready, 1)
        differs = 0
        for literal in (here.conflicted, here.decided, *here.outcome):
            differs |= sides(literal, 0) ^ sides(literal, 1)
        return ready ^ other_ready | ready & other_ready & differs

    def _sides(self, here: PartialAssignments, there: PartialAssignments) -> Sides:
        settled = self.partial.evaluate(here.concatenate(there))
        every = (1 << here.count) - 1
        return lambda literal, side: settled.holds(literal) >> side * here.count & every

    # --- looking ---

    def _look(self) -> None:
        """First for what does not depend on what was seen of other decisions."""
        reading: dict[Fact, list[int]] = {fact: [] for fact in self.column}
        for rule in self.here.applies.values():
            for fact in {f for atom in self.points.graph.support((rule,)) for f in facts_in(atom)}:
                reading.get(fact, []).append(rule)
        self._rounds(UNKNOWN_ROUNDS, reading, self._hidden)
        self._rounds(VALUE_ROUNDS, reading, lambda fact: fact not in self._changes)

    def _hidden(self, fact: Fact) -> bool:
        """No pair was seen in which nothing is unknown but this fact."""
        return fact.optional and not any(
            count_unknown(f.first, self.places) == 1 for f in self.unknown[fact]
        )

    def _rounds(
        self, most: int, reading: Mapping[Fact, Sequence[int]], wanted: Callable[[Fact], bool]
    ) -> None:
        """In every other round all facts are known but the one that is looked at."""
        for n in range(most):
            left = [fact for fact, rules in reading.items() if rules and wanted(fact)]
            if not left:
                return
            left = left[: max(1, MOST_FLIPS_PICKED // len(self.places))]
            few = max(1, MOST_FLIPS // len(left))
            self._try([(f, rule) for f in left for rule in self._some(reading[f], few)], n % 2 == 0)

    def _some(self, rules: Sequence[int], few: int) -> Sequence[int]:
        return self._random.sample(rules, few) if len(rules) > few else rules

    def _try(self, looked: Sequence[tuple[Fact, int]], known: bool) -> None:
        """Pairs that differ in the fact, where the rule rather applies."""
        flips = [
            self._flip(
                self.column[fact],
                reveal_unknown(picks, self.places, self._random) if known else picks,
            )
            for (fact, _), picks in zip(looked, self._drawn(looked), strict=True)
        ]
        here, there = (
            PartialAssignments.from_assignments([f.first for f in flips]),
            PartialAssignments.from_assignments([f.second for f in flips]),
        )
        sides = self._sides(here, there)
        real = self._can_be(sides)
        changed, otherwise = real & self._changed(sides), real & self._otherwise(sides)
        for i, (fact, _) in enumerate(looked):
            if changed >> i & 1:
                self._changes.add(fact)
            if fact.optional and otherwise >> i & 1:
                kept = sorted(
                    (*self.unknown[fact], flips[i]),
                    key=lambda f: count_unknown(f.first, self.places),
                )
                self.unknown[fact] = kept[:MOST_FLIPS_KEPT]

    def _drawn(self, looked: Sequence[tuple[Fact, int]]) -> list[Assignment]:
        inside = [(rule, self.possible) for _, rule in looked]
        return [p for some in self.points.batches(inside) for p in zip(*some.choices, strict=True)]

    def _flip(self, column: int, picks: Assignment) -> FactPair:
        pick, places = picks[column], self.places[column]
        if pick is None or pick in places.unknown or not places.unknown:
            others = [other for other in places.known if other != pick]
            return FactPair(column, picks, self._random.choice(others))
        return FactPair(column, with_value(picks, column, places.unknown[0]), pick)
