"""Conjunctions of relations, decided by one Z3 solver."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import z3

from specdsl.reasoning import effort
from specdsl.reasoning.sat.engine import Answer, Limits
from specdsl.reasoning.sat.z3_numbers import Z3Numbers, Z3Relations, make_z3_solver
from specdsl.semantics.aig import AndInverterGraph, Linear
from specdsl.semantics.lower_terms import Variable


class Z3Conjunctions:
    """A solver for conjunctions of relations, each with whether it holds."""

    def __init__(self, limits: Limits, graph: AndInverterGraph) -> None:
        relations = Z3Relations.of_graph(graph)
        self._limits = limits
        self._solver = make_z3_solver(limits, relations.context)
        self._numbers = Z3Numbers(self._solver, relations)
        self._share = 1.0
        self._asts: dict[tuple[Linear, bool], z3.Ast] = {}
        self._last: list[z3.Ast] = []
        self._model: z3.ModelRef | None = None

    def check(self, relations: Sequence[tuple[Linear, bool]]) -> Answer:
        """Return whether there are numbers for which the relations are so."""
        self._last, self._model = [self._assumption(*one) for one in relations], None
        result = self._check_last()
        if result == z3.sat:
            return Answer.SAT
        return Answer.UNSAT if result == z3.unsat else Answer.UNDETERMINED

    def _assumption(self, relation: Linear, holds: bool) -> z3.Ast:
        key = relation, holds
        if key not in self._asts:
            self._asts[key] = self._numbers.named_relation(relation, holds).as_ast()
        return self._asts[key]

    def _check_last(self) -> z3.CheckSatResult:
        """Call Z3 directly, since conversions in its Python `check` take longer than solving."""
        if self._share != effort.budget_share():
            self._share = effort.budget_share()
            self._solver.set("timeout", int(self._limits.seconds * 1000 * self._share))
        asts = (z3.Ast * len(self._last))(*self._last)
        context = self._solver.ctx.ref()
        found = z3.Z3_solver_check_assumptions(context, self._solver.solver, len(asts), asts)
        return z3.CheckSatResult(found)

    def core(self) -> list[int]:
        """Return the places of relations that exclude each other according to the last check."""
        kept = {name.get_id() for name in self._solver.unsat_core()}
        ids = (z3.Z3_get_ast_id(self._solver.ctx.ref(), one) for one in self._last)
        return [i for i, found in enumerate(ids) if found in kept]

    def number(self, variable: Variable) -> Fraction | None:
        """Return the value of a number in the model of the last check, which said yes."""
        if self._model is None:
            self._model = self._numbers.printable_model(self._check_last)
        return self._numbers.model_number(variable, self._model)
