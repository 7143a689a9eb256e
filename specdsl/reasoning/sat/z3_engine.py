"""Z3 on the same clauses, relations included: the judge of the faster engine. Texts are looked for
in the same way."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import z3

from specdsl.base.statistics import CALLS, RELATIONS_TOGETHER, count_event
from specdsl.reasoning.sat.engine import Answer, Limits
from specdsl.reasoning.sat.linear_arithmetic import Numbers, Relations, bounded
from specdsl.reasoning.texts.lazy_texts import Spelling
from specdsl.semantics.aig import Linear
from specdsl.semantics.lower_terms import Variable


class Judge:
    """An `Engine`. `SimpleSolver` alone was right on every logic (design: solver)."""

    def __init__(self, limits: Limits) -> None:
        relations = Relations()
        self._context = relations.context
        self._solver = bounded(limits, self._context)
        self._numbers = Numbers(self._solver, relations)
        self._names: list[z3.BoolRef] = []
        self._assumed: dict[int, int] = {}
        self._model: z3.ModelRef | None = None
        self.spelling = Spelling()

    def new(self) -> int:
        self._names.append(z3.Bool(f"v{len(self._names)}", self._context))
        return len(self._names)

    def _literal(self, literal: int) -> z3.BoolRef:
        name = self._names[abs(literal) - 1]
        return name if literal > 0 else z3.Not(name)

    def add(self, clause: Sequence[int]) -> None:
        self._solver.add(z3.Or([self._literal(literal) for literal in clause]))

    def mean(self, variable: int, relation: Linear) -> None:
        self._solver.add(self._literal(variable) == self._numbers.relation(relation))

    def solve(self, assumed: Sequence[int]) -> Answer:
        named = [(self._literal(literal), literal) for literal in assumed]
        self._assumed = {name.get_id(): literal for name, literal in named}
        count_event(RELATIONS_TOGETHER)
        while (result := self._check(named)) == z3.sat:
            self._model = self._numbers.model(lambda: self._check(named))
            learnt = self.spelling.ask(self.true)
            if not learnt:
                return Answer.YES
            for clause in learnt:
                self.add(clause)
        return Answer.NO if result == z3.unsat else Answer.UNSETTLED

    def _check(self, named: Sequence[tuple[z3.BoolRef, int]]) -> z3.CheckSatResult:
        count_event(CALLS)
        return self._solver.check(*(name for name, _ in named))

    def core(self) -> frozenset[int]:
        return frozenset(self._assumed[name.get_id()] for name in self._solver.unsat_core())

    def true(self, literal: int) -> bool:
        assert self._model is not None
        return bool(z3.is_true(self._model.eval(self._literal(literal), model_completion=True)))

    def number(self, variable: Variable) -> Fraction | None:
        return None if self._model is None else self._numbers.value(variable, self._model)

    def hurry(self, work: int) -> None:
        self._solver.set("rlimit", work)

    def prefer(self, literals: Sequence[int]) -> None:
        """Nothing: it changes no answer."""
