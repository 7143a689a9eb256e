"""Structural digests of model objects: equal digests mean that no reader can distinguish the
objects, wherever they stand in the texts.

Objects are read by the fields that their classes declare, so no field can be forgotten; an object
of an unknown kind has no digest. Objects that are compared by identity are numbered in the order of
traversal (as canonical graph labels), so sharing counts too. A span counts by its text and by its
order among all other spans. Whether objects belong to the base of a layer counts by their
differences: what is all in the base is like what is all outside of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from fractions import Fraction
from operator import attrgetter
from typing import Any

from specdsl.apps.cache.report_key import digest
from specdsl.apps.cache.span_codec import OrderedSpanCodec
from specdsl.base.quick_dataclass import dataclass
from specdsl.base.source import Source, Span

PLAIN = frozenset({type(None), bool, float, str})
NUMBERS = frozenset({int, Fraction})
SOURCE = ("name", "shipped")  # A source's text is read through the spans in it.
BASE = "in_base"

Getter = Callable[[Any], Iterable[Any]]


class NoDigestError(ValueError):
    """An object of a kind that has no structural digest."""


@dataclass(frozen=True, slots=True)
class _ObjectContent:
    """The contents of one object, with a mark for each other object and each span in it."""

    text: str
    others: Sequence[object]
    spans: Sequence[Span]
    in_base: bool | None  # None if that is not said of it.


class StructuralDigests:
    """Digests the objects of one spec, reading each of them once."""

    def __init__(self) -> None:
        # The object is kept, so its id stays its own.
        self._read: dict[int, tuple[object, _ObjectContent]] = {}

    def digest_object(self, root: object) -> tuple[str, OrderedSpanCodec]:
        """Return the digest of everything that is reachable from the object, and its spans in the
        order of traversal. Raises `Untold`.
        """
        numbers: dict[int, int] = {id(root): 0}
        queue: list[object] = [root]
        texts: list[str] = []
        spans: list[Span] = []
        bases: list[bool] = []
        for one in queue:  # The queue grows during the loop.
            content = self._content(one)
            if content.in_base is not None:
                bases.append(content.in_base)
            for other in content.others:
                if numbers.setdefault(id(other), len(queue)) == len(queue):
                    queue.append(other)
            texts.append(content.text)
            texts.append(",".join(str(numbers[id(other)]) for other in content.others))
            spans += content.spans
        mixed = bases if len(set(bases)) > 1 else []
        return digest(texts, _span_ranks(spans, numbers), mixed), OrderedSpanCodec(spans)

    def _content(self, one: object) -> _ObjectContent:
        found = self._read.get(id(one))
        if found is None:
            writer = _ContentWriter()
            writer.write_fields(one)
            content = _ObjectContent(
                "".join(writer.texts),
                tuple(writer.others),
                tuple(writer.spans),
                getattr(one, BASE, None),
            )
            found = self._read[id(one)] = (one, content)
        return found[1]


def _span_ranks(spans: Iterable[Span], numbers: dict[int, int]) -> list[tuple[int, int, int]]:
    """Return the source of each span and the ranks of its ends among all offsets of that source:
    distances do not count.
    """
    offsets: dict[int, set[int]] = {}
    for span in spans:
        offsets.setdefault(id(span.source), set()).update((span.start, span.end))
    ranks = {source: {o: i for i, o in enumerate(sorted(all_))} for source, all_ in offsets.items()}
    found = []
    for span in spans:
        source = id(span.source)
        found.append((numbers[source], ranks[source][span.start], ranks[source][span.end]))
    return found


class _ContentWriter:
    """Writes the contents of one object, injectively: different values have different texts."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.others: list[object] = []
        self.spans: list[Span] = []

    def write_fields(self, one: object) -> None:
        kind = type(one)
        self.texts.append(f"{kind.__name__}(")
        for write_value in _field_getter(kind)(one):
            self.write_value(write_value)
        self.texts.append(")")

    def write_value(self, one: Any) -> None:
        kind = type(one)
        if kind in PLAIN:
            self.texts.append(f"{one!r};")
        elif kind in NUMBERS:  # Hexadecimal takes linear time, however large the number is.
            self.texts.append(f"{kind.__name__}{one.numerator:x}/{one.denominator:x};")
        elif kind is Span:
            self.texts.append(f"@{one.text!r};")
            self.spans.append(one)
            self._write_reference(one.source)
        elif kind is tuple or kind is list:
            self._write_sequence("[", one)
        elif kind is frozenset:
            self._write_sequence("{", sorted(one, key=_sort_key))
        elif kind is dict:
            self._write_sequence("<", (part for pair in one.items() for part in pair))
        elif isinstance(one, Enum):
            self.texts.append(f"{kind.__name__}.{one.name};")
        elif not is_dataclass(kind):
            raise NoDigestError(kind)
        elif kind.__dict__.get("__eq__"):  # Its equality is structural.
            self.write_fields(one)
        else:
            self._write_reference(one)

    def _write_reference(self, one: object) -> None:
        self.texts.append("#")
        self.others.append(one)

    def _write_sequence(self, mark: str, some: Iterable[Any]) -> None:
        self.texts.append(mark)
        for one in some:
            self.write_value(one)
        self.texts.append(".")


def _sort_key(one: Any) -> tuple[str, Any]:
    """Return a sort key for members of sets: numbers, texts, or objects with unique names."""
    kind = type(one)
    if kind in PLAIN or kind in NUMBERS:
        return kind.__name__, one
    if not hasattr(one, "name"):
        raise NoDigestError(kind)
    return kind.__name__, one.name


_GETTERS: dict[type, Getter] = {}


def _field_getter(kind: type) -> Getter:
    """Return a function that reads all fields of a class but whether it is in the base; for
    sources, the ones that spans do not read.
    """
    found = _GETTERS.get(kind)
    if found is None:
        if not is_dataclass(kind):
            raise NoDigestError(kind)
        names = (
            SOURCE
            if kind is Source
            else tuple(field.name for field in fields(kind) if field.name != BASE)
        )
        read = attrgetter(*names)
        found = _GETTERS[kind] = read if len(names) > 1 else lambda one: (read(one),)
    return found
