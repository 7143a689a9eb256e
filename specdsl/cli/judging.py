"""What the settings make of findings: which are left out, how grave they are, what does not pass.

Of a layer, what its author cannot allow is judged by the command line alone: the settings that are
found beside a layer may be its author's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import click

from specdsl.config import Config
from specdsl.diagnostics import CheckResult, Code, Diagnostic, Severity
from specdsl.pipeline import Loaded
from specdsl.report import CheckedSpec

Grades = Mapping[str, Severity]
"""By the id of a code another severity than its own."""


def wanted(config: Config, loaded: Loaded) -> frozenset[Code] | None:
    """The codes of the findings of a spec that are looked for; None where all are."""
    found = _looked_for(config)
    if found is None or loaded.spec is None or loaded.spec.layer is None:
        return found
    strict = _looked_for(config.binding)
    return None if strict is None else found | strict


def _looked_for(config: Config) -> frozenset[Code] | None:
    """Those asked for that can be as grave as what is looked for."""
    from specdsl.catalogue import codes_of

    chosen, grades = _wanted(config), _grades(config)
    if config.least is Severity.NOTE:
        return chosen
    every = codes_of("all") if chosen is None else chosen
    found = frozenset(one for one in every if _gravest(one, grades) >= config.least)
    if config.select and found.isdisjoint(_codes(config.select)):
        listed = ", ".join(config.select)
        raise click.UsageError(f"`--only {config.least}s` leaves nothing of `--select {listed}`")
    return found


def still_to_come(left: Iterable[Code], config: Config) -> Severity | None:
    """How grave what is found of these codes can be at most; None where nothing is left."""
    every = (_grades(config), _grades(config.binding))
    return max((_gravest(code, grades) for code in left for grades in every), default=None)


def _wanted(config: Config) -> frozenset[Code] | None:
    """Under inconsistent assumptions nothing else is checked: these are selected with any other.
    Guidance is looked for where it is selected, or where nothing is and it is given a severity."""
    hints = {code.id for code in _codes(("guidance",))} & config.severity.keys()
    if not (config.ignore or config.select or hints):
        return None
    chosen = _codes(config.select or ("all", *hints)) | _codes(("inconsistent-assumptions",))
    return chosen - _codes(config.ignore)


def _codes(words: Iterable[str]) -> frozenset[Code]:
    """Those of ids, names, `guidance` and `all`."""
    from specdsl.catalogue import codes_of, unknown_code

    found: set[Code] = set()
    for word in words:
        some = codes_of(word)
        if not some:
            raise click.UsageError(unknown_code(word))
        found.update(some)
    return frozenset(found)


def _code(word: str) -> Code:
    from specdsl.catalogue import code_of, unknown_code

    found = code_of(word)
    if found is None:
        raise click.UsageError(unknown_code(word))
    return found


def selected(run: CheckedSpec, config: Config) -> CheckedSpec:
    """The findings that the settings ask for. Faults that keep a spec from loading always stay."""
    own, strict = _wanted(config), _wanted(config.binding)
    if own is None and strict is None:
        return run
    gone = [d for d in run.report.diagnostics if not _stays(d, strict if d.binding else own)]
    return replace(
        run, report=run.report.without(gone), notes_in_full=run.notes_in_full or bool(config.select)
    )


def _stays(finding: Diagnostic, only: frozenset[Code] | None) -> bool:
    return only is None or bool(finding.code.kind) or finding.code in only


def notes_in_lines(config: Config) -> bool:
    """Whether the text form shows a line of each note: not where notes were asked for, do not pass,
    or are made graver."""
    from specdsl.catalogue import codes

    if config.select or config.fail_on == "note":
        return False
    every = (_grades(config), _grades(config.binding))
    notes = [code for code in codes() if code.severity is Severity.NOTE]
    return all(_gravest(one, grades) is Severity.NOTE for one in notes for grades in every)


def errors_only(config: Config) -> bool:
    """Whether nothing milder than an error is shown, and no contradiction is made graver."""
    every = (_grades(config), _grades(config.binding))
    contradiction = _code("contradiction").id
    return config.least is Severity.ERROR and all(contradiction not in grades for grades in every)


# --- how grave -----------------------------------------------------------------------------------


def graded(run: CheckedSpec, config: Config) -> CheckedSpec:
    """The findings as grave as the settings have them, without what is milder than what is looked
    for."""
    own, strict = _grades(config), _grades(config.binding)
    report = run.report
    found = (_graded(d, strict if d.binding else own) for d in report.diagnostics)
    kept = tuple(d for d in found if d.severity >= config.least or not run.loads)
    checks = tuple(_check(one, strict if run.is_layer else own) for one in report.checks)
    report = replace(report, diagnostics=kept, checks=checks)
    return replace(run, report=report, least_severity=config.least)


def severity(finding: Diagnostic, config: Config) -> Severity:
    """How grave the finding is as the settings have it."""
    grades = _grades(config.binding if finding.binding else config)
    return grades.get(finding.code.id, finding.severity)


def _graded(finding: Diagnostic, grades: Grades) -> Diagnostic:
    severity = grades.get(finding.code.id)
    if severity is None:
        return finding
    return replace(finding, code=replace(finding.code, severity=severity), severity=severity)


def _check(check: CheckResult, grades: Grades) -> CheckResult:
    severity = grades.get(check.code.id)
    return (
        check if severity is None else replace(check, code=replace(check.code, severity=severity))
    )


def _gravest(code: Code, grades: Grades) -> Severity:
    return grades.get(code.id, code.severity)


def _grades(config: Config) -> Grades:
    return {code: Severity[name.upper()] for code, name in config.severity.items()}


def severities(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """By the id of a code the severity that it is given, of pairs of a code or name and one."""
    found: dict[str, str] = {}
    for word, name in pairs:
        code = _code(word)
        if code.kind:
            raise click.UsageError(f"`{word}` stays an error: a spec with that does not load")
        if found.setdefault(code.id, name) != name:
            raise click.UsageError(f"`{word}` is given two severities")
    return found


def graver(found: Mapping[str, str]) -> dict[str, str]:
    """Those of severities that are graver than what the code has."""
    return {
        id_: name for id_, name in found.items() if _code(id_).severity < Severity[name.upper()]
    }


# --- what passes ---------------------------------------------------------------------------------


def limited(run: CheckedSpec, config: Config) -> CheckedSpec:
    """The run that knows what of it does not pass."""
    strict = _limit(config.binding.fail_on)
    return replace(run, limit=_limit(config.fail_on), binding_limit=strict)


def _limit(fail_on: str) -> Severity | None:
    return None if fail_on == "never" else Severity[fail_on.upper()]
