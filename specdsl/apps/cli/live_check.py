"""Interactive check on a terminal: findings appear as soon as they are known, and then
their fixes.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from specdsl.apps.cli.common import report_of_faults, terminal_style
from specdsl.apps.cli.grading import apply_limits, apply_severities, select_findings, still_to_come
from specdsl.apps.cli.run_check import CheckOptions, SpecCheck, caches_for
from specdsl.apps.config import Config
from specdsl.base.diagnostics import Code, Diagnostic, Report
from specdsl.pipeline import Loaded
from specdsl.reports import CheckedSpec
from specdsl.reports.live_text import ProgressiveScreen

if TYPE_CHECKING:
    from specdsl.analyses.fixes.proposals import CacheFor


def is_interactive(config: Config) -> bool:
    """Return whether the output is text on a terminal."""
    return config.output_format == "text" and sys.stdout.isatty()


def check_interactively(
    specs: Sequence[Loaded], config: Config, asked: CheckOptions
) -> list[CheckedSpec]:
    """Check the specs and show the findings; return the reports, with fixes."""
    screen = ProgressiveScreen(terminal_style(), lambda text: click.echo(text, nl=False))
    every = [
        _InteractiveCheck(one, config, asked, screen, cache_for)
        for one, cache_for in zip(specs, caches_for(specs, asked), strict=True)
    ]
    for one in every:
        one.check()
    runs = [one.mend() for one in every]
    screen.close_with_summary([apply_limits(run, config) for run in runs])
    return runs


class _InteractiveCheck:
    """A spec that is checked interactively."""

    def __init__(
        self,
        loaded: Loaded,
        config: Config,
        asked: CheckOptions,
        screen: ProgressiveScreen,
        cache_for: CacheFor,
    ) -> None:
        self._loaded, self._config, self._screen = loaded, config, screen
        self._checking = SpecCheck(loaded, asked.under_settings(config, loaded), cache_for)
        self._report = loaded.report

    def check(self) -> None:
        """Show the findings."""
        if self._loaded.circuit is not None:
            self._report = self._checking.report_findings(self._show_findings)
        self._screen.end_spec(self._with_limits(self._report))

    def mend(self) -> CheckedSpec:
        """Show the fixes; return the report of the whole spec under the settings."""
        if self._loaded.circuit is None:
            return self._under_settings(self._report)
        return self._under_settings(self._checking.add_fixes(self._report, self._show_fixes))

    def _show_findings(self, report: Report, left: frozenset[Code]) -> None:
        self._checking.progress.clear_line()
        self._screen.show_complete(self._with_limits(report), still_to_come(left, self._config))

    def _show_fixes(self, before: Diagnostic, after: Diagnostic) -> None:
        """Show the fixes of a finding that was shown."""
        self._checking.progress.clear_line()
        for one in self._under_settings(
            replace(self._report, diagnostics=(after,))
        ).report.diagnostics:
            self._screen.show_fixes(before, one)

    def _with_limits(self, report: Report) -> CheckedSpec:
        return apply_limits(self._under_settings(report), self._config)

    def _under_settings(self, report: Report) -> CheckedSpec:
        if self._loaded.circuit is None:
            return apply_severities(report_of_faults(self._loaded), self._config)
        return apply_severities(
            select_findings(self._checking.as_checked_spec(report), self._config), self._config
        )
