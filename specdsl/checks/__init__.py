"""What is proved of a spec before a decision function is emitted. One file a check."""

from __future__ import annotations

from collections.abc import Callable

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
    undecided,
    unreachable,
)
from specdsl.checks.context import Check, Context, Findings, Replay
from specdsl.circuit.nodes import Circuit
from specdsl.diagnostics import CheckResult, Code, Diagnostic, Report, Severity, sort_key
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

Progress = Callable[[str, int, int], None]
"""Called with the name of the check that starts, how many are done, and how many there are."""


def check(
    circuit: Circuit,
    replay: Replay,
    replay_base: Replay | None = None,
    path: str = "FILE.spec",
    limits: Limits | None = None,
    progress: Progress = lambda name, done, total: None,
    least: Severity = Severity.NOTE,
    only: frozenset[Code] | None = None,
) -> Report:
    """Every check, over all situations. Inconsistent assumptions are reported alone.

    `replay` decides a situation as the decision function does; every situation reported has been
    through it. `replay_base` does the same for the base of a layer. `path` is named in replays.
    `least`: checks whose findings are all milder are left out. `only`: checks whose findings have
    none of these codes are not run, save that of the assumptions: the others rest on it.
    """
    chosen = [one for one in CHECKS if any(code.severity >= least for code in _codes(one))]
    context = Context(circuit, replay, replay_base or replay, path, (limits or Limits()).started())
    diagnostics: list[Diagnostic] = []
    results: list[CheckResult] = []
    vain = False
    for done, one in enumerate(chosen):
        progress(one.code.name, done, len(chosen))
        if vain or not _wanted(one, only):
            results += [CheckResult(code, "not_run") for code in _codes(one)]
            continue
        findings = _run(one, context)
        vain = one is assumptions.CHECK and bool(findings.diagnostics)
        diagnostics += findings.diagnostics
        results += [_result(code, findings) for code in _codes(one)]
    spec = circuit.spec
    ordered = tuple(sorted(diagnostics, key=sort_key))
    return Report(ordered, tuple(results), len(spec.sources), len(spec.rules))


def _wanted(one: Check, only: frozenset[Code] | None) -> bool:
    return only is None or one is assumptions.CHECK or not only.isdisjoint(_codes(one))


def _run(one: Check, context: Context) -> Findings:
    try:
        return one.run(context)
    except Unsettled:
        return Findings(unproved="all")


def _codes(one: Check) -> tuple[Code, ...]:
    return (one.code, *one.also)


def _result(code: Code, findings: Findings) -> CheckResult:
    found = any(diagnostic.code is code for diagnostic in findings.diagnostics)
    result = "unproved" if findings.unproved else "found" if found else "proved"
    return CheckResult(code, result, findings.unproved)


__all__ = ["CHECKS", "Check", "Limits", "Progress", "Replay", "check"]
