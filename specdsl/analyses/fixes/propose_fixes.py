"""Mends for the findings of a report, each tried before it is offered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from math import inf

from specdsl.analyses.fixes.fix_budget import EVERY, Budget, Mends, Purse, size
from specdsl.analyses.fixes.proposals import (
    CONTRADICTION,
    Desk,
    Kind,
    Knowing,
    Proposal,
    knowing_nothing,
    mendable,
)
from specdsl.analyses.fixes.trial import Trial, attempt, beyond, mildest
from specdsl.api import Spec, check
from specdsl.base.diagnostics import Diagnostic, Fix, Note, Report, Severity
from specdsl.base.limits import MOST_MENDS_OFFERED
from specdsl.checks import CHECKS, Progress

KINDS = list(Kind)
TAKING_SIDES = (Kind.PRIORITY, Kind.OVERRIDE, Kind.REQUIREMENT, Kind.EXCEPTION)


@dataclass(frozen=True, slots=True)
class Tried:
    """What was tried for a finding. `mends`: what holds, first what makes more examples and
    assertions hold, then what changes less elsewhere; `failed`: None for what does not load;
    `complete`: the budget reached for all proposals."""

    mends: tuple[Trial, ...]
    failed: tuple[Trial | None, ...]
    complete: bool


def propose(
    spec: Spec,
    report: Report,
    budget: Budget | None = None,
    progress: Progress = lambda name, done, total: None,
    knowing: Knowing = knowing_nothing,
    told: Callable[[Diagnostic, Diagnostic], None] = lambda before, after: None,
) -> Report:
    """The report with mends on its contradictions and unreachable rules and effects.

    Every mend has been applied to the texts, which were read and checked again: it resolves the
    finding, brings no other error, and says what it changes. Where the budget is thorough it brings
    no warning either if the finding is one, and says which warnings it brings. Findings for which
    the budget, that for few mends where none is given, does not reach say so. `told`: called with
    each finding and with it as it is then, as soon as that is known.
    """
    budget = budget or Mends.FEW.budget(spec)
    those = mendable(report)
    if not those:
        return report
    desk, purse = Desk(spec, knowing, those), Purse(budget)
    before = whole(spec, report, min(map(mildest, those)))
    found: dict[int, Diagnostic] = {}
    with spec.circuit.graph.scratch():
        for done, finding in enumerate(those):
            progress("mends", done, len(those))
            all_ = tried(desk, before, finding, purse, len(those) - done - 1)
            after = found[id(finding)] = _mended(finding, all_, budget)
            if after != finding:
                told(finding, after)
    mended = tuple(found.get(id(d), d) for d in report.diagnostics)
    return replace(report, diagnostics=mended)


def whole(spec: Spec, report: Report, least: Severity) -> Report:
    """A report of every check that finds something of that severity or a worse one: this, or a new
    one where not all of them ran."""
    ran = {result.code for result in report.checks if result.result != "not_run"}
    due = {
        code for one in CHECKS for code in (one.code, *one.further_codes) if code.severity >= least
    }
    return report if due <= ran else check(spec, least=least)


def tried(desk: Desk, report: Report, finding: Diagnostic, purse: Purse, others: int = 0) -> Tried:
    """What holds and what does not of the proposals for a finding, as far as the budget reaches
    with so many others to come."""
    if not purse.finding(desk.spec, others):
        return Tried((), (), complete=False)
    proposals = desk.proposals(finding)
    left, mends = [*proposals], list[Trial]()
    failed: list[Trial | None] = []
    assuming = desk.assumes(finding)
    while left or (assuming and len(mends) < purse.mends and purse.reaches(desk.spec)):
        if not left:
            assuming, left = False, [*desk.assumptions(finding)]
            continue
        due = _due(finding, left, mends)
        if due is None and len(mends) >= purse.mends:
            break
        if not purse.trial(desk.spec, due is not None):
            break
        one = due or left[0]
        left.remove(one)
        trial = _tried(desk, report, finding, one, purse)
        if trial is not None and trial.holds:
            mends.append(trial)
        else:
            failed.append(trial)
    return Tried(tuple(sorted(mends, key=_rank)), tuple(failed), complete=not left and not assuming)


def _due(finding: Diagnostic, left: Iterable[Proposal], mends: Iterable[Trial]) -> Proposal | None:
    """What is tried whatever it costs: of a contradiction what may resolve many at once, and for
    each side a mend by which it gives way, so that no side is taken. None where there is one for
    each that can."""
    if finding.code.id != CONTRADICTION:
        return None
    given = {mend.proposal.yields for mend in mends}
    fair = (
        one
        for one in left
        if one.kind is Kind.PATTERNS or (one.kind in TAKING_SIDES and one.yields not in given)
    )
    return next(fair, None)


def _tried(
    desk: Desk, report: Report, finding: Diagnostic, proposal: Proposal, purse: Purse
) -> Trial | None:
    """With what it changes elsewhere, where it holds: that is looked into, come what may."""
    trial = attempt(desk.spec, report, finding, proposal, desk.knowing)
    if trial is None:
        return None
    purse.spend(size(desk.spec) if trial.joined is None else trial.joined.size)
    if not trial.holds:
        return trial
    return beyond(desk.spec, report, trial, desk.knowing, purse.thorough)


def _rank(trial: Trial) -> tuple[int, float, int, int]:
    changes = trial.elsewhere.changes if trial.elsewhere else inf
    kind = KINDS.index(trial.proposal.kind)
    return (-len(trial.evidence), changes, len(trial.milder), kind)


def _mended(finding: Diagnostic, all_: Tried, budget: Budget) -> Diagnostic:
    notes = list(finding.notes)
    if all_.mends or (all_.failed and all_.complete):
        notes = [note for note in notes if note.title != "help"]
    if all_.failed and all_.complete and not all_.mends:
        notes.append(Note("help", _nothing(all_.failed)))
    if not all_.complete:
        some = "not every mend was" if all_.mends or all_.failed else "no mend was"
        more = "; `specdsl check --mends all` tries more" if budget != EVERY else ""
        notes.append(Note("note", f"{some} tried here{more}"))
    notes.sort(key=lambda note: note.title == "replay")  # which stays last
    return replace(
        finding, notes=tuple(notes), fixes=tuple(map(_fix, all_.mends[:MOST_MENDS_OFFERED]))
    )


def _nothing(failed: Iterable[Trial | None]) -> str:
    """That no proposal holds, and what is in the way."""
    failed = tuple(failed)
    instead = {_code(d) for trial in failed if trial for d in trial.change.brought}
    if any(trial and trial.elsewhere and trial.elsewhere.breaks for trial in failed):
        instead.add("more contradictory situations")
    brings = f": instead they bring {' or '.join(sorted(instead))}" if instead else ""
    return f"no single edit resolves it without another finding ({len(failed)} tried{brings})"


def _code(finding: Diagnostic) -> str:
    return f"{finding.code.id} {finding.code.name}"


def _fix(trial: Trial) -> Fix:
    proposal = trial.proposal
    return Fix(proposal.kind.value, proposal.edits, True, proposal.text, trial.checked)
