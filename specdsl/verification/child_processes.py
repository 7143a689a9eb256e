"""Child processes that end with their parent, however it ends."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

DEATH_OF_PARENT = 1  # `PR_SET_PDEATHSIG` of Linux.
PAUSE = 0.2  # Seconds between two checks.


@contextmanager
def without_interrupts() -> Iterator[None]:
    """Hold back Ctrl-C, which a process that is being started is not yet ready for."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_with_parent(parent: int) -> None:
    """End this process as soon as its parent ends. The parent alone handles Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    if sys.platform == "linux":
        with suppress(
            Exception
        ):  # The thread below does so too, but has to wait for a running solver.
            from ctypes import CDLL

            CDLL(None).prctl(DEATH_OF_PARENT, int(signal.SIGKILL))
    threading.Thread(target=_watch_parent, args=(parent,), daemon=True).start()


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PAUSE)
    os._exit(1)
