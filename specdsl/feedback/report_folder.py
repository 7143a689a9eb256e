"""Folder of reports: one text file each, so that git merges what several people do.

A file is written under another name, made safe, and renamed: it is there whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from specdsl.base.quick_dataclass import dataclass
from specdsl.base.safe_files import write_safely
from specdsl.feedback.feedback_report import (
    FeedbackReport,
    UnreadableReport,
    parse_report,
    report_text,
)

REPORT, ACCEPTED = ".toml", ".spec"


@dataclass(frozen=True, slots=True)
class ReportFolder:
    """A folder of reports, made when the first one is written."""

    path: Path

    def report_path(self, name: str) -> Path:
        return self.path / f"{name}{REPORT}"

    def accepted_path(self, name: str) -> Path:
        """Return the path of the spec with the example of an accepted report."""
        return self.path / f"{name}{ACCEPTED}"

    def read_all(self) -> Iterator[tuple[Path, FeedbackReport | UnreadableReport]]:
        """Yield the reports in the order of their names, or what is wrong with a file."""
        found = sorted(self.path.glob(f"*{REPORT}")) if self.path.is_dir() else []
        for path in found:
            try:
                report = parse_report(path.read_text(encoding="utf-8"))
                if report.id != path.stem:
                    raise UnreadableReport(f"its `id` is `{report.id}`, and its name another")
            except UnreadableReport as problem:
                yield path, problem
            except (OSError, UnicodeDecodeError):
                yield path, UnreadableReport("it cannot be read")
            else:
                yield path, report

    def add_report(self, report: FeedbackReport) -> bool:
        """Write a report; one that is there already stays as it is. Returns whether it is new."""
        path = self.report_path(report.id)
        if path.exists():
            return False
        self.replace_report(report)
        return True

    def replace_report(self, report: FeedbackReport) -> None:
        self._write_text(self.report_path(report.id), report_text(report))

    def accept_report(self, report: FeedbackReport, spec_text: str) -> None:
        """Write the spec of an accepted report, and then its state."""
        self._write_text(self.accepted_path(report.id), spec_text)
        self.replace_report(report)

    def _write_text(self, path: Path, text: str) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        write_safely(path, text.encode("utf-8"))
