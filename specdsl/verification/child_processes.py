"""A process that ends with the one that started it, whatever ended that."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

DEATH_OF_PARENT = 1  # `PR_SET_PDEATHSIG` of Linux
PAUSE = 0.2  # seconds between two looks


@contextmanager
def without_interrupts() -> Iterator[None]:
    """Ctrl-C waits: a process that is started meanwhile is not yet ready for it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_with_parent(parent: int) -> None:
    """From now on this process ends when its parent does. Ctrl-C is for the parent to see to."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    if sys.platform == "linux":
        with suppress(Exception):  # then it is looked for, which has to wait for a solver
            from ctypes import CDLL

            CDLL(None).prctl(DEATH_OF_PARENT, int(signal.SIGKILL))
    threading.Thread(target=_watch_parent, args=(parent,), daemon=True).start()


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PAUSE)
    os._exit(1)
