"""Falsification by simulation: pairs of sampled situations that differ in one fact, bit-parallel.

A pair with different results shows that the fact is relevant; sampling never shows that a fact is
not. For facts that may be unknown, one situation of the pair leaves the fact unknown: if two values
lead to different results, at least one of them differs from the result without the fact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random

from specdsl.base.limits import (
    MAX_FACT_PAIRS,
    MAX_FACT_PAIRS_KEPT,
    MAX_PAIR_VALUES,
    UNKNOWN_ROUNDS,
    VALUE_ROUNDS,
)
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, Fact
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
from specdsl.semantics.aig import Literal
from specdsl.semantics.fact_values import FactValue, facts_in
from specdsl.verification.check_session import CheckSession

TruthInPairs = Callable[[Literal, int], int]
"""From a literal to the pairs, as bits, in whose first (0) or second (1) situation it holds."""


@dataclass(frozen=True, slots=True)
class FactPair:
    """Two assignments that differ in one column. If only one of them leaves its fact unknown, it is
    the first."""

    column: int
    first: Assignment
    other: int

    @property
    def second(self) -> Assignment:
        return with_value(self.first, self.column, self.other)


class FactSampling:
    """Samples of one decision without instructions. `unknown`: by optional fact, pairs that differ
    in the outcome and in whether the fact is known, those with few unknown facts first. Facts that
    change a result are added to `relevant`."""

    def __init__(self, session: CheckSession, decision: DecisionModel, relevant: set[Fact]) -> None:
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
        self._relevant = relevant
        self._any_pair_will_do = session.notes_are_brief
        self._random = Random(0)
        self._sample_facts()

    def facts_of(self, picks: Assignment) -> dict[Fact, FactValue]:
        """Return the facts of an assignment."""
        return named_facts(self.points.columns, picks)

    def compare_partial(
        self, here: PartialAssignments, there: PartialAssignments
    ) -> tuple[int, int]:
        """Return of pairs of partial situations, as bits, the pairs that surely have different
        outcomes, and the pairs that are surely possible."""
        holds = self._evaluate_pairs(here, there)
        return self._outcome_differs(holds), self._possible_pairs(holds)

    def _possible_pairs(self, holds: TruthInPairs) -> int:
        return holds(self.possible, 0) & holds(self.possible, 1)

    def _outcome_differs(self, holds: TruthInPairs) -> int:
        found = holds(self.here.taken, 0) & holds(self.here.taken, 1)
        for outcome in self.here.outcome:
            found &= holds(outcome ^ 1, 0) | holds(outcome ^ 1, 1)
        return found

    def _result_differs(self, holds: TruthInPairs) -> int:
        """Return the pairs of complete situations with different results."""
        here = self.here
        ready, other_ready = holds(here.ready, 0), holds(here.ready, 1)
        differs = 0
        for literal in (here.conflicted, here.decided, *here.outcome):
            differs |= holds(literal, 0) ^ holds(literal, 1)
        return ready ^ other_ready | ready & other_ready & differs

    def _evaluate_pairs(self, here: PartialAssignments, there: PartialAssignments) -> TruthInPairs:
        evaluated = self.partial.evaluate(here.concatenate(there))
        every = (1 << here.count) - 1
        return lambda literal, side: evaluated.holds(literal) >> side * here.count & every

    # --- sampling ---

    def _sample_facts(self) -> None:
        """Sample unknown facts first, whose rounds do not depend on other decisions."""
        reading: dict[Fact, list[Literal]] = {fact: [] for fact in self.column}
        for rule in self.here.applies.values():
            for fact in {f for atom in self.points.graph.support((rule,)) for f in facts_in(atom)}:
                reading.get(fact, []).append(rule)
        if self._any_pair_will_do:
            self._sample_rounds(VALUE_ROUNDS, reading, lambda f: f.optional and not self.unknown[f])
        else:
            self._sample_rounds(UNKNOWN_ROUNDS, reading, self._lacks_clean_pair)
        self._sample_rounds(VALUE_ROUNDS, reading, lambda fact: fact not in self._relevant)

    def _lacks_clean_pair(self, fact: Fact) -> bool:
        """Return whether no pair is known in which only this fact is unknown."""
        return fact.optional and not any(
            count_unknown(f.first, self.places) == 1 for f in self.unknown[fact]
        )

    def _sample_rounds(
        self, most: int, reading: Mapping[Fact, Sequence[Literal]], is_open: Callable[[Fact], bool]
    ) -> None:
        """Sample in rounds; in every other round all other facts are known."""
        for n in range(most):
            left = [fact for fact, rules in reading.items() if rules and is_open(fact)]
            if not left:
                return
            left = left[: max(1, MAX_PAIR_VALUES // len(self.places))]
            few = max(1, MAX_FACT_PAIRS // len(left))
            self._sample_pairs(
                [(f, rule) for f in left for rule in self._choose_rules(reading[f], few)],
                n % 2 == 0,
            )

    def _choose_rules(self, rules: Sequence[Literal], few: int) -> Sequence[Literal]:
        return self._random.sample(rules, few) if len(rules) > few else rules

    def _sample_pairs(self, looked: Sequence[tuple[Fact, Literal]], known: bool) -> None:
        """Sample pairs that differ in the fact and preferably satisfy the rule's condition."""
        pairs = [
            self._pair_in(
                self.column[fact],
                reveal_unknown(picks, self.places, self._random) if known else picks,
            )
            for (fact, _), picks in zip(looked, self._draw_assignments(looked), strict=True)
        ]
        here, there = (
            PartialAssignments.from_assignments([f.first for f in pairs]),
            PartialAssignments.from_assignments([f.second for f in pairs]),
        )
        holds = self._evaluate_pairs(here, there)
        real = self._possible_pairs(holds)
        changed, outcome_differs = (
            real & self._result_differs(holds),
            real & self._outcome_differs(holds),
        )
        for i, (fact, _) in enumerate(looked):
            if changed >> i & 1:
                self._relevant.add(fact)
            if fact.optional and outcome_differs >> i & 1:
                kept = sorted(
                    (*self.unknown[fact], pairs[i]),
                    key=lambda f: count_unknown(f.first, self.places),
                )
                self.unknown[fact] = kept[:MAX_FACT_PAIRS_KEPT]

    def _draw_assignments(self, looked: Sequence[tuple[Fact, Literal]]) -> list[Assignment]:
        inside = [(rule, self.possible) for _, rule in looked]
        return [p for some in self.points.batches(inside) for p in zip(*some.choices, strict=True)]

    def _pair_in(self, column: int, picks: Assignment) -> FactPair:
        pick, places = picks[column], self.places[column]
        if pick is None or pick in places.unknown or not places.unknown:
            others = [other for other in places.known if other != pick]
            return FactPair(column, picks, self._random.choice(others))
        return FactPair(column, with_value(picks, column, places.unknown[0]), pick)
