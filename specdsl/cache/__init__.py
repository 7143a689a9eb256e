"""Reports of `specdsl check`, kept in the user's cache folder: what did not change is not checked
again.

A report is found by a digest of all that it depends on, so that it is never stale, and is rebuilt
into the very same value. A cache that cannot be used is as good as none: nothing is said of it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

from specdsl.cache.folder import folder
from specdsl.cache.form import read, written
from specdsl.cache.key import key_of, tool
from specdsl.cache.store import Store
from specdsl.diagnostics import Code, Report
from specdsl.pipeline import Loaded


@dataclass(frozen=True, slots=True)
class Cache:
    """Where reports are kept, and the digest of the program that made them."""

    store: Store
    tool: str

    def report(
        self, loaded: Loaded, only: frozenset[Code] | None, make: Callable[[], Report]
    ) -> Report:
        """The report that `make` gives of a spec that loads, checked for the codes `only`: that of
        an earlier run, or a new one, which is kept if everything in it was settled."""
        key = key_of(self.tool, loaded, only)
        sources = tuple(file.source for file in loaded.files)
        body = self.store.read(key)
        found = None if body is None else read(body, sources)
        return found or self._made(key, make(), loaded)

    def _made(self, key: str, report: Report, loaded: Loaded) -> Report:
        body = written(report, tuple(file.source for file in loaded.files))
        if body is not None and tool() == self.tool:  # no one has edited the program meanwhile
            self.store.write(key, body)
        return report


def opened() -> Cache | None:
    """The cache of this user; None where there is none, or SPECDSL_CACHE=0 asks for none."""
    place = folder(os.environ, sys.platform)
    digest = None if place is None else tool()
    return None if place is None or digest is None else Cache(Store(place / "check"), digest)


__all__ = ["Cache", "opened"]
