"""Triage: what becomes of a report, and the files that say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from specdsl.analyses.fixes.edited_texts import load_edited
from specdsl.api import Spec
from specdsl.base.quick_dataclass import dataclass
from specdsl.feedback.accepted_examples import (
    AcceptedParts,
    accepted_text,
    collected_texts,
    parse_accepted,
)
from specdsl.feedback.draft_example import example_title, one_line_text
from specdsl.feedback.feedback_report import FeedbackReport
from specdsl.feedback.report_folder import ReportFolder
from specdsl.feedback.report_verdicts import ReportVerdict, Stance, judge_reports
from specdsl.feedback.verdict_text import verdict_summary


class UnfitAnswer(ValueError):
    """An answer that a report cannot get."""


def usual_change(report: FeedbackReport) -> str:
    """Return how the history tells of an accepted report, unless it is told another way."""
    return one_line_text(report.text)[:120] or f"an example of report {report.id}"


def accept_report(
    spec: Spec, folder: ReportFolder, verdict: ReportVerdict, date: str, what: str = ""
) -> Path:
    """Accept a report: its example and an entry of the history become a spec of their own, which
    uses the spec. Returns its path. Raises `UnfitAnswer`.
    """
    if verdict.draft is None:
        raise UnfitAnswer(f"no example can be made of it: {verdict.problem}")
    report = verdict.report
    told = what or usual_change(report)
    rule = report.rule or next(iter(verdict.because), "")
    text = accepted_text(spec, folder.path, verdict, date, told)
    folder.accept_report(replace(report, state="accepted", what=told, rule=rule), text)
    return folder.accepted_path(report.id)


def decline_report(folder: ReportFolder, report: FeedbackReport, reason: str) -> None:
    """Decline a report, for a reason that the person may read. Raises `UnfitAnswer`."""
    if not reason.strip():
        raise UnfitAnswer("a report is declined for a reason")
    folder.replace_report(replace(report, state="declined", reason=reason.strip()))


@dataclass(frozen=True, slots=True)
class Collection:
    """Accepted reports on their way into the spec: the new texts of its files by path, the reports
    whose examples are in them, and those left, each with the reason.
    """

    texts: dict[str, str]
    moved: tuple[FeedbackReport, ...]
    left: tuple[tuple[FeedbackReport, str], ...]


def collect_accepted(
    spec: Spec, folder: ReportFolder, reports: Sequence[FeedbackReport]
) -> Collection:
    """Return the spec with the examples of accepted reports that hold now, each behind its rule."""
    accepted = [one for one in reports if one.state == "accepted"]
    moved: list[FeedbackReport] = []
    left: list[tuple[FeedbackReport, str]] = []
    parts: list[AcceptedParts] = []
    titles = {example.title for example in spec.model.examples}
    there = [one for one in accepted if example_title(one) in titles]  # Of an interrupted run.
    for verdict in judge_reports(spec, [one for one in accepted if one not in there]):
        found = _parts_of(folder, verdict)
        if isinstance(found, str):
            left.append((verdict.report, found))
        else:
            moved.append(verdict.report)
            parts.append(found)
    texts = collected_texts(spec, parts)
    if texts and load_edited(spec, texts).circuit is None:
        why = "with the accepted files as they are, the spec would not load"
        return Collection({}, (), (*left, *((one, why) for one in moved)))
    return Collection(texts, (*there, *moved), tuple(left))


def _parts_of(folder: ReportFolder, verdict: ReportVerdict) -> AcceptedParts | str:
    """Return what moves into the spec, or why nothing does."""
    if verdict.stance is not Stance.AGREES:
        return verdict_summary(verdict)
    try:
        text = folder.accepted_path(verdict.report.id).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return "its file with the example cannot be read"
    rule = verdict.report.rule or next(iter(verdict.because), "")
    return parse_accepted(text, rule) or "its file with the example has a syntax error"


def finish_collection(folder: ReportFolder, found: Collection) -> None:
    """Note which reports are in the spec now, and delete their specs."""
    for report in found.moved:
        folder.replace_report(replace(report, state="collected"))
        folder.accepted_path(report.id).unlink(missing_ok=True)
