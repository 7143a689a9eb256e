"""A mend tried: applied to the texts, which are loaded, and checked where something may be
otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from specdsl.analyses.fixes.edited_texts import Edited, reloaded, texts_after
from specdsl.analyses.fixes.error_signatures import CODES as LOOKED_FOR
from specdsl.analyses.fixes.error_signatures import errors
from specdsl.analyses.fixes.joined_specs import Joined, joined
from specdsl.analyses.fixes.proposals import Knowing, Proposal
from specdsl.analyses.fixes.side_effects import Elsewhere, elsewhere
from specdsl.api import Spec, check, replay
from specdsl.base.diagnostics import CheckResult, Diagnostic, Report, Severity
from specdsl.checks import CHECKS
from specdsl.reasoning.prover import Unsettled
from specdsl.reports.checked_spec import PLURALS, count_of

# what makes two findings of a code the same one, whatever situation shows it
IDENTITY = (
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
SAID = ("SD601", "SD602")  # what the author says of the spec: examples and assertions
CODES = [code for one in CHECKS for code in (one.code, *one.further_codes)]
WARNINGS = frozenset(code for code in CODES if code.severity is Severity.WARNING)
ERRORS = frozenset(code for code in CODES if code.severity is Severity.ERROR)
OF_ITS_FIRST = ("SD402", "SD403", "SD404")  # who shadows the rule may change


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two reports of a spec, before and after an edit. `resolved`: the findings that are gone;
    `brought`: those that were not there, or less grave; `unproved`: something no longer is
    proved."""

    resolved: tuple[Diagnostic, ...]
    brought: tuple[Diagnostic, ...]
    unproved: bool

    def and_(self, other: Comparison) -> Comparison:
        """Both, of different checks."""
        return Comparison(
            (*self.resolved, *other.resolved),
            (*self.brought, *other.brought),
            self.unproved or other.unproved,
        )

    @property
    def worse(self) -> bool:
        """It brought something, or left something unproved."""
        return self.unproved or bool(self.brought)


def comparison(before: Report, after: Report, least: Severity) -> Comparison:
    """What an edit resolved and brought of a severity or a worse one, by the checks that ran after
    it."""
    was, now = _by_identity(before, least), _by_identity(after, least)
    ran = {check.code for check in after.checks if check.result != "not_run"}
    resolved = tuple(d for key, d in was.items() if key not in now and d.code in ran)
    brought = tuple(d for key, d in now.items() if key not in was or d.severity > was[key].severity)
    return Comparison(resolved, brought, not _unproved(after) <= _unproved(before))


@dataclass(frozen=True, slots=True)
class Trial:
    """What becomes of a spec under a proposal for a finding."""

    proposal: Proposal
    finding: Diagnostic
    edited: Edited
    spec: Spec
    report: Report
    change: Comparison
    elsewhere: Elsewhere | None = None  # not looked into before it is known to hold
    milder: tuple[Diagnostic, ...] = ()  # warnings that it brings; nor are they
    joined: Joined | None = None  # both specs side by side, as long as that is looked into

    @property
    def holds(self) -> bool:
        """Whether it mends the finding and brings none that is as grave, nor more situations in
        which one that was there before is met."""
        resolved = {identity(d) for d in self.change.resolved}
        breaks = self.elsewhere is not None and self.elsewhere.breaks
        return identity(self.finding) in resolved and not self.change.worse and not breaks

    @property
    def evidence(self) -> frozenset[tuple[object, ...]]:
        """The examples and assertions that hold with it and did not without."""
        return frozenset(identity(d) for d in self.change.resolved if d.code.id in SAID)

    @property
    def checked(self) -> str:
        """What the check found of it, in words."""
        own = identity(self.finding)
        others = [d for d in self.change.resolved if identity(d) != own]
        resolves = " and ".join(["resolves it", *_counts(others)])
        else_ = (
            self.elsewhere.text if self.elsewhere else f"brings no other {self.finding.severity}"
        )
        brings = [f"brings {' and '.join(_counts(self.milder))}"] if self.milder else []
        besides = [self.proposal.besides] if self.proposal.besides else []
        return ", ".join([resolves, else_, *besides, *brings])


def identity(finding: Diagnostic) -> tuple[object, ...]:
    """The same for what is the same finding before and after an edit."""
    fields = {key: finding.fields[key] for key in IDENTITY if key in finding.fields}
    if finding.code.id in OF_ITS_FIRST:
        fields["rules"] = fields["rules"][:1]
    if finding.code.id in SAID:
        fields = {"title": fields["title"]}  # which of its expectations fails may change
    said = fields or {"message": finding.message}
    return (finding.code.id, *((key, str(value)) for key, value in said.items()))


def mildest(finding: Diagnostic) -> Severity:
    """Of what has to be known of a spec to mend the finding; everything for one that is not an
    error, since which comments allow nothing is known only then."""
    return Severity.WARNING if finding.severity is Severity.ERROR else Severity.NOTE


def attempt(
    spec: Spec,
    report: Report,
    finding: Diagnostic,
    proposal: Proposal,
    knowing: Knowing,
) -> Trial | None:
    """None where what it makes of the texts does not load: it would close a circle of priorities,
    say."""
    edited = texts_after(spec, proposal.edits)
    after = reloaded(spec, edited)
    if after is None:
        return None
    both = joined(spec, after)
    found = None if both is None else _found(both, after, report)
    if found is None:
        known = knowing(after.loaded)
        found = check(after, least=Severity.WARNING, only=ERRORS, known=known, brief=True)
    change = comparison(report, found, finding.severity)
    return Trial(proposal, finding, edited, after, found, change, joined=both)


def _found(both: Joined, after: Spec, report: Report) -> Report | None:
    """What is found of errors of the edited spec: of what may be otherwise anew, of the rest what
    was found before. None where that is not settled."""
    try:
        found = {identity(d): d for d in errors(both.new, both.changed, replay(after.circuit))}
        there = {identity(d) for d in report.diagnostics}
        more = [d for key, d in found.items() if key not in there]
        if report.allowed and any(d.severity > Severity.NOTE for d in more):  # or was it allowed?
            was = {identity(d): d for d in errors(both.old, both.changed, replay(both.old))}
            found = {
                key: d
                for key, d in found.items()
                if key in there or key not in was or d.severity > was[key].severity
            }
    except Unsettled:
        return None
    kept = [d for d in report.diagnostics if d.code in LOOKED_FOR and not both.concerns(d)]
    results = [CheckResult(code, "found" if code in LOOKED_FOR else "not_run") for code in CODES]
    return replace(report, diagnostics=(*kept, *found.values()), checks=tuple(results))


def beyond(spec: Spec, report: Report, trial: Trial, knowing: Knowing, thorough: bool) -> Trial:
    """What else it changes, of a trial that holds, and which warnings it brings: all where that is
    looked into thoroughly, else contradictions."""
    milder = comparison(report, trial.report, Severity.WARNING).brought
    if thorough:
        more = _warnings(report, trial, knowing)
        milder = (*milder, *more.brought)
        if trial.finding.severity is not Severity.ERROR:  # a warning is as grave
            trial = replace(trial, change=trial.change.and_(more))
    found = elsewhere(spec, trial.spec, trial.finding, trial.joined)
    return replace(trial, elsewhere=found, milder=milder, joined=None)


def _warnings(report: Report, trial: Trial, knowing: Knowing) -> Comparison:
    """What becomes of warnings that have not been looked for."""
    ran = {one.code for one in trial.report.checks if one.result != "not_run"}
    known, left = knowing(trial.spec.loaded), WARNINGS - ran
    found = check(trial.spec, least=Severity.WARNING, only=left, known=known, brief=True)
    return comparison(report, found, Severity.WARNING)


def _by_identity(report: Report, least: Severity) -> dict[tuple[object, ...], Diagnostic]:
    return {identity(d): d for d in report.diagnostics if d.severity >= least}


def _unproved(report: Report) -> set[tuple[str, str]]:
    """Each check and each thing that it left unproved."""
    return {(c.code.id, part) for c in report.unproved for part in c.detail.split(", ")}


def _counts(findings: Iterable[Diagnostic]) -> list[str]:
    """`2 contradictions`, `1 failing example`."""
    counts = Counter(finding.code.name for finding in findings)
    return [
        f"{count} {PLURALS[name]}" if name in PLURALS else count_of(count, name.replace("-", " "))
        for name, count in sorted(counts.items())
    ]
