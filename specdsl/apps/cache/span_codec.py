"""Codecs of spans: a span as three numbers, either file and offsets, or its position among given
spans, which stays the same if the text around it changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Protocol

from specdsl.base.quick_dataclass import dataclass
from specdsl.base.source import Source, Span

SpanCode = tuple[int, int, int]


class SpanCodec(Protocol):
    """Encodes spans as three numbers."""

    def encode_span(self, span: Span) -> SpanCode:
        """Encode a span. Raises `KeyError` for one that has no code."""
        ...

    def decode_span(self, code: SpanCode) -> Span:
        """Decode a span. Raises `KeyError` for anything that is no code."""
        ...


@dataclass(frozen=True, eq=False)
class FileSpanCodec:
    """Encodes a span as the number of a file and two offsets in it."""

    sources: Sequence[Source]

    def encode_span(self, span: Span) -> SpanCode:
        return self.sources.index(span.source), span.start, span.end

    def decode_span(self, code: SpanCode) -> Span:
        number, start, end = code
        if 0 <= number < len(self.sources) and 0 <= start <= end <= len(self.sources[number].text):
            return Span(self.sources[number], start, end)
        raise KeyError(code)


@dataclass(frozen=True, eq=False)
class OrderedSpanCodec:
    """Encodes a span as the positions of its ends among the ends of some spans."""

    spans: Sequence[Span]

    @cached_property
    def _points(self) -> tuple[tuple[Source, int], ...]:
        return tuple((s.source, offset) for s in self.spans for offset in (s.start, s.end))

    @cached_property
    def _numbers(self) -> dict[tuple[int, int], int]:
        """Number the ends; of several equal ones the first counts."""
        found: dict[tuple[int, int], int] = {}
        for number, (source, offset) in enumerate(self._points):
            found.setdefault((id(source), offset), number)
        return found

    def encode_span(self, span: Span) -> SpanCode:
        source = id(span.source)
        return self._numbers[source, span.start], self._numbers[source, span.end], 0

    def decode_span(self, code: SpanCode) -> Span:
        first, last, zero = code
        if zero == 0 <= min(first, last) and max(first, last) < len(self._points):
            (source, start), (other, end) = self._points[first], self._points[last]
            if source is other and start <= end:
                return Span(source, start, end)
        raise KeyError(code)
