"""Programmatic check of a spec: its findings, and fixes for them.

The modules of fixes are imported only if there is something to fix.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from specdsl import api
from specdsl.api import Spec
from specdsl.base.code_names import CONTRADICTION, UNREACHABLE_EFFECT, UNREACHABLE_RULE
from specdsl.base.diagnostics import Code, Diagnostic, Report, Severity, did_you_mean
from specdsl.base.limits import MENDS
from specdsl.base.statistics import measure_effort
from specdsl.checks import Check, FindingsCache, Progress
from specdsl.checks.guidance_codes import CODES as GUIDANCE

if TYPE_CHECKING:
    from specdsl.analyses.fixes.proposals import CacheFor

FIXABLE_CODES = frozenset(
    {CONTRADICTION.id, UNREACHABLE_RULE.id, UNREACHABLE_EFFECT.id}
)  # Codes that have fixes.

FixCallback = Callable[[Diagnostic, Diagnostic], None]
"""Called with a finding, and with it as it is when it has mends."""


def _ignore_progress(name: str, done: int, total: int) -> None:
    """Ignore the progress."""


def ignore_fixes(before: Diagnostic, after: Diagnostic) -> None:
    """Ignore the finding with its fixes."""


def check(
    spec: Spec,
    progress: Progress = _ignore_progress,
    least: Severity = Severity.NOTE,
    only: frozenset[Code] | None = None,
    jobs: int = 1,
    known: FindingsCache | None = None,
    brief: bool = False,
    mends: str = "none",
    statistics: bool = False,
    guidance: bool = False,
    errors_only: bool = False,
) -> Report:
    """Run `api.check` and add fixes. `mends`: `none`; `few`, within a budget that depends on the
    size of the spec, as `specdsl check` does; or `all`, with the warnings that they cause.
    `statistics`: the report includes the effort of each check and of the fixes. `guidance`: hints
    on how the spec is written are included. `errors_only`: what is surely milder is not checked.
    """
    if mends not in MENDS:
        hint = did_you_mean(mends, MENDS)
        raise ValueError(f"mends are `all`, `few` or `none`, not `{mends}`{hint}")
    more = guidance_checks(frozenset(GUIDANCE) if guidance else only)
    report = api.check(
        spec,
        progress,
        least,
        only,
        jobs,
        known,
        brief,
        statistics=statistics,
        errors_only=errors_only,
        more=more,
    )
    return with_mends(spec, report, mends, progress)


def guidance_checks(only: frozenset[Code] | None) -> Sequence[Check]:
    """Return the checks for the selected codes of guidance."""
    if only is None or only.isdisjoint(GUIDANCE):
        return ()
    from specdsl.analyses.guidance import CHECKS

    return CHECKS


def with_mends(
    spec: Spec,
    report: Report,
    mends: str,
    progress: Progress = _ignore_progress,
    cache_for: CacheFor | None = None,
    told: FixCallback = ignore_fixes,
) -> Report:
    """Add tried fixes to the findings that have some. `told` is called with each finding, and with
    its fixed version, as soon as that is known.
    """
    if mends == "none" or FIXABLE_CODES.isdisjoint(d.code.id for d in report.diagnostics):
        return report

    def mend() -> Report:
        from specdsl.analyses.fixes import FixEffort, add_fixes
        from specdsl.analyses.fixes.proposals import no_cache

        budget = FixEffort(mends).budget(spec)
        return add_fixes(spec, report, budget, progress, cache_for or no_cache, told)

    if not report.statistics:
        return mend()
    mended, spent = measure_effort(mend)
    return replace(mended, statistics=(*report.statistics, ("mends", spent)))


__all__ = ["check", "with_mends"]
