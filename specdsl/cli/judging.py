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
from specdsl.report import Run

Grades = Mapping[str, Severity]
"""By the id of a code another severity than its own."""


def wanted(config: Config, loaded: Loaded) -> frozenset[Code] | None:
    """The codes of the findings of a spec that are asked for; None where all are."""
    found = _wanted(config)
    if found is None or loaded.spec is None or loaded.spec.layer is None:
        return found
    strict = _wanted(config.binding)
    return None if strict is None else found | strict


def _wanted(config: Config) -> frozenset[Code] | None:
    """Under inconsistent assumptions nothing else is checked: these are selected with any other."""
    from specdsl.catalogue import codes

    if not (config.ignore or config.select):
        return None
    chosen = {_code(word) for word in config.select}
    chosen |= {_code("inconsistent-assumptions")} if chosen else set(codes())
    return frozenset(chosen - {_code(word) for word in config.ignore})


def _code(word: str) -> Code:
    from specdsl.catalogue import code_of, unknown_code

    found = code_of(word)
    if found is None:
        raise click.UsageError(unknown_code(word))
    return found


def selected(run: Run, config: Config) -> Run:
    """The findings that the settings ask for. Faults that keep a spec from loading always stay."""
    own, strict = _wanted(config), _wanted(config.binding)
    if own is None and strict is None:
        return run
    gone = [d for d in run.report.diagnostics if not _stays(d, strict if d.binding else own)]
    return replace(run, report=run.report.without(gone), whole=run.whole or bool(config.select))


def _stays(finding: Diagnostic, only: frozenset[Code] | None) -> bool:
    return only is None or bool(finding.code.kind) or finding.code in only


# --- how grave -----------------------------------------------------------------------------------


def graded(run: Run, config: Config) -> Run:
    """The findings as grave as the settings have them."""
    own, strict = _grades(config), _grades(config.binding)
    if not (own or strict):
        return run
    report = run.report
    found = tuple(_graded(d, strict if d.binding else own) for d in report.diagnostics)
    checks = tuple(_check(one, strict if run.layered else own) for one in report.checks)
    return replace(run, report=replace(report, diagnostics=found, checks=checks))


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


def limited(run: Run, config: Config) -> Run:
    """The run that knows what of it does not pass."""
    strict = _limit(config.binding.fail_on)
    return replace(run, limit=_limit(config.fail_on), strict=strict)


def _limit(fail_on: str) -> Severity | None:
    return None if fail_on == "never" else Severity[fail_on.upper()]
