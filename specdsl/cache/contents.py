"""All that an object of the model holds, as a digest: two that have the same are the same to who
reads them, wherever they stand.

Everything is read by the fields that its class declares, so that no field can be forgotten; what is
of no known kind has no digest. Objects that are told apart by what they are, not by what they hold,
are numbered in the order in which they are met, so that it counts too which of them are the same.
Of a place its text counts, and how it lies to all other places that are met.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from fractions import Fraction
from operator import attrgetter
from typing import Any

from specdsl.cache.key import digest
from specdsl.cache.places import Spans
from specdsl.source import Source, Span

PLAIN = frozenset({type(None), bool, float, str})
NUMBERS = frozenset({int, Fraction})
SOURCE = ("name", "shipped")  # its text is read at the places in it

Getter = Callable[[Any], Iterable[Any]]


class Untold(ValueError):
    """Something of a kind that cannot be told by what it holds."""


@dataclass(frozen=True, slots=True)
class _Content:
    """Of one object: what it holds, with a mark for each other object and each place in it."""

    text: str
    others: Sequence[object]
    spans: Sequence[Span]


class Contents:
    """Of the objects of one spec, each of which is read once."""

    def __init__(self) -> None:
        self._read: dict[int, tuple[object, _Content]] = {}  # the object stays, and so its id

    def told(self, root: object) -> tuple[str, Spans]:
        """The digest of an object and of all that can be reached from it, and the places in them in
        the order of the digest. Raises `Untold`."""
        numbers: dict[int, int] = {id(root): 0}
        queue: list[object] = [root]
        texts: list[str] = []
        spans: list[Span] = []
        for one in queue:  # which grows meanwhile
            content = self._content(one)
            for other in content.others:
                if numbers.setdefault(id(other), len(queue)) == len(queue):
                    queue.append(other)
            texts.append(content.text)
            texts.append(",".join(str(numbers[id(other)]) for other in content.others))
            spans += content.spans
        return digest(texts, _lie(spans, numbers)), Spans(spans)

    def _content(self, one: object) -> _Content:
        found = self._read.get(id(one))
        if found is None:
            writer = _Writer()
            writer.whole(one)
            content = _Content("".join(writer.texts), tuple(writer.others), tuple(writer.spans))
            found = self._read[id(one)] = (one, content)
        return found[1]


def _lie(spans: Iterable[Span], numbers: dict[int, int]) -> list[tuple[int, int, int]]:
    """How places lie to each other: which source, and which offset comes before, at or after which,
    whatever is between them."""
    offsets: dict[int, set[int]] = {}
    for span in spans:
        offsets.setdefault(id(span.source), set()).update((span.start, span.end))
    ranks = {source: {o: i for i, o in enumerate(sorted(all_))} for source, all_ in offsets.items()}
    found = []
    for span in spans:
        source = id(span.source)
        found.append((numbers[source], ranks[source][span.start], ranks[source][span.end]))
    return found


class _Writer:
    """What one object holds. Texts are written so that no two values are written alike."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.others: list[object] = []
        self.spans: list[Span] = []

    def whole(self, one: object) -> None:
        kind = type(one)
        self.texts.append(f"{kind.__name__}(")
        for value in _getter(kind)(one):
            self.value(value)
        self.texts.append(")")

    def value(self, one: Any) -> None:
        """Every kind of value that there is in a model."""
        kind = type(one)
        if kind in PLAIN:
            self.texts.append(f"{one!r};")
        elif kind in NUMBERS:  # in hex, which is written at once however large it is
            self.texts.append(f"{kind.__name__}{one.numerator:x}/{one.denominator:x};")
        elif kind is Span:
            self.texts.append(f"@{one.text!r};")
            self.spans.append(one)
            self._other(one.source)
        elif kind is tuple or kind is list:
            self._all("[", one)
        elif kind is frozenset:
            self._all("{", sorted(one, key=_ordered))
        elif kind is dict:
            self._all("<", (part for pair in one.items() for part in pair))
        elif isinstance(one, Enum):
            self.texts.append(f"{kind.__name__}.{one.name};")
        elif not is_dataclass(kind):
            raise Untold(kind)
        elif kind.__dict__.get("__eq__"):  # it is what it holds
            self.whole(one)
        else:
            self._other(one)

    def _other(self, one: object) -> None:
        self.texts.append("#")
        self.others.append(one)

    def _all(self, mark: str, some: Iterable[Any]) -> None:
        self.texts.append(mark)
        for one in some:
            self.value(one)
        self.texts.append(".")


def _ordered(one: Any) -> tuple[str, Any]:
    """An order of what a set may hold: numbers, texts, or objects that have names of their own."""
    kind = type(one)
    if kind in PLAIN or kind in NUMBERS:
        return kind.__name__, one
    if not hasattr(one, "name"):
        raise Untold(kind)
    return kind.__name__, one.name


_GETTERS: dict[type, Getter] = {}


def _getter(kind: type) -> Getter:
    """What reads all fields of a class; of a text those that are not read at the places in it."""
    found = _GETTERS.get(kind)
    if found is None:
        if not is_dataclass(kind):
            raise Untold(kind)
        names = SOURCE if kind is Source else tuple(field.name for field in fields(kind))
        read = attrgetter(*names)
        found = _GETTERS[kind] = read if len(names) > 1 else lambda one: (read(one),)
    return found
