"""Formatter of help for terminals: headings and the names of options and commands in colour."""

from __future__ import annotations

import re
from collections.abc import Iterable

import click

from specdsl.reports.style import Style

OPTION = re.compile(r"(?<![\w-])(--?[a-zA-Z][\w-]*)")


class TerminalHelpFormatter(click.HelpFormatter):
    """Writes the same as without colours, as wide as the terminal."""

    def __init__(self, style: Style) -> None:
        super().__init__(width=style.width)
        self._style = style

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        plain = click.HelpFormatter(width=self.width)
        plain.write_usage(prog, args, prefix)
        head, rest = plain.getvalue().split(prog, 1)
        self.write(f"{self._style.paint(head.strip(), 'bold')} ")
        self.write(f"{self._style.paint(prog, 'note')}{rest}")

    def write_heading(self, heading: str) -> None:
        self.write(f"{' ' * self.current_indent}{self._style.paint(f'{heading}:', 'bold')}\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        painted = [(self._paint_name(name), text) for name, text in rows]
        super().write_dl(painted, col_max, col_spacing)

    def _paint_name(self, name: str) -> str:
        """Paint the name of a command, or those of an option without what it takes."""
        if not name.startswith("-"):
            return self._style.paint(name, "note")
        return OPTION.sub(lambda found: self._style.paint(found[0], "note"), name)
