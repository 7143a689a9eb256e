"""Mends for the findings of a report, each tried before it is offered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from math import inf

from specdsl.checks import CHECKS, Progress
from specdsl.diagnostics import Diagnostic, Fix, Note, Report, Severity
from specdsl.mends.budget import EVERY, Budget, Mends, Purse
from specdsl.mends.proposals import Desk, Kind, Knowing, Proposal, knowing_nothing, mendable
from specdsl.mends.trial import Trial, attempt, beyond, mildest
from specdsl.policy import Spec, check

MOST_OFFERED = 8
KINDS = list(Kind)


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

    Every mend has been applied to the texts, which were checked again as a whole: it resolves the
    finding, brings none that is as grave, and says what it changes and which warnings it brings.
    Findings for which the budget, that for few mends where none is given, does not reach say so.
    `told`: called with each finding and with it as it is then, as soon as that is known.
    """
    budget = budget or Mends.FEW.budget(spec)
    those = mendable(report)
    if not those:
        return report
    desk, purse = Desk(spec, knowing, those), Purse(budget)
    before = whole(spec, report, min(map(mildest, those)))
    found: dict[int, Diagnostic] = {}
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
    due = {code for one in CHECKS for code in (one.code, *one.also) if code.severity >= least}
    return report if due <= ran else check(spec, least=least)


def tried(desk: Desk, report: Report, finding: Diagnostic, purse: Purse, others: int = 0) -> Tried:
    """What holds and what does not of the proposals for a finding, as far as the budget reaches
    with so many others to come."""
    if not purse.finding(others):
        return Tried((), (), complete=False)
    proposals = desk.proposals(finding)
    mends: list[Trial] = []
    failed: list[Trial | None] = []
    for one in proposals:
        if len(mends) >= purse.mends or not purse.trial(desk.spec):
            break
        trial = _tried(desk, report, finding, one, purse)
        if trial is not None and trial.holds:
            mends.append(trial)
        else:
            failed.append(trial)
    complete = len(mends) + len(failed) == len(proposals)
    return Tried(tuple(sorted(mends, key=_rank)), tuple(failed), complete)


def _tried(
    desk: Desk, report: Report, finding: Diagnostic, proposal: Proposal, purse: Purse
) -> Trial | None:
    """With what it changes elsewhere, where it holds: that is looked into, come what may."""
    trial = attempt(desk.spec, report, finding, proposal, desk.knowing, purse.thorough)
    if trial is None or not trial.holds:
        return trial
    purse.trial(desk.spec)
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
    return replace(finding, notes=tuple(notes), fixes=tuple(map(_fix, all_.mends[:MOST_OFFERED])))


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
