"""Runs the checks of a spec by severity: errors are found first, in all of the spec.

Checks run in a scope: the spec as a whole, or one component. In a scope they always run in the same
order and with the same things learnt before, in whatever process and beside whatever else.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import cached_property, partial
from itertools import chain, islice

from specdsl.base.diagnostics import Severity
from specdsl.base.limits import MAX_PAUSE
from specdsl.base.quick_dataclass import dataclass
from specdsl.base.statistics import measure_effort
from specdsl.reasoning import effort
from specdsl.reasoning.prover import Undetermined
from specdsl.semantics.circuit import Circuit
from specdsl.verification.check_session import Check, CheckSession, Findings
from specdsl.verification.completed_findings import FindingCompletion, default_values
from specdsl.verification.components import (
    Component,
    ComponentTask,
    ForkedWorker,
    balance_load,
)
from specdsl.verification.known_answers import KnownAnswers

Progress = Callable[[str, int, int], None]
"""Called with the name of the check that starts, the number of checks done, and their total."""

Found = Mapping[Check, Findings]
Stage = tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class StartedScope:
    """A scope in which the checks of the first stage have run, with what they found. `circuit` is
    that of the whole spec."""

    scope: CheckScope
    circuit: Circuit
    checks: Stage
    found: list[Findings]

    def goes_on(self, stages: Sequence[Stage], whole: CheckSession) -> bool:
        """Return whether the stages of another run begin with these checks, soon enough."""
        begun, now = self.scope.session.limits.deadline, whole.limits.deadline
        soon = begun is not None and now is not None and now - begun < MAX_PAUSE
        return soon and stages[0] == self.checks and whole.circuit is self.circuit


class FindingsCache:
    """Known findings of components, by component and check. This one is empty."""

    keeps_scopes: bool = False  # Scopes are kept for a run of further stages.

    @property
    def answers(self) -> KnownAnswers | None:
        """Return what is known besides findings."""
        return None

    def lookup(
        self, every: Sequence[ComponentTask], checks: Sequence[Check]
    ) -> dict[Component, list[Findings]]:
        """Return the known findings of some of the components."""
        return {}

    def record(
        self, found: Mapping[ComponentTask, list[Findings]], checks: Sequence[Check]
    ) -> None:
        """Record findings for later runs."""

    def keep_started(self, scopes: Mapping[ComponentTask, StartedScope]) -> None:
        """Keep scopes for a run of further stages."""

    def take_started(self, task: ComponentTask) -> StartedScope | None:
        """Return the scope of a task that was kept, once."""
        return None


@dataclass(frozen=True)
class ChainedCache(FindingsCache):
    """Two caches, the second consulted for what the first lacks."""

    first: FindingsCache
    second: FindingsCache

    @property
    def answers(self) -> KnownAnswers | None:
        return self.first.answers or self.second.answers

    def lookup(
        self, every: Sequence[ComponentTask], checks: Sequence[Check]
    ) -> dict[Component, list[Findings]]:
        found = self.first.lookup(every, checks)
        self.second.record(
            {one: found[one.component] for one in every if one.component in found}, checks
        )
        left = [one for one in every if one.component not in found]
        return found | self.second.lookup(left, checks)

    def record(
        self, found: Mapping[ComponentTask, list[Findings]], checks: Sequence[Check]
    ) -> None:
        self.first.record(found, checks)
        self.second.record(found, checks)


@dataclass(slots=True)
class ProgressCounter:
    """Counts the checks that have been started."""

    progress: Progress
    total: int
    done: int = 0

    def start(self, one: Check, component: Component | None) -> None:
        self.progress(f"{one.code.name}{_suffix_of(component)}", self.done, self.total)
        self.done += 1


def _suffix_of(component: Component | None) -> str:
    """Return which component is checked, in words."""
    if component is None:
        return ""
    first, *others = component.concerned_decisions
    return f" of `{first.name}`" + (f" and {len(others)} more" if others else "")


class CheckScope:
    """A scope in which checks run one after another; what they learn stays in its session."""

    def __init__(
        self,
        session: Callable[[], CheckSession],
        component: Component | None = None,
        measure: bool = False,
    ) -> None:
        """Create a scope; if `measure`, the effort of each check is measured."""
        self._make, self._component, self._measure = session, component, measure
        self.effort = effort.QueryEffort()

    @cached_property
    def session(self) -> CheckSession:
        """Return the session of the checks. Creating it counts as effort of the first check."""
        return self._make()

    def of_component(self, component: Component) -> CheckScope:
        """Return a fresh scope for one component."""
        return CheckScope(
            lambda: self.session.for_task(self.session.task_of(component)), component, self._measure
        )

    def run_checks(
        self, checks: Sequence[Check], progress: ProgressCounter | None = None
    ) -> dict[Check, Findings]:
        """Return the findings of each check."""
        effort.resume_component(self.effort)
        found: dict[Check, Findings] = {}
        for one in checks:
            if progress is not None:
                progress.start(one, self._component)
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
    """Return the checks by the worst severity that each can report, errors first."""
    stages = (
        tuple(c for c in checks if worst_severity(c) is s) for s in sorted(Severity, reverse=True)
    )
    return tuple(filter(None, stages))


def worst_severity(one: Check) -> Severity:
    """Return the worst severity of the check's findings."""
    return max(code.severity for code in (one.code, *one.further_codes))


def run_in_stages(
    checks: Sequence[Check], whole: CheckScope, jobs: int, progress: Progress, cache: FindingsCache
) -> Generator[dict[Check, Findings]]:
    """Yield the findings stage by stage, of the spec as a whole and of its components."""
    stages = stages_by_severity(checks)
    component_stages = [tuple(one for one in stage if one.per_component) for stage in stages]
    counter = ProgressCounter(progress, sum(not one.per_component for one in checks))
    with closing(_ComponentStages(component_stages, whole, jobs, counter, cache)) as of_components:
        for stage in stages:
            found = whole.run_checks([one for one in stage if not one.per_component], counter)
            found |= of_components.next_stage()
            yield {one: found[one] for one in stage}
        of_components.store_findings()


class _ComponentStages:
    """The components of a spec while checks run on them, in this process and in others."""

    def __init__(
        self,
        stages: Sequence[Stage],
        whole: CheckScope,
        jobs: int,
        progress: ProgressCounter,
        cache: FindingsCache,
    ) -> None:
        session = whole.session
        self._stages, self._cache, self._circuit = stages, cache, session.circuit
        self._checks = tuple(one for stage in stages for one in stage)
        self._tasks = session.tasks if self._checks else ()
        every = [task.component for task in self._tasks]
        self._cached = cache.lookup(self._tasks, self._checks)
        self._found = {
            component: _split_by_stage(found, stages) for component, found in self._cached.items()
        }
        missing = [component for component in every if component not in self._cached]
        self._found |= {component: [] for component in missing}
        here, *others = balance_load(missing, jobs)
        progress.total += len(self._checks) * len(here)
        work = partial(_stages_of_component, stages, whole)
        self._scopes: dict[Component, CheckScope] = {}  # Those that a run of more stages may take.
        codes = (code for one in self._checks for code in (one.code, *one.further_codes))
        shared = (*session.spec.sources, *codes)
        self._own_work = {
            task.component: self._begin_task(task, whole, progress)
            for task in self._tasks
            if task.component in here
        }
        self._workers = [ForkedWorker(work, share, shared, len(stages)) for share in others]
        self._completion = FindingCompletion(session.path, default_values(session.spec.facts))
        self._number = 0

    def _begin_task(
        self, task: ComponentTask, whole: CheckScope, progress: ProgressCounter
    ) -> Iterator[list[Findings]]:
        """Return the stages of a task, which goes on where an earlier run stopped if it can."""
        started = self._cache.take_started(task)
        if started is not None and started.goes_on(self._stages, whole.session):
            return _stages_in_scope(self._stages, started.scope, progress, started.found)
        scope = whole.of_component(task.component)
        if len(self._stages) == 1 and self._cache.keeps_scopes:
            self._scopes[task.component] = scope
        return _stages_in_scope(self._stages, scope, progress)

    def next_stage(self) -> dict[Check, Findings]:
        """Return what the checks of the next stage find in all components."""
        for component, working in self._own_work.items():
            self._found[component].append(next(working))
        for worker in self._workers:
            for component, found in worker.results().items():
                self._found[component].append(found)
        number, self._number = self._number, self._number + 1
        of_each = [self._found[one.component][number] for one in self._tasks]
        merged = _merge_components(self._stages[number], of_each)
        return {one: self._completion.complete_findings(of) for one, of in merged.items()}

    def store_findings(self) -> None:
        """Record the new findings in the cache."""
        new = (one for one in self._tasks if one.component not in self._cached)
        self._cache.record(
            {one: [*chain(*self._found[one.component])] for one in new}, self._checks
        )
        self._cache.keep_started(
            {
                one: StartedScope(
                    self._scopes[one.component],
                    self._circuit,
                    self._checks,
                    self._found[one.component][0],
                )
                for one in self._tasks
                if one.component in self._scopes
            }
        )

    def close(self) -> None:
        """Stop the other processes."""
        for worker in self._workers:
            worker.stop()


def _stages_of_component(
    stages: Sequence[Stage], whole: CheckScope, component: Component
) -> Iterator[list[Findings]]:
    """Yield the findings of a component stage by stage."""
    return _stages_in_scope(stages, whole.of_component(component))


def _stages_in_scope(
    stages: Sequence[Stage],
    scope: CheckScope,
    progress: ProgressCounter | None = None,
    begun: list[Findings] | None = None,
) -> Iterator[list[Findings]]:
    """Yield the findings of a scope by stage; `begun` are those of the first if it has run."""
    if begun is not None:
        yield begun
        stages = stages[1:]
    for stage in stages[:-1]:
        yield list(scope.run_checks(stage, progress).values())
    found = [list(scope.run_checks(stage, progress).values()) for stage in stages[-1:]]
    del scope  # Free what was learnt.
    yield from found


def _split_by_stage(found: Sequence[Findings], stages: Sequence[Stage]) -> list[list[Findings]]:
    """Return the known findings of a component by stage."""
    left = iter(found)
    return [list(islice(left, len(stage))) for stage in stages]


def _merge_components(
    checks: Sequence[Check], of_components: Sequence[Sequence[Findings]]
) -> dict[Check, Findings]:
    """Merge the findings of all components by check."""
    found = dict.fromkeys(checks, Findings())
    for one in of_components:
        for check, findings in zip(checks, one, strict=True):
            found[check] = found[check].merge(findings)
    return found
