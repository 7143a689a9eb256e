"""Report cache of `specdsl check`, in the user's cache folder: what did not change is not checked
again.

A report is found by a digest of all that it depends on, so it is never stale, and is rebuilt into
an equal value. A cache that cannot be used is ignored silently.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from specdsl.apps.cache.folder import cache_folder, who_else_can_write
from specdsl.apps.cache.report_key import program_digest, report_key
from specdsl.apps.cache.serialization import dump_report, load_report
from specdsl.apps.cache.span_codec import FileSpanCodec
from specdsl.apps.cache.store import FolderStore, MemoryStore
from specdsl.base.diagnostics import Code, Report
from specdsl.base.quick_dataclass import dataclass

if TYPE_CHECKING:
    from specdsl.apps.cache.component_findings import ComponentFindings
    from specdsl.pipeline import Loaded

STORES = ("check", "units")  # The folders of whole reports, and of findings by component.


@dataclass(frozen=True, slots=True)
class Cache:
    """Two stores of findings, valid for one build of the program."""

    report_store: FolderStore  # Whole reports.
    tool: str
    component_store: FolderStore  # Findings of single components of a spec.

    def find_or_make_report(
        self,
        loaded: Loaded,
        only: frozenset[Code] | None,
        make: Callable[[], Report],
        allowing: bool = True,
        mends: str = "few",
        detail: str = "all",
    ) -> Report:
        """Return the report of an earlier run, or that of `make`, which is kept if nothing in it is
        unproved.

        `only`: the codes that are checked; `allowing`: comments that allow findings count; `mends`:
        how many fixes are searched for; `detail`: which situations are simplified for readers.
        """
        found = self.find_report(loaded, only, allowing, mends, detail)
        if found is not None:
            return found
        report = make()
        body = dump_report(report, _file_spans(loaded))
        if body is not None and self._program_is_unchanged():
            self.report_store.write(
                report_key(self.tool, loaded, only, allowing, mends, detail), body
            )
        return report

    def find_report(
        self,
        loaded: Loaded,
        only: frozenset[Code] | None,
        allowing: bool,
        mends: str,
        detail: str = "all",
    ) -> Report | None:
        """Return the report of an earlier run, if there is one."""
        body = self.report_store.read(report_key(self.tool, loaded, only, allowing, mends, detail))
        return None if body is None else load_report(body, _file_spans(loaded))

    def known_components(self, loaded: Loaded) -> ComponentFindings | None:
        """Return the known findings by component."""
        return _known_findings(loaded, self.component_store, self.tool, self._program_is_unchanged)

    def _program_is_unchanged(self) -> bool:
        """Return whether the program's files are still the ones that the digest was made of."""
        return program_digest() == self.tool


def in_memory_cache(goes_on: bool = False) -> Callable[[Loaded], ComponentFindings | None]:
    """Return findings by component that live as long as this process and are valid only within it.
    `goes_on`: a spec is checked for errors first, and for everything after that.
    """
    from specdsl.verification.known_answers import AnswerStore

    store, answers = MemoryStore(), AnswerStore()
    return lambda loaded: _known_findings(
        loaded, store, "", lambda: True, by_check=True, answer_store=answers, keeps_scopes=goes_on
    )


def _known_findings(
    loaded: Loaded,
    store: FolderStore | MemoryStore,
    tool: str,
    same: Callable[[], bool],
    **more: Any,
) -> ComponentFindings | None:
    from specdsl.apps.cache.component_findings import ComponentFindings

    return None if loaded.spec is None else ComponentFindings(store, tool, same, **more)


def _file_spans(loaded: Loaded) -> FileSpanCodec:
    return FileSpanCodec(tuple(file.source for file in loaded.files))


def open_cache(say: Callable[[str], None] = lambda text: None) -> Cache | None:
    """Return the cache of this user. There is none if SPECDSL_CACHE=0 asks for none or if others
    could write to its folder; the latter is reported by `say`.
    """
    place = cache_folder()
    why = "" if place is None else who_else_can_write(place, *(place / name for name in STORES))
    if why:
        say(f"{place}: {why}; the cache is not used")
        return None
    digest = None if place is None else program_digest()
    if place is None or digest is None:
        return None
    reports, units = (FolderStore(place / name) for name in STORES)
    return Cache(reports, digest, units)


__all__ = ["Cache", "in_memory_cache", "open_cache"]
