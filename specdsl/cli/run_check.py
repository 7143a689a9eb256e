"""One spec checked as a command asks for it: what is found, and then what would mend it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import TYPE_CHECKING

from specdsl.cli.common import Progress, not_loaded, sizes
from specdsl.cli.judging import errors_only, notes_in_lines, wanted
from specdsl.config import Config
from specdsl.diagnostics import Code, Report
from specdsl.limits import MENDS
from specdsl.pipeline import Loaded
from specdsl.report import CheckedSpec

if TYPE_CHECKING:
    from specdsl.cache import Cache
    from specdsl.checking import Told
    from specdsl.checks import Known, Seen
    from specdsl.mends.proposals import Knowing
    from specdsl.policy import Spec


class Detail(IntEnum):
    """How much of its findings a report has to tell: of each a line; of notes a line; all."""

    LINES = 0
    NOTES_IN_LINES = 1
    ALL = 2

    def told(self, errors_only: bool) -> str:
        """As it is told to the cache."""
        return f"{self.name.lower()}{' of errors' if errors_only else ''}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. `only`: no check runs that finds nothing of these codes. `mends`: how many
    are looked for. `jobs`: at most so many processes, None for as many as it pays. What `cache` has
    is not checked again. `allowing`: comments count. `statistics`: what each check takes is
    measured.
    `copies`: the formats in which the report is written to files; `detail`: what has to be told;
    `errors_only`: of contradictions too only those that are errors."""

    only: frozenset[Code] | None = None
    mends: str = "few"
    jobs: int | None = None
    cache: Cache | None = None
    allowing: bool = True
    statistics: bool = False
    copies: tuple[str, ...] = ()
    detail: Detail = Detail.ALL
    errors_only: bool = False

    def by(self, config: Config, loaded: Loaded) -> Asked:
        """With what the settings ask for of a spec, and no mends where none are shown."""
        detail = _detail(config, {config.output_format, *self.copies})
        mends = "none" if detail is Detail.LINES else self.mends
        only, allowing = wanted(config, loaded), config.allowing
        strict = errors_only(config)
        return replace(
            self, only=only, allowing=allowing, detail=detail, mends=mends, errors_only=strict
        )


def _detail(config: Config, forms: Collection[str]) -> Detail:
    """What of findings is seen in some formats."""
    if not {"concise"}.issuperset(forms):
        in_text = {"concise", "text"}.issuperset(forms)
        return Detail.NOTES_IN_LINES if in_text and notes_in_lines(config) else Detail.ALL
    return Detail.LINES


def checked(
    loaded: Loaded, asked: Asked | None = None, knowing: Knowing | None = None
) -> CheckedSpec:
    """The report of one spec, without what its comments allow, with mends for what can be.
    `knowing`: what was found in earlier rounds, which is kept there."""
    if loaded.circuit is None:
        return not_loaded(loaded)
    one = Checking(loaded, asked or Asked(), knowing)
    return one.run(one.whole())


@dataclass(frozen=True, slots=True)
class Checking:
    """A spec that loads, while it is checked."""

    loaded: Loaded
    asked: Asked
    earlier: Knowing | None = None  # where what is found is kept, if others know it too
    progress: Progress = field(init=False)
    knowing: Knowing = field(init=False)  # what is found is known where mends are tried

    def __post_init__(self) -> None:
        from specdsl.cache import in_memory_cache

        object.__setattr__(self, "progress", Progress(self.loaded.path))
        object.__setattr__(self, "knowing", self.earlier or in_memory_cache())

    def whole(self) -> Report:
        """What is found, with mends."""
        return self._kept(
            self.asked.mends, lambda: self.mended(self._known("none") or self.found())
        )

    def first(self, seen: Seen) -> Report:
        """What is found, without mends. `seen` is told of it while it is looked for."""
        return self._kept("none", lambda: self.found(seen))

    def then(self, report: Report, told: Told) -> Report:
        """What was found, with mends, each of which `told` is told when it is known."""
        known = self._known(self.asked.mends)
        if known is None or not _same(report, known):
            return self._kept(self.asked.mends, lambda: self.mended(report, told))
        for before, after in zip(report.diagnostics, known.diagnostics, strict=True):
            if before != after:
                told(before, after)
        return known

    def run(self, report: Report) -> CheckedSpec:
        """The report as that of the spec."""
        layered = self.loaded.whole().spec.layer is not None
        path, own = self.loaded.path, sizes(self.loaded)
        return CheckedSpec(path, report, loads=True, sizes=own, is_layer=layered)

    def _kept(self, mends: str, make: Callable[[], Report]) -> Report:
        """A report from the cache, or a new one, which is kept there."""
        cache, asked = self.asked.cache, self.asked
        if cache is None:
            return make()
        found, detail = self._known(mends), asked.detail.told(asked.errors_only)
        how = (asked.allowing, mends, detail)
        return found or cache.find_or_make_report(self.loaded, asked.only, make, *how)

    def _known(self, mends: str) -> Report | None:
        """The report of an earlier run, which may tell more than is asked for."""
        cache, asked = self.asked.cache, self.asked
        if cache is None:
            return None
        ways = (mends,) if asked.detail is not Detail.LINES else MENDS
        every = (
            cache.find_report(self.loaded, asked.only, asked.allowing, way, detail.told(strict))
            for strict in {False, asked.errors_only}
            for detail in Detail
            for way in ways
            if detail >= asked.detail
        )
        return next((one for one in every if one is not None), None)

    def found(self, seen: Seen | None = None) -> Report:
        """What every check finds."""
        from specdsl.checking import hints
        from specdsl.policy import check, processes

        asked, spec = self.asked, self._spec()
        jobs = asked.jobs or processes(len(spec.model.rules))
        known = self._known_units()
        report = check(
            spec,
            self.progress,
            only=asked.only,
            jobs=jobs,
            known=known,
            seen=seen,
            statistics=asked.statistics,
            brief=asked.detail is Detail.LINES,
            note_lines=asked.detail is Detail.NOTES_IN_LINES,
            errors_only=asked.errors_only,
            more=hints(asked.only),
        )
        self.progress.close()
        return report

    def mended(self, report: Report, told: Told | None = None) -> Report:
        """A report with mends for as much of it as is asked for."""
        from specdsl.checking import nobody, with_mends

        how = (self.asked.mends, self.progress, self.knowing, told or nobody)
        report = with_mends(self._spec(), report, *how)
        self.progress.close()
        return report

    def _known_units(self) -> Known | None:
        """What the cache has of units, and what is remembered for the mends."""
        from specdsl.checks import KnownTwice

        cache, own = self.asked.cache, self.knowing(self.loaded)
        kept = cache.known_components(self.loaded) if cache else None
        return KnownTwice(kept, own) if kept and own else own

    def _spec(self) -> Spec:
        from specdsl.policy import Spec

        return Spec(self.loaded, None, self.asked.allowing)


def _same(one: Report, other: Report) -> bool:
    """The same was found."""
    return [(d.code, d.message) for d in one.findings] == [
        (d.code, d.message) for d in other.findings
    ]
