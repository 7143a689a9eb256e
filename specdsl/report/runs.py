"""One spec that was checked, and the line that says what was proved of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from specdsl.diagnostics import CheckResult, Code, Diagnostic, Report, Severity

PLURALS = {"inconsistent-assumptions": "set of inconsistent assumptions"}
NOUNS = {  # of what is a note, where it is made graver
    "open-to-unknown": "open rule",
    "sensitive-to-unknown": "sensitive decision",
    "undecided-situations": "undecided decision",
}
ONLY = {Severity.ERROR: "errors only", Severity.WARNING: "errors and warnings only"}


@dataclass(frozen=True, slots=True)
class Case:
    """An example or assertion that was run: what is wrong with it, if anything. `code` is that of
    its check; `settled` is false where it was given up."""

    code: Code
    name: str
    found: Diagnostic | None = None
    settled: bool = True

    @property
    def holds(self) -> bool:
        return self.settled and self.found is None


@dataclass(frozen=True, slots=True)
class Run:
    """`path` as the user named it; `loads` is false where only faults are reported. `sizes`: how
    many rules each of its files has, so that a file of several specs counts once. `limit` is the
    mildest severity that does not pass, None where everything does; `strict` the same for what the
    author of a layer cannot allow, and `layered` says that it is one; `cases` those that
    `specdsl test` ran. `whole`: notes are shown with all that there is to them. `least`: the
    mildest severity that was looked for."""

    path: str
    report: Report
    loads: bool
    sizes: Mapping[str, int] = field(default_factory=dict)
    limit: Severity | None = Severity.ERROR
    strict: Severity | None = Severity.ERROR
    layered: bool = False
    cases: tuple[Case, ...] = ()
    whole: bool = False
    least: Severity = Severity.NOTE

    def fails(self, finding: Diagnostic) -> bool:
        """It does not pass with that."""
        limit = self.strict if finding.binding else self.limit
        return limit is not None and finding.severity >= limit

    def needs(self, check: CheckResult) -> bool:
        """It does not pass where that is left unproved."""
        all_pass = self.limit is None and (self.strict is None or not self.layered)
        return check.code.severity >= Severity.ERROR and not all_pass

    @property
    def passes(self) -> bool:
        """Nothing was found with which it does not pass, and all that it needs was settled."""
        fails = any(map(self.fails, self.report.diagnostics))
        return not fails and not any(map(self.needs, self.report.unproved))


def counted(count: int, noun: str) -> str:
    several = f"{noun[:-1]}ies" if noun.endswith("ty") else f"{noun}s"
    return f"{count} {noun}" if count == 1 else f"{count:,} {several}"


def summary(runs: Sequence[Run]) -> str:
    """What was proved: `4 files, 31 rules: no contradiction, 1 unreachable rule, 0 unproved`."""
    sizes = {name: rules for run in runs for name, rules in run.sizes.items()}
    files = len(sizes) + sum(run.report.files for run in runs if not run.sizes)
    rules = sum(sizes.values()) + sum(run.report.rules for run in runs if not run.sizes)
    broken = [run for run in runs if not run.loads]
    parts = [*_broken(broken, len(runs)), *_counts([run for run in runs if run.loads])]
    least = min((run.least for run in runs), default=Severity.NOTE)
    parts += [ONLY[least]] if least in ONLY else []
    said = f"{counted(files, 'file')}, {counted(rules, 'rule')}: {', '.join(parts)}"
    return f"{said}{_checks(runs)}"


def _checks(runs: Sequence[Run]) -> str:
    """How many checks ran, and how many did not."""
    every = [check for run in runs for check in run.report.checks]
    ran = {check.code.id for check in every if check.result != "not_run"}
    left_out = {check.code.id for check in every} - ran
    tail = f", {len(left_out)} left out" if left_out else ""
    return f" ({counted(len(ran), 'check')}{tail})" if ran else ""


def _broken(broken: Sequence[Run], specs: int) -> list[str]:
    if not broken:
        return []
    faults = counted(sum(len(run.report.diagnostics) for run in broken), "fault")
    if specs == 1:
        return [f"does not load, {faults}"]
    verb = "does" if len(broken) == 1 else "do"
    return [f"{len(broken)} of {specs} specs {verb} not load, {faults}"]


def _counts(runs: Sequence[Run]) -> list[str]:
    """What was found, and no word of what was neither found nor proved."""
    if not runs:
        return []
    reports = [run.report for run in runs]
    found, notes = Counter[str](), 0
    for diagnostic in (d for report in reports for d in report.diagnostics):
        if diagnostic.code.severity is Severity.NOTE:
            notes += 1
        else:
            found[diagnostic.code.name] += 1
    results = [c.result for r in reports for c in r.checks if c.code.name == "contradiction"]
    proved = bool(results) and all(result == "proved" for result in results)
    parts = ["no contradiction"] if proved else []
    for name, count in sorted(found.items()):
        noun = NOUNS.get(name, name.replace("-", " "))
        parts.append(f"{count:,} {PLURALS[name]}" if name in PLURALS else counted(count, noun))
    parts += [counted(notes, "note")] if notes else []
    allowed = sum(report.allowed for report in reports)
    parts += [f"{allowed} allowed"] if allowed else []
    return [*parts, f"{sum(len(report.unproved) for report in reports)} unproved"]
