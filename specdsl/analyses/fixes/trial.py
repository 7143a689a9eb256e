"""Trial of a fix: it is applied to the texts, which are loaded; what may differ is checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from specdsl.analyses.fixes.edited_texts import EditedTexts, reload_spec, texts_after
from specdsl.analyses.fixes.error_signatures import SIGNATURE_CODES as LOOKED_FOR
from specdsl.analyses.fixes.error_signatures import find_errors
from specdsl.analyses.fixes.joined_specs import JoinedSpecs, join_specs
from specdsl.analyses.fixes.proposals import CacheFor, Proposal
from specdsl.analyses.fixes.side_effects import SideEffects, find_side_effects
from specdsl.api import Spec, check, replay
from specdsl.base.code_names import (
    FAILING_EXAMPLE,
    REDUNDANT_RULE,
    REFUTED_ASSERTION,
    UNREACHABLE_EFFECT,
    UNREACHABLE_RULE,
)
from specdsl.base.diagnostics import CheckResult, Diagnostic, Report, Severity
from specdsl.base.quick_dataclass import dataclass
from specdsl.checks import CHECKS
from specdsl.reasoning.prover import Undetermined
from specdsl.reports.checked_spec import PLURALS, count_of

# Two findings of a code are the same if they agree in these fields, whatever their situations.
IDENTITY_FIELDS = (
    "decision",
    "rules",
    "title",
    "outcome",
    "fact",
    "priority",
    "level",
    "clause",
    "assumptions",
)
CLAIM_CODES = (
    FAILING_EXAMPLE.id,
    REFUTED_ASSERTION.id,
)  # The codes of failing examples and assertions.
CHECK_CODES = [code for one in CHECKS for code in (one.code, *one.further_codes)]
WARNINGS = frozenset(code for code in CHECK_CODES if code.severity is Severity.WARNING)
ERRORS = frozenset(code for code in CHECK_CODES if code.severity is Severity.ERROR)
IDENTIFIED_BY_FIRST_RULE = (
    UNREACHABLE_RULE.id,
    UNREACHABLE_EFFECT.id,
    REDUNDANT_RULE.id,
)  # The other rules in the finding may change.


@dataclass(frozen=True, slots=True)
class ReportComparison:
    """The difference between the reports before and after an edit. `resolved`: findings that are
    gone; `brought`: findings that are new, or were less severe; `unproved`: something is no longer
    proved.
    """

    resolved: tuple[Diagnostic, ...]
    brought: tuple[Diagnostic, ...]
    unproved: bool

    def merge(self, other: ReportComparison) -> ReportComparison:
        """Combine it with the difference in other checks."""
        return ReportComparison(
            (*self.resolved, *other.resolved),
            (*self.brought, *other.brought),
            self.unproved or other.unproved,
        )

    @property
    def is_worse(self) -> bool:
        """Return whether there is a new finding, or something is left unproved."""
        return self.unproved or bool(self.brought)


def compare_reports(before: Report, after: Report, least: Severity) -> ReportComparison:
    """Compare the findings of at least a severity, by the checks that ran after the edit."""
    was, now = _findings_by_identity(before, least), _findings_by_identity(after, least)
    ran = {check.code for check in after.checks if check.result != "not_run"}
    resolved = tuple(d for key, d in was.items() if key not in now and d.code in ran)
    brought = tuple(d for key, d in now.items() if key not in was or d.severity > was[key].severity)
    return ReportComparison(
        resolved, brought, not _unproved_parts(after) <= _unproved_parts(before)
    )


@dataclass(frozen=True, slots=True)
class Trial:
    """A spec as a proposal for a finding edits it, and the difference that this makes."""

    proposal: Proposal
    finding: Diagnostic
    edited: EditedTexts
    spec: Spec
    report: Report
    change: ReportComparison
    side_effects: SideEffects | None = None  # None until the fix is known to be valid.
    milder: tuple[Diagnostic, ...] = ()  # New warnings; empty until then.
    joined: JoinedSpecs | None = None  # Both specs in one graph, until then.

    @property
    def is_valid(self) -> bool:
        """Return whether it resolves the finding and causes none as severe, nor further situations
        of an earlier one.
        """
        resolved = {finding_identity(d) for d in self.change.resolved}
        breaks = self.side_effects is not None and self.side_effects.breaks
        return (
            finding_identity(self.finding) in resolved and not self.change.is_worse and not breaks
        )

    @property
    def evidence(self) -> frozenset[tuple[object, ...]]:
        """Return the examples and assertions that hold with it and failed without it."""
        return frozenset(
            finding_identity(d) for d in self.change.resolved if d.code.id in CLAIM_CODES
        )

    @property
    def summary(self) -> str:
        """Return its effects in words."""
        own = finding_identity(self.finding)
        others = [d for d in self.change.resolved if finding_identity(d) != own]
        resolves = " and ".join(["resolves it", *_count_texts(others)])
        else_ = (
            self.side_effects.text
            if self.side_effects
            else f"brings no other {self.finding.severity}"
        )
        brings = [f"brings {' and '.join(_count_texts(self.milder))}"] if self.milder else []
        besides = [self.proposal.caveat] if self.proposal.caveat else []
        return ", ".join([resolves, else_, *besides, *brings])


def finding_identity(finding: Diagnostic) -> tuple[object, ...]:
    """Return a key that is equal for the same finding before and after an edit."""
    fields = {key: finding.fields[key] for key in IDENTITY_FIELDS if key in finding.fields}
    if finding.code.id in IDENTIFIED_BY_FIRST_RULE:
        fields["rules"] = fields["rules"][:1]
    if finding.code.id in CLAIM_CODES:
        fields = {"title": fields["title"]}  # Another of its expectations may fail.
    said = fields or {"message": finding.message}
    return (finding.code.id, *((key, str(value)) for key, value in said.items()))


def least_needed_severity(finding: Diagnostic) -> Severity:
    """Return the mildest severity that must be checked to fix the finding. A finding that is not
    an error needs the full report, since unused suppressions are known only then.
    """
    return Severity.WARNING if finding.severity is Severity.ERROR else Severity.NOTE


def try_edits(
    spec: Spec,
    report: Report,
    finding: Diagnostic,
    proposal: Proposal,
    cache_for: CacheFor,
) -> Trial | None:
    """Apply a proposal and check the result; return None if that does not load, for example because
    of a cycle of priorities.
    """
    edited = texts_after(spec, proposal.edits)
    after = reload_spec(spec, edited)
    if after is None:
        return None
    both = join_specs(spec, after)
    found = None if both is None else _incremental_errors(both, after, report)
    if found is None:
        known = cache_for(after.loaded)
        found = check(after, least=Severity.WARNING, only=ERRORS, known=known, brief=True)
    change = compare_reports(report, found, finding.severity)
    return Trial(proposal, finding, edited, after, found, change, joined=both)


def _incremental_errors(both: JoinedSpecs, after: Spec, report: Report) -> Report | None:
    """Report the errors of the edited spec: those of changed decisions are found anew, all others
    are taken from the report. Return None if that cannot be settled.
    """
    try:
        found = {
            finding_identity(d): d
            for d in find_errors(both.new, both.changed, replay(after.circuit))
        }
        there = {finding_identity(d) for d in report.diagnostics}
        more = [d for key, d in found.items() if key not in there]
        if report.allowed and any(
            d.severity > Severity.NOTE for d in more
        ):  # These may have been allowed before.
            was = {
                finding_identity(d): d
                for d in find_errors(both.old, both.changed, replay(both.old))
            }
            found = {
                key: d
                for key, d in found.items()
                if key in there or key not in was or d.severity > was[key].severity
            }
    except Undetermined:
        return None
    kept = [d for d in report.diagnostics if d.code in LOOKED_FOR and not both.concerns(d)]
    results = [
        CheckResult(code, "found" if code in LOOKED_FOR else "not_run") for code in CHECK_CODES
    ]
    return replace(report, diagnostics=(*kept, *found.values()), checks=tuple(results))


def with_side_effects(
    spec: Spec, report: Report, trial: Trial, cache_for: CacheFor, thorough: bool
) -> Trial:
    """Add to a valid trial its side effects and the warnings that it causes: all if `thorough`,
    else only contradictions.
    """
    milder = compare_reports(report, trial.report, Severity.WARNING).brought
    if thorough:
        more = _compare_warnings(report, trial, cache_for)
        milder = (*milder, *more.brought)
        if trial.finding.severity is not Severity.ERROR:  # A warning is as severe.
            trial = replace(trial, change=trial.change.merge(more))
    found = find_side_effects(spec, trial.spec, trial.finding, trial.joined)
    return replace(trial, side_effects=found, milder=milder, joined=None)


def _compare_warnings(report: Report, trial: Trial, cache_for: CacheFor) -> ReportComparison:
    """Compare the warnings that have not been checked yet."""
    ran = {one.code for one in trial.report.checks if one.result != "not_run"}
    known, left = cache_for(trial.spec.loaded), WARNINGS - ran
    found = check(trial.spec, least=Severity.WARNING, only=left, known=known, brief=True)
    return compare_reports(report, found, Severity.WARNING)


def _findings_by_identity(report: Report, least: Severity) -> dict[tuple[object, ...], Diagnostic]:
    return {finding_identity(d): d for d in report.diagnostics if d.severity >= least}


def _unproved_parts(report: Report) -> set[tuple[str, str]]:
    """Return the unproved parts, each with its check."""
    return {(c.code.id, part) for c in report.unproved for part in c.detail.split(", ")}


def _count_texts(findings: Iterable[Diagnostic]) -> list[str]:
    """Return counts in words, such as `2 contradictions` and `1 failing example`."""
    counts = Counter(finding.code.name for finding in findings)
    return [
        f"{count} {PLURALS[name]}" if name in PLURALS else count_of(count, name.replace("-", " "))
        for name, count in sorted(counts.items())
    ]
