"""Lazy SMT over MiniSat: the engine that answers nearly all queries.

The SAT solver treats relations and tests of texts as free booleans. Each of its models is checked
by the theories of texts and of linear arithmetic; a conflict that they find becomes a clause, and
the solver continues (lazy SMT; Sebastiani 2007).

A query that is hard for MiniSat goes to Glucose, with all that follow: it begins with the same
clauses, takes longer for an easy query, and forgets clauses that do not help.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from specdsl.base.limits import EASY_WORK, MAX_CLAUSES_KEPT
from specdsl.base.statistics import CALLS, RELATIONS_REFUTED, RELATIONS_TRIED, count_event
from specdsl.reasoning import effort
from specdsl.reasoning.sat.engine import Answer, Limits
from specdsl.reasoning.sat.sat_literal import SatLiteral
from specdsl.reasoning.texts.lazy_texts import TextTheory
from specdsl.semantics.aig import AndInverterGraph, Linear
from specdsl.semantics.lower_terms import Variable

if TYPE_CHECKING:  # It is imported only if a spec has relations.
    from specdsl.reasoning.sat.linear_arithmetic import ArithmeticTheory


class LazySmtEngine:
    """The lazy engine: a SAT solver proposes models, the theories refute them."""

    def __init__(self, limits: Limits, graph: AndInverterGraph) -> None:
        from pysat.solvers import Minisat22

        self._sat: Any = Minisat22()
        self._is_replaceable = True  # The solver is MiniSat, and all its clauses are kept.
        self._clauses: list[Sequence[SatLiteral]] = []
        self._loaded = 0  # The clauses that the solver has.
        self._phases: dict[int, SatLiteral] = {}
        # One call less for each of many clauses.
        self.add_clause: Callable[[Sequence[SatLiteral]], None] = self._clauses.append
        self._limits = limits
        self._graph = graph
        self._work = limits.work
        self._count = 0
        self._assumed: frozenset[SatLiteral] = frozenset()
        self._model: list[int] = []
        self._arithmetic: ArithmeticTheory | None = None
        self.text_theory = TextTheory()

    def new_variable(self) -> SatLiteral:
        self._count += 1
        return SatLiteral(self._count)

    def define_relation(self, variable: SatLiteral, relation: Linear) -> None:
        if self._arithmetic is None:
            from specdsl.reasoning.sat.linear_arithmetic import ArithmeticTheory

            self._arithmetic = ArithmeticTheory(self._limits, self._graph)
        for conflict in self._arithmetic.define_relation(variable, relation):
            self.add_clause([-literal for literal in conflict])

    def solve(self, assumed: Sequence[SatLiteral]) -> Answer:
        while not self._limits.is_expired:
            found = self._solve_within(int(self._work * effort.budget_share()), assumed)
            if found is None:
                is_first = self._work < self._limits.work  # It is asked again with more work.
                (effort.record_undetermined if is_first else effort.record_exhausted)(effort.WORK)
                return Answer.UNDETERMINED
            if not found:
                return Answer.UNSAT
            self._model = self._sat.get_model()
            if learnt := self.text_theory.conflict_clauses(self.model_value):
                self._clauses += learnt
                continue
            if self._arithmetic is None:
                return Answer.SAT
            answer = self._arithmetic.check_model(self.model_value)
            count_event(RELATIONS_TRIED)
            if answer is not Answer.UNSAT:
                return answer
            count_event(RELATIONS_REFUTED)
            self.add_clause([-literal for literal in self._arithmetic.conflict_core()])
        effort.record_undetermined(effort.TIME)
        return Answer.UNDETERMINED

    def _solve_within(self, work: int, assumed: Sequence[SatLiteral]) -> bool | None:
        """Return the answer to a query within so many propagations, of MiniSat while it is easy."""
        self._load_clauses()
        if self._is_replaceable and work > EASY_WORK:
            self._sat.prop_budget(EASY_WORK)
            found = self._solve_clauses(assumed)
            if found is not None:
                return found
            self._replace_solver()
        self._sat.prop_budget(work)
        return self._solve_clauses(assumed)

    def _load_clauses(self) -> None:
        """Give the solver the clauses that it does not have yet."""
        new = self._clauses[self._loaded :] if self._loaded else self._clauses
        self._sat.append_formula(new)
        if self._is_replaceable and len(self._clauses) <= MAX_CLAUSES_KEPT:
            self._loaded = len(self._clauses)
        else:
            self._is_replaceable, self._loaded = False, 0
            self._clauses.clear()

    def _replace_solver(self) -> None:
        """Go on with Glucose."""
        from pysat.solvers import Glucose4

        self._sat.delete()
        self._sat, self._is_replaceable, self._loaded = Glucose4(), False, 0
        self._load_clauses()
        self._sat.set_phases(list(self._phases.values()))

    def _solve_clauses(self, assumed: Sequence[SatLiteral]) -> bool | None:
        count_event(CALLS)
        try:
            found: bool | None = self._sat.solve_limited(assumptions=assumed)
            return found
        except Exception as problem:  # PySAT has no class for it; Ctrl-C must end the program.
            if "interrupt" not in str(problem):
                raise
            raise KeyboardInterrupt from None

    def unsat_core(self) -> frozenset[SatLiteral]:
        return frozenset(self._sat.get_core() or ())

    def model_value(self, literal: SatLiteral) -> bool:
        variable = abs(literal)
        known = variable <= len(self._model) and self._model[variable - 1] > 0
        return known is (literal > 0)

    def model_number(self, variable: Variable) -> Fraction | None:
        return None if self._arithmetic is None else self._arithmetic.model_number(variable)

    def set_budget(self, work: int) -> None:
        self._work = work

    def prefer_phases(self, literals: Sequence[SatLiteral]) -> None:
        self._sat.set_phases(literals)
        if self._is_replaceable:
            self._phases.update((abs(literal), literal) for literal in literals)
