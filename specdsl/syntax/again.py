"""A text that is parsed again after an edit: only the statements around it are read.

A statement is read in the same way wherever it stands, and ends where the next one begins. So what
lies before an edit stays as it was, and from the first place after the edit at which a statement
begins where one began before, all of it is as it was, some characters further on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, TypeVar

from specdsl.diagnostics import Diagnostic
from specdsl.limits import MOST_TEXT
from specdsl.source import Source, Span
from specdsl.syntax import tree as t
from specdsl.syntax.parse import parse, parse_part
from specdsl.syntax.tokens import hidden_characters

T = TypeVar("T")
AROUND = 1  # statement on either side of an edit that is read again: no more is looked ahead


def parse_again(source: Source, before: t.File) -> tuple[t.File, tuple[Diagnostic, ...]]:
    """Return what `parse` does, given the file of another text without faults."""
    same = (before.source.name, before.source.shipped) == (source.name, source.shipped)
    if same and before.source.text == source.text:
        return before, ()
    found = _Edit.between(before, source).read() if _is_plain(source, before) else None
    return (found, ()) if found is not None else parse(source)


def _is_plain(source: Source, before: t.File) -> bool:
    """Whether nothing is to be said of either text as a whole."""
    known = not before.misspelt and not before.misused and not before.suspects
    return known and len(source.text) <= MOST_TEXT and next(hidden_characters(source), None) is None


@dataclass(frozen=True, slots=True)
class _Edit:
    """An edit of a file. `kept`: so many statements before it stay; from the one of number `rest`
    on, all are the same `shift` characters further on. In the new text what lies between begins at
    `start`, and goes on at least to `end`."""

    before: t.File
    source: Source
    kept: int
    rest: int
    shift: int
    start: int
    end: int

    @staticmethod
    def between(before: t.File, source: Source) -> _Edit:
        old, new = before.source.text, source.text
        most = min(len(old), len(new))
        same = _longest(lambda length: old[:length] == new[:length], most)
        ends = _longest(lambda length: old.endswith(new[len(new) - length :]), most - same)
        spans = [one.span for one in before.statements]
        kept = max(0, sum(span.end < same for span in spans) - AROUND)
        rest = sum(span.start <= len(old) - ends for span in spans)
        shift = len(new) - len(old)
        start = spans[kept].start if kept else 0
        beyond = rest + AROUND
        end = spans[beyond].start + shift if beyond < len(spans) else len(new)
        return _Edit(before, source, kept, rest, shift, start, end)

    def read(self) -> t.File | None:
        """None where more has to be read, or something is wrong."""
        part, faults = parse_part(self.source, self.start, self.end)
        if faults or part.misspelt or part.misused or part.suspects:
            return None
        anew = self._anew(part.statements)
        if anew is None:
            return None
        if self.kept and any(isinstance(one, t.SpecHeadNode) for one in anew):
            return None
        old = self.before
        first, last = self._mover(0), self._mover(self.shift)
        statements = (
            *map(first, old.statements[: self.kept]),
            *anew,
            *map(last, old.statements[self.rest :]),
        )
        comments = (
            *(first(one) for one in old.comments if one.span.start < self.start),
            *part.comments,
            *(last(one) for one in old.comments if one.span.start >= self.end - self.shift),
        )
        return t.File(self.source, statements, comments)

    def _anew(self, part: tuple[t.Statement, ...]) -> tuple[t.Statement, ...] | None:
        """Those of the part before the rest; None where the rest does not begin in it."""
        rest = self.before.statements[self.rest :]
        if not rest:
            return part
        begins = rest[0].span.start + self.shift
        places = [one.span.start for one in part]
        return part[: places.index(begins)] if begins in places else None

    def _mover(self, shift: int) -> Callable[[T], T]:
        """What moves something to the new text, so many characters on."""
        source = self.source

        def move(one: Any) -> Any:
            kind = type(one)
            if kind is Span:
                return Span(source, one.start + shift, one.end + shift)
            if kind is tuple:
                return tuple(map(move, one))
            read = _READERS.get(kind)
            return one if read is None else kind(*map(move, read(one)))

        return move


def _longest(fits: Callable[[int], bool], most: int) -> int:
    """The greatest length that fits, of which all that are shorter fit too."""
    low = 0
    while low < most:
        middle = (low + most + 1) // 2
        low, most = (middle, most) if fits(middle) else (low, middle - 1)
    return low


def _reader(kind: type) -> Callable[[Any], Iterable[Any]]:
    """What reads all fields of a class of nodes."""
    names = [field.name for field in fields(kind)]
    read = attrgetter(*names)
    return read if len(names) > 1 else lambda one: (read(one),)


_NODES: Sequence[type] = [
    one for one in vars(t).values() if isinstance(one, type) and one.__module__ == t.__name__
]
_READERS = {kind: _reader(kind) for kind in _NODES}
