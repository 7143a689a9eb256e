"""Incremental parsing: after an edit, only the statements around it are read again.

A statement is read in the same way wherever it stands, and ends where the next one begins. So what
precedes an edit is unchanged, and from the first statement after the edit that begins where one
began before, everything is unchanged up to a shift.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, TypeVar

from specdsl.base.diagnostics import Diagnostic
from specdsl.base.limits import MAX_TEXT
from specdsl.base.quick_dataclass import dataclass
from specdsl.base.source import Source, Span
from specdsl.frontend.syntax import tree as t
from specdsl.frontend.syntax.parse import parse, parse_part
from specdsl.frontend.syntax.tokens import hidden_characters

T = TypeVar("T")
# Statements on either side of an edit that are read again; the parser looks no further ahead.
NEIGHBOURS = 1


def parse_again(source: Source, before: t.File) -> tuple[t.File, tuple[Diagnostic, ...]]:
    """Return what `parse` does, given the file of another text without faults."""
    same = (before.source.name, before.source.shipped) == (source.name, source.shipped)
    if same and before.source.text == source.text:
        return before, ()
    found = _FileEdit.from_texts(before, source).read_file() if _is_plain(source, before) else None
    return (found, ()) if found is not None else parse(source)


def _is_plain(source: Source, before: t.File) -> bool:
    """Return whether neither text has faults as a whole."""
    known = not before.misspelt and not before.misused and not before.suspects
    return known and len(source.text) <= MAX_TEXT and next(hidden_characters(source), None) is None


@dataclass(frozen=True, slots=True)
class _FileEdit:
    """An edit of a file. The first `kept` statements stay; those from number `rest` on are shifted
    by `shift` characters. In the new text the part in between begins at `start`, and extends at
    least to `end`.
    """

    before: t.File
    source: Source
    kept: int
    rest: int
    shift: int
    start: int
    end: int

    @staticmethod
    def from_texts(before: t.File, source: Source) -> _FileEdit:
        old, new = before.source.text, source.text
        most = min(len(old), len(new))
        same = _greatest_fitting(lambda length: old[:length] == new[:length], most)
        ends = _greatest_fitting(lambda length: old.endswith(new[len(new) - length :]), most - same)
        spans = [one.span for one in before.statements]
        kept = max(0, sum(span.end < same for span in spans) - NEIGHBOURS)
        rest = sum(span.start <= len(old) - ends for span in spans)
        shift = len(new) - len(old)
        start = spans[kept].start if kept else 0
        beyond = rest + NEIGHBOURS
        end = spans[beyond].start + shift if beyond < len(spans) else len(new)
        return _FileEdit(before, source, kept, rest, shift, start, end)

    def read_file(self) -> t.File | None:
        """Return the new file; None if more has to be read, or there is a fault."""
        part, faults = parse_part(self.source, self.start, self.end)
        if faults or part.misspelt or part.misused or part.suspects:
            return None
        anew = self._statements_before_rest(part.statements)
        if anew is None:
            return None
        if self.kept and any(isinstance(one, t.SpecHeadNode) for one in anew):
            return None
        old = self.before
        first, last = self._moved_by(0), self._moved_by(self.shift)
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

    def _statements_before_rest(
        self, part: tuple[t.Statement, ...]
    ) -> tuple[t.Statement, ...] | None:
        """Return the statements of the part before the rest; None if the rest does not
        begin in it.
        """
        rest = self.before.statements[self.rest :]
        if not rest:
            return part
        begins = rest[0].span.start + self.shift
        places = [one.span.start for one in part]
        return part[: places.index(begins)] if begins in places else None

    def _moved_by(self, shift: int) -> Callable[[T], T]:
        """Return a function that moves nodes to the new text with the shift."""
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


def _greatest_fitting(fits: Callable[[int], bool], most: int) -> int:
    """Return the greatest length that fits, given that all smaller ones fit too (binary search)."""
    low = 0
    while low < most:
        middle = (low + most + 1) // 2
        low, most = (middle, most) if fits(middle) else (low, middle - 1)
    return low


def _field_reader(kind: type) -> Callable[[Any], Iterable[Any]]:
    """Return a function that reads all fields of a class of nodes."""
    names = [field.name for field in fields(kind)]
    read = attrgetter(*names)
    return read if len(names) > 1 else lambda one: (read(one),)


_NODES: Sequence[type] = [
    one for one in vars(t).values() if isinstance(one, type) and one.__module__ == t.__name__
]
_READERS = {kind: _field_reader(kind) for kind in _NODES}
