"""Files of incoming reports, as they are named on the command line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from specdsl.api import Spec
from specdsl.apps.cli import standard_input
from specdsl.apps.cli.output import complain, exit_on_file
from specdsl.base.diagnostics import join_names
from specdsl.base.limits import MAX_TEXT
from specdsl.feedback.feedback_report import FeedbackReport
from specdsl.feedback.incoming_reports import report_of_row
from specdsl.feedback.logged_calls import find_records, with_logged_call
from specdsl.feedback.report_rows import read_rows


def read_reports(
    spec: Spec, files: Sequence[str], day: str, log: str | None
) -> tuple[list[FeedbackReport], int]:
    """Return the reports of some files, and the number of rows that are none, which are told."""
    rows = [(name, row) for name in files for row in read_rows(name, read_text_file(name))]
    wanted = {str(row.values.get("decision_id", "")) for _, row in rows} - {""}
    records = {} if log is None else find_records(log, wanted)
    for name in sorted(wanted - records.keys()) if log is not None else ():
        complain(f"{log}: no line has the decision_id {json.dumps(name)}")
    found: dict[str, FeedbackReport] = {}
    for name, row in rows:
        if row.problem:
            complain(f"{name}:{row.line}: {row.problem}")
        else:
            report = report_of_row(spec, with_logged_call(row.values, records), day)
            if found.setdefault(report.id, report) != report:
                complain(f"{name}:{row.line}: passed over, another report has the id `{report.id}`")
    unused = dict.fromkeys(name for _, row in rows for name in row.unused)
    if unused:
        complain(f"passed over, no report has it: {join_names(unused)}")
    return list(found.values()), sum(bool(row.problem) for _, row in rows)


def read_text_file(name: str) -> str:
    """Return the text of a file, or of standard input for `-`; exit if it has none."""
    try:
        data = standard_input.read_input(MAX_TEXT + 1) if name == "-" else Path(name).read_bytes()
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        exit_on_file(name, "it is not UTF-8")
    except OSError as problem:
        exit_on_file(name, problem)
    except ValueError:
        exit_on_file(name, "it cannot be read")
