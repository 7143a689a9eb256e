"""What a check takes: seconds, and counts that are the same on every machine.

Counts are kept by thread, and only while somebody measures.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import process_time
from typing import TypeVar

T = TypeVar("T")

QUESTIONS = "questions"  # put to a prover
CALLS = "solver_calls"  # of the solver that answers them, for one question often several
SITUATIONS = "situations"  # that were looked for to show a finding
BESIDE = "relations_beside"  # sets of relations between numbers, each tried beside the SAT solver
REFUTED = "relations_refuted"  # of these, those that no numbers have, so that it had to go on
TOGETHER = "relations_together"  # questions answered by one solver for logic and numbers
COUNTS = (QUESTIONS, CALLS, SITUATIONS, BESIDE, REFUTED, TOGETHER)


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of the processors, of all processes, and how often something was done."""

    seconds: float = 0.0
    counts: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.seconds + other.seconds, Counter(self.counts) + Counter(other.counts))

    def of(self, what: str) -> int:
        """How often that was done."""
        return self.counts.get(what, 0)


class _Here(threading.local):
    counts: Counter[str] | None = None


_here = _Here()


def tally(what: str) -> None:
    """Something is done once more."""
    if _here.counts is not None:
        _here.counts[what] += 1


def measured(work: Callable[[], T]) -> tuple[T, Spent]:
    """What some work gives, and what it took."""
    before, own = _here.counts, Counter[str]()
    _here.counts = own
    start = process_time()
    try:
        found = work()
    finally:
        _here.counts = before
        if before is not None:
            before.update(own)
    return found, Spent(process_time() - start, own)
