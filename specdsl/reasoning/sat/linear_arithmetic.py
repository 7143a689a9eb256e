"""The theory of linear arithmetic over facts: conjunctions of relations, decided by Z3."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from math import lcm

import z3

from specdsl.base.limits import MODEL_DECIMALS
from specdsl.frontend.model.nodes import Fact, Kind
from specdsl.reasoning import effort
from specdsl.reasoning.sat.engine import Answer, Limits
from specdsl.reasoning.sat.generalize import Bound, Terms, generalize_conflict
from specdsl.reasoning.sat.sat_literal import SatLiteral
from specdsl.semantics.aig import AndInverterGraph, Linear, Size
from specdsl.semantics.lower_terms import CALENDAR, DAY, Variable

Conflict = tuple[tuple[Linear, bool], ...]
"""Relations that exclude each other, each with whether it holds."""


class RelationCache:
    """The Z3 terms and the known conflicts of relations, shared by all provers of a graph."""

    def __init__(self) -> None:
        self._made: dict[Linear, z3.BoolRef] = {}
        self._numbers: dict[Variable, z3.ArithRef] = {}
        self._named: dict[tuple[Linear, bool], tuple[z3.BoolRef, z3.BoolRef]] = {}
        self._conflicts: dict[Linear, list[Conflict]] = {}

    @staticmethod
    def of_graph(graph: AndInverterGraph) -> RelationCache:
        """Return the cache of a graph."""
        return graph.get_or_make("relations", RelationCache)

    @cached_property
    def context(self) -> z3.Context:
        return z3.Context()

    def z3_relation(self, atom: Linear) -> z3.BoolRef:
        """Return Σ c·x op b with integer coefficients."""
        found = self._made.get(atom)
        if found is None:
            found = self._made[atom] = self._make_relation(atom)
        return found

    def named_relation(self, atom: Linear, holds: bool) -> tuple[z3.BoolRef, z3.BoolRef]:
        """Return a boolean that implies the relation or its negation, and that implication."""
        key = atom, holds
        found = self._named.get(key)
        if found is None:
            name, relation = z3.Bool(f"r{len(self._named)}", self.context), self.z3_relation(atom)
            said = z3.Implies(name, relation if holds else z3.Not(relation))
            found = self._named[key] = name, said
        return found

    def _make_relation(self, atom: Linear) -> z3.BoolRef:
        weights = [
            (self.z3_number(variable), c * number_unit(variable)) for variable, c in atom.terms
        ]
        scale = lcm(atom.bound.denominator, *(c.denominator for _, c in weights))
        total = z3.Sum([number * int(c * scale) for number, c in weights])
        bound = int(atom.bound * scale)
        return {"=": total == bound, "<": total < bound, "<=": total <= bound}[atom.op]

    def z3_number(self, variable: Variable) -> z3.ArithRef:
        found = self._numbers.get(variable)
        if found is None:
            whole = isinstance(variable, Size) or variable.type.kind in (Kind.INT, Kind.DATE)
            sort = z3.Int if whole else z3.Real
            found = sort(f"number {len(self._numbers)}", self.context)
            self._numbers[variable] = found
        return found

    def range_constraints(self, variable: Variable) -> tuple[z3.BoolRef, ...]:
        """Return the constraints on a number that hold in every situation."""
        number = self.z3_number(variable)
        if isinstance(variable, Size):
            return number >= 0, number <= len(variable.fact.type.members)
        kind = variable.type.kind
        if kind not in CALENDAR:
            return ()
        first, end = (int(moment / number_unit(variable)) for moment in CALENDAR[kind])
        return first <= number, number < end

    def learn_conflict(self, conflict: Conflict) -> None:
        """Remember relations that exclude each other."""
        for atom, _ in conflict:
            self._conflicts.setdefault(atom, []).append(conflict)

    def known_conflicts(self, atom: Linear) -> Sequence[Conflict]:
        """Return the known conflicts with this relation."""
        return self._conflicts.get(atom, ())


class Z3Numbers:
    """The numbers of relations in one Z3 solver."""

    def __init__(self, solver: z3.Solver, relations: RelationCache) -> None:
        self._solver = solver
        self._relations = relations
        self._known: set[Variable] = set()

    def ranged_relation(self, atom: Linear) -> z3.BoolRef:
        """Return the relation, after asserting the ranges of its numbers."""
        self._assert_ranges(atom)
        return self._relations.z3_relation(atom)

    def named_relation(self, atom: Linear, holds: bool) -> z3.BoolRef:
        """Return a boolean that implies the relation or its negation, after asserting that."""
        self._assert_ranges(atom)
        name, said = self._relations.named_relation(atom, holds)
        z3.Z3_solver_assert(self._solver.ctx.ref(), self._solver.solver, said.as_ast())
        return name

    def _assert_ranges(self, atom: Linear) -> None:
        for variable, _ in atom.terms:
            if variable not in self._known:
                self._known.add(variable)
                self._solver.add(*self._relations.range_constraints(variable))

    def printable_model(self, check: Callable[[], z3.CheckSatResult]) -> z3.ModelRef:
        """Return a model of the last check, if possible one whose times and durations are decimals.
        `check` repeats the check.
        """
        found = self._solver.model()
        spans = [
            self._relations.z3_number(variable)
            for variable in sorted(self._known, key=_fact_name)
            if isinstance(variable, Fact) and variable.type.kind in (Kind.TIME, Kind.DURATION)
        ]
        if all(_is_decimal(found.eval(number, model_completion=True)) for number in spans):
            return found
        self._solver.push()
        self._solver.add(*(z3.IsInt(number * 10**MODEL_DECIMALS) for number in spans))
        if check() == z3.sat:
            found = self._solver.model()
        self._solver.pop()
        return found

    def model_number(self, variable: Variable, model: z3.ModelRef) -> Fraction | None:
        """Return the value of a number; None if no relation mentions it."""
        if variable not in self._known:
            return None
        found = model.eval(self._relations.z3_number(variable), model_completion=True)
        exact = found.as_fraction() if z3.is_rational_value(found) else found.as_long()
        return Fraction(exact) * number_unit(variable)


def _fact_name(variable: Variable) -> str:
    return variable.fact.name if isinstance(variable, Size) else variable.name


def number_unit(variable: Variable) -> Fraction:
    """Return the unit in which the solver counts: dates are in days."""
    date = not isinstance(variable, Size) and variable.type.kind is Kind.DATE
    return DAY if date else Fraction(1)


def _is_decimal(value: z3.ExprRef) -> bool:
    return not z3.is_rational_value(value) or 10**MODEL_DECIMALS % value.denominator_as_long() == 0


def make_z3_solver(limits: Limits, context: z3.Context) -> z3.Solver:
    """Return a deterministic solver with the limits of a query."""
    solver = z3.SimpleSolver(ctx=context)
    solver.set("ctrl_c", False)  # Else Ctrl-C ends only the query, as an answer `unknown`.
    solver.set("random_seed", 0)
    solver.set("rlimit", limits.work)
    solver.set("timeout", int(limits.seconds * 1000))
    return solver


class ArithmeticTheory:
    """Checks whether numbers exist for the truth values of relations in a propositional model.

    Of relations that differ only in their bounds it checks only the tightest two, so the clauses
    must say that each lower bound implies the higher ones.
    """

    def __init__(self, limits: Limits, relations: RelationCache) -> None:
        self._limits = limits
        self._relations = relations
        self._share = 1.0
        self._relation_of: dict[SatLiteral, Linear] = {}
        self._variables: dict[Linear, SatLiteral] = {}
        self._asts: dict[SatLiteral, z3.Ast] = {}  # By literal.
        self._literals: dict[int, SatLiteral] = {}  # By the id of an AST.
        self._bounds: dict[Terms, list[Bound]] = {}  # Sorted.
        self._model: z3.ModelRef | None = None
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
        bounds = self._bounds.setdefault(relation.terms, [])
        insort(bounds, (relation.bound, relation.op == "<=", variable))
        self._last = None
        for conflict in self._relations.known_conflicts(relation):
            if all(atom in self._variables for atom, _ in conflict):
                yield tuple(
                    self._variables[atom] if holds else -self._variables[atom]
                    for atom, holds in conflict
                )

    @cached_property
    def _solver(self) -> z3.Solver:
        return make_z3_solver(self._limits, self._relations.context)

    @cached_property
    def _numbers(self) -> Z3Numbers:
        return Z3Numbers(self._solver, self._relations)

    def _assumption(self, literal: SatLiteral) -> z3.Ast:
        found = self._asts.get(literal)
        if found is None:
            name = self._numbers.named_relation(self._relation_of[abs(literal)], literal > 0)
            self._literals[name.get_id()] = literal
            found = self._asts[literal] = name.as_ast()
        return found

    def check_model(self, true: Callable[[SatLiteral], bool]) -> Answer:
        """Return whether there are numbers for which the relations have the values of `true`."""
        literals = tuple(self._tightest_bounds(true))
        if literals == self._last:
            return Answer.SAT
        result = self._check_assumptions(literals)
        if result == z3.sat:
            self._model, self._last = None, literals  # The model is read when it is needed.
            return Answer.SAT
        self._last = None
        if result != z3.unsat:
            effort.record_exhausted(effort.relations_reason(self._related_fact_names()))
            return Answer.UNDETERMINED
        kept = {self._literals[name.get_id()] for name in self._solver.unsat_core()}
        core = tuple(literal for literal in literals if literal in kept)
        self._core = generalize_conflict(core, self._relation_of, self._bounds) or core
        self._relations.learn_conflict(
            tuple((self._relation_of[abs(literal)], literal > 0) for literal in self._core)
        )
        return Answer.UNSAT

    def _tightest_bounds(self, true: Callable[[SatLiteral], bool]) -> Iterator[SatLiteral]:
        """Yield, for relations that differ only in their bounds, the tightest literals."""
        for bounds in self._bounds.values():
            first = bisect_left(bounds, True, key=lambda bound: true(bound[2]))
            if first:
                yield -bounds[first - 1][2]
            if first < len(bounds):
                yield bounds[first][2]

    def _related_fact_names(self) -> Iterator[str]:
        for terms in self._bounds:
            if len(terms) > 1:
                yield from (_fact_name(variable) for variable, _ in terms)

    def _check_assumptions(self, literals: Sequence[SatLiteral]) -> z3.CheckSatResult:
        """Call Z3 directly, since conversions in its Python `check` take longer than solving."""
        if self._share != effort.budget_share():
            self._share = effort.budget_share()
            self._solver.set("timeout", int(self._limits.seconds * 1000 * self._share))
        asts = (z3.Ast * len(literals))(*map(self._assumption, literals))
        context = self._solver.ctx.ref()
        found = z3.Z3_solver_check_assumptions(context, self._solver.solver, len(literals), asts)
        return z3.CheckSatResult(found)

    def conflict_core(self) -> tuple[SatLiteral, ...]:
        """Return the literals that exclude each other according to the last check."""
        return self._core

    def model_number(self, variable: Variable) -> Fraction | None:
        """Return the value of a number in the last model."""
        if self._last is None:
            return None
        if self._model is None:
            last = self._last
            self._model = self._numbers.printable_model(lambda: self._check_assumptions(last))
        return self._numbers.model_number(variable, self._model)
