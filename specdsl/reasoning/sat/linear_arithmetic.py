"""The theory of linear arithmetic over facts: conjunctions of relations.

A point of them is sought by elimination; once none is found, Z3 decides.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from specdsl.reasoning import effort
from specdsl.reasoning.sat.engine import Answer, Limits
from specdsl.reasoning.sat.generalize import (
    FarkasCache,
    SumBounds,
    Terms,
    generalize_conflict,
)
from specdsl.reasoning.sat.linear_points import Point, fact_name, find_point
from specdsl.reasoning.sat.sat_literal import SatLiteral
from specdsl.semantics.aig import AndInverterGraph, Linear
from specdsl.semantics.lower_terms import Variable

if TYPE_CHECKING:  # Z3 is imported only if elimination finds no point.
    from specdsl.reasoning.sat.z3_conjunctions import Z3Conjunctions

Conflict = tuple[tuple[Linear, bool], ...]
"""Relations that exclude each other, each with whether it holds."""


class KnownRelations:
    """The known conflicts of a graph's relations, shared by all its provers, and whether
    elimination is `exhausted`, since it did not find a point once. Z3 is started then, and answers
    from then on.
    """

    def __init__(self) -> None:
        self.exhausted = False
        self._conflicts: dict[Linear, list[Conflict]] = {}
        self.farkas = FarkasCache()

    @staticmethod
    def of_graph(graph: AndInverterGraph) -> KnownRelations:
        """Return what is known of a graph."""
        return graph.get_or_make("relations", KnownRelations)

    def learn_conflict(self, conflict: Conflict) -> None:
        """Remember relations that exclude each other."""
        for atom, _ in conflict:
            self._conflicts.setdefault(atom, []).append(conflict)

    def known_conflicts(self, atom: Linear) -> Sequence[Conflict]:
        """Return the known conflicts with this relation."""
        return self._conflicts.get(atom, ())


class ArithmeticTheory:
    """Checks whether numbers exist for the truth values of relations in a propositional model.

    Of relations that differ only in their bounds it checks only the tightest two, so the clauses
    must say that each lower bound implies the higher ones.
    """

    def __init__(self, limits: Limits, graph: AndInverterGraph) -> None:
        self._limits = limits
        self._graph = graph
        self._known = KnownRelations.of_graph(graph)
        self._relation_of: dict[SatLiteral, Linear] = {}
        self._variables: dict[Linear, SatLiteral] = {}
        self._sums: dict[Terms, SumBounds] = {}
        self._sum_of: dict[SatLiteral, SumBounds] = {}
        self._point: Point | None = None  # Of the last model, unless Z3 has it.
        self._core: tuple[SatLiteral, ...] = ()
        self._last: tuple[SatLiteral, ...] | None = None

    def define_relation(
        self, variable: SatLiteral, relation: Linear
    ) -> Iterator[tuple[SatLiteral, ...]]:
        """Define a variable as the truth of a relation (`<` or `<=`, its first coefficient is 1),
        and yield the known conflicts with it, as literals.
        """
        self._relation_of[variable] = relation
        self._variables[relation] = variable
        found = self._sums.get(relation.terms)
        if found is None:
            number = self._known.farkas.number_of(relation.terms)
            found = self._sums[relation.terms] = SumBounds(relation.terms, number)
        found.insert_bound(relation.bound, relation.op == "<=", variable)
        self._sum_of[variable] = found
        self._last = None
        for conflict in self._known.known_conflicts(relation):
            if all(atom in self._variables for atom, _ in conflict):
                yield tuple(
                    self._variables[atom] if holds else -self._variables[atom]
                    for atom, holds in conflict
                )

    @cached_property
    def _z3(self) -> Z3Conjunctions:
        from specdsl.reasoning.sat.z3_conjunctions import Z3Conjunctions

        return Z3Conjunctions(self._limits, self._graph)

    def check_model(self, true: Callable[[SatLiteral], bool]) -> Answer:
        """Return whether there are numbers for which the relations have the values of `true`."""
        literals = tuple(self._tightest_bounds(true))
        if literals == self._last:
            return Answer.SAT
        relations = [(self._relation_of[abs(literal)], literal > 0) for literal in literals]
        self._point = None if self._known.exhausted else find_point(relations)
        self._known.exhausted |= self._point is None
        answer = self._z3.check(relations) if self._point is None else Answer.SAT
        self._last = literals if answer is Answer.SAT else None
        if answer is Answer.UNSAT:
            self._learn_core([literals[i] for i in self._z3.core()])
        elif answer is Answer.UNDETERMINED:
            effort.record_exhausted(effort.relations_reason(self._related_fact_names()))
        return answer

    def _learn_core(self, core: Sequence[SatLiteral]) -> None:
        self._core = generalize_conflict(core, self._sum_of, self._known.farkas) or tuple(core)
        self._known.learn_conflict(
            tuple((self._relation_of[abs(literal)], literal > 0) for literal in self._core)
        )

    def _tightest_bounds(self, true: Callable[[SatLiteral], bool]) -> Iterator[SatLiteral]:
        """Yield, for relations that differ only in their bounds, the tightest literals."""
        for one in self._sums.values():
            bounds = one.variables
            first = bisect_left(bounds, True, key=true)
            if first:
                yield -bounds[first - 1]
            if first < len(bounds):
                yield bounds[first]

    def _related_fact_names(self) -> Iterator[str]:
        for terms in self._sums:
            if len(terms) > 1:
                yield from (fact_name(variable) for variable, _ in terms)

    def conflict_core(self) -> tuple[SatLiteral, ...]:
        """Return the literals that exclude each other according to the last check."""
        return self._core

    def model_number(self, variable: Variable) -> Fraction | None:
        """Return the value of a number in the last model."""
        if self._last is None:
            return None
        return self._z3.number(variable) if self._point is None else self._point.get(variable)
