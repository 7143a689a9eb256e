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
from typing import TYPE_CHECKING

from specdsl.cache.folder import folder, shared
from specdsl.cache.form import read, written
from specdsl.cache.key import key_of, tool
from specdsl.cache.places import Files
from specdsl.cache.store import Memory, Store
from specdsl.diagnostics import Code, Report
from specdsl.pipeline import Loaded

if TYPE_CHECKING:
    from specdsl.cache.units import KnownUnits

STORES = ("check", "units")  # folders: of whole reports, and of what was found of parts of a spec


@dataclass(frozen=True, slots=True)
class Cache:
    """Where what was found is kept, and the digest of the program that found it."""

    store: Store  # of whole reports
    tool: str
    by_unit: Store  # what was found of parts of a spec

    def report(
        self,
        loaded: Loaded,
        only: frozenset[Code] | None,
        make: Callable[[], Report],
        allowing: bool = True,
        mends: str = "few",
        detail: str = "all",
    ) -> Report:
        """The report that `make` gives of a spec that loads, checked for the codes `only`: that of
        an earlier run, or a new one, which is kept if everything in it was settled. `allowing`:
        comments that allow findings count. `mends`: how many were looked for; `detail`: what
        of it has situations that are made for people."""
        found = self.known(loaded, only, allowing, mends, detail)
        if found is not None:
            return found
        report = make()
        body = written(report, _files(loaded))
        if body is not None and self._same():
            self.store.write(key_of(self.tool, loaded, only, allowing, mends, detail), body)
        return report

    def known(
        self,
        loaded: Loaded,
        only: frozenset[Code] | None,
        allowing: bool,
        mends: str,
        detail: str = "all",
    ) -> Report | None:
        """That of an earlier run, if there is one."""
        body = self.store.read(key_of(self.tool, loaded, only, allowing, mends, detail))
        return None if body is None else read(body, _files(loaded))

    def units(self, loaded: Loaded) -> KnownUnits | None:
        """What is known of the units of a spec; None of a layer, to which its base belongs too."""
        return _units(loaded, self.by_unit, self.tool, self._same)

    def _same(self) -> bool:
        """No one has edited the program meanwhile."""
        return tool() == self.tool


def remembered() -> Callable[[Loaded], KnownUnits | None]:
    """What is known of the units of specs that this process has checked with it, and no longer."""
    store = Memory()
    return lambda loaded: _units(loaded, store, "", lambda: True, by_check=True)


def _units(
    loaded: Loaded,
    store: Store | Memory,
    tool: str,
    same: Callable[[], bool],
    by_check: bool = False,
) -> KnownUnits | None:
    from specdsl.cache.units import KnownUnits

    layered = loaded.spec is None or loaded.spec.layer is not None
    return None if layered else KnownUnits(store, tool, same, by_check)


def _files(loaded: Loaded) -> Files:
    return Files(tuple(file.source for file in loaded.files))


def opened(say: Callable[[str], None] = lambda text: None) -> Cache | None:
    """The cache of this user; None where there is none, or SPECDSL_CACHE=0 asks for none. Where
    others could write what this user would read, there is none either, and that is said."""
    place = folder(os.environ, sys.platform)
    why = "" if place is None else shared(place, *(place / name for name in STORES))
    if why:
        say(f"{place}: {why}; the cache is not used")
        return None
    digest = None if place is None else tool()
    if place is None or digest is None:
        return None
    reports, units = (Store(place / name) for name in STORES)
    return Cache(reports, digest, units)


__all__ = ["Cache", "opened", "remembered"]
