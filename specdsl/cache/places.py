"""Places in texts as numbers, and back: by file, or by statement, so that they stay the same where
only other statements have changed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from specdsl.model.nodes import Spec
from specdsl.source import Source, Span
from specdsl.syntax import tree as t

Place = tuple[int, int, int]


class Places(Protocol):
    """Between spans and three numbers."""

    def place(self, span: Span) -> Place:
        """Raises `KeyError` for a span that is in none of the texts."""
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


class Pieces:
    """The number of a statement, and two offsets in it. Of the files of a spec all statements
    count but examples, assertions, and rules that are not in `kept`."""

    def __init__(self, files: Iterable[t.File], kept: Spec) -> None:
        names = {(id(r.name_span.source), r.name_span.start) for r in kept.rules}
        self.spans = tuple(span for file in files for span in _statements(file.statements, names))
        self._numbers: dict[int, list[int]] = {}  # by source: its statements
        for i, span in enumerate(self.spans):
            self._numbers.setdefault(id(span.source), []).append(i)

    def place(self, span: Span) -> Place:
        numbers = self._numbers[id(span.source)]
        at = bisect_right(numbers, span.start, key=lambda i: self.spans[i].start)
        if not at or span.end > self.spans[numbers[at - 1]].end:
            raise KeyError(span)
        start = self.spans[numbers[at - 1]].start
        return numbers[at - 1], span.start - start, span.end - start

    def span(self, place: Place) -> Span:
        number, start, end = place
        if 0 <= number < len(self.spans):
            whole = self.spans[number]
            if 0 <= start <= end <= whole.end - whole.start:
                return Span(whole.source, whole.start + start, whole.start + end)
        raise KeyError(place)


def _statements(some: Iterable[t.Statement], rules: Collection[tuple[int, int]]) -> Iterator[Span]:
    """Those that count; of a policy with such its head, then what is in it."""
    for one in some:
        match one:
            case t.Example() | t.Assert():
                pass
            case t.Rule():
                if (id(one.name.span.source), one.name.span.start) in rules:
                    yield one.span
            case t.Policy():
                inside = list(_statements(one.body, rules))
                if inside:
                    yield Span(one.span.source, one.span.start, one.body[0].span.start)
                yield from inside
            case _:
                yield one.span
