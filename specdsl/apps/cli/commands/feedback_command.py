"""Commands `specdsl feedback import|list|triage|collect`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from specdsl.apps.cli.feedback_options import (
    add_date_option,
    add_feedback_options,
    open_feedback,
    parse_date,
    readable_reports,
)
from specdsl.apps.cli.replaced_files import replace_files
from specdsl.apps.cli.report_files import read_reports, read_text_file
from specdsl.apps.cli.terminal_help import HelpContext
from specdsl.apps.cli.triage_answers import ask_on_terminal, follow_answers
from specdsl.base.plain_text import json_text, shown_path
from specdsl.feedback.feedback_report import FeedbackReport
from specdsl.feedback.report_folder import ReportFolder
from specdsl.feedback.report_verdicts import ReportVerdict, judge_reports
from specdsl.feedback.triage import collect_accepted, finish_collection
from specdsl.feedback.verdict_text import stance_counts, verdict_json, verdict_summary
from specdsl.reports.checked_spec import count_of

OUTPUT = click.option(
    "--output-format", "form", type=click.Choice(["text", "json"]), default="text", help="How."
)


class _FeedbackGroup(click.Group):
    """The group of these commands, whose help fits the terminal."""

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        cmd.context_class = HelpContext
        super().add_command(cmd, name)


@click.group("feedback", cls=_FeedbackGroup)
def command() -> None:
    """Reports of disagreement: what a person saw, and would have wanted.

    Each is a text file in a folder beside the spec, and a draft example that the spec is asked
    about: it agrees, it contradicts, or it is undecided. Accepted ones become examples.
    """


@command.command("import", short_help="Take in reports, each with a draft example.")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@add_feedback_options
@add_date_option
@click.option("--log", type=click.Path(exists=True), help="A decision log, for `decision_id`.")
@OUTPUT
def import_reports(
    files: tuple[str, ...],
    file: str | None,
    folder: Path | None,
    day: str | None,
    log: str | None,
    form: str,
) -> None:
    """Take in reports: `.jsonl` or `.csv`, or the text that a published page asks for; `-` is
    standard input.

    A row has `wanted` (an outcome, or an effect such as `reply is full`), and any of `facts` (an
    object; in CSV columns `facts.NAME`), `given` (as in an example), `says`, `decision`, `rule`,
    `saw`, `text`, `credit`, `origin`, `version`, `spec`, `received`, `id`; or the `decision_id` of
    a line of the `--log`, which has the facts, and what was said. What was taken in before
    is passed over, so an import that was interrupted is repeated. Exit status 1: some rows could
    not be read.
    """
    spec, reports = open_feedback(file, folder)
    found, problems = read_reports(spec, files, parse_date(day), log)
    new = [one for one in found if reports.add_report(one)]
    verdicts = judge_reports(spec, new)
    _print_verdicts(reports, verdicts, form)
    if form == "text":
        there = f"; {len(found) - len(new)} were there already" if len(new) < len(found) else ""
        counts = f": {stance_counts(verdicts)}" if new else ""
        click.echo(f"{count_of(len(new), 'report')}{counts}{there}")
    sys.exit(1 if problems else 0)


def _print_verdicts(folder: ReportFolder, verdicts: Sequence[ReportVerdict], form: str) -> None:
    if form == "json":
        click.echo(json_text([verdict_json(one) for one in verdicts], indent=2))
        return
    for one in verdicts:
        path = shown_path(str(folder.report_path(one.report.id)))
        click.echo(f"{path}: {verdict_summary(one)}")
        for title in one.against:
            click.echo(f"  against it: example {json.dumps(title, ensure_ascii=False)}")


@command.command("list", short_help="Show the reports that wait, and what the spec says.")
@add_feedback_options
@OUTPUT
def list_reports(file: str | None, folder: Path | None, form: str) -> None:
    """Show the reports that are open, and accepted ones that are not in the spec yet, with what the
    spec says of them now.
    """
    spec, reports = open_feedback(file, folder)
    found = readable_reports(reports)
    waiting = [one for one in found if one.state in ("open", "accepted")]
    verdicts = judge_reports(spec, waiting)
    _print_verdicts(reports, verdicts, form)
    if form == "text":
        states = ", ".join(_state_counts(found))
        click.echo(f"{count_of(len(found), 'report')}{f': {states}' if states else ''}")


def _state_counts(reports: Sequence[FeedbackReport]) -> Iterator[str]:
    for state in dict.fromkeys(one.state for one in reports):
        yield f"{sum(one.state == state for one in reports)} {state}"


@command.command("triage", short_help="Accept or decline the open reports.")
@add_feedback_options
@add_date_option
@click.option("--answers", metavar="FILE", help="JSON lines, or -, instead of a terminal.")
def triage_reports(
    file: str | None, folder: Path | None, day: str | None, answers: str | None
) -> None:
    """Work through the open reports: accept, decline, or leave each for later.

    Accepting writes a spec beside the report, which uses the spec and has the example and a
    `change` with its credit; declining keeps the reason. Each report has files of its own, so git
    merges what several people do. `--answers` has a line for each report: `{"id": "…", "answer":
    "accept", "what": "…"}` or `{"id": "…", "answer": "decline", "reason": "…"}`. Exit status 1: an
    answer did not fit.
    """
    spec, reports = open_feedback(file, folder)
    found = [one for one in readable_reports(reports) if one.state == "open"]
    date = parse_date(day)
    if answers is not None:
        sys.exit(follow_answers(spec, reports, found, date, read_text_file(answers)))
    if found and not sys.stdin.isatty():
        raise click.UsageError("standard input is no terminal: give `--answers FILE`")
    ask_on_terminal(spec, reports, found, date)


@command.command("collect", short_help="Move accepted examples into the spec.")
@add_feedback_options
def collect_examples(file: str | None, folder: Path | None) -> None:
    """Move the examples of accepted reports into the spec, each behind the rule that decides it,
    and their entries into its history. Those that the spec does not decide so yet are left.
    """
    spec, reports = open_feedback(file, folder)
    found = collect_accepted(spec, reports, readable_reports(reports))
    before = {source.name: source.text for source in spec.model.sources}
    before[spec.loaded.path] = spec.loaded.files[0].source.text
    replace_files(before, found.texts)
    finish_collection(reports, found)
    for report, why in found.left:
        click.echo(f"{shown_path(str(reports.report_path(report.id)))}: left, {why}")
    paths = ", ".join(map(shown_path, sorted(found.texts)))
    into = f" into {paths}" if paths else ""
    click.echo(f"{count_of(len(found.moved), 'example')} moved{into}, {len(found.left)} left")
