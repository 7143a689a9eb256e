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
    """The number of one of some spans, of which all counts: from its start to its end."""

    spans: Sequence[Span]

    @cached_property
    def _numbers(self) -> dict[tuple[int, int, int], int]:
        """The first of several that are the same."""
        found: dict[tuple[int, int, int], int] = {}
        for number, span in enumerate(self.spans):
            found.setdefault((id(span.source), span.start, span.end), number)
        return found

    def place(self, span: Span) -> Place:
        number = self._numbers[id(span.source), span.start, span.end]
        return number, 0, span.end - span.start

    def span(self, place: Place) -> Span:
        number, start, end = place
        if 0 <= number < len(self.spans):
            whole = self.spans[number]
            if not start and end == whole.end - whole.start:
                return whole
        raise KeyError(place)
