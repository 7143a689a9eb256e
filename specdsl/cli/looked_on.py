"""`specdsl check` on a terminal: what is found is shown as soon as it is known, and what would mend
it after that."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace

import click

from specdsl.cli.common import not_loaded, style
from specdsl.cli.judging import graded, limited, selected, still_to_come
from specdsl.cli.run_check import Asked, Checking
from specdsl.config import Config
from specdsl.diagnostics import Code, Diagnostic, Report
from specdsl.pipeline import Loaded
from specdsl.report import CheckedSpec
from specdsl.report.screen import ProgressiveScreen


def looked_on(config: Config) -> bool:
    """Whether somebody looks on while it is checked."""
    return config.output_format == "text" and sys.stdout.isatty()


def shown(specs: Sequence[Loaded], config: Config, asked: Asked) -> list[CheckedSpec]:
    """Checks the specs and shows what is found; the runs, with mends."""
    screen = ProgressiveScreen(style(), lambda text: click.echo(text, nl=False))
    every = [_Shown(one, config, asked, screen) for one in specs]
    for one in every:
        one.check()
    runs = [one.mend() for one in every]
    screen.close_with_summary([limited(run, config) for run in runs])
    return runs


class _Shown:
    """A spec that is checked while somebody looks on."""

    def __init__(
        self, loaded: Loaded, config: Config, asked: Asked, screen: ProgressiveScreen
    ) -> None:
        self._loaded, self._config, self._screen = loaded, config, screen
        self._checking = Checking(loaded, asked.by(config, loaded))
        self._report = loaded.report

    def check(self) -> None:
        """Shows what is found."""
        if self._loaded.circuit is not None:
            self._report = self._checking.first(self._seen)
        self._screen.end_spec(self._limited(self._report))

    def mend(self) -> CheckedSpec:
        """Shows what would mend it. All of the spec, as the settings have it."""
        if self._loaded.circuit is None:
            return self._judged(self._report)
        return self._judged(self._checking.then(self._report, self._mended))

    def _seen(self, report: Report, left: frozenset[Code]) -> None:
        self._checking.progress.close()
        self._screen.show_complete(self._limited(report), still_to_come(left, self._config))

    def _mended(self, before: Diagnostic, after: Diagnostic) -> None:
        """Only of what was shown."""
        self._checking.progress.close()
        for one in self._judged(replace(self._report, diagnostics=(after,))).report.diagnostics:
            self._screen.show_fixes(before, one)

    def _limited(self, report: Report) -> CheckedSpec:
        return limited(self._judged(report), self._config)

    def _judged(self, report: Report) -> CheckedSpec:
        if self._loaded.circuit is None:
            return graded(not_loaded(self._loaded), self._config)
        return graded(selected(self._checking.run(report), self._config), self._config)
