"""The check of a spec as programs ask for it: what is found, and what would mend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from specdsl import policy
from specdsl.checks import Known, Progress
from specdsl.diagnostics import Code, Diagnostic, Report, Severity, did_you_mean
from specdsl.mends import Mends, propose
from specdsl.mends.proposals import Knowing, knowing_nothing
from specdsl.policy import Spec
from specdsl.statistics import measured

Told = Callable[[Diagnostic, Diagnostic], None]
"""Called with a finding, and with it as it is when it has mends."""


def _silent(name: str, done: int, total: int) -> None:
    """Nobody waits."""


def nobody(before: Diagnostic, after: Diagnostic) -> None:
    """Nobody waits for it."""


def check(
    spec: Spec,
    progress: Progress = _silent,
    least: Severity = Severity.NOTE,
    only: frozenset[Code] | None = None,
    jobs: int = 1,
    known: Known | None = None,
    brief: bool = False,
    mends: str = Mends.NONE,
    statistics: bool = False,
) -> Report:
    """What `policy.check` finds, with mends on it. `mends`: `none`; `few`, as many as can be tried
    within a budget that the size of the spec sets, as `specdsl check` does; or `all`.
    `statistics`: the report says what each check and the mends took."""
    extent = _extent(mends)
    report = policy.check(spec, progress, least, only, jobs, known, brief, statistics=statistics)
    return with_mends(spec, report, extent, progress)


def with_mends(
    spec: Spec,
    report: Report,
    extent: Mends,
    progress: Progress = _silent,
    knowing: Knowing = knowing_nothing,
    told: Told = nobody,
) -> Report:
    """The report with mends on what can be mended, each tried. `told`: called with each finding and
    with it as it is then, as soon as that is known."""
    if extent is Mends.NONE:
        return report
    budget = extent.budget(spec)

    def mend() -> Report:
        return propose(spec, report, budget, progress, knowing, told)

    if not report.statistics:
        return mend()
    mended, spent = measured(mend)
    return replace(mended, statistics=(*report.statistics, ("mends", spent)))


def _extent(word: str) -> Mends:
    try:
        return Mends(word)
    except ValueError:
        hint = did_you_mean(word, Mends)
        raise ValueError(f"mends are `all`, `few` or `none`, not `{word}`{hint}") from None


__all__ = ["check", "with_mends"]
