"""Reloading: a policy that a service keeps while its file changes.

A new version takes the place of the old one at once, between two calls, and only if it passes the
check; otherwise the old one stays and the holder says why.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from threading import Event, RLock, Thread
from typing import Any

from specdsl import api
from specdsl.api import Policy, Spec
from specdsl.base.diagnostics import Report, SpecError
from specdsl.frontend.model.files import decode_text
from specdsl.runtime.results import Decision

INTERVAL = 1.0  # Seconds between two looks at the files.
FileStamp = tuple[str, str]
"""The name of a file, and what tells whether it has changed: a digest of what is in it. Its time
would not do: a file may be written twice within one tick of the clock.
"""
CHANGED: FileStamp = ("", "changed")  # A stamp that no file has.


class PolicyHolder:
    """Holds the policy of a file: the newest version that passed the check.

    Any number of threads may call `decide` while another calls `refresh`. Whoever needs several
    decisions of one version takes the `policy` first.
    """

    def __init__(
        self, path: str | os.PathLike[str], root: str | os.PathLike[str] | None = None
    ) -> None:
        """Load the first version. Raises `SpecError` if it does not load or pass the check."""
        self._path, self._root = path, root
        self._refreshing = RLock()
        self._stopped: Event | None = None
        self._spec, self._policy = self._load_and_compile()
        self._report: Report | None = None
        self._failure: Exception | None = None
        self._seen = _loaded_stamps(path, self._spec)

    @property
    def policy(self) -> Policy:
        """Return the policy as it is now; it never changes."""
        return self._policy

    @property
    def report(self) -> Report | None:
        """Return why the newest version of the file is not in use; None if it is."""
        return self._report

    @property
    def failure(self) -> Exception | None:
        """Return what else kept the thread from taking a version: a lack of memory, for instance.
        None if the last attempt came to a verdict.
        """
        return self._failure

    def decide(self, facts: Mapping[str, Any], says: Iterable[Any] = ()) -> Decision:
        """Return the decision of the version that is in use when the call begins."""
        return self._policy.decide(facts, says)

    def refresh(self) -> bool:
        """Take the file's version if it passes the check. Returns whether it is in use: if not,
        `report` says why, and the version before stays.
        """
        with self._refreshing:
            seen = _file_stamps(self._path, self._spec)
            try:
                spec, policy = self._load_and_compile()
            except SpecError as problem:
                self._seen, self._report = seen, problem.report
                return False
            self._seen = _loaded_stamps(self._path, spec)
            self._spec, self._policy = spec, policy
            self._report = self._failure = None
            return True

    def _load_and_compile(self) -> tuple[Spec, Policy]:
        spec = api.load(self._path, self._root)
        policy = api.compile(spec)
        policy.prepare()
        return spec, policy

    # --- on its own ---

    def start(self, interval: float = INTERVAL) -> None:
        """Refresh in a thread of its own whenever one of the files has changed, until `stop`."""
        with self._refreshing:
            if self._stopped is None:
                self._stopped = Event()
                arguments = (self._stopped, interval)
                Thread(target=self._watch, args=arguments, name="specdsl", daemon=True).start()

    def stop(self) -> None:
        """Stop refreshing in a thread; the policy stays as it is."""
        with self._refreshing:
            if self._stopped is not None:
                self._stopped.set()
                self._stopped = None

    def _watch(self, stopped: Event, interval: float) -> None:
        while not stopped.wait(interval):
            if _file_stamps(self._path, self._spec) != self._seen:
                try:
                    self.refresh()
                except Exception as problem:  # The thread goes on, and the old version stays.
                    self._failure = problem

    def __repr__(self) -> str:
        return f"<PolicyHolder {os.fspath(self._path)}>"


def reload(
    path: str | os.PathLike[str],
    root: str | os.PathLike[str] | None = None,
    interval: float | None = INTERVAL,
) -> PolicyHolder:
    """Return a holder of the file's policy, which takes new versions that pass the check: every so
    many seconds it looks whether a file has changed, or with None only when `refresh` is called.
    Raises `SpecError` if the first version does not load or pass the check.
    """
    holder = PolicyHolder(path, root)
    if interval is not None:
        holder.start(interval)
    return holder


def _file_stamps(path: str | os.PathLike[str], spec: Spec | None) -> tuple[FileStamp, ...]:
    """Return the stamps of the files of a spec."""
    names = [os.fspath(path)]
    if spec is not None:
        names += (source.name for source in spec.model.sources)
    return tuple(_file_stamp(name) for name in dict.fromkeys(names))


def _loaded_stamps(path: str | os.PathLike[str], spec: Spec) -> tuple[FileStamp, ...]:
    """Return the stamps of the files as they were loaded. One that has changed since then has a
    stamp that no file has, so that the next look finds it changed.
    """
    stamps = _file_stamps(path, spec)  # Before the texts are read: what changes later shows.
    texts = {source.name: source.text for source in spec.model.sources}
    return tuple(
        stamp if stamp[0] not in texts or _holds_text(stamp[0], texts[stamp[0]]) else CHANGED
        for stamp in stamps
    )


def _holds_text(name: str, text: str) -> bool:
    try:
        with open(name, "rb") as file:
            return decode_text(file.read())[0] == text
    except (OSError, ValueError):
        return False


def _file_stamp(name: str) -> FileStamp:
    try:
        with open(name, "rb") as file:
            return name, blake2b(file.read()).hexdigest()
    except (OSError, ValueError):
        return name, ""
