"""Effort of checks: seconds, and counts that are the same on every machine.

Counts are kept by thread, and only during a measurement.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import field
from time import process_time
from typing import TypeVar

from specdsl.base.quick_dataclass import dataclass

T = TypeVar("T")

QUESTIONS = "questions"  # Queries to a prover.
CALLS = "solver_calls"  # Calls of the solver that answers them, often several for one query.
SITUATIONS = "situations"  # Situations that were searched for to show a finding.
# Sets of relations between numbers that were tried outside the SAT solver.
RELATIONS_TRIED = "relations_beside"
# Those of these sets that have no solution, so the SAT solver continued.
RELATIONS_REFUTED = "relations_refuted"
RELATIONS_TOGETHER = "relations_together"  # Queries answered by one solver for logic and numbers.
COUNTS = (QUESTIONS, CALLS, SITUATIONS, RELATIONS_TRIED, RELATIONS_REFUTED, RELATIONS_TOGETHER)


@dataclass(frozen=True, slots=True)
class CheckEffort:
    """Processor seconds of all processes, and counts."""

    seconds: float = 0.0
    counts: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: CheckEffort) -> CheckEffort:
        return CheckEffort(
            self.seconds + other.seconds, Counter(self.counts) + Counter(other.counts)
        )

    def of(self, what: str) -> int:
        """Return a count."""
        return self.counts.get(what, 0)


class _ThreadCounts(threading.local):
    counts: Counter[str] | None = None


_here = _ThreadCounts()


def count_event(what: str) -> None:
    """Increment a count."""
    if _here.counts is not None:
        _here.counts[what] += 1


def measure_effort(work: Callable[[], T]) -> tuple[T, CheckEffort]:
    """Return the result of some work and its effort."""
    before, own = _here.counts, Counter[str]()
    _here.counts = own
    start = process_time()
    try:
        found = work()
    finally:
        _here.counts = before
        if before is not None:
            before.update(own)
    return found, CheckEffort(process_time() - start, own)
