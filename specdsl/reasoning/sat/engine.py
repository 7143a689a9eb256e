"""The interface of the engines that decide whether clauses are satisfiable.

There are two, with the same answers: lazy SMT over MiniSat (`minisat_engine.py`), and Z3 on the
whole formula (`z3_engine.py`), against which the tests compare the first. Variables are integers
from specdsl.reasoning.sat.sat_literal import SatLiteral
from 1, and a negative one is the negation, as in DIMACS.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from fractions import Fraction
from typing import Protocol

from specdsl.base.quick_dataclass import dataclass
from specdsl.reasoning.sat.sat_literal import SatLiteral
from specdsl.reasoning.texts.lazy_texts import TextTheory
from specdsl.semantics.aig import Linear
from specdsl.semantics.lower_terms import Variable


class Answer(Enum):
    SAT = "some situation has it"
    UNSAT = "no situation has it"
    UNDETERMINED = "given up"


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one query. `work` counts propagations, so it is the same on every machine;
    `seconds` limits the queries that only Z3 can answer. `z3_only`: Z3 answers everything.
    `total_seconds` limits a whole check, which ends at the monotonic time `deadline`.
    """

    work: int = 100_000_000
    seconds: float = 20.0
    z3_only: bool = False
    total_seconds: float = 600.0
    deadline: float | None = None

    def with_deadline(self) -> Limits:
        """Return the same limits for a check that begins now."""
        return replace(self, deadline=time.monotonic() + self.total_seconds)

    @property
    def is_expired(self) -> bool:
        return self.deadline is not None and time.monotonic() > self.deadline


class Engine(Protocol):
    """An incremental solver for clauses over variables, some of which stand for linear relations or
    for tests of texts.
    """

    @property
    def text_theory(self) -> TextTheory: ...

    def new_variable(self) -> SatLiteral: ...

    def add_clause(self, clause: Sequence[SatLiteral]) -> None: ...

    def define_relation(self, variable: SatLiteral, relation: Linear) -> None:
        """Assert that the variable is true exactly if the relation holds."""
        ...

    def solve(self, assumed: Sequence[SatLiteral]) -> Answer:
        """Return whether all clauses are satisfiable together with the assumptions."""
        ...

    def unsat_core(self) -> frozenset[SatLiteral]:
        """Return the assumptions that the last UNSAT depends on."""
        ...

    def model_value(self, literal: SatLiteral) -> bool:
        """Return the value of a literal in the model of the last SAT."""
        ...

    def model_number(self, variable: Variable) -> Fraction | None:
        """Return the value of a number in the model of the last SAT, if relations mention it."""
        ...

    def set_budget(self, work: int) -> None:
        """Limit the work of each of the following queries."""
        ...

    def prefer_phases(self, literals: Sequence[SatLiteral]) -> None:
        """Set the values that the search tries first."""
        ...
