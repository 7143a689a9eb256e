"""Settings applied to findings: which are selected, their severity, and what fails.

Binding findings of a layer, which its author cannot suppress, obey the command line alone: settings
next to a layer may be its author's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import click

from specdsl.apps.config import Config
from specdsl.base.code_names import CONTRADICTION, INCONSISTENT_ASSUMPTIONS
from specdsl.base.diagnostics import CheckResult, Code, Diagnostic, Severity
from specdsl.pipeline import Loaded
from specdsl.reports import CheckedSpec

Grades = Mapping[str, Severity]
"""By the id of a code, a severity other than its own."""


def codes_to_check(config: Config, loaded: Loaded) -> frozenset[Code] | None:
    """Return the codes that have to be checked for a spec; None for all."""
    found = _codes_to_check(config)
    if found is None or loaded.spec is None or loaded.spec.layer is None:
        return found
    strict = _codes_to_check(config.for_binding)
    return None if strict is None else found | strict


def _codes_to_check(config: Config) -> frozenset[Code] | None:
    """Return the selected codes whose severity may reach the one that is checked for."""
    from specdsl.checks.catalogue import codes_of

    chosen, grades = _selected_codes(config), _severities_of(config)
    if config.least is Severity.NOTE:
        return chosen
    every = codes_of("all") if chosen is None else chosen
    found = frozenset(one for one in every if _severity_of(one, grades) >= config.least)
    if config.select and found.isdisjoint(_codes_of_words(config.select)):
        listed = ", ".join(config.select)
        raise click.UsageError(f"`--only {config.least}s` excludes all of `--select {listed}`")
    return found


def still_to_come(left: Iterable[Code], config: Config) -> Severity | None:
    """Return the worst severity that findings of these codes can have; None without codes."""
    every = (_severities_of(config), _severities_of(config.for_binding))
    return max((_severity_of(code, grades) for code in left for grades in every), default=None)


def _selected_codes(config: Config) -> frozenset[Code] | None:
    """Return the selected codes. Inconsistent assumptions are always among them, since nothing else
    is checked then. Guidance is included if it is selected, or if nothing is and it has a severity.
    """
    hints = {code.id for code in _codes_of_words(("guidance",))} & config.severity.keys()
    if not (config.ignore or config.select or hints):
        return None
    chosen = _codes_of_words(config.select or ("all", *hints)) | _codes_of_words(
        (INCONSISTENT_ASSUMPTIONS.name,)
    )
    return chosen - _codes_of_words(config.ignore)


def _codes_of_words(words: Iterable[str]) -> frozenset[Code]:
    """Return the codes of ids, names, `guidance` and `all`."""
    from specdsl.checks.catalogue import codes_of, unknown_code

    found: set[Code] = set()
    for word in words:
        some = codes_of(word)
        if not some:
            raise click.UsageError(unknown_code(word))
        found.update(some)
    return frozenset(found)


def _code_of_word(word: str) -> Code:
    from specdsl.checks.catalogue import code_of, unknown_code

    found = code_of(word)
    if found is None:
        raise click.UsageError(unknown_code(word))
    return found


def select_findings(run: CheckedSpec, config: Config) -> CheckedSpec:
    """Keep the findings that the settings select. Faults of loading always stay."""
    own, strict = _selected_codes(config), _selected_codes(config.for_binding)
    if own is None and strict is None:
        return run
    gone = [d for d in run.report.diagnostics if not _is_selected(d, strict if d.binding else own)]
    return replace(
        run,
        report=run.report.without_findings(gone),
        notes_in_full=run.notes_in_full or bool(config.select),
    )


def _is_selected(finding: Diagnostic, only: frozenset[Code] | None) -> bool:
    return only is None or bool(finding.code.kind) or finding.code in only


def notes_in_lines(config: Config) -> bool:
    """Return whether the text format shows one line for each note: not if notes are selected, fail
    the run, or have a raised severity.
    """
    from specdsl.checks.catalogue import codes

    if config.select or config.fail_on == "note":
        return False
    every = (_severities_of(config), _severities_of(config.for_binding))
    notes = [code for code in codes() if code.severity is Severity.NOTE]
    return all(_severity_of(one, grades) is Severity.NOTE for one in notes for grades in every)


def errors_only(config: Config) -> bool:
    """Return whether only errors are shown, and no contradiction has a raised severity."""
    every = (_severities_of(config), _severities_of(config.for_binding))
    return config.least is Severity.ERROR and all(
        CONTRADICTION.id not in grades for grades in every
    )


# --- how grave -----------------------------------------------------------------------------------


def apply_severities(run: CheckedSpec, config: Config) -> CheckedSpec:
    """Set the severities, and drop findings that are milder than what is checked for."""
    own, strict = _severities_of(config), _severities_of(config.for_binding)
    report = run.report
    found = (_grade_finding(d, strict if d.binding else own) for d in report.diagnostics)
    kept = tuple(d for d in found if d.severity >= config.least or not run.loads)
    checks = tuple(_grade_check(one, strict if run.is_layer else own) for one in report.checks)
    report = replace(report, diagnostics=kept, checks=checks)
    return replace(run, report=report, least_severity=config.least)


def severity_of(finding: Diagnostic, config: Config) -> Severity:
    """Return the severity of the finding under the settings."""
    grades = _severities_of(config.for_binding if finding.binding else config)
    return grades.get(finding.code.id, finding.severity)


def _grade_finding(finding: Diagnostic, grades: Grades) -> Diagnostic:
    severity = grades.get(finding.code.id)
    if severity is None:
        return finding
    return replace(finding, code=replace(finding.code, severity=severity), severity=severity)


def _grade_check(check: CheckResult, grades: Grades) -> CheckResult:
    severity = grades.get(check.code.id)
    return (
        check if severity is None else replace(check, code=replace(check.code, severity=severity))
    )


def _severity_of(code: Code, grades: Grades) -> Severity:
    return grades.get(code.id, code.severity)


def _severities_of(config: Config) -> Grades:
    return {code: Severity[name.upper()] for code, name in config.severity.items()}


def severities_by_id(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return severities by the id of a code, from pairs of a code or name and a severity."""
    found: dict[str, str] = {}
    for word, name in pairs:
        code = _code_of_word(word)
        if code.kind:
            raise click.UsageError(f"`{word}` stays an error: a spec with that does not load")
        if found.setdefault(code.id, name) != name:
            raise click.UsageError(f"`{word}` is given two severities")
    return found


def raised_severities(found: Mapping[str, str]) -> dict[str, str]:
    """Return the severities that are worse than the code's own."""
    return {
        id_: name
        for id_, name in found.items()
        if _code_of_word(id_).severity < Severity[name.upper()]
    }


# --- what passes ---------------------------------------------------------------------------------


def apply_limits(run: CheckedSpec, config: Config) -> CheckedSpec:
    """Set the severities that fail."""
    strict = _limit_of(config.for_binding.fail_on)
    return replace(run, limit=_limit_of(config.fail_on), binding_limit=strict)


def _limit_of(fail_on: str) -> Severity | None:
    return None if fail_on == "never" else Severity[fail_on.upper()]
