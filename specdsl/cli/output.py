"""The one door through which everything goes out that commands say: what is in a text that somebody
else wrote acts on no terminal and on no log.

`opened()` puts a door before standard output and one before standard error, so that nothing, not
even a message of click's, goes around them.
"""

from __future__ import annotations

import errno
import io
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

import click

from specdsl.plain import COLOUR, COMMAND, MARK, acts, visible

_SEEN = re.compile(r"[^\n\t -~]")


class Unwritable(Exception):
    """Standard output takes no more; `closed` where its reader went away, as `head` does."""

    def __init__(self, problem: Exception) -> None:
        super().__init__(getattr(problem, "strerror", None) or "it is closed")
        self.closed = getattr(problem, "errno", None) == errno.EPIPE


class Door(io.TextIOBase):
    """A stream for text. What acts is replaced by a mark; colours pass where there are any."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, to: TextIO | None, needed: bool = True, coloured: bool = False) -> None:
        """`to`: None where the stream was closed from the start: nobody wants to read it. `needed`:
        that it takes no more is an error."""
        self._to = to
        self._needed = needed
        self._problem: Exception | None = None
        self._coloured = coloured

    def write(self, text: str) -> int:
        pieces = COLOUR.split(text) if self._coloured else [text]  # colours at odd places
        self.exactly("".join(p if i % 2 else _quiet(p) for i, p in enumerate(pieces)))
        return len(text)

    def exactly(self, text: str) -> None:
        """Writes what the program itself means to act, or has looked at before."""
        encoding = getattr(self._to, "encoding", None) or "utf-8"
        text = text.encode(encoding, "backslashreplace").decode(encoding)
        if text:
            self._with(lambda to: to.write(text))

    def flush(self) -> None:
        self._with(lambda to: to.flush())

    def _with(self, act: Callable[[TextIO], object]) -> None:
        """Acts on the stream. Once that has failed nothing is written any more, and each time it is
        said again."""
        try:
            if self._to is not None:
                act(self._to)
        except (OSError, ValueError) as problem:
            self._problem = problem
            _emptied(self._to)
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


def _emptied(stream: TextIO | None) -> None:
    """What a standard stream still holds goes nowhere, also where Python flushes it at the end."""
    if stream is not None and any(stream is one for one in (sys.__stdout__, sys.__stderr__)):
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def forced_colour() -> bool:
    """Whether CLICOLOR_FORCE asks for colours anywhere."""
    forced = os.environ.get("CLICOLOR_FORCE", "0") not in ("", "0")
    return forced and not os.environ.get("NO_COLOR")


def coloured() -> bool:
    """Whether standard output has colours: a terminal, unless NO_COLOR; or CLICOLOR_FORCE."""
    if os.environ.get("NO_COLOR"):
        return False
    return forced_colour() or (sys.stdout is not None and sys.stdout.isatty())


def _quiet(text: str) -> str:
    """With a mark for what acts but is no end of a line and no tab, and in a command to a CI."""
    text = _SEEN.sub(lambda found: MARK if acts(found.group()) else found.group(), text)
    return COMMAND.sub(f"#{MARK}", text) if "##" in text else text


@contextmanager
def opened() -> Iterator[None]:
    """The doors are there while this lasts."""
    before = sys.stdout, sys.stderr
    sys.stdout = Door(sys.stdout, coloured=coloured())
    sys.stderr = Door(sys.stderr, needed=False)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def exactly(text: str, err: bool = False) -> None:
    """Writes a text past the door: what the program itself means to act on a terminal, or what it
    has looked at before."""
    stream = sys.stderr if err else sys.stdout
    if isinstance(stream, Door):
        stream.exactly(text)
    else:
        stream.write(text)
    stream.flush()


def as_it_is(text: str, instead: str) -> None:
    """Writes a text in which nothing may be replaced, so that nothing in it may act but tabs and
    the two characters of scripts that join letters or keep them apart. `instead`: what else can be
    done."""
    for number, line in enumerate(text.split("\n"), 1):
        for char in line:
            if acts(char) and char not in "\t\u200c\u200d":
                where = f"U+{ord(char):04X} in line {number} of it"
                raise click.UsageError(f"not printed, because {where} acts on terminals: {instead}")
    exactly(text)


def complain(text: str) -> None:
    """Says on standard error what is wrong: one line."""
    click.echo(f"specdsl: {visible(text)}", err=True)


def fill_descriptors() -> None:
    """Opens what was closed of the standard streams, so that no file gets their numbers."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
