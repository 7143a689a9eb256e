"""Progress of a run on a terminal: one line, which is written again and again."""

from __future__ import annotations

import sys
import time

from specdsl.apps.cli import output
from specdsl.base.plain_text import visible
from specdsl.reports.full import text_width
from specdsl.reports.style import Style
from specdsl.reports.text_tables import BAR, share_bar


class Progress:
    """Shows the current step on a terminal, after a second."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.start = time.monotonic()
        self.shown = False

    def __call__(self, name: str, done: int, total: int) -> None:
        columns = output.terminal_columns(sys.stderr)
        if columns is not None and time.monotonic() - self.start > 1:
            self.shown = True
            step = f"{visible(self.path)}: {name} ({done + 1}/{total})"
            line = progress_line(step, done, total, Style(output.may_have_colours(), columns))
            output.write_unfiltered(f"\r\033[K{line}", err=True)

    def clear_line(self) -> None:
        if self.shown:
            output.write_unfiltered("\r\033[K", err=True)


def progress_line(step: str, done: int, total: int, style: Style) -> str:
    """Return a bar and the step, whose start is cut so that no terminal wraps the line: only one
    line is cleared.
    """
    room = style.width - BAR - 2
    if room < text_width(step):
        while step and room <= text_width(step):
            step = step[1:]
        step = f"…{step}"
    bar = share_bar(done, total, "good")
    return f"{''.join(style.paint(text, kind) for text, kind in bar)} {step}"
