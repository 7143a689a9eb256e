"""How long each stage of a check takes, how many questions it asks the solver, and its memory."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar, TypeVarTuple, Unpack

from specdsl.solver.engines import Answer, Lazy

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
    """Stages one after another: each ends where the next one starts."""

    def __init__(self) -> None:
        self.questions = 0
        self._stages: list[Stage] = []
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
            self._stages.append(Stage(self._name, *spent, self.questions - questions))
        self._name = ""
        return tuple(self._stages)

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Counts what every solver of this process is asked meanwhile."""
        solve = Lazy.solve

        def counted(engine: Lazy, assumed: Sequence[int]) -> Answer:
            self.questions += 1
            return solve(engine, assumed)

        Lazy.solve = counted  # type: ignore[method-assign, assignment]
        try:
            yield
        finally:
            Lazy.solve = solve  # type: ignore[method-assign]


def total(stages: Sequence[Stage], name: str) -> Stage:
    """All of them as one."""
    cpu, wall = sum(one.cpu for one in stages), sum(one.wall for one in stages)
    return Stage(name, cpu, wall, sum(one.questions for one in stages))


def peak() -> float:
    """The most memory that this process has had so far, its imports included, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def fresh(run: Callable[[Unpack[Args]], Result], *args: *Args) -> Result:
    """What a function returns in a process of its own, so that its peak of memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as process:
        return process.apply(run, args)
