"""The check of a spec as programs ask for it: what is found, and what would mend it.

Mends are many modules: they are loaded where there is something to mend.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from specdsl import policy
from specdsl.checks import Check, Known, Progress
from specdsl.diagnostics import Code, Diagnostic, Report, Severity, did_you_mean
from specdsl.hints import CODES as GUIDANCE
from specdsl.limits import MENDS
from specdsl.policy import Spec
from specdsl.statistics import measured

if TYPE_CHECKING:
    from specdsl.mends.proposals import Knowing

MENDABLE = frozenset({"SD301", "SD402", "SD403"})  # codes for which there are mends

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
    mends: str = "none",
    statistics: bool = False,
    guidance: bool = False,
) -> Report:
    """What `policy.check` finds, with mends on it. `mends`: `none`; `few`, as many as can be tried
    within a budget that the size of the spec sets, as `specdsl check` does; or `all`, with the
    warnings that they bring. `statistics`: the report says what each check and the mends took.
    `guidance`: hints on how the spec is written, too."""
    if mends not in MENDS:
        hint = did_you_mean(mends, MENDS)
        raise ValueError(f"mends are `all`, `few` or `none`, not `{mends}`{hint}")
    more = hints(frozenset(GUIDANCE) if guidance else only)
    report = policy.check(
        spec, progress, least, only, jobs, known, brief, statistics=statistics, more=more
    )
    return with_mends(spec, report, mends, progress)


def hints(only: frozenset[Code] | None) -> Sequence[Check]:
    """The checks for the guidance that is among the codes asked for."""
    if only is None or only.isdisjoint(GUIDANCE):
        return ()
    from specdsl.guidance import CHECKS

    return CHECKS


def with_mends(
    spec: Spec,
    report: Report,
    mends: str,
    progress: Progress = _silent,
    knowing: Knowing | None = None,
    told: Told = nobody,
) -> Report:
    """The report with mends on what can be mended, each tried. `told`: called with each finding and
    with it as it is then, as soon as that is known."""
    if mends == "none" or MENDABLE.isdisjoint(d.code.id for d in report.diagnostics):
        return report

    def mend() -> Report:
        from specdsl.mends import Mends, propose
        from specdsl.mends.proposals import knowing_nothing

        budget = Mends(mends).budget(spec)
        return propose(spec, report, budget, progress, knowing or knowing_nothing, told)

    if not report.statistics:
        return mend()
    mended, spent = measured(mend)
    return replace(mended, statistics=(*report.statistics, ("mends", spent)))


__all__ = ["check", "with_mends"]
