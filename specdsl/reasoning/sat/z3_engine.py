"""The engine of Z3 alone, on clauses and relations together: the oracle for the lazy engine.

Texts are solved lazily here too.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import z3

from specdsl.base.statistics import CALLS, RELATIONS_TOGETHER, count_event
from specdsl.reasoning.sat.engine import Answer, Limits
from specdsl.reasoning.sat.sat_literal import SatLiteral
from specdsl.reasoning.sat.z3_numbers import Z3Numbers, Z3Relations, make_z3_solver
from specdsl.reasoning.texts.lazy_texts import TextTheory
from specdsl.semantics.aig import Linear
from specdsl.semantics.lower_terms import Variable


class Z3Engine:
    """An engine on Z3's `SimpleSolver`, its only solver that was right on every logic."""

    def __init__(self, limits: Limits) -> None:
        relations = Z3Relations()
        self._context = relations.context
        self._solver = make_z3_solver(limits, self._context)
        self._numbers = Z3Numbers(self._solver, relations)
        self._names: list[z3.BoolRef] = []
        self._assumed: dict[int, SatLiteral] = {}
        self._model: z3.ModelRef | None = None
        self.text_theory = TextTheory()

    def new_variable(self) -> SatLiteral:
        self._names.append(z3.Bool(f"v{len(self._names)}", self._context))
        return SatLiteral(len(self._names))

    def _z3_literal(self, literal: SatLiteral) -> z3.BoolRef:
        name = self._names[abs(literal) - 1]
        return name if literal > 0 else z3.Not(name)

    def add_clause(self, clause: Sequence[SatLiteral]) -> None:
        self._solver.add(z3.Or([self._z3_literal(literal) for literal in clause]))

    def define_relation(self, variable: SatLiteral, relation: Linear) -> None:
        self._solver.add(self._z3_literal(variable) == self._numbers.ranged_relation(relation))

    def solve(self, assumed: Sequence[SatLiteral]) -> Answer:
        named = [(self._z3_literal(literal), literal) for literal in assumed]
        self._assumed = {name.get_id(): literal for name, literal in named}
        count_event(RELATIONS_TOGETHER)
        while (result := self._check(named)) == z3.sat:
            self._model = self._numbers.printable_model(lambda: self._check(named))
            learnt = self.text_theory.conflict_clauses(self.model_value)
            if not learnt:
                return Answer.SAT
            for clause in learnt:
                self.add_clause(clause)
        return Answer.UNSAT if result == z3.unsat else Answer.UNDETERMINED

    def _check(self, named: Sequence[tuple[z3.BoolRef, SatLiteral]]) -> z3.CheckSatResult:
        count_event(CALLS)
        return self._solver.check(*(name for name, _ in named))

    def unsat_core(self) -> frozenset[SatLiteral]:
        return frozenset(self._assumed[name.get_id()] for name in self._solver.unsat_core())

    def model_value(self, literal: SatLiteral) -> bool:
        assert self._model is not None
        return bool(z3.is_true(self._model.eval(self._z3_literal(literal), model_completion=True)))

    def model_number(self, variable: Variable) -> Fraction | None:
        return None if self._model is None else self._numbers.model_number(variable, self._model)

    def set_budget(self, work: int) -> None:
        self._solver.set("rlimit", work)

    def prefer_phases(self, literals: Sequence[SatLiteral]) -> None:
        """Do nothing: preferences change no answer."""
