"""Places in texts as numbers, and back: by file, or by what stands there, so that they stay the
same where only other things have changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from specdsl.source import Source, Span

Place = tuple[int, int, int]


class Places(Protocol):
    """Between spans and three numbers."""

    def place(self, span: Span) -> Place:
        """Raises `KeyError` for a span that is none of those that can be told."""
        ...

    def span(self, place: Place) -> Span:
        """Raises `KeyError` where there is no such place."""
        ...


@dataclass(frozen=True, eq=False)
class Files:
    """The number of a file, and two offsets in it."""

    sources: Sequence[Source]

    def place(self, span: Span) -> Place:
        return self.sources.index(span.source), span.start, span.end

    def span(self, place: Place) -> Span:
        number, start, end = place
        if 0 <= number < len(self.sources) and 0 <= start <= end <= len(self.sources[number].text):
            return Span(self.sources[number], start, end)
        raise KeyError(place)


@dataclass(frozen=True, eq=False)
class Spans:
    """The numbers of two points: starts and ends of some spans."""

    spans: Sequence[Span]

    @cached_property
    def _points(self) -> tuple[tuple[Source, int], ...]:
        return tuple((s.source, offset) for s in self.spans for offset in (s.start, s.end))

    @cached_property
    def _numbers(self) -> dict[tuple[int, int], int]:
        """The first of several that are the same."""
        found: dict[tuple[int, int], int] = {}
        for number, (source, offset) in enumerate(self._points):
            found.setdefault((id(source), offset), number)
        return found

    def place(self, span: Span) -> Place:
        source = id(span.source)
        return self._numbers[source, span.start], self._numbers[source, span.end], 0

    def span(self, place: Place) -> Span:
        first, last, zero = place
        if zero == 0 <= min(first, last) and max(first, last) < len(self._points):
            (source, start), (other, end) = self._points[first], self._points[last]
            if source is other and start <= end:
                return Span(source, start, end)
        raise KeyError(place)
