"""Sinks of decision records: a thread that writes lines in batches and acknowledges them."""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from threading import Event, Lock, Thread
from typing import Protocol
from weakref import WeakSet

from specdsl.base.limits import MAX_LOG_BYTES
from specdsl.base.quick_dataclass import dataclass
from specdsl.records.line_queue import LineQueue, RenderLine
from specdsl.records.log_folder import LogFolder

CAPACITY = 20_000
"""Lines that wait to be written; a line beyond them is refused, and the next one says so."""
BATCH = 1_000
"""Lines of a batch."""
PATIENCE = 0.05
"""Seconds that a line waits for others while nobody waits for it."""
RETRY = 0.5
"""Seconds between two attempts to write a batch."""
EXIT_SECONDS = 10.0
"""Seconds that the end of the process waits for lines that are not written yet."""


class BatchWriter(Protocol):
    """Writes batches of lines, each line ending with a line feed."""

    def write_batch(self, lines: Sequence[bytes]) -> None:
        """Make the lines safe, all of them or none. Any exception means none: the same batch is
        tried again.
        """
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Receipt:
    """Tells what became of a line. `accepted`: there was room for it in the queue."""

    _queue: LineQueue
    number: int

    @property
    def accepted(self) -> bool:
        return self.number > 0

    @property
    def acknowledged(self) -> bool:
        """Return whether the line is safe: it survives the death of the process."""
        return self._queue.is_safe(self.number)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until the line is safe; returns whether it is. A refused one never is."""
        return self.accepted and self._queue.wait_for_line(self.number, seconds)

    def to_future(self) -> Future[bool]:
        """Return a future of `wait`, for `asyncio.wrap_future`."""
        return self._queue.future_of_line(self.number)


class RecordSink:
    """Writes lines with a thread of its own. `add_line` never waits.

    A line is refused if `capacity` others wait to be written; the next line that is accepted tells
    how many were refused before it. A batch that cannot be written is tried again until it is
    written or the sink is closed; `failure` is what kept the last attempt from it. In a process
    that is forked off the sink begins anew, with a writer of its own.
    """

    def __init__(
        self,
        open_writer: Callable[[], BatchWriter],
        capacity: int = CAPACITY,
        batch: int = BATCH,
        patience: float = PATIENCE,
    ) -> None:
        self._open_writer, self._patience = open_writer, patience
        self._limits = capacity, batch
        self._begin()
        _SINKS.add(self)

    def _begin(self) -> None:
        self._queue = LineQueue(*self._limits)
        self._starting = Lock()
        self._thread: Thread | None = None
        self._giving_up = Event()
        self.failure: Exception | None = None

    @property
    def refused(self) -> int:
        """Return how many lines found no room."""
        return self._queue.refused

    def add_line(self, render: RenderLine) -> Receipt:
        """Take a line, which is rendered when it is written."""
        if self._thread is None:
            self._start_thread()
        return Receipt(self._queue, self._queue.add_line(render))

    def _start_thread(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = Thread(target=self._write_lines, name="specdsl-log", daemon=True)
                self._thread.start()
                atexit.register(self.close, EXIT_SECONDS)

    def _write_lines(self) -> None:
        queue, writer = self._queue, None
        try:
            while lines := queue.take_batch(self._patience):
                while (writer := self._write_batch(queue, writer, lines)) is None or self.failure:
                    if self._giving_up.wait(RETRY):
                        return
        finally:
            queue.end()
            if writer is not None:
                writer.close()

    def _write_batch(
        self, queue: LineQueue, writer: BatchWriter | None, lines: Sequence[bytes]
    ) -> BatchWriter | None:
        """Try to write a batch; return the writer, if it could be opened."""
        try:
            writer = writer or self._open_writer()
            writer.write_batch(lines)
        except Exception as problem:  # Whatever it is, the lines are not safe.
            self.failure = problem
        else:
            self.failure = None
            queue.acknowledge_lines(len(lines))
        return writer

    def flush(self, seconds: float | None = None) -> bool:
        """Wait until all lines accepted so far are safe; returns whether they are."""
        return self._queue.wait_for_line(self._queue.last_number, seconds)

    def close(self, seconds: float | None = None) -> bool:
        """Refuse further lines and write the accepted ones; after so many seconds the ones that are
        not safe are given up. Returns whether all are safe.
        """
        self._queue.close()
        if self._thread is None:
            return True
        safe = self.flush(seconds)
        self._giving_up.set()
        self._thread.join(seconds)
        atexit.unregister(self.close)
        return safe


_SINKS: WeakSet[RecordSink] = WeakSet()


def _begin_anew() -> None:
    """Give a process that was forked off queues and threads of its own."""
    for sink in list(_SINKS):
        sink._begin()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)


def open_log(
    folder: str | os.PathLike[str],
    *,
    max_bytes: int = MAX_LOG_BYTES,
    compress: bool = True,
    sync: bool = True,
    capacity: int = CAPACITY,
    batch: int = BATCH,
    patience: float = PATIENCE,
) -> RecordSink:
    """Return a sink that writes to files of its own in a folder, which is made if need be.

    `max_bytes`: a file of that size is complete, and the next one is begun. `compress`: complete
    files are compressed. `sync`: a line is acknowledged when it is on the disk, and survives a loss
    of power; otherwise when the system has it, and it survives the death of the process.
    """
    os.makedirs(folder, exist_ok=True)
    open_writer = partial(LogFolder, folder, max_bytes, compress, sync)
    return RecordSink(open_writer, capacity, batch, patience)
