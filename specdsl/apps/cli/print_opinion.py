"""Second opinion: what `check --second-opinion` adds to a report, and what `export` writes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace

import click

from specdsl.apps.cli.output import complain
from specdsl.apps.cli.progress import Progress
from specdsl.apps.config import Config
from specdsl.base.diagnostics import Report, sort_key
from specdsl.base.plain_text import shown_path, visible
from specdsl.pipeline import Loaded
from specdsl.reports import CheckedSpec
from specdsl.second_opinion.all_questions import ReportQuestions, report_questions
from specdsl.second_opinion.cvc5 import NoSolver, ask_cvc5, cvc5_version, second_opinion
from specdsl.second_opinion.opinion import check_result, disagreement_findings
from specdsl.second_opinion.opinion_codes import DIFFERS

INSTALL = "pip install 'specdsl[second-opinion]'"
PRINTED = ("text", "concise")  # Other formats list it among their checks.


def solver_or_exit() -> str:
    """Return the name of the solver; without one the command ends with 2."""
    try:
        return cvc5_version()
    except NoSolver:
        complain(f"a second opinion needs another solver: {INSTALL}")
        sys.exit(2)


def with_second_opinion(loaded: Loaded, run: CheckedSpec) -> CheckedSpec:
    """Add the second solver's answers to the report."""
    if loaded.spec is None or not run.loads:
        return run
    found = questions_of(loaded, run.report)
    progress = Progress(loaded.path)
    total = len(found.asked)
    opinion = second_opinion(
        found.asked,
        ask_cvc5,
        cvc5_version(),
        progress=lambda done: progress("second opinion", done, total),
    )
    progress.clear_line()
    report = run.report
    found_too = (*report.diagnostics, *disagreement_findings(loaded.spec, opinion))
    checks = (*report.checks, check_result(opinion, found.uncovered))
    report = replace(report, diagnostics=tuple(sorted(found_too, key=sort_key)), checks=checks)
    return replace(run, report=report)


def questions_of(loaded: Loaded, report: Report | None = None) -> ReportQuestions:
    """Return the questions that the report answers. Suppressed and unselected findings are
    included, those of the base of a layer, and idle parts that a trial rule needs.
    """
    from specdsl.api import Spec, check

    spec = loaded.spec
    is_partial = spec is not None and (spec.layer is not None or bool(spec.trials))
    if report is None or report.allowed or is_partial:
        report = check(Spec(replace(loaded, files=()), None), Progress(loaded.path))
    return report_questions(loaded.require_circuit().spec, report)


def print_opinion(runs: Sequence[CheckedSpec], config: Config) -> None:
    """Print the second opinion below reports for people."""
    for run in runs:
        for one in run.report.checks:
            if one.code is DIFFERS:
                name = f"{shown_path(run.path)}: " if len(runs) > 1 else ""
                for line in one.detail.splitlines():
                    click.echo(f"{name}{visible(line)}", err=config.output_format not in PRINTED)
