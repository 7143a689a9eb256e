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
from specdsl.reasoning.prover import Unsettled
from specdsl.verification.check_session import Check, Context, Findings
from specdsl.verification.components import Asked, Unit, Worker, shares, units

Progress = Callable[[str, int, int], None]
"""Called with what starts, the name of a check and of what it looks at, how much is done, and how
much there is."""

Found = Mapping[Check, Findings]
Stage = tuple[Check, ...]


class Known:
    """What was found before of units, by unit and check. This one knows nothing."""

    def find(self, every: Sequence[Asked], checks: Sequence[Check]) -> dict[Unit, list[Findings]]:
        """What is known of some of the units."""
        return {}

    def keep(self, found: Mapping[Asked, list[Findings]], checks: Sequence[Check]) -> None:
        """For the next time."""


@dataclass(frozen=True)
class KnownTwice(Known):
    """What one knows, or another."""

    first: Known
    second: Known

    def find(self, every: Sequence[Asked], checks: Sequence[Check]) -> dict[Unit, list[Findings]]:
        found = self.first.find(every, checks)
        self.second.keep({one: found[one.unit] for one in every if one.unit in found}, checks)
        left = [one for one in every if one.unit not in found]
        return found | self.second.find(left, checks)

    def keep(self, found: Mapping[Asked, list[Findings]], checks: Sequence[Check]) -> None:
        self.first.keep(found, checks)
        self.second.keep(found, checks)


@dataclass(slots=True)
class Steps:
    """How far a check has come."""

    progress: Progress
    total: int
    done: int = 0

    def start(self, one: Check, unit: Unit | None) -> None:
        self.progress(f"{one.code.name}{_of(unit)}", self.done, self.total)
        self.done += 1


def _of(unit: Unit | None) -> str:
    """What is looked at, in words."""
    if unit is None:
        return ""
    more = f" and {len(unit.decisions) - 1} more" if len(unit.decisions) > 1 else ""
    return f" of `{unit.decisions[0].name}`{more}"


class Part:
    """A part of a spec on which checks run one after another. What they learn of it stays."""

    def __init__(
        self, context: Callable[[], Context], unit: Unit | None = None, measure: bool = False
    ) -> None:
        """`measure`: what each check takes is found out too."""
        self._make, self._unit, self._measure = context, unit, measure
        self.effort = effort.Effort()

    @cached_property
    def context(self) -> Context:
        """What its checks work with. That it is made is part of what the first of them takes."""
        return self._make()

    def of(self, unit: Unit) -> Part:
        """One unit of it, of which nothing is known yet."""
        return Part(lambda: self.context.of(self.context.asked(unit)), unit, self._measure)

    def run(self, checks: Sequence[Check], steps: Steps | None = None) -> dict[Check, Findings]:
        """What each of the checks finds."""
        effort.resume(self.effort)
        found: dict[Check, Findings] = {}
        for one in checks:
            if steps is not None:
                steps.start(one, self._unit)
            found[one] = self._measured(one) if self._measure else self._run(one)
        return found

    def _measured(self, one: Check) -> Findings:
        found, spent = measure_effort(partial(self._run, one))
        return replace(found, spent=spent)

    def _run(self, one: Check) -> Findings:
        effort.reasons()
        try:
            found = one.run(self.context.in_time())
        except Unsettled:
            found = Findings(unproved="all")
        return replace(found, why=effort.reasons()) if found.unproved else found


def by_severity(checks: Sequence[Check]) -> tuple[Stage, ...]:
    """The checks by the gravest that each can find, errors first."""
    stages = (tuple(c for c in checks if gravest(c) is s) for s in sorted(Severity, reverse=True))
    return tuple(filter(None, stages))


def gravest(one: Check) -> Severity:
    """How grave its findings can be."""
    return max(code.severity for code in (one.code, *one.also))


def staged(
    wanted: Sequence[Check], whole: Part, jobs: int, progress: Progress, known: Known
) -> Generator[dict[Check, Findings]]:
    """What the checks find, stage by stage: of the spec as a whole, and unit by unit."""
    stages = by_severity(wanted)
    apart = [tuple(one for one in stage if one.by_unit) for stage in stages]
    steps = Steps(progress, sum(not one.by_unit for one in wanted))
    with closing(_Units(apart, whole, jobs, steps, known)) as of_units:
        for stage in stages:
            found = whole.run([one for one in stage if not one.by_unit], steps)
            found |= of_units.next_stage()
            yield {one: found[one] for one in stage}
        of_units.keep()


class _Units:
    """The units of a spec while checks run on them, in this process and in others."""

    def __init__(
        self, stages: Sequence[Stage], whole: Part, jobs: int, steps: Steps, known: Known
    ) -> None:
        context = whole.context
        self._stages, self._known = stages, known
        self._checks = tuple(one for stage in stages for one in stage)
        every = units(context.spec) if self._checks else ()
        self._asked = [context.asked(unit) for unit in every]
        self._before = known.find(self._asked, self._checks)
        self._found = {unit: _split(found, stages) for unit, found in self._before.items()}
        missing = [unit for unit in every if unit not in self._before]
        self._found |= {unit: [] for unit in missing}
        here, *others = shares(missing, jobs)
        steps.total += len(self._checks) * len(here)
        work = partial(_unit_stages, stages, whole)
        codes = (code for one in self._checks for code in (one.code, *one.also))
        same = (*context.spec.sources, *codes)
        self._here = {unit: work(unit, steps) for unit in here}
        self._workers = [Worker(work, share, same, len(stages)) for share in others]
        self._number = 0

    def next_stage(self) -> dict[Check, Findings]:
        """What the checks of the next stage find of all units."""
        for unit, working in self._here.items():
            self._found[unit].append(next(working))
        for worker in self._workers:
            for unit, found in worker.results().items():
                self._found[unit].append(found)
        number, self._number = self._number, self._number + 1
        of_each = [self._found[one.unit][number] for one in self._asked]
        return _together(self._stages[number], of_each)

    def keep(self) -> None:
        """What was found is known the next time."""
        new = (one for one in self._asked if one.unit not in self._before)
        self._known.keep({one: [*chain(*self._found[one.unit])] for one in new}, self._checks)

    def close(self) -> None:
        """Ends the other processes."""
        for worker in self._workers:
            worker.stop()


def _unit_stages(
    stages: Sequence[Stage], whole: Part, unit: Unit, steps: Steps | None = None
) -> Iterator[list[Findings]]:
    """What is found of a unit, stage by stage."""
    *first, last = stages
    part = whole.of(unit)
    for stage in first:
        yield list(part.run(stage, steps).values())
    found = list(part.run(last, steps).values())
    del part  # what was learnt of it is free
    yield found


def _split(found: Sequence[Findings], stages: Sequence[Stage]) -> list[list[Findings]]:
    """What is known of a unit, by stage."""
    left = iter(found)
    return [list(islice(left, len(stage))) for stage in stages]


def _together(
    checks: Sequence[Check], of_units: Sequence[Sequence[Findings]]
) -> dict[Check, Findings]:
    """What was found of all units by each check."""
    found = dict.fromkeys(checks, Findings())
    for one in of_units:
        for check, findings in zip(checks, one, strict=True):
            found[check] = found[check].with_(findings)
    return found
