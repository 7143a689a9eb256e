"""The units of a spec: decisions of which findings can be looked for one unit at a time.

Decisions on which one rule has effects are in one unit, so that all that is found of a rule is
found in one. What decisions read of others each unit works out for itself. Units can be shared out
among processes, which are forked: they start with all that has been made so far.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import pickle
import sys
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Generic, TypeVar

from specdsl.model.nodes import Decision, Spec

Unit = tuple[Decision, ...]
Result = TypeVar("Result")
Work = Callable[[Unit], Result]


def units(spec: Spec) -> tuple[Unit, ...]:
    """In the order of their first decisions."""
    group = {decision: {decision} for decision in spec.decisions}
    for rule in spec.rules:
        first, *others = (group[effect.decision] for effect in rule.effects)
        for other in others:
            if other is not first:
                first |= other
                group.update(dict.fromkeys(other, first))
    found = {id(members): members for members in group.values()}
    return tuple(tuple(d for d in spec.decisions if d in members) for members in found.values())


def shares(spec: Spec, every: Sequence[Unit], jobs: int) -> tuple[tuple[Unit, ...], ...]:
    """Of about as many rules each, at most so many; one where processes cannot be forked."""
    if jobs < 2 or "fork" not in multiprocessing.get_all_start_methods():
        return (tuple(every),)
    weight = dict.fromkeys(spec.decisions, 1)
    for rule in spec.rules:
        for effect in rule.effects:
            weight[effect.decision] += 1
    found: list[list[Unit]] = [[] for _ in range(min(jobs, len(every)))]
    for unit in sorted(every, key=lambda one: -sum(weight[d] for d in one)):
        min(found, key=lambda share: sum(weight[d] for one in share for d in one)).append(unit)
    return tuple(map(tuple, found))


class Worker(Generic[Result]):
    """A process that works on some units beside this one."""

    def __init__(self, work: Work[Result], share: Sequence[Unit], same: Sequence[object]) -> None:
        """`same`: what both processes have; it is not sent."""
        self._work, self._share, self._same = work, share, same
        sys.stdout.flush()
        sys.stderr.flush()
        forking = multiprocessing.get_context("fork")
        self._reader, writer = forking.Pipe(duplex=False)
        self._process = forking.Process(target=self._send, args=(writer,), daemon=True)
        self._process.start()
        writer.close()

    def _send(self, writer: Connection) -> None:
        """In the other process, of which nothing is left to be done at its end."""
        try:
            file = io.BytesIO()
            _Pickler(file, self._same).dump([self._work(unit) for unit in self._share])
            writer.send_bytes(file.getvalue())
        finally:
            os._exit(0)

    def results(self) -> dict[Unit, Result]:
        """By unit; worked out here where the process came to an end before."""
        try:
            sent = io.BytesIO(self._reader.recv_bytes())
        except EOFError:
            return {unit: self._work(unit) for unit in self._share}
        return dict(zip(self._share, _Unpickler(sent, self._same).load(), strict=True))

    def stop(self) -> None:
        self._process.kill()
        self._process.join()
        self._reader.close()


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, same: Sequence[object]) -> None:
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self._places = {id(one): i for i, one in enumerate(same)}

    def persistent_id(self, obj: object) -> int | None:
        return self._places.get(id(obj))


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, same: Sequence[object]) -> None:
        super().__init__(file)
        self._same = same

    def persistent_load(self, pid: int) -> object:
        return self._same[pid]
