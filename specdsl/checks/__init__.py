"""What is proved of a spec before a decision function is emitted. One file a check."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from specdsl.checks import (
    assertions,
    assumptions,
    contradictions,
    dead,
    dead_conjunct,
    examples,
    idle_fact,
    idle_level,
    idle_override,
    idle_permission,
    idle_priority,
    open_to_unknown,
    outcomes,
    redundant,
    sensitive,
    tightening,
    unclear_tightening,
    undecided,
    unreachable,
)
from specdsl.checks.context import Check, Context, Findings, Replay
from specdsl.checks.units import Asked, Unit, Worker, shares, units
from specdsl.circuit.nodes import Circuit
from specdsl.diagnostics import CheckResult, Code, Report, Severity, sort_key
from specdsl.solver import effort
from specdsl.solver.engines import Limits
from specdsl.solver.prover import Unsettled

CHECKS: tuple[Check, ...] = (
    assumptions.CHECK,
    contradictions.CHECK,
    dead.CHECK,
    unreachable.CHECK,
    examples.CHECK,
    assertions.CHECK,
    tightening.CHECK,
    unclear_tightening.CHECK,
    redundant.CHECK,
    idle_permission.CHECK,
    idle_priority.CHECK,
    idle_override.CHECK,
    idle_fact.CHECK,
    idle_level.CHECK,
    dead_conjunct.CHECK,
    outcomes.CHECK,
    undecided.CHECK,
    sensitive.CHECK,
    open_to_unknown.CHECK,
)

ALL = tuple(code for one in CHECKS for code in (one.code, *one.also))


class Known:
    """What was found before of units, by unit and check. This one knows nothing."""

    def find(self, every: Sequence[Asked], checks: Sequence[Check]) -> dict[Unit, list[Findings]]:
        """What is known of some of the units."""
        return {}

    def keep(self, found: Mapping[Asked, list[Findings]], checks: Sequence[Check]) -> None:
        """For the next time."""


Progress = Callable[[str, int, int], None]
"""Called with the name of the check that starts, how many are done, and how many there are."""


@dataclass(slots=True)
class Steps:
    """How far a check has come."""

    progress: Progress
    total: int
    done: int = 0

    def start(self, one: Check) -> None:
        self.progress(one.code.name, self.done, self.total)
        self.done += 1


def check(
    circuit: Circuit,
    replay: Replay,
    replay_base: Replay | None = None,
    path: str = "FILE.spec",
    limits: Limits | None = None,
    progress: Progress = lambda name, done, total: None,
    least: Severity = Severity.NOTE,
    only: frozenset[Code] | None = None,
    jobs: int = 1,
    known: Known | None = None,
    brief: bool = False,
) -> Report:
    """Every check, over all situations. Inconsistent assumptions are reported alone.

    `replay` decides a situation as the decision function does; every situation reported has been
    through it. `replay_base` does the same for the base of a layer. `path` is named in replays.
    `least`: checks whose findings are all milder are left out. `only`: checks whose findings have
    none of these codes are not run, save that of the assumptions: the others rest on it. `jobs`:
    so many processes at most, where decisions can be looked at apart; the findings are the same.
    `known`: what is already known of such decisions. `brief`: the situation of a contradiction is
    one of many.
    """
    chosen = [one for one in CHECKS if any(code.severity >= least for code in _codes(one))]
    started = (limits or Limits()).started()
    context = Context(circuit, replay, replay_base or replay, path, started, brief=brief)
    wanted = [c for c in chosen if c is not assumptions.CHECK and _wanted(c, only)]
    effort.begin()
    with circuit.graph.forgetting():
        found = {assumptions.CHECK: _run(assumptions.CHECK, context)}
        if not found[assumptions.CHECK].diagnostics:
            found |= _run_all(wanted, context, jobs, progress, known or Known())
    results = [result for one in chosen for result in _results(one, found.get(one))]
    diagnostics = [d for findings in found.values() for d in findings.diagnostics]
    spec = circuit.spec
    ordered = tuple(sorted(diagnostics, key=sort_key))
    return Report(ordered, tuple(results), len(spec.sources), len(spec.rules))


def _run_all(
    wanted: Sequence[Check], context: Context, jobs: int, progress: Progress, known: Known
) -> dict[Check, Findings]:
    """What each check finds: of the spec as a whole, and unit by unit."""
    apart = tuple(one for one in wanted if one.by_unit)
    every = units(context.spec) if apart else ()
    asked = [context.asked(unit) for unit in every]
    results = known.find(asked, apart)
    missing = [unit for unit in every if unit not in results]
    first, *others = shares(missing, jobs)
    work, same = partial(_run_unit, apart, context), (*context.spec.sources, *ALL)
    workers = [Worker(work, share, same) for share in others]
    try:
        steps = Steps(progress, len(wanted) - len(apart) + len(apart) * len(first))
        found = dict.fromkeys(wanted, Findings())
        with context.circuit.graph.forgetting():
            found |= _run_each([one for one in wanted if not one.by_unit], context, steps)
        results |= {unit: _run_unit(apart, context, unit, steps) for unit in first}
        for worker in workers:
            results |= worker.results()
    finally:
        for worker in workers:
            worker.stop()
    known.keep({one: results[one.unit] for one in asked if one.unit in {*missing}}, apart)
    for unit in every:
        for one, findings in zip(apart, results[unit], strict=True):
            found[one] = found[one].with_(findings)
    return found


def _run_unit(
    apart: Sequence[Check], context: Context, unit: Unit, steps: Steps | None = None
) -> list[Findings]:
    effort.begin()
    return list(_run_each(apart, context.of(context.asked(unit)), steps).values())


def _run_each(
    wanted: Sequence[Check], context: Context, steps: Steps | None
) -> dict[Check, Findings]:
    found: dict[Check, Findings] = {}
    for one in wanted:
        if steps is not None:
            steps.start(one)
        found[one] = _run(one, context)
    return found


def _wanted(one: Check, only: frozenset[Code] | None) -> bool:
    return only is None or one is assumptions.CHECK or not only.isdisjoint(_codes(one))


def _run(one: Check, context: Context) -> Findings:
    effort.reasons()
    try:
        found = one.run(context.in_time())
    except Unsettled:
        found = Findings(unproved="all")
    return replace(found, why=effort.reasons()) if found.unproved else found


def _codes(one: Check) -> tuple[Code, ...]:
    return (one.code, *one.also)


def _results(one: Check, findings: Findings | None) -> list[CheckResult]:
    if findings is None:
        return [CheckResult(code, "not_run") for code in _codes(one)]
    return [_result(code, findings) for code in _codes(one)]


def _result(code: Code, findings: Findings) -> CheckResult:
    found = any(diagnostic.code is code for diagnostic in findings.diagnostics)
    result = "unproved" if findings.unproved else "found" if found else "proved"
    return CheckResult(code, result, findings.unproved, findings.why if findings.unproved else ())


__all__ = [
    "CHECKS",
    "Asked",
    "Check",
    "Findings",
    "Known",
    "Limits",
    "Progress",
    "Replay",
    "Unit",
    "check",
]
