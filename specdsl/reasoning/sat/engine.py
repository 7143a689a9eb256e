"""What answers about clauses: a SAT solver with lazy linear arithmetic, or Z3 alone.
Texts are looked for where they are asked about, by both.

Both give the same answers; the tests hold the first, which is faster, against the second. Variables
are whole numbers from 1, a negative one is the negation. Nobody outside the solver sees them.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from specdsl.base.statistics import CALLS, RELATIONS_REFUTED, RELATIONS_TRIED, count_event
from specdsl.reasoning import effort
from specdsl.reasoning.texts.lazy_texts import Spelling
from specdsl.semantics.aig import AndInverterGraph, Linear
from specdsl.semantics.lower_terms import Variable

if TYPE_CHECKING:
    from specdsl.reasoning.sat.linear_arithmetic import Arithmetic


class Answer(Enum):
    YES = "some situation has it"
    NO = "no situation has it"
    UNSETTLED = "given up"


@dataclass(frozen=True, slots=True)
class Limits:
    """For one question. `work` counts propagations and is the same on every machine; `seconds` is
    the backstop of what only Z3 can answer. `judge`: Z3 answers everything. `in_all`, in seconds,
    is the backstop of a whole check; `deadline` the moment (monotonic) when it ends."""

    work: int = 100_000_000
    seconds: float = 20.0
    judge: bool = False
    in_all: float = 600.0
    deadline: float | None = None

    def started(self) -> Limits:
        """The same, with a deadline from now."""
        return replace(self, deadline=time.monotonic() + self.in_all)

    @property
    def over(self) -> bool:
        return self.deadline is not None and time.monotonic() > self.deadline


class Engine(Protocol):
    """Clauses over variables, some of which stand for linear relations."""

    def new(self) -> int:
        """A variable."""
        ...

    def add(self, clause: Sequence[int]) -> None:
        """From now on one of the literals holds."""
        ...

    def mean(self, variable: int, relation: Linear) -> None:
        """From now on the variable says whether the relation holds."""
        ...

    @property
    def spelling(self) -> Spelling:
        """What is told of it is part of every question."""
        ...

    def solve(self, assumed: Sequence[int]) -> Answer:
        """Whether everything can hold together with what is assumed."""
        ...

    def core(self) -> frozenset[int]:
        """What of the assumed the last NO needed."""
        ...

    def true(self, literal: int) -> bool:
        """The truth of a literal in the last YES."""
        ...

    def number(self, variable: Variable) -> Fraction | None:
        """The value in the last YES of a number that relations speak of."""
        ...

    def hurry(self, work: int) -> None:
        """From now on give up on a question after so much work."""
        ...

    def prefer(self, literals: Sequence[int]) -> None:
        """Of situations that will do, rather find those in which these hold."""
        ...


def engine(limits: Limits, graph: AndInverterGraph) -> Engine:
    """The one that the limits ask for, for questions about a graph."""
    if not limits.judge:
        return Lazy(limits, graph)
    from specdsl.reasoning.sat.z3_engine import Judge

    return Judge(limits)


class Lazy:
    """MiniSat, which takes relations and tests of texts for free booleans; what it finds is then
    tried on them, and a part that cannot be is learnt."""

    def __init__(self, limits: Limits, graph: AndInverterGraph) -> None:
        from pysat.solvers import Minisat22

        self._sat = Minisat22()
        self._limits = limits
        self._graph = graph
        self._work = limits.work
        self._count = 0
        self._assumed: frozenset[int] = frozenset()
        self._model: list[int] = []
        self._arithmetic: Arithmetic | None = None
        self.spelling = Spelling()

    def new(self) -> int:
        self._count += 1
        return self._count

    def add(self, clause: Sequence[int]) -> None:
        self._sat.add_clause(clause)

    def mean(self, variable: int, relation: Linear) -> None:
        if self._arithmetic is None:
            from specdsl.reasoning.sat.linear_arithmetic import Arithmetic, Relations

            self._arithmetic = Arithmetic(self._limits, Relations.of(self._graph))
        for conflict in self._arithmetic.mean(variable, relation):
            self._sat.add_clause([-literal for literal in conflict])

    def solve(self, assumed: Sequence[int]) -> Answer:
        while not self._limits.over:
            self._sat.prop_budget(int(self._work * effort.share()))
            found = self._found(assumed)
            if found is None:
                hurried = self._work < self._limits.work  # it is asked again, with more work
                (effort.refused if hurried else effort.gave_up)(effort.WORK)
                return Answer.UNSETTLED
            if not found:
                return Answer.NO
            self._model = self._sat.get_model()
            if learnt := self.spelling.ask(self.true):
                for clause in learnt:
                    self._sat.add_clause(clause)
                continue
            if self._arithmetic is None:
                return Answer.YES
            answer = self._arithmetic.ask(self.true)
            count_event(RELATIONS_TRIED)
            if answer is not Answer.NO:
                return answer
            count_event(RELATIONS_REFUTED)
            self._sat.add_clause([-literal for literal in self._arithmetic.core()])
        effort.refused(effort.TIME)
        return Answer.UNSETTLED

    def _found(self, assumed: Sequence[int]) -> bool | None:
        count_event(CALLS)
        try:
            found: bool | None = self._sat.solve_limited(assumptions=assumed)
            return found
        except Exception as problem:  # of no class that could be named; Ctrl-C ends all of it
            if "interrupt" not in str(problem):
                raise
            raise KeyboardInterrupt from None

    def core(self) -> frozenset[int]:
        return frozenset(self._sat.get_core() or ())

    def true(self, literal: int) -> bool:
        variable = abs(literal)
        known = variable <= len(self._model) and self._model[variable - 1] > 0
        return known is (literal > 0)

    def number(self, variable: Variable) -> Fraction | None:
        return None if self._arithmetic is None else self._arithmetic.number(variable)

    def hurry(self, work: int) -> None:
        self._work = work

    def prefer(self, literals: Sequence[int]) -> None:
        self._sat.set_phases(literals)
