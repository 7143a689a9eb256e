"""The check of one spec on behalf of a command: its findings, and then their fixes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import field, replace
from enum import IntEnum
from typing import TYPE_CHECKING

from specdsl.apps.cli.common import report_of_faults, rules_per_file
from specdsl.apps.cli.grading import codes_to_check, errors_only, notes_in_lines
from specdsl.apps.cli.progress import Progress
from specdsl.apps.config import Config
from specdsl.base.diagnostics import Code, Report
from specdsl.base.limits import MENDS
from specdsl.base.quick_dataclass import dataclass
from specdsl.pipeline import Loaded
from specdsl.reports import CheckedSpec

if TYPE_CHECKING:
    from specdsl.analyses.fixes.proposals import CacheFor
    from specdsl.api import Spec
    from specdsl.apps.cache import Cache
    from specdsl.apps.check_with_fixes import FixCallback
    from specdsl.checks import FindingsCache, ReportListener


class Detail(IntEnum):
    """The level of detail of a report: a line for each note, and the first findings of each code;
    a line for each finding; a line for each note; everything.
    """

    FIRST_FINDINGS = -1
    LINES = 0
    NOTES_IN_LINES = 1
    ALL = 2

    def includes(self, other: Detail) -> bool:
        """Return whether a report of this level has all that one of the other has, if no findings
        were left out.
        """
        if self is Detail.FIRST_FINDINGS:
            return other is not Detail.ALL
        return self >= other and (self is other or self is not Detail.LINES)

    def cache_word(self, errors_only: bool) -> str:
        """Return the name of the level in cache keys."""
        return f"{self.name.lower()}{' of errors' if errors_only else ''}"


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """The options of a check. `only`: the codes to check. `mends`: how many fixes are searched for.
    `jobs`: the maximal number of processes, None to choose it. `cache`: known reports. `allowing`:
    suppressing comments count. `statistics`: the effort of each check is measured. `copies`:
    formats in which the report is written to files. `detail`: what the formats show.
    `errors_only`: of contradictions, only errors. `complete`: every finding is wanted, whatever the
    formats show.
    """

    only: frozenset[Code] | None = None
    mends: str = "few"
    jobs: int | None = None
    cache: Cache | None = None
    allowing: bool = True
    statistics: bool = False
    copies: tuple[str, ...] = ()
    detail: Detail = Detail.ALL
    errors_only: bool = False
    complete: bool = False

    def under_settings(self, config: Config, loaded: Loaded) -> CheckOptions:
        """Return the options with those of the settings for a spec, and without fixes if no format
        shows them.
        """
        detail = _detail_of_formats(config, {config.output_format, *self.copies})
        if self.complete:
            detail = max(detail, Detail.NOTES_IN_LINES)
        mends = "none" if detail is Detail.LINES else self.mends
        only, allowing = codes_to_check(config, loaded), config.allowing
        strict = errors_only(config)
        return replace(
            self, only=only, allowing=allowing, detail=detail, mends=mends, errors_only=strict
        )


def _detail_of_formats(config: Config, forms: Collection[str]) -> Detail:
    """Return the level of detail that some formats show."""
    if not {"concise"}.issuperset(forms):
        if not ({"concise", "text"}.issuperset(forms) and notes_in_lines(config)):
            return Detail.ALL
        return Detail.NOTES_IN_LINES if "concise" in forms else Detail.FIRST_FINDINGS
    return Detail.LINES


def check_spec(
    loaded: Loaded, asked: CheckOptions | None = None, cache_for: CacheFor | None = None
) -> CheckedSpec:
    """Check one spec, and search for fixes; suppressed findings are dropped. `cache_for` has the
    findings of earlier rounds, and receives the new ones.
    """
    if loaded.circuit is None:
        return report_of_faults(loaded)
    one = SpecCheck(loaded, asked or CheckOptions(), cache_for or _new_store())
    return one.as_checked_spec(one.report_with_fixes())


def caches_for(specs: Sequence[Loaded], asked: CheckOptions) -> Iterator[CacheFor]:
    """Yield for each spec of a run where its findings are kept. Specs share what they have in
    common, unless the effort of each is measured.
    """
    shared = _new_store()
    for _ in specs:
        yield _new_store() if asked.statistics else shared


def _new_store() -> CacheFor:
    from specdsl.apps.cache import in_memory_cache

    return in_memory_cache()


@dataclass(frozen=True, slots=True)
class SpecCheck:
    """The check of a spec that loads, step by step."""

    loaded: Loaded
    asked: CheckOptions
    cache_for: CacheFor = field(
        default_factory=_new_store
    )  # Findings are reused when fixes are tried.
    progress: Progress = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "progress", Progress(self.loaded.path))

    def report_with_fixes(self) -> Report:
        """Return the findings with fixes."""
        return self._find_or_make(
            self.asked.mends,
            lambda: self.search_fixes(self._find_report("none") or self.run_checks()),
        )

    def report_findings(self, seen: ReportListener) -> Report:
        """Return the findings without fixes; `seen` is called during the search."""
        return self._find_or_make("none", lambda: self.run_checks(seen))

    def add_fixes(self, report: Report, told: FixCallback) -> Report:
        """Return the findings with fixes; `told` is called for each finding whose fixes
        are known.
        """
        known = self._find_report(self.asked.mends)
        if known is None or not _same_findings(report, known):
            return self._find_or_make(self.asked.mends, lambda: self.search_fixes(report, told))
        for before, after in zip(report.diagnostics, known.diagnostics, strict=True):
            if before != after:
                told(before, after)
        return known

    def as_checked_spec(self, report: Report) -> CheckedSpec:
        """Return the report as that of the spec."""
        layered = self.loaded.require_circuit().spec.layer is not None
        path, own = self.loaded.path, rules_per_file(self.loaded)
        return CheckedSpec(path, report, loads=True, sizes=own, is_layer=layered)

    def _find_or_make(self, mends: str, make: Callable[[], Report]) -> Report:
        """Return the report of the cache, or a new one, which is stored."""
        cache, asked = self.asked.cache, self.asked
        if cache is None:
            return make()
        found, detail = self._find_report(mends), asked.detail.cache_word(asked.errors_only)
        how = (asked.allowing, mends, detail)
        return found or cache.find_or_make_report(self.loaded, asked.only, make, *how)

    def _find_report(self, mends: str) -> Report | None:
        """Return the report of an earlier run, which may have more detail than necessary."""
        cache, asked = self.asked.cache, self.asked
        if cache is None:
            return None
        ways = (mends,) if asked.detail is not Detail.LINES else MENDS
        every = (
            cache.find_report(
                self.loaded, asked.only, asked.allowing, way, detail.cache_word(strict)
            )
            for strict in {False, asked.errors_only}
            for detail in Detail
            for way in ways
            if detail.includes(asked.detail)
        )
        cut = asked.detail is Detail.FIRST_FINDINGS
        return next((one for one in every if one and (cut or not one.leaves_findings_out)), None)

    def run_checks(self, seen: ReportListener | None = None) -> Report:
        """Run every check."""
        from specdsl.api import check, process_count
        from specdsl.apps.check_with_fixes import guidance_checks

        asked, spec = self.asked, self._spec()
        jobs = asked.jobs or process_count(len(spec.model.rules))
        known = self._known_components()
        report = check(
            spec,
            self.progress,
            only=asked.only,
            jobs=jobs,
            known=known,
            seen=seen,
            statistics=asked.statistics,
            brief=asked.detail is Detail.LINES,
            note_lines=asked.detail in (Detail.FIRST_FINDINGS, Detail.NOTES_IN_LINES),
            errors_only=asked.errors_only,
            first_only=asked.detail is Detail.FIRST_FINDINGS,
            more=guidance_checks(asked.only),
        )
        self.progress.clear_line()
        return report

    def search_fixes(self, report: Report, told: FixCallback | None = None) -> Report:
        """Add as many fixes to a report as the options ask for."""
        from specdsl.apps.check_with_fixes import ignore_fixes, with_mends

        how = (self.asked.mends, self.progress, self.cache_for, told or ignore_fixes)
        report = with_mends(self._spec(), report, *how)
        self.progress.clear_line()
        return report

    def _known_components(self) -> FindingsCache | None:
        """Return the findings by component that the cache has, and those in memory."""
        from specdsl.checks import ChainedCache

        cache, own = self.asked.cache, self.cache_for(self.loaded)
        kept = cache.known_components(self.loaded) if cache else None
        return ChainedCache(kept, own) if kept and own else own

    def _spec(self) -> Spec:
        from specdsl.api import Spec

        return Spec(self.loaded, None, self.asked.allowing)


def _same_findings(one: Report, other: Report) -> bool:
    """Return whether the findings are the same."""
    return [(d.code, d.message) for d in one.findings] == [
        (d.code, d.message) for d in other.findings
    ]
