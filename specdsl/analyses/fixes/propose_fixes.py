"""Fixes for the findings of a report, each tried before it is offered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from math import inf

from specdsl.analyses.fixes.fix_budget import (
    EXHAUSTIVE,
    FixBudget,
    FixEffort,
    RemainingBudget,
    check_cost,
)
from specdsl.analyses.fixes.proposals import (
    CacheFor,
    FixKind,
    FixProposer,
    Proposal,
    fixable_findings,
    no_cache,
)
from specdsl.analyses.fixes.trial import Trial, least_needed_severity, try_edits, with_side_effects
from specdsl.api import Spec, check
from specdsl.base.code_names import CONTRADICTION
from specdsl.base.diagnostics import Diagnostic, Fix, Note, Report, Severity
from specdsl.base.limits import MAX_FIXES_SHOWN
from specdsl.base.quick_dataclass import dataclass
from specdsl.checks import CHECKS, Progress

KINDS = list(FixKind)
TAKING_SIDES = (FixKind.PRIORITY, FixKind.OVERRIDE, FixKind.REQUIREMENT, FixKind.EXCEPTION)


@dataclass(frozen=True, slots=True)
class TriedFixes:
    """The proposals tried for a finding. `fixes`: the valid ones, sorted by the examples and
    assertions that they make hold, then by their side effects; `failed`: None for a proposal that
    does not load; `complete`: the budget sufficed for all proposals.
    """

    fixes: tuple[Trial, ...]
    failed: tuple[Trial | None, ...]
    complete: bool


def add_fixes(
    spec: Spec,
    report: Report,
    budget: FixBudget | None = None,
    progress: Progress = lambda name, done, total: None,
    cache_for: CacheFor = no_cache,
    on_result: Callable[[Diagnostic, Diagnostic], None] = lambda before, after: None,
) -> Report:
    """Add fixes to the contradictions and to the unreachable rules and effects of a report.

    Each fix was applied to the texts, which were loaded and checked again: it resolves the finding,
    causes no other error, and says what it changes. With a thorough budget it says which warnings
    it causes, and causes none if the finding is a warning itself. A finding for which the budget
    did not suffice says so. If the report has only the first findings of a code, a fix would seem
    to cause the others: then only a thorough budget makes fixes. `on_result`: called with each
    finding before and after, as soon as it has fixes.
    """
    budget = budget or FixEffort.FEW.budget(spec)
    fixable = fixable_findings(report)
    if not fixable:
        return report
    if not budget.thorough and report.leaves_findings_out:
        untried = TriedFixes((), (), complete=False)
        with_notes = {id(one): _with_fixes(one, untried, budget) for one in fixable}
        every = tuple(with_notes.get(id(one), one) for one in report.diagnostics)
        return replace(report, diagnostics=every)
    proposer, remaining = FixProposer(spec, cache_for, fixable), RemainingBudget(budget)
    before = full_report(spec, report, min(map(least_needed_severity, fixable)))
    found: dict[int, Diagnostic] = {}
    with spec.circuit.graph.scratch():
        for done, finding in enumerate(fixable):
            progress("mends", done, len(fixable))
            all_ = try_proposals(proposer, before, finding, remaining, len(fixable) - done - 1)
            after = found[id(finding)] = _with_fixes(finding, all_, budget)
            if after != finding:
                on_result(finding, after)
    reported = tuple(found.get(id(d), d) for d in report.diagnostics)
    return replace(report, diagnostics=reported)


def full_report(spec: Spec, report: Report, least: Severity) -> Report:
    """Return a report in which every check of at least that severity ran to its end: the given one,
    or else a new one.
    """
    ran = {result.code for result in report.checks if result.result != "not_run"}
    due = {
        code for one in CHECKS for code in (one.code, *one.further_codes) if code.severity >= least
    }
    complete = due <= ran and not report.leaves_findings_out
    return report if complete else check(spec, least=least)


def try_proposals(
    proposer: FixProposer,
    report: Report,
    finding: Diagnostic,
    remaining: RemainingBudget,
    others: int = 0,
) -> TriedFixes:
    """Try the proposals for a finding, as far as the budget suffices with so many others to
    come.
    """
    if not remaining.begin_finding(proposer.spec, others):
        return TriedFixes((), (), complete=False)
    proposals = proposer.proposals_for(finding)
    left, fixes = [*proposals], list[Trial]()
    failed: list[Trial | None] = []
    assuming = proposer.may_need_assumption(finding)
    while left or (
        assuming
        and len(fixes) < remaining.fixes_per_finding
        and remaining.allows_trial(proposer.spec)
    ):
        if not left:
            assuming, left = False, [*proposer.assumptions_for(finding)]
            continue
        due = _required_trial(finding, left, fixes)
        if due is None and len(fixes) >= remaining.fixes_per_finding:
            break
        if not remaining.begin_trial(proposer.spec, due is not None):
            break
        one = due or left[0]
        left.remove(one)
        trial = _try_proposal(proposer, report, finding, one, remaining)
        if trial is not None and trial.is_valid:
            fixes.append(trial)
        else:
            failed.append(trial)
    return TriedFixes(
        tuple(sorted(fixes, key=_fix_rank)), tuple(failed), complete=not left and not assuming
    )


def _required_trial(
    finding: Diagnostic, left: Iterable[Proposal], fixes: Iterable[Trial]
) -> Proposal | None:
    """Return a proposal that is tried whatever it costs: for a contradiction one that may resolve
    many at once, and one for each rule that can give way, so that no side is taken. None if there
    is a fix for each of them.
    """
    if finding.code.id != CONTRADICTION.id:
        return None
    given = {fix.proposal.yields for fix in fixes}
    fair = (
        one
        for one in left
        if one.kind is FixKind.PATTERNS or (one.kind in TAKING_SIDES and one.yields not in given)
    )
    return next(fair, None)


def _try_proposal(
    proposer: FixProposer,
    report: Report,
    finding: Diagnostic,
    proposal: Proposal,
    remaining: RemainingBudget,
) -> Trial | None:
    """Try a proposal; if it is valid, find its side effects, whatever that costs."""
    trial = try_edits(proposer.spec, report, finding, proposal, proposer.cache_for)
    if trial is None:
        return None
    remaining.spend(check_cost(proposer.spec) if trial.joined is None else trial.joined.cost)
    if not trial.is_valid:
        return trial
    return with_side_effects(proposer.spec, report, trial, proposer.cache_for, remaining.thorough)


def _fix_rank(trial: Trial) -> tuple[int, float, int, int]:
    changes = trial.side_effects.changes if trial.side_effects else inf
    kind = KINDS.index(trial.proposal.kind)
    return (-len(trial.evidence), changes, len(trial.milder), kind)


def _with_fixes(finding: Diagnostic, all_: TriedFixes, budget: FixBudget) -> Diagnostic:
    notes = list(finding.notes)
    if all_.fixes or (all_.failed and all_.complete):
        notes = [note for note in notes if note.title != "help"]
    if all_.failed and all_.complete and not all_.fixes:
        notes.append(Note("help", _no_fix_text(all_.failed)))
    if not all_.complete:
        some = "not every mend was" if all_.fixes or all_.failed else "no mend was"
        more = "; `specdsl check --mends all` tries more" if budget != EXHAUSTIVE else ""
        notes.append(Note("note", f"{some} tried here{more}"))
    notes.sort(key=lambda note: note.title == "replay")  # The replay stays last.
    return replace(
        finding,
        notes=tuple(notes),
        fixes=tuple(map(_fix_of_trial, all_.fixes[:MAX_FIXES_SHOWN])),
    )


def _no_fix_text(failed: Iterable[Trial | None]) -> str:
    """Say that no proposal is valid, and which findings they cause."""
    failed = tuple(failed)
    instead = {_code_text(d) for trial in failed if trial for d in trial.change.brought}
    if any(trial and trial.side_effects and trial.side_effects.breaks for trial in failed):
        instead.add("more contradictory situations")
    brings = f": instead they bring {' or '.join(sorted(instead))}" if instead else ""
    return f"no single edit resolves it without another finding ({len(failed)} tried{brings})"


def _code_text(finding: Diagnostic) -> str:
    return f"{finding.code.id} {finding.code.name}"


def _fix_of_trial(trial: Trial) -> Fix:
    proposal = trial.proposal
    return Fix(proposal.kind.value, proposal.edits, True, proposal.text, trial.summary)
