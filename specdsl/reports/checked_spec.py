"""A checked spec, and the summary line of what was proved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import field

from specdsl.base.code_names import (
    CONTRADICTION,
    INCONSISTENT_ASSUMPTIONS,
    OPEN_TO_UNKNOWN,
    SENSITIVE_TO_UNKNOWN,
    UNDECIDED_SITUATIONS,
)
from specdsl.base.diagnostics import CheckResult, Code, Diagnostic, Report, Severity
from specdsl.base.quick_dataclass import dataclass

PLURALS = {INCONSISTENT_ASSUMPTIONS.name: "set of inconsistent assumptions"}
NOUNS = {  # Nouns for codes that are notes by default, used if their severity is raised.
    OPEN_TO_UNKNOWN.name: "open rule",
    SENSITIVE_TO_UNKNOWN.name: "sensitive decision",
    UNDECIDED_SITUATIONS.name: "undecided decision",
}
SCOPE_TEXTS = {Severity.ERROR: "errors only", Severity.WARNING: "errors and warnings only"}


@dataclass(frozen=True, slots=True)
class CaseResult:
    """The result of an example or an assertion: its finding, if it fails. `code` is the code of its
    check; `settled` is false if the check exceeded its limits.
    """

    code: Code
    name: str
    found: Diagnostic | None = None
    settled: bool = True

    @property
    def holds(self) -> bool:
        return self.settled and self.found is None


@dataclass(frozen=True, slots=True)
class CheckedSpec:
    """The report of one spec, and what decides whether it passes.

    `path` is what the user named; `loads` is false if only faults of loading are reported. `sizes`
    has the number of rules of each file, so that a file of several specs counts once. `limit` is
    the mildest severity that fails (None: nothing does), `strict` the same for findings that the
    author of a layer cannot suppress, and `layered` tells whether it is a layer. `cases` are the
    results of `specdsl test`, `whole` shows notes in full, and `least` is the mildest severity that
    was checked.
    """

    path: str
    report: Report
    loads: bool
    sizes: Mapping[str, int] = field(default_factory=dict)
    limit: Severity | None = Severity.ERROR
    binding_limit: Severity | None = Severity.ERROR
    is_layer: bool = False
    cases: tuple[CaseResult, ...] = ()
    notes_in_full: bool = False
    least_severity: Severity = Severity.NOTE

    def is_failing(self, finding: Diagnostic) -> bool:
        """Return whether the finding makes the run fail."""
        limit = self.binding_limit if finding.binding else self.limit
        return limit is not None and finding.severity >= limit

    def is_required(self, check: CheckResult) -> bool:
        """Return whether the run fails if the check is unproved."""
        all_pass = self.limit is None and (self.binding_limit is None or not self.is_layer)
        return check.code.severity >= Severity.ERROR and not all_pass

    @property
    def passes(self) -> bool:
        """Return whether no finding and no unproved check makes the run fail."""
        fails = any(map(self.is_failing, self.report.diagnostics))
        return not fails and not any(map(self.is_required, self.report.unproved))


def count_of(count: int, noun: str) -> str:
    """Return a number with its noun, as in `1 rule` and `2,000 rules`."""
    several = f"{noun[:-1]}ies" if noun.endswith("ty") else f"{noun}s"
    return f"{count} {noun}" if count == 1 else f"{count:,} {several}"


def summary_line(runs: Sequence[CheckedSpec]) -> str:
    """Return what was proved: `4 files, 31 rules: no contradiction, 1 unreachable rule, 0
    unproved`.
    """
    sizes = {name: rules for run in runs for name, rules in run.sizes.items()}
    files = len(sizes) + sum(run.report.files for run in runs if not run.sizes)
    rules = sum(sizes.values()) + sum(run.report.rules for run in runs if not run.sizes)
    broken = [run for run in runs if not run.loads]
    parts = [
        *_load_failures(broken, len(runs)),
        *_finding_counts([run for run in runs if run.loads]),
    ]
    least = min((run.least_severity for run in runs), default=Severity.NOTE)
    parts += [SCOPE_TEXTS[least]] if least in SCOPE_TEXTS else []
    said = f"{count_of(files, 'file')}, {count_of(rules, 'rule')}: {', '.join(parts)}"
    return f"{said}{_check_counts(runs)}"


def _check_counts(runs: Sequence[CheckedSpec]) -> str:
    """Count the checks that ran, where not all of them did."""
    every = [check for run in runs for check in run.report.checks]
    ran = {check.code.id for check in every if check.result != "not_run"}
    all_ran = len(ran) == len({check.code.id for check in every})
    return "" if all_ran else f" ({count_of(len(ran), 'check')})"


def _load_failures(broken: Sequence[CheckedSpec], specs: int) -> list[str]:
    if not broken:
        return []
    faults = count_of(sum(len(run.report.diagnostics) for run in broken), "fault")
    if specs == 1:
        return [f"does not load, {faults}"]
    verb = "does" if len(broken) == 1 else "do"
    return [f"{len(broken)} of {specs} specs {verb} not load, {faults}"]


def _finding_counts(runs: Sequence[CheckedSpec]) -> list[str]:
    """Count the findings; nothing is claimed that was neither found nor proved."""
    if not runs:
        return []
    reports = [run.report for run in runs]
    found, notes = Counter[str](), 0
    incomplete = {check.code.name for report in reports for check in report.checks if check.more}
    for diagnostic in (d for report in reports for d in report.diagnostics):
        if diagnostic.code.severity is Severity.NOTE:
            notes += 1
        else:
            found[diagnostic.code.name] += 1
    results = [c.result for r in reports for c in r.checks if c.code.id == CONTRADICTION.id]
    proved = bool(results) and all(result == "proved" for result in results)
    parts = ["no contradiction"] if proved else []
    for name, count in sorted(found.items()):
        noun = NOUNS.get(name, name.replace("-", " "))
        said = f"{count:,} {PLURALS[name]}" if name in PLURALS else count_of(count, noun)
        parts.append(f"at least {said}" if name in incomplete else said)
    parts += [count_of(notes, "note")] if notes else []
    allowed = sum(report.allowed for report in reports)
    parts += [f"{allowed} allowed"] if allowed else []
    return [*parts, f"{sum(len(report.unproved) for report in reports)} unproved"]
