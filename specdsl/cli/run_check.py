"""One spec checked as a command asks for it: what is found, and then what would mend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from specdsl.cli.common import Progress, not_loaded, sizes
from specdsl.diagnostics import Code, Report
from specdsl.pipeline import Loaded
from specdsl.report import Run

if TYPE_CHECKING:
    from specdsl.cache import Cache
    from specdsl.policy import Spec

MENDS = ("all", "few", "none")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. `only`: no check runs that finds nothing of these codes. `mends`: how many
    are looked for. `jobs`: at most so many processes, None for as many as it pays. What `cache` has
    is not checked again. `allowing`: comments count."""

    only: frozenset[Code] | None = None
    mends: str = "few"
    jobs: int | None = None
    cache: Cache | None = None
    allowing: bool = True


def checked(loaded: Loaded, asked: Asked | None = None) -> Run:
    """The report of one spec, without what its comments allow, with mends for what can be."""
    if loaded.circuit is None:
        return not_loaded(loaded)
    one = Checking(loaded, asked or Asked())
    return one.run(one.whole())


@dataclass(frozen=True, slots=True)
class Checking:
    """A spec that loads, while it is checked."""

    loaded: Loaded
    asked: Asked
    progress: Progress = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "progress", Progress(self.loaded.path))

    def whole(self) -> Report:
        """What is found, with mends."""
        return self._kept(self.asked.mends, lambda: self.mended(self._known() or self.found()))

    def run(self, report: Report) -> Run:
        """The report as that of the spec."""
        layered = self.loaded.whole().spec.layer is not None
        path, own = self.loaded.path, sizes(self.loaded)
        return Run(path, report, loads=True, sizes=own, layered=layered)

    def _kept(self, mends: str, make: Callable[[], Report]) -> Report:
        """A report from the cache, or a new one, which is kept there."""
        cache, asked = self.asked.cache, self.asked
        if cache is None:
            return make()
        return cache.report(self.loaded, asked.only, make, asked.allowing, mends)

    def _known(self) -> Report | None:
        """What was found before, without mends."""
        cache, asked = self.asked.cache, self.asked
        if cache is None:
            return None
        return cache.known(self.loaded, asked.only, asked.allowing, "none")

    def found(self) -> Report:
        """What every check finds."""
        from specdsl.policy import check, processes

        asked, spec = self.asked, self._spec()
        jobs = asked.jobs or processes(len(spec.model.rules))
        known = asked.cache.units(self.loaded) if asked.cache else None
        report = check(spec, self.progress, only=asked.only, jobs=jobs, known=known)
        self.progress.close()
        return report

    def mended(self, report: Report) -> Report:
        """A report with mends for as much of it as is asked for."""
        from specdsl.cache import remembered
        from specdsl.mends import Mends, propose

        extent, spec = Mends(self.asked.mends), self._spec()
        if extent is Mends.NONE:
            return report
        report = propose(spec, report, extent.budget(spec), self.progress, remembered())
        self.progress.close()
        return report

    def _spec(self) -> Spec:
        from specdsl.policy import Spec

        return Spec(self.loaded, None, self.asked.allowing)
