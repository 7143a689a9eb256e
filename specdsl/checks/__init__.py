"""Checks of a spec, and the run of them: each file has one check, named like its code."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence

from specdsl.base.diagnostics import CheckResult, Code, Report, Severity, sort_key
from specdsl.checks import (
    contradiction,
    dead_conjunct,
    dead_rule,
    failing_example,
    idle_fact,
    idle_level,
    idle_override,
    idle_permission,
    idle_priority,
    inconsistent_assumptions,
    loosening_layer,
    open_to_unknown,
    redundant_rule,
    refuted_assertion,
    sensitive_to_unknown,
    unclear_tightening,
    undecided_situations,
    unreachable_outcome,
    unreachable_rule,
)
from specdsl.checks.suppression import may_suppress_findings
from specdsl.frontend.model.nodes import SpecModel
from specdsl.reasoning.sat.engine import Limits
from specdsl.semantics.circuit import Circuit
from specdsl.verification.check_session import Check, CheckSession, Findings, Replay
from specdsl.verification.components import Component, ComponentTask
from specdsl.verification.runner import (
    ChainedCache,
    CheckScope,
    FindingsCache,
    Found,
    Progress,
    run_in_stages,
)

CHECKS: tuple[Check, ...] = (
    inconsistent_assumptions.CHECK,
    contradiction.CHECK,
    dead_rule.CHECK,
    unreachable_rule.CHECK,
    failing_example.CHECK,
    refuted_assertion.CHECK,
    loosening_layer.CHECK,
    unclear_tightening.CHECK,
    redundant_rule.CHECK,
    idle_permission.CHECK,
    idle_priority.CHECK,
    idle_override.CHECK,
    idle_fact.CHECK,
    idle_level.CHECK,
    dead_conjunct.CHECK,
    unreachable_outcome.CHECK,
    undecided_situations.CHECK,
    sensitive_to_unknown.CHECK,
    open_to_unknown.CHECK,
)

ALL_CODES = tuple(code for one in CHECKS for code in (one.code, *one.further_codes))


ReportListener = Callable[[Report, frozenset[Code]], None]
"""Called when all checks of one severity have run: with the report so far, and with the codes that
are still to be checked."""


def check(
    circuit: Circuit,
    replay: Replay,
    replay_base: Replay | None = None,
    path: str = "FILE.spec",
    limits: Limits | None = None,
    progress: Progress | None = None,
    least: Severity = Severity.NOTE,
    only: frozenset[Code] | None = None,
    jobs: int = 1,
    known: FindingsCache | None = None,
    brief: bool = False,
    seen: ReportListener | None = None,
    statistics: bool = False,
    note_lines: bool = False,
    errors_only: bool = False,
    first_only: bool = False,
    more: Sequence[Check] = (),
) -> Report:
    """Run every check over all situations, those for errors first. Inconsistent assumptions are
    reported alone.

    `replay` decides a situation as the decision function does, and confirms every situation that
    is reported; `replay_base` does the same for the base of a layer. `path` is named in replays.
    `least`: checks whose findings are all milder do not run. `only`: checks with none of these
    codes do not run, except for that of the assumptions, on which the others rest. `jobs`: the
    maximal number of processes; the findings do not depend on it. `known`: a cache of findings by
    component. `brief`: contradictions and notes show any situation instead of a simple one;
    `note_lines`: notes do. With either of them, of very many contradictions only those have a
    situation that a report may show in full. `errors_only`: no work is spent on milder findings;
    `first_only`: nor on many more findings of a code than a report shows. `seen`: receives the
    findings of each severity as soon as they are complete. `statistics`: the report has the effort
    of each check. `more`: further checks.
    """
    every = (*CHECKS, *more)
    chosen = [one for one in every if any(code.severity >= least for code in _codes_of(one))]
    started = (limits or Limits()).with_deadline()
    session = CheckSession(circuit, replay, replay_base or replay, path, started, brief=brief)
    session.note_lines, session.errors_only = note_lines, errors_only
    session.answers = known.answers if known is not None else None
    if _drops_no_finding(circuit.spec):
        session.few_situations, session.first_only = brief or note_lines, first_only
    wanted = [
        c for c in chosen if c is not inconsistent_assumptions.CHECK and _is_selected(c, only)
    ]
    whole = CheckScope(lambda: session, measure=statistics)
    with circuit.graph.scratch():
        found = whole.run_checks((inconsistent_assumptions.CHECK,))
        if not found[inconsistent_assumptions.CHECK].diagnostics:
            with contextlib.closing(
                run_in_stages(
                    wanted, whole, jobs, progress or _ignore_progress, known or FindingsCache()
                )
            ) as stages:
                for one in stages:
                    found |= one
                    if seen is not None:
                        seen(_build_report(circuit, chosen, found), _codes_left(wanted, found))
    return _build_report(circuit, chosen, found)


def _drops_no_finding(spec: SpecModel) -> bool:
    """Return whether the report has all findings: no comment suppresses one, and no layer's base
    has any."""
    return spec.layer is None and not any(
        may_suppress_findings(source.text) for source in spec.sources
    )


def _ignore_progress(name: str, done: int, total: int) -> None:
    """Ignore the progress."""


def _codes_left(wanted: Sequence[Check], found: Found) -> frozenset[Code]:
    return frozenset(code for one in wanted if one not in found for code in _codes_of(one))


def _build_report(circuit: Circuit, chosen: Sequence[Check], found: Found) -> Report:
    """Build the report of the chosen checks that have run."""
    results = [result for one in chosen for result in _results_of(one, found.get(one))]
    diagnostics = [d for findings in found.values() for d in findings.diagnostics]
    spec = circuit.spec
    ordered = tuple(sorted(diagnostics, key=sort_key))
    took = ((one.code.name, found[one].spent) for one in chosen if one in found)
    statistics = tuple((name, spent) for name, spent in took if spent is not None)
    files, rules = len(spec.sources), len(spec.rules)
    return Report(ordered, tuple(results), files, rules, statistics=statistics)


def _is_selected(one: Check, only: frozenset[Code] | None) -> bool:
    return (
        only is None or one is inconsistent_assumptions.CHECK or not only.isdisjoint(_codes_of(one))
    )


def _codes_of(one: Check) -> tuple[Code, ...]:
    return (one.code, *one.further_codes)


def _results_of(one: Check, findings: Findings | None) -> list[CheckResult]:
    if findings is None:
        return [CheckResult(code, "not_run") for code in _codes_of(one)]
    return [_result_of_code(code, findings) for code in _codes_of(one)]


def _result_of_code(code: Code, findings: Findings) -> CheckResult:
    found = any(diagnostic.code is code for diagnostic in findings.diagnostics)
    result = "unproved" if findings.unproved else "found" if found else "proved"
    why = findings.why if findings.unproved else ()
    return CheckResult(code, result, findings.unproved, why, findings.more)


__all__ = [
    "CHECKS",
    "ChainedCache",
    "Check",
    "Component",
    "ComponentTask",
    "Findings",
    "FindingsCache",
    "Limits",
    "Progress",
    "Replay",
    "ReportListener",
    "check",
]
