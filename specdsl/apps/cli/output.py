"""Output filter: everything that commands print goes through it, so that texts of others cannot act
on a terminal or in a log.

`opened()` filters standard output and standard error, messages of click included.
"""

from __future__ import annotations

import errno
import io
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn, TextIO

import click

from specdsl.base.plain_text import COLOUR, COMMAND, MARK, is_acting, shown_path, visible

UNKNOWN_WIDTH = 80  # Columns of a terminal that does not tell.
_MAY_ACT = re.compile(r"[^\n\t -~]")


class Unwritable(Exception):
    """Standard output cannot be written; `closed` if its reader went away, as `head` does."""

    def __init__(self, problem: Exception) -> None:
        super().__init__(getattr(problem, "strerror", None) or "it is closed")
        self.closed = getattr(problem, "errno", None) == errno.EPIPE


class OutputFilter(io.TextIOBase):
    """A text stream that replaces characters which act on a terminal; colours may pass."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, to: TextIO | None, needed: bool = True, coloured: bool = False) -> None:
        """Filter `to`, which is None if the stream was closed from the start. `needed`: a failure
        to write is an error.
        """
        self._to = to
        self._needed = needed
        self._problem: Exception | None = None
        self._coloured = coloured

    def write(self, text: str) -> int:
        pieces = COLOUR.split(text) if self._coloured else [text]  # Colours are at odd positions.
        self.write_unfiltered(
            "".join(p if i % 2 else _replace_acting(p) for i, p in enumerate(pieces))
        )
        return len(text)

    def write_unfiltered(self, text: str) -> None:
        """Write a text without filtering it."""
        encoding = getattr(self._to, "encoding", None) or "utf-8"
        text = text.encode(encoding, "backslashreplace").decode(encoding)
        if text:
            self._use_stream(lambda to: to.write(text))

    def flush(self) -> None:
        self._use_stream(lambda to: to.flush())

    def _use_stream(self, act: Callable[[TextIO], object]) -> None:
        """Use the stream. After a failure nothing is written any more, and each call
        fails again.
        """
        try:
            if self._to is not None:
                act(self._to)
        except (OSError, ValueError) as problem:
            self._problem = problem
            _discard_buffer(self._to)
            self._to = None
        if self._problem is not None and self._needed:
            raise Unwritable(self._problem)

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self._to is not None and self._to.isatty()

    def fileno(self) -> int:
        if self._to is None:
            raise io.UnsupportedOperation("fileno")
        return self._to.fileno()


def _discard_buffer(stream: TextIO | None) -> None:
    """Discard what a standard stream still buffers, even if Python flushes it at the end."""
    if stream is not None and any(stream is one for one in (sys.__stdout__, sys.__stderr__)):
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def forced_colour() -> bool:
    """Return whether CLICOLOR_FORCE asks for colours everywhere."""
    forced = os.environ.get("CLICOLOR_FORCE", "0") not in ("", "0")
    return forced and not os.environ.get("NO_COLOR")


def may_have_colours() -> bool:
    """Return whether terminals have colours: unless NO_COLOR."""
    return not os.environ.get("NO_COLOR")


def has_colours() -> bool:
    """Return whether standard output has colours: on a terminal, unless NO_COLOR; or with
    CLICOLOR_FORCE.
    """
    return forced_colour() or (
        may_have_colours() and sys.stdout is not None and sys.stdout.isatty()
    )


def terminal_columns(stream: TextIO | None = None) -> int | None:
    """Return the width of the terminal; None if standard output, or the stream, goes elsewhere."""
    to = stream or sys.stdout
    if to is None or not to.isatty():
        return None
    wanted = os.environ.get("COLUMNS", "")
    if re.fullmatch("[1-9][0-9]{0,4}", wanted):
        return int(wanted)
    with suppress(OSError, ValueError):
        return os.get_terminal_size(to.fileno()).columns or UNKNOWN_WIDTH
    return UNKNOWN_WIDTH


def _replace_acting(text: str) -> str:
    """Replace characters that act, except for line ends and tabs, and prefixes of CI commands."""
    text = _MAY_ACT.sub(lambda found: MARK if is_acting(found.group()) else found.group(), text)
    return COMMAND.sub(f"#{MARK}", text) if "##" in text else text


@contextmanager
def filtered_output() -> Iterator[None]:
    """Install the filters for the duration of the context."""
    before = sys.stdout, sys.stderr
    sys.stdout = OutputFilter(sys.stdout, coloured=has_colours())
    sys.stderr = OutputFilter(sys.stderr, needed=False)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def write_unfiltered(text: str, err: bool = False) -> None:
    """Write a text past the filter: it is meant to act on a terminal, or was checked before."""
    stream = sys.stderr if err else sys.stdout
    if isinstance(stream, OutputFilter):
        stream.write_unfiltered(text)
    else:
        stream.write(text)
    stream.flush()


def write_unchanged(text: str, instead: str) -> None:
    """Write a text in which nothing may be replaced; it is an error if it contains characters that
    act, except for tabs and the two joiners of scripts. `instead` tells what else can be done.
    """
    for number, line in enumerate(text.split("\n"), 1):
        for char in line:
            if is_acting(char) and char not in "\t\u200c\u200d":
                where = f"U+{ord(char):04X} in line {number} of it"
                raise click.UsageError(f"not printed, because {where} acts on terminals: {instead}")
    write_unfiltered(text)


def complain(text: str) -> None:
    """Print an error message of one line on standard error."""
    click.echo(f"specdsl: {visible(text)}", err=True)


def exit_on_file(name: str, problem: OSError | str) -> NoReturn:
    """Print what is wrong with a file, `-` for standard input; the command ends with 2."""
    why = problem if isinstance(problem, str) else problem.strerror or "it cannot be read"
    complain(f"{'standard input' if name == '-' else shown_path(name)}: {why}")
    sys.exit(2)


def fill_descriptors() -> None:
    """Open closed standard streams, so that no file gets their descriptors."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
