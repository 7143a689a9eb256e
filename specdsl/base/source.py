"""Source texts and spans in them."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import Protocol

from specdsl.base.quick_dataclass import dataclass

# Quoted texts stay as they are.
BLANKS_AND_COMMENTS = re.compile(r'("(?:\\.|[^"\\\r\n])*")|(?:[ \t\r\n]|#[^\r\n]*)+')


@dataclass(frozen=True, eq=False)
class Source:
    """The text of a file under the name that messages show (a path, or `<stdin>`). `shipped`: it is
    a library that `use NAME` refers to, not a file of the author's.
    """

    name: str
    text: str
    shipped: bool = False

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Return the offset of the first character of every line."""
        return (0, *(i + 1 for i, char in enumerate(self.text) if char == "\n"))

    def position(self, offset: int) -> tuple[int, int]:
        """Return the (line, column) of an offset, both from 1; columns count code points."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """Return the text of line `number` (from 1), without its end."""
        start = self.line_starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : len(self.text) if end < 0 else end].rstrip("\r")


@dataclass(frozen=True, slots=True)
class Span:
    """The characters from `start` up to but not including `end` of a source."""

    source: Source
    start: int
    end: int

    @property
    def line(self) -> int:
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        return self.source.position(self.start)[1]

    @property
    def end_line(self) -> int:
        return self.source.position(self.end)[0]

    @property
    def end_column(self) -> int:
        return self.source.position(self.end)[1]

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    @property
    def in_a_line(self) -> str:
        """Return the text without comments and line breaks."""
        return BLANKS_AND_COMMENTS.sub(lambda found: found[1] or " ", self.text).strip()

    def to(self, other: Span) -> Span:
        """Return the span from the start of this one to the end of `other`, in the same source."""
        return Span(self.source, self.start, other.end)


class HasSpan(Protocol):
    """Anything that has a place in a spec."""

    @property
    def span(self) -> Span: ...
