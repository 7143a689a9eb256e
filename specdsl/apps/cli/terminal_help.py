"""Context of commands, whose help is made for the terminal if there is one."""

from __future__ import annotations

import click

from specdsl.apps.cli import output


class HelpContext(click.Context):
    """The context of a command. What makes its help is imported when it is asked for."""

    def get_help(self) -> str:
        columns = output.terminal_columns()
        if columns is None:
            return super().get_help()
        from specdsl.apps.cli.help_formatter import TerminalHelpFormatter
        from specdsl.reports.style import Style

        formatter = TerminalHelpFormatter(Style(output.has_colours(), columns))
        self.command.format_help(self, formatter)
        return formatter.getvalue().rstrip("\n")
