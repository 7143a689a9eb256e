"""Relations between numbers as terms of Z3."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cached_property
from math import lcm

import z3

from specdsl.base.limits import MODEL_DECIMALS
from specdsl.frontend.model.nodes import Fact, Kind
from specdsl.reasoning.sat.engine import Limits
from specdsl.reasoning.sat.linear_points import fact_name
from specdsl.semantics.aig import AndInverterGraph, Linear, Size
from specdsl.semantics.lower_terms import CALENDAR, DAY, Variable


class Z3Relations:
    """The terms of relations, shared by all provers of a graph."""

    def __init__(self) -> None:
        self._made: dict[Linear, z3.BoolRef] = {}
        self._numbers: dict[Variable, z3.ArithRef] = {}
        self._named: dict[tuple[Linear, bool], tuple[z3.BoolRef, z3.BoolRef]] = {}

    @staticmethod
    def of_graph(graph: AndInverterGraph) -> Z3Relations:
        """Return the terms of a graph."""
        return graph.get_or_make("z3 relations", Z3Relations)

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


class Z3Numbers:
    """The numbers of relations in one Z3 solver."""

    def __init__(self, solver: z3.Solver, relations: Z3Relations) -> None:
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
            for variable in sorted(self._known, key=fact_name)
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
