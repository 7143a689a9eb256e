"""The checks of a spec run by severity: what is an error is looked for first, in all of the spec.

A part of a spec is the spec as a whole, or one of its units. Its checks always run in the same
order with the same things learnt before, wherever it is looked at and whatever else is.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain, islice

from specdsl.base.diagnostics import Severity
from specdsl.base.statistics import measure_effort
from specdsl.reasoning import effort
from specdsl.reasoning.prover import Undetermined
from specdsl.verification.check_session import Check, CheckSession, Findings
from specdsl.verification.components import (
    Component,
    ComponentTask,
    ForkedWorker,
    balance_load,
    independent_components,
)

Progress = Callable[[str, int, int], None]
"""Called with what starts, the name of a check and of what it looks at, how much is done, and how
much there is."""

Found = Mapping[Check, Findings]
Stage = tuple[Check, ...]


class FindingsCache:
    """What was found before of units, by unit and check. This one knows nothing."""

    def lookup(
        self, every: Sequence[ComponentTask], checks: Sequence[Check]
    ) -> dict[Component, list[Findings]]:
        """What is known of some of the units."""
        return {}

    def record(
        self, found: Mapping[ComponentTask, list[Findings]], checks: Sequence[Check]
    ) -> None:
        """For the next time."""


@dataclass(frozen=True)
class ChainedCache(FindingsCache):
    """What one knows, or another."""

    first: FindingsCache
    second: FindingsCache

    def find(
        self, every: Sequence[ComponentTask], checks: Sequence[Check]
    ) -> dict[Component, list[Findings]]:
        found = self.first.lookup(every, checks)
        self.second.record(
            {one: found[one.component] for one in every if one.component in found}, checks
        )
        left = [one for one in every if one.component not in found]
        return found | self.second.lookup(left, checks)

    def keep(self, found: Mapping[ComponentTask, list[Findings]], checks: Sequence[Check]) -> None:
        self.first.record(found, checks)
        self.second.record(found, checks)


@dataclass(slots=True)
class ProgressCounter:
    """How far a check has come."""

    progress: Progress
    total: int
    done: int = 0

    def start(self, one: Check, unit: Component | None) -> None:
        self.progress(f"{one.code.name}{_suffix_of(unit)}", self.done, self.total)
        self.done += 1


def _suffix_of(unit: Component | None) -> str:
    """What is looked at, in words."""
    if unit is None:
        return ""
    more = f" and {len(unit.decisions) - 1} more" if len(unit.decisions) > 1 else ""
    return f" of `{unit.decisions[0].name}`{more}"


class CheckScope:
    """A part of a spec on which checks run one after another. What they learn of it stays."""

    def __init__(
        self,
        session: Callable[[], CheckSession],
        unit: Component | None = None,
        measure: bool = False,
    ) -> None:
        """`measure`: what each check takes is found out too."""
        self._make, self._unit, self._measure = session, unit, measure
        self.effort = effort.QueryEffort()

    @cached_property
    def session(self) -> CheckSession:
        """What its checks work with. That it is made is part of what the first of them takes."""
        return self._make()

    def of_component(self, unit: Component) -> CheckScope:
        """One unit of it, of which nothing is known yet."""
        return CheckScope(
            lambda: self.session.for_task(self.session.task_of(unit)), unit, self._measure
        )

    def run_checks(
        self, checks: Sequence[Check], steps: ProgressCounter | None = None
    ) -> dict[Check, Findings]:
        """What each of the checks finds."""
        effort.resume_component(self.effort)
        found: dict[Check, Findings] = {}
        for one in checks:
            if steps is not None:
                steps.start(one, self._unit)
            found[one] = self._run_measured(one) if self._measure else self._run_check(one)
        return found

    def _run_measured(self, one: Check) -> Findings:
        found, spent = measure_effort(partial(self._run_check, one))
        return replace(found, spent=spent)

    def _run_check(self, one: Check) -> Findings:
        effort.take_reasons()
        try:
            found = one.run(self.session.check_deadline())
        except Undetermined:
            found = Findings(unproved="all")
        return replace(found, why=effort.take_reasons()) if found.unproved else found


def stages_by_severity(checks: Sequence[Check]) -> tuple[Stage, ...]:
    """The checks by the gravest that each can find, errors first."""
    stages = (
        tuple(c for c in checks if worst_severity(c) is s) for s in sorted(Severity, reverse=True)
    )
    return tuple(filter(None, stages))


def worst_severity(one: Check) -> Severity:
    """How grave its findings can be."""
    return max(code.severity for code in (one.code, *one.further_codes))


def run_in_stages(
    wanted: Sequence[Check], whole: CheckScope, jobs: int, progress: Progress, known: FindingsCache
) -> Generator[dict[Check, Findings]]:
    """What the checks find, stage by stage: of the spec as a whole, and unit by unit."""
    stages = stages_by_severity(wanted)
    apart = [tuple(one for one in stage if one.per_component) for stage in stages]
    steps = ProgressCounter(progress, sum(not one.per_component for one in wanted))
    with closing(_ComponentStages(apart, whole, jobs, steps, known)) as of_units:
        for stage in stages:
            found = whole.run_checks([one for one in stage if not one.per_component], steps)
            found |= of_units.next_stage()
            yield {one: found[one] for one in stage}
        of_units.store_findings()


class _ComponentStages:
    """The units of a spec while checks run on them, in this process and in others."""

    def __init__(
        self,
        stages: Sequence[Stage],
        whole: CheckScope,
        jobs: int,
        steps: ProgressCounter,
        known: FindingsCache,
    ) -> None:
        session = whole.session
        self._stages, self._known = stages, known
        self._checks = tuple(one for stage in stages for one in stage)
        every = independent_components(session.spec) if self._checks else ()
        self._asked = [session.task_of(unit) for unit in every]
        self._before = known.lookup(self._asked, self._checks)
        self._found = {unit: _split_by_stage(found, stages) for unit, found in self._before.items()}
        missing = [unit for unit in every if unit not in self._before]
        self._found |= {unit: [] for unit in missing}
        here, *others = balance_load(missing, jobs)
        steps.total += len(self._checks) * len(here)
        work = partial(_stages_of_component, stages, whole)
        codes = (code for one in self._checks for code in (one.code, *one.further_codes))
        same = (*session.spec.sources, *codes)
        self._here = {unit: work(unit, steps) for unit in here}
        self._workers = [ForkedWorker(work, share, same, len(stages)) for share in others]
        self._number = 0

    def next_stage(self) -> dict[Check, Findings]:
        """What the checks of the next stage find of all units."""
        for unit, working in self._here.items():
            self._found[unit].append(next(working))
        for worker in self._workers:
            for unit, found in worker.results().items():
                self._found[unit].append(found)
        number, self._number = self._number, self._number + 1
        of_each = [self._found[one.component][number] for one in self._asked]
        return _merge_components(self._stages[number], of_each)

    def store_findings(self) -> None:
        """What was found is known the next time."""
        new = (one for one in self._asked if one.component not in self._before)
        self._known.record(
            {one: [*chain(*self._found[one.component])] for one in new}, self._checks
        )

    def close(self) -> None:
        """Ends the other processes."""
        for worker in self._workers:
            worker.stop()


def _stages_of_component(
    stages: Sequence[Stage],
    whole: CheckScope,
    unit: Component,
    steps: ProgressCounter | None = None,
) -> Iterator[list[Findings]]:
    """What is found of a unit, stage by stage."""
    *first, last = stages
    part = whole.of_component(unit)
    for stage in first:
        yield list(part.run_checks(stage, steps).values())
    found = list(part.run_checks(last, steps).values())
    del part  # what was learnt of it is free
    yield found


def _split_by_stage(found: Sequence[Findings], stages: Sequence[Stage]) -> list[list[Findings]]:
    """What is known of a unit, by stage."""
    left = iter(found)
    return [list(islice(left, len(stage))) for stage in stages]


def _merge_components(
    checks: Sequence[Check], of_units: Sequence[Sequence[Findings]]
) -> dict[Check, Findings]:
    """What was found of all units by each check."""
    found = dict.fromkeys(checks, Findings())
    for one in of_units:
        for check, findings in zip(checks, one, strict=True):
            found[check] = found[check].merge(findings)
    return found
