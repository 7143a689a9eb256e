"""Waiting for changes of files: by events of the operating system if `watchfiles` is installed,
else by polling.

An event only says when to look; what has changed is read from the files. Events of network folders,
links and folders that do not exist yet may be missing, so files are looked at now and then anyway.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Set
from contextlib import closing, contextmanager

PAUSE = 0.2  # Seconds between two polls.
LONGEST_WAIT = 2.0  # Seconds until files are looked at without an event.


@contextmanager
def file_events(
    folders: Iterable[str], longest: float = LONGEST_WAIT
) -> Iterator[Callable[[], object]]:
    """Listen to these folders, not to those inside, and return a function that waits until files
    should be looked at. What changes from now on ends its next call.
    """
    try:
        from watchfiles import watch
    except ImportError:
        yield _pause
        return
    events = watch(
        *folders,
        watch_filter=None,
        rust_timeout=int(1000 * PAUSE),
        yield_on_timeout=True,
        recursive=False,
        ignore_permission_denied=False,
    )
    with closing(events):
        try:
            next(events)  # It listens from here on.
        except OSError:  # A folder is gone or closed, or there are too many.
            yield _pause
            return
        yield lambda: _wait_for_event(events, longest)


def _pause() -> None:
    time.sleep(PAUSE)


def _wait_for_event(events: Iterator[Set[object]], longest: float) -> None:
    """Wait for the next events, or until the time is over."""
    end = time.monotonic() + longest
    try:
        while time.monotonic() < end and not next(events):
            pass
    except (OSError, StopIteration):
        _pause()
