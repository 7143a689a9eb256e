"""Bounded queue of log lines, between the threads that decide and the one that writes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from threading import Condition

RenderLine = Callable[[int], bytes]
"""Makes a line when it is written; the argument says how many before it found no room."""


class LineQueue:
    """Takes each line at once or refuses it, and knows which lines are safe.

    Lines have numbers from 1. Those up to `acknowledged` are safe, the others not yet. The lock is
    held for a few instructions at a time, never while something is written.
    """

    def __init__(self, capacity: int, batch: int) -> None:
        self._capacity, self._batch = capacity, batch
        self._lines: deque[tuple[RenderLine, int]] = deque()
        self._changed = Condition()
        self._futures: dict[int, list[Future[bool]]] = {}
        self._refused_since = 0
        self._wanted = 0  # Somebody waits for the lines up to this one.
        self._closed = self._ended = False
        self.refused = 0
        self.last_number = 0
        self.acknowledged = 0

    def add_line(self, render: RenderLine) -> int:
        """Return the number of the line; 0 if it is refused, because there is no room."""
        with self._changed:
            if self._closed or len(self._lines) >= self._capacity:
                self.refused += 1
                self._refused_since += 1
                return 0
            self._lines.append((render, self._refused_since))
            self._refused_since = 0
            self.last_number += 1
            if len(self._lines) in (1, self._batch):
                self._changed.notify_all()
            return self.last_number

    def take_batch(self, patience: float) -> list[bytes]:
        """Return the next lines once there is one; none once the queue is closed and empty. While
        nobody waits for them, others may join them for so many seconds.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._lines or self._closed)
            self._changed.wait_for(self._is_urgent, patience)
            count = min(self._batch, len(self._lines))
            taken = [self._lines.popleft() for _ in range(count)]
        return [render(refused) for render, refused in taken]

    def _is_urgent(self) -> bool:
        many = len(self._lines) >= self._batch
        return many or self._closed or self._wanted > self.acknowledged

    def acknowledge_lines(self, count: int) -> None:
        """Tell that so many more lines are safe."""
        with self._changed:
            self.acknowledged += count
            safe = [number for number in self._futures if number <= self.acknowledged]
            futures = [one for number in safe for one in self._futures.pop(number)]
            self._changed.notify_all()
        _settle_futures(futures, True)

    def close(self) -> None:
        """Refuse all further lines; the ones that were taken are still written."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def end(self) -> None:
        """Tell that no more lines become safe."""
        with self._changed:
            self._closed = self._ended = True
            futures = [one for several in self._futures.values() for one in several]
            self._futures.clear()
            self._changed.notify_all()
        _settle_futures(futures, False)

    def is_safe(self, number: int) -> bool:
        return 0 < number <= self.acknowledged

    def wait_for_line(self, number: int, seconds: float | None = None) -> bool:
        """Wait until a line and all before it are safe; returns whether they are."""
        with self._changed:
            self._want_line(number)
            self._changed.wait_for(lambda: self.acknowledged >= number or self._ended, seconds)
            return self.acknowledged >= number

    def future_of_line(self, number: int) -> Future[bool]:
        """Return a future: true once the line is safe, false once it can no longer be."""
        future: Future[bool] = Future()
        with self._changed:
            if number > self.acknowledged and not self._ended:
                self._want_line(number)
                self._futures.setdefault(number, []).append(future)
                return future
        _settle_futures([future], self.is_safe(number))
        return future

    def _want_line(self, number: int) -> None:
        if number > self._wanted:
            self._wanted = number
            self._changed.notify_all()


def _settle_futures(futures: Iterable[Future[bool]], safe: bool) -> None:
    for future in futures:
        if future.set_running_or_notify_cancel():
            future.set_result(safe)
