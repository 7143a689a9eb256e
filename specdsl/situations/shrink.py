"""Shrinking of situations by ternary simulation: fewer facts and simpler values, without a solver.

A ternary value that is determined does not depend on unassigned facts. So facts are dropped, and
values simplified, while the property stays determined (compare shrinking in Hypothesis and delta
debugging). A fact that is kept may still be irrelevant, since ternary simulation does not reason
by cases.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

from specdsl.base.limits import SHRINK_ORDERS, SHRINK_STARTS
from specdsl.base.quick_dataclass import dataclass
from specdsl.base.statistics import SITUATIONS, count_event
from specdsl.frontend.model.nodes import Fact, Kind, SpecModel
from specdsl.reasoning.domains.representatives import Representatives, Values
from specdsl.reasoning.simulation.samples import Sampler, count_low_ones
from specdsl.reasoning.simulation.ternary_batch import (
    Assignment,
    KnownValues,
    PartialAssignments,
    TernarySimulator,
    count_unknown,
    extend_columns,
    named_facts,
    reveal_unknown,
    with_value,
)
from specdsl.semantics.aig import AndInverterGraph, Linear, Literal, Node
from specdsl.semantics.fact_values import FactValue, FactValues, simplicity_key
from specdsl.situations.needed_facts import NecessityTrials
from specdsl.situations.shorter_texts import shorter_texts
from specdsl.situations.situation import Situation, complete_facts

SuperfluousFacts = Callable[
    [Literal, Literal, Mapping[Fact, FactValue], Collection[Fact]], Collection[Fact]
]
"""Returns which of some doubtful facts can be left out together, given a claim, what is possible,
and facts that imply the claim."""

Property = Callable[[PartialAssignments], tuple[int, int]]
"""Returns masks of assignments: where the property is determined, and which are possible."""


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A shrunk situation: the assignment that implies the property, the facts that are `omitted`
    from it, and a full assignment.
    """

    columns: tuple[Representatives, ...]
    assignment: Assignment
    full_assignment: Assignment
    omitted: frozenset[Fact] = frozenset()

    @property
    def unknown_count(self) -> int:
        """Return how many relevant facts are unknown."""
        return sum(value is None for value in self.relevant_facts().values())

    def relevant_facts(self) -> dict[Fact, FactValue]:
        """Return the assigned facts that are not omitted."""
        found = named_facts(self.columns, self.assignment)
        return {fact: value for fact, value in found.items() if fact not in self.omitted}

    def omit_facts(self, gone: Collection[Fact]) -> Shrunk:
        """Return the situation without these facts."""
        return replace(self, omitted=frozenset(gone))

    def complete_facts(
        self, spec: SpecModel, can_be: Callable[[Mapping[Fact, FactValue]], bool]
    ) -> dict[Fact, FactValue] | None:
        """Return all facts of the spec: the others are unknown or the simplest if that is possible,
        else as in the full assignment; None if that is impossible too.
        """
        whole = named_facts(self.columns, self.full_assignment)
        ways = (complete_facts(spec, self.relevant_facts()), complete_facts(spec, whole))
        return next((every for every in ways if can_be(every)), None)


def shrink(
    columns: tuple[Representatives, ...],
    judge: Property,
    starts: Sequence[Assignment],
    fixed: int | None = None,
) -> Shrunk:
    """Shrink some of the starts, which have the property, and return the result with the fewest
    unknown facts and then the fewest facts. The column `fixed` stays as it is.
    """
    search = _ShrinkSearch(columns, judge, fixed)
    starts = [start for start in search.prefer_known(starts) for _ in range(SHRINK_ORDERS)]
    found = zip(search.drop_facts(starts, starts), starts, strict=True)
    named, whole = min(found, key=lambda one: search.size_key(one[0]))
    named, whole = search.simplify_values(named, whole)
    (named,) = search.drop_facts([named], [whole])
    return Shrunk(columns, named, whole)


class _ShrinkSearch:
    def __init__(
        self, columns: tuple[Representatives, ...], judge: Property, fixed: int | None
    ) -> None:
        self.columns = columns
        self.places = tuple(KnownValues.of_column(column) for column in columns)
        self.judge = judge
        self.fixed = fixed
        self._random = Random(0)

    def prefer_known(self, starts: Sequence[Assignment]) -> list[Assignment]:
        """Return starts with few unknown facts, after replacing unknown values by known ones."""
        tried = [self._reveal_unknown(start) for start in starts]
        settled, can_be = self.judge(PartialAssignments.from_assignments(tried))
        fine = [start for i, start in enumerate(tried) if settled & can_be & 1 << i]
        return sorted((*fine, *starts), key=lambda one: count_unknown(one, self.places))[
            :SHRINK_STARTS
        ]

    def _reveal_unknown(self, start: Assignment) -> Assignment:
        known = reveal_unknown(start, self.places, self._random)
        return tuple(start[i] if i == self.fixed else pick for i, pick in enumerate(known))

    def size_key(self, named: Assignment) -> tuple[int, int]:
        """Return how many columns are unknown, and how many are assigned."""
        return count_unknown(named, self.places), sum(pick is not None for pick in named)

    def drop_facts(
        self, some: Sequence[Assignment], wholes: Sequence[Assignment]
    ) -> list[Assignment]:
        """Drop irrelevant columns of each assignment, unknown ones first. By monotonicity the first
        column of an order that must stay is found with one evaluation of all its prefixes.
        """
        found: list[Assignment] = [*some]
        loose = {
            tuple(one): self._droppable_columns(one) for one in dict.fromkeys(map(tuple, some))
        }
        orders = [self._drop_order(loose[tuple(n)], w) for n, w in zip(some, wholes, strict=True)]
        while any(orders):
            settled, _ = self.judge(self._drop_prefixes(found, orders))
            for i, order in enumerate(orders):
                fine = min(count_low_ones(settled), len(order))
                settled >>= len(order)
                found[i], orders[i] = _drop_columns(found[i], order[:fine]), order[fine + 1 :]
        return found

    def _drop_prefixes(
        self, some: Sequence[Assignment], orders: Sequence[Sequence[int]]
    ) -> PartialAssignments:
        """Return each assignment without the first column of its order, without two, and so on."""
        named: list[dict[int, int]] = [{} for _ in self.columns]
        start = 0
        for assignment, order in zip(some, orders, strict=True):
            still = dict.fromkeys(range(len(assignment)), (1 << len(order)) - 1)
            still.update((column, (1 << n) - 1) for n, column in enumerate(order))
            for column, pick in enumerate(assignment):
                if pick is not None and still[column]:
                    at = named[column]
                    at[pick] = at.get(pick, 0) | still[column] << start
            start += len(order)
        return PartialAssignments(start, tuple(named))

    def _droppable_columns(self, named: Assignment) -> list[int]:
        """Return the columns that can be dropped on their own; no others can ever be dropped."""
        kept = [i for i, pick in enumerate(named) if pick is not None and i != self.fixed]
        alone = self._drop_prefixes([named] * len(kept), [[i] for i in kept])
        settled, _ = self.judge(alone)
        return [i for n, i in enumerate(kept) if settled >> n & 1]

    def _drop_order(self, loose: Sequence[int], whole: Assignment) -> list[int]:
        order = self._random.sample(loose, len(loose))
        return sorted(order, key=lambda i: whole[i] not in self.places[i].unknown)

    def simplify_values(
        self, named: Assignment, whole: Assignment
    ) -> tuple[Assignment, Assignment]:
        """Give each column in turn the simplest value that keeps the property."""
        for i, pick in enumerate(named):
            if pick is not None and i != self.fixed:
                values = sort_places(self.columns[i])
                named, whole = self._simplest_value(named, whole, i, values[: values.index(pick)])
        return named, whole

    def _simplest_value(
        self, named: Assignment, whole: Assignment, column: int, values: Sequence[int]
    ) -> tuple[Assignment, Assignment]:
        """Give the column the first of the values that keeps the property."""
        if not values:
            return named, whole
        settled, can_be = self.judge(PartialAssignments.with_each_value(named, column, values))
        fits = settled
        if settled & -settled & ~can_be:  # Whether the first is possible depends on other facts.
            fits &= self.judge(PartialAssignments.with_each_value(whole, column, values))[1]
        if not fits:
            return named, whole
        best = values[(fits & -fits).bit_length() - 1]
        return with_value(named, column, best), with_value(whole, column, best)


def shrink_situation(
    spec: SpecModel,
    graph: AndInverterGraph,
    claim: Literal,
    possible: Literal,
    facts: Mapping[Fact, FactValue],
    superfluous: SuperfluousFacts | None = None,
    sampler: Sampler | None = None,
) -> Situation | None:
    """Shrink a situation, given by its facts, in which a claim without instructions in its cone
    holds; None if simulation does not confirm it. `superfluous` decides about facts that no trial
    shows to be needed. `sampler`: one for what the claim is made of.
    """
    count_event(SITUATIONS)
    nodes = graph.cone((claim, possible))
    found_columns = (sampler or Sampler(graph, (claim, possible))).columns_for(nodes)
    columns, start = extend_columns(graph, found_columns, complete_facts(spec, facts))
    partial = TernarySimulator(graph, nodes, columns)

    def settled_masks(cases: PartialAssignments) -> tuple[int, int]:
        settled = partial.evaluate(cases)
        return settled.holds(claim), settled.holds(possible)

    if settled_masks(PartialAssignments.from_assignments([start])) != (1, 1):
        return None
    found = shrink(columns, settled_masks, [start])
    if texts := shorter_texts(graph, partial, claim, found.assignment):
        found, partial = _replace_texts(graph, nodes, found, texts, (claim, possible), partial)
    if superfluous is not None:
        doubtful: Collection[Fact] = found.relevant_facts()
        if _has_relations(graph, claim):  # Then trials are cheaper than to ask of every fact.
            trials = NecessityTrials(graph, partial, claim, possible)
            doubtful = trials.doubtful_facts(found.assignment)
        if doubtful:
            found = found.omit_facts(superfluous(claim, possible, found.relevant_facts(), doubtful))
    filled = found.complete_facts(spec, literal_test(graph, possible))
    return None if filled is None else Situation(found.relevant_facts(), filled)


def _replace_texts(
    graph: AndInverterGraph,
    nodes: Iterable[Node],
    found: Shrunk,
    texts: Mapping[Fact, str],
    both: tuple[Literal, Literal],
    partial: TernarySimulator,
) -> tuple[Shrunk, TernarySimulator]:
    """Return the situation with other texts, and a simulator that knows them, if a claim is still
    implied, and what is possible no less than before; else the situation as it is.
    """
    whole = {**named_facts(found.columns, found.full_assignment), **texts}
    columns, full = extend_columns(graph, found.columns, whole)
    pairs = zip(full, found.assignment, strict=True)
    assignment = tuple(None if before is None else pick for pick, before in pairs)
    wider = TernarySimulator(graph, nodes, columns)
    now = wider.evaluate(PartialAssignments.from_assignments([assignment, full]))
    cases = PartialAssignments.from_assignments([found.assignment, found.full_assignment])
    before = partial.evaluate(cases)
    if any(before.holds(one) & ~now.holds(one) for one in both):
        return found, partial
    return Shrunk(columns, assignment, full), wider


def _has_relations(graph: AndInverterGraph, claim: Literal) -> bool:
    """Return whether a claim depends on a relation between several facts."""
    return any(isinstance(atom, Linear) and len(atom.terms) > 1 for atom in graph.support((claim,)))


def literal_test(
    graph: AndInverterGraph, literal: Literal
) -> Callable[[Mapping[Fact, FactValue]], bool]:
    """Return a test whether a literal holds under facts, which include its support."""
    return lambda facts: graph.evaluator(FactValues(facts).holds)(literal)


def _drop_columns(assignment: Assignment, columns: Sequence[int]) -> Assignment:
    gone = set(columns)
    return tuple(None if i in gone else pick for i, pick in enumerate(assignment))


def sort_places(column: Representatives) -> list[int]:
    """Return the places of the values, the simplest first and those with unknown facts last."""
    return sorted(range(len(column.values)), key=lambda i: _simplicity_of(column, column.values[i]))


def _simplicity_of(column: Representatives, values: Values) -> tuple[Any, ...]:
    return tuple(
        (value is None, () if value is None else _value_rank(fact, value))
        for fact, value in zip(column.facts, values, strict=True)
    )


def _value_rank(fact: Fact, value: FactValue) -> tuple[Any, ...]:
    match value:
        case frozenset():
            return len(value), sorted(value)
        case str():
            return len(value), value
        case Fraction() if fact.type.kind not in (Kind.DATE, Kind.TIME):
            return simplicity_key(value)
        case _:
            return (value,)
