"""How long each stage of a check takes, how many questions it asks the solver, and its memory."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar, TypeVarTuple, Unpack

from specdsl.reasoning.sat.engine import Answer
from specdsl.reasoning.sat.minisat_engine import LazySmtEngine
from specdsl.reasoning.sat.sat_literal import SatLiteral

Args = TypeVarTuple("Args")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Stage:
    """Seconds of the process's own work (`cpu`, user and system) and on the clock (`wall`), and
    how often the solver was asked."""

    name: str
    cpu: float
    wall: float
    questions: int


class Stopwatch:
    """Stages one after another: each ends where the next one starts. Those of one name are one."""

    def __init__(self) -> None:
        self.questions = 0
        self._stages: dict[str, Stage] = {}
        self._name = ""
        self._since = (0.0, 0.0, 0)

    def start(self, name: str) -> None:
        """Ends the stage before, if any."""
        self.stop()
        self._name = name
        self._since = (time.process_time(), time.perf_counter(), self.questions)

    def stop(self) -> tuple[Stage, ...]:
        """All stages so far."""
        cpu, wall, questions = self._since
        if self._name:
            spent = (time.process_time() - cpu, time.perf_counter() - wall)
            one = Stage(self._name, *spent, self.questions - questions)
            before = self._stages.get(self._name)
            self._stages[self._name] = total([before, one], self._name) if before else one
        self._name = ""
        return tuple(self._stages.values())

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Counts what every solver of this process is asked meanwhile."""
        solve = LazySmtEngine.solve

        def counted(engine: LazySmtEngine, assumed: Sequence[SatLiteral]) -> Answer:
            self.questions += 1
            return solve(engine, assumed)

        LazySmtEngine.solve = counted  # type: ignore[method-assign, assignment]
        try:
            yield
        finally:
            LazySmtEngine.solve = solve  # type: ignore[method-assign]


def total(stages: Sequence[Stage], name: str) -> Stage:
    """All of them as one."""
    cpu, wall = sum(one.cpu for one in stages), sum(one.wall for one in stages)
    return Stage(name, cpu, wall, sum(one.questions for one in stages))


def children() -> float:
    """The seconds of CPU of the processes that this one has started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def peak() -> float:
    """The most memory that this process has had so far, its imports included, in MiB, and with it
    the most that one it has started has had: what the two share counts twice."""
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(resource.getrusage(who).ru_maxrss for who in both) / 1024


def fresh(run: Callable[[Unpack[Args]], Result], *args: *Args) -> Result:
    """What a function returns in a process of its own, so that its peak of memory is its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(run, *args).result()
