"""Options that the commands of `specdsl feedback` share."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from specdsl.api import Spec
from specdsl.apps.cli.common import add_root_option, load_or_exit
from specdsl.apps.cli.output import complain
from specdsl.feedback.feedback_report import FeedbackReport
from specdsl.feedback.report_folder import ReportFolder

F = TypeVar("F", bound=Callable[..., Any])


def add_feedback_options(command: F) -> F:
    """Add the options that name the spec and the folder of reports."""
    folder = click.option(
        "--folder", type=click.Path(path_type=Path), help="Default: `feedback` beside the spec."
    )
    spec = click.option("--spec", "file", metavar="FILE", help="Default: the only one here.")
    return add_root_option(spec(folder(command)))


def add_date_option(command: F) -> F:
    return click.option("--date", "day", metavar="DATE", help="Default: today.")(command)


def open_feedback(file: str | None, folder: Path | None) -> tuple[Spec, ReportFolder]:
    """Return the spec and its folder of reports, or exit with what is wrong."""
    path = file or _only_spec()
    spec = Spec(load_or_exit(path), None)
    return spec, ReportFolder(folder or Path(path).parent / "feedback")


def _only_spec() -> str:
    found = sorted(path.name for path in Path().glob("*.spec"))
    if len(found) != 1:
        here = f"there are {len(found)}" if found else "there is none"
        raise click.UsageError(f"name the spec with `--spec`: in this folder {here}")
    return found[0]


def readable_reports(folder: ReportFolder) -> list[FeedbackReport]:
    """Return the reports of a folder; of a file that is none, its problem is told."""
    found = []
    for path, report in folder.read_all():
        if isinstance(report, FeedbackReport):
            found.append(report)
        else:
            complain(f"{path}: {report}")
    return found


def parse_date(day: str | None) -> str:
    """Return a date as it was given, or today."""
    if day is None:
        return datetime.date.today().isoformat()
    try:
        return datetime.date.fromisoformat(day).isoformat()
    except ValueError:
        raise click.UsageError(f"`{day}` is no date such as 2025-12-18") from None
