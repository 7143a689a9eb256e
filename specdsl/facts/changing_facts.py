"""Facts that can change a result: by a table of all cases, else by samples and a solver.

A fact is named where two possible situations differ in it alone and in a result. Assumptions may
tie facts so that none can change alone; if the results are still not settled, those are named that
change in the smallest number together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import combinations
from math import prod
from typing import Protocol

from specdsl.base.limits import MAX_TABLE_CASES
from specdsl.base.quick_dataclass import dataclass
from specdsl.facts.change_queries import ChangeMiter
from specdsl.facts.residual_decisions import ResidualDecisions
from specdsl.facts.sampled_changes import SampledChanges
from specdsl.facts.telling_order import order_facts
from specdsl.frontend.model.nodes import Fact
from specdsl.reasoning.domains.representatives import columns_of_atoms
from specdsl.reasoning.sat.engine import Answer
from specdsl.reasoning.simulation.truth_table import TruthTable
from specdsl.semantics.fact_values import facts_in


@dataclass(frozen=True, slots=True)
class ChangingFacts:
    """The facts that can change a result, the most telling first. The `unproved` ones among them
    may be unable to: neither was proved.
    """

    facts: tuple[Fact, ...] = ()
    unproved: frozenset[Fact] = frozenset()


class _Cases(Protocol):
    """A way to find the facts that can change a result."""

    def most_telling(self) -> Fact | None: ...  # None if all of them have to be found.
    def single_changes(self) -> dict[Fact, Answer]: ...
    def tied_changes(self) -> dict[Fact, Answer]: ...
    def order(self, facts: Iterable[Fact]) -> list[Fact]: ...


def changing_facts(residual: ResidualDecisions, first: bool = False) -> ChangingFacts:
    """Return the facts that can change one of the results; if `first`, only the most telling one
    where that takes fewer queries.
    """
    if not residual.literals:
        return ChangingFacts()
    table = _table_of(residual)
    cases: _Cases = _SampledCases(residual) if table is None else _AllCases(residual, table)
    if first and (telling := cases.most_telling()) is not None:
        return ChangingFacts((telling,))
    answers = cases.single_changes()
    if not any(answer is not Answer.UNSAT for answer in answers.values()):
        answers = cases.tied_changes()
    unproved = frozenset(f for f, answer in answers.items() if answer is Answer.UNDETERMINED)
    found = [fact for fact, answer in answers.items() if answer is not Answer.UNSAT]
    return ChangingFacts(tuple(cases.order(found)) if found else (), unproved)


def _table_of(residual: ResidualDecisions) -> TruthTable | None:
    """Return a table of all cases, if there are few enough and each fact has its own column."""
    graph, roots = residual.graph, (*residual.literals, residual.possible)
    atoms = {node: atom for node in graph.cone(roots) if (atom := graph.atoms[node]) is not None}
    if any(len(set(facts_in(atom))) > 1 for atom in atoms.values()):
        return None
    columns = columns_of_atoms(graph, atoms)
    if not all(column.exhaustive for column in columns):
        return None
    if prod(len(column.values) for column in columns) > MAX_TABLE_CASES:
        return None
    return TruthTable(graph, roots, columns)


class _AllCases:
    """Finds the facts in a table of all cases, if a decision is small."""

    def __init__(self, residual: ResidualDecisions, table: TruthTable) -> None:
        self._table = table
        self._possible = table.mask_of(residual.possible)
        self._results = [table.mask_of(literal) for literal in residual.literals]
        self._facts = [column.facts[0] for column in table.columns]

    def most_telling(self) -> Fact | None:
        return None

    def single_changes(self) -> dict[Fact, Answer]:
        return {fact: _answer(self._changes(i)) for i, fact in enumerate(self._facts)}

    def _changes(self, column: int) -> bool:
        count = self._table.count_changes
        return any(count(result, self._possible, column) for result in self._results)

    def tied_changes(self) -> dict[Fact, Answer]:
        """Return the facts of the smallest sets in which two cases differ and have other results;
        those of assumptions alone may be among them.
        """
        possible, places = self._possible, range(len(self._facts))
        sides = [(possible & result, possible & ~result) for result in self._results]
        sides = [(one, two) for one, two in sides if one and two]
        for size in range(2, len(places) + 1) if sides else ():
            sets = [s for s in combinations(places, size) if self._change_together(sides, s)]
            if sets:
                together = {place for chosen in sets for place in chosen}
                return {self._facts[place]: Answer.SAT for place in sorted(together)}
        return {}

    def _change_together(self, sides: Sequence[tuple[int, int]], columns: Iterable[int]) -> bool:
        """Return whether cases of two sides are the same but for some columns."""
        project = self._table.project
        for column in columns:
            sides = [(project(one, column), project(two, column)) for one, two in sides]
        return any(one & two for one, two in sides)

    def order(self, facts: Iterable[Fact]) -> list[Fact]:
        values = {
            fact: [self._table.with_value(i, value) for value in range(len(column.values))]
            for i, (fact, column) in enumerate(zip(self._facts, self._table.columns, strict=True))
        }
        return order_facts(facts, self._results, self._possible, values)


class _SampledCases:
    """Finds the facts in samples, and asks a solver about what these do not show."""

    def __init__(self, residual: ResidualDecisions) -> None:
        self._residual = residual
        self._samples = SampledChanges(residual)
        self._read = sorted(residual.read_facts(), key=lambda fact: fact.name)

    @cached_property
    def _seen_changes(self) -> set[Fact]:
        return self._samples.changing_facts()

    @cached_property
    def _miter(self) -> ChangeMiter:
        return ChangeMiter(self._residual)

    def single_changes(self) -> dict[Fact, Answer]:
        left = [fact for fact in self._read if fact not in self._seen_changes]
        found = dict.fromkeys(self._seen_changes, Answer.SAT)
        return found | self._miter.change_alone(left) if left else found

    def most_telling(self) -> Fact | None:
        for fact in self.order(self._read) if self._seen_changes else ():
            if fact in self._seen_changes or self._may_change(fact):
                return fact
        return None

    def _may_change(self, fact: Fact) -> bool:
        return self._miter.change_alone([fact])[fact] is not Answer.UNSAT

    def tied_changes(self) -> dict[Fact, Answer]:
        return ChangeMiter(self._residual, together=True).change_together()

    def order(self, facts: Iterable[Fact]) -> list[Fact]:
        return self._samples.order(facts)


def _answer(changes: bool) -> Answer:
    return Answer.SAT if changes else Answer.UNSAT
