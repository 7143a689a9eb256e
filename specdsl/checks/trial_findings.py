"""Findings about trial rules: what a check of the spec would find in addition if one counted."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace

from specdsl.base.diagnostics import (
    CheckResult,
    Code,
    Diagnostic,
    Label,
    Note,
    Report,
    Severity,
    sort_key,
)
from specdsl.base.quick_dataclass import dataclass
from specdsl.checks import (
    contradiction,
    dead_rule,
    failing_example,
    idle_fact,
    idle_level,
    idle_permission,
    loosening_layer,
    redundant_rule,
    refuted_assertion,
    trial_codes,
    unreachable_outcome,
    unreachable_rule,
)
from specdsl.frontend.model.nodes import TrialRule

CODE_IF_COUNTED = {
    contradiction.CODE: trial_codes.CONTRADICTION,
    dead_rule.CODE: trial_codes.SHADOW,
    unreachable_rule.CODE: trial_codes.SHADOW,
    unreachable_rule.EFFECT: trial_codes.SHADOW,
    redundant_rule.CODE: trial_codes.SHADOW,
    idle_permission.CODE: trial_codes.SHADOW,
    failing_example.CODE: trial_codes.BREAKAGE,
    refuted_assertion.CODE: trial_codes.BREAKAGE,
    loosening_layer.CODE: trial_codes.BREAKAGE,
}
CODES_OF_NEED = frozenset({idle_fact.CODE, idle_level.CODE, unreachable_outcome.CODE})
"""Codes of what a trial rule may need before it counts."""
CHECKED_CODES = frozenset(CODE_IF_COUNTED) | CODES_OF_NEED
RULES_MATTER = frozenset({contradiction.CODE})
"""Codes whose findings are about all of their rules; the others are about the first."""


@dataclass(frozen=True, slots=True)
class CountedTrial:
    """A trial rule, and the report of the spec in which it counts; faults alone if it would not
    load.
    """

    rule: TrialRule
    report: Report


def add_trial_findings(report: Report, plain: Report, counted: Sequence[CountedTrial]) -> Report:
    """Add to a report what each trial rule would bring about; `plain` has all that is found now.
    What only a trial rule needs is not reported as idle.
    """
    known = set(map(_identity, plain.diagnostics))
    new = [one for trial in counted for one in _new_findings(trial, known)]
    needed = {
        _identity(one)
        for one in plain.diagnostics
        if one.code in CODES_OF_NEED
        and not all(_identity(one) in _identities(trial.report) for trial in counted)
    }
    kept = [one for one in report.diagnostics if _identity(one) not in needed]
    results = tuple(_result_of(code, new, plain, counted) for code in trial_codes.CODES)
    diagnostics = tuple(sorted((*kept, *new), key=sort_key))
    return replace(report, diagnostics=diagnostics, checks=(*report.checks, *results))


def _new_findings(trial: CountedTrial, known: set[Hashable]) -> Iterator[Diagnostic]:
    for found in trial.report.diagnostics:
        code = trial_codes.CONTRADICTION if found.code.kind else CODE_IF_COUNTED.get(found.code)
        if code is not None and _identity(found) not in known:
            yield _as_trial_finding(found, code, trial.rule)


def _as_trial_finding(found: Diagnostic, code: Code, trial: TrialRule) -> Diagnostic:
    others = tuple(
        replace(one, primary=False) for one in found.labels if one.span != trial.name_span
    )
    said = [one.text for one in found.labels if one.span == trial.name_span]
    own = Label(trial.name_span, "; ".join(said) or "if this counted", primary=True)
    return replace(
        found,
        code=code,
        severity=min(found.severity, Severity.WARNING),
        message=f"if trial rule `{trial.name}` counted: {found.message}",
        labels=(own, *others),
        notes=replayed_notes(found, trial),
        fields={**found.fields, "trial": trial.name},
        fixes=(),
    )


def replayed_notes(found: Diagnostic, trial: TrialRule) -> tuple[Note, ...]:
    """Return the notes of a finding, of which the command decides as if the trial rule counted."""
    option = f" --trial {trial.name}"
    return tuple(
        replace(note, text=note.text + option) if note.title == "replay" else note
        for note in found.notes
    )


def _identities(report: Report) -> set[Hashable]:
    return set(map(_identity, report.diagnostics))


def _identity(found: Diagnostic) -> Hashable:
    """Return what makes a finding the same in two versions of a spec."""
    rules = tuple(found.rules) if found.code in RULES_MATTER else tuple(found.rules[:1])
    more = (found.fields.get(name) for name in ("title", "fact", "level", "outcome"))
    return found.code, found.severity, rules, found.decision, *more


def _result_of(
    code: Code, new: Iterable[Diagnostic], plain: Report, counted: Iterable[CountedTrial]
) -> CheckResult:
    if any(one.code is code for one in new):
        return CheckResult(code, "found")
    reports = (plain, *(trial.report for trial in counted))
    for result in (result for report in reports for result in report.unproved):
        if CODE_IF_COUNTED.get(result.code) is code:
            return CheckResult(code, "unproved", result.detail, result.why)
    return CheckResult(code, "proved")
