"""Answers to reports: typed on a terminal, or read from JSON lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from specdsl.api import Spec
from specdsl.apps.cli.output import complain
from specdsl.base.diagnostics import did_you_mean
from specdsl.base.exact_json import parse_json
from specdsl.base.plain_text import shown_path, visible
from specdsl.feedback.feedback_report import FeedbackReport
from specdsl.feedback.report_folder import ReportFolder
from specdsl.feedback.report_verdicts import ReportVerdict, judge_reports
from specdsl.feedback.triage import UnfitAnswer, accept_report, decline_report, usual_change
from specdsl.feedback.verdict_text import report_lines
from specdsl.reports.checked_spec import count_of

ANSWERS = ("accept", "decline", "later")
KEYS = {"a": "accept", "d": "decline", "l": "later", "q": "quit"}


def follow_answers(
    spec: Spec, folder: ReportFolder, reports: Sequence[FeedbackReport], date: str, text: str
) -> int:
    """Do what JSON lines say of open reports; returns the exit status."""
    verdicts = {one.report.id: one for one in judge_reports(spec, reports)}
    problems = 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                _follow_answer(spec, folder, verdicts, date, line)
            except UnfitAnswer as problem:
                problems += 1
                complain(f"line {number}: {problem}")
    click.echo(f"{count_of(len(verdicts), 'report')} left open")
    return 1 if problems else 0


def _follow_answer(
    spec: Spec, folder: ReportFolder, verdicts: dict[str, ReportVerdict], date: str, line: str
) -> None:
    found = _parse_answer(line)
    name, answer = found.get("id", ""), found.get("answer", "")
    if answer not in ANSWERS:
        hint = did_you_mean(answer, ANSWERS)
        raise UnfitAnswer(f"an answer is accept, decline or later, not `{answer}`{hint}")
    if name not in verdicts:
        raise UnfitAnswer(f"no open report has the id `{name}`{did_you_mean(name, verdicts)}")
    _give_answer(spec, folder, verdicts[name], answer, date, found)
    if answer != "later":
        verdicts.pop(name)


def _parse_answer(line: str) -> dict[str, str]:
    try:
        found = parse_json(line)
    except ValueError as problem:
        raise UnfitAnswer(str(problem)) from None
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise UnfitAnswer("it is no JSON object of texts")
    unknown = [name for name in found if name not in ("id", "answer", "what", "reason")]
    if unknown:
        raise UnfitAnswer(f"an answer has no `{unknown[0]}`, but `id`, `answer`, `what`, `reason`")
    return found


def _give_answer(
    spec: Spec,
    folder: ReportFolder,
    verdict: ReportVerdict,
    answer: str,
    date: str,
    found: dict[str, Any],
) -> None:
    report = verdict.report
    if answer == "accept":
        path = accept_report(spec, folder, verdict, date, found.get("what", ""))
        click.echo(f"{report.id}: accepted, {shown_path(str(path))}")
    elif answer == "decline":
        decline_report(folder, report, found.get("reason", ""))
        click.echo(f"{report.id}: declined")


def ask_on_terminal(
    spec: Spec, folder: ReportFolder, reports: Sequence[FeedbackReport], date: str
) -> None:
    """Show each open report, and ask what becomes of it, until there is none or enough."""
    verdicts = judge_reports(spec, reports)
    for number, verdict in enumerate(verdicts, 1):
        click.echo(f"[{number}/{len(verdicts)}] ", nl=False)
        click.echo("\n".join(map(visible, report_lines(verdict))))
        if not _ask_for_answer(spec, folder, verdict, date):
            break
    click.echo(f"{count_of(len(verdicts), 'report')} shown" if verdicts else "no report is open")


def _ask_for_answer(spec: Spec, folder: ReportFolder, verdict: ReportVerdict, date: str) -> bool:
    """Ask until an answer fits; returns whether to go on."""
    while True:
        key = click.prompt("accept, decline, later or quit", type=click.Choice([*KEYS]))
        answer = KEYS[key]
        if answer == "quit":
            return False
        found = {}
        if answer == "accept" and verdict.draft is not None:
            found["what"] = click.prompt("what changes", default=usual_change(verdict.report))
        if answer == "decline":
            found["reason"] = click.prompt("why not")
        try:
            _give_answer(spec, folder, verdict, answer, date, found)
        except UnfitAnswer as problem:
            click.echo(str(problem))
            continue
        return True
