"""A text of which some tests hold and others do not: an exact search.

All tests read a text from left to right, each by a small automaton of its own. A search goes on
with what is nearest to an end, and where one test can no longer be as wanted it turns back; so it
costs little where the tests are few, and the asker sees to it that they are (solver/told_texts.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from specdsl.reasoning.texts.folded_alphabet import Joining, joining
from specdsl.reasoning.texts.product_automaton import TooManyTexts
from specdsl.reasoning.texts.text_classes import alphabet, units_of
from specdsl.semantics.aig import TextCompare, TextMatches
from specdsl.semantics.fact_values import compare_texts
from specdsl.semantics.text_patterns import (
    PatternAutomaton,
    Wildcard,
    pattern_automaton,
    pattern_pieces,
)

MOST_STATES = 20_000
MOST_READ = 400_000  # characters that single tests read: some 0.3 s
FEW = 2  # tests that must hold, of which the shortest text is looked for

LIKE = "like"
GONE = -1  # no text that goes on from here is as wanted
SURE = -2  # every text that goes on from here is


class Test(NamedTuple):
    """What is asked of one text, `op` one of = < <= like. Where `folding` the text is folded
    first, though its fact is not."""

    op: str
    value: str
    folding: bool

    @staticmethod
    def of(atom: TextCompare | TextMatches) -> Test:
        if isinstance(atom, TextMatches):
            return Test(LIKE, atom.pattern, atom.folding)
        return Test(atom.op, atom.value, atom.folding)


Wanted = tuple[tuple[Test, bool], ...]


@dataclass(frozen=True, slots=True)
class Such:
    """Texts that are as wanted, the shortest first. `whole`: if there are fewer than were asked
    for, no others are."""

    texts: tuple[str, ...]
    whole: bool


def such_texts(wanted: Wanted, ignoring_case: bool, preferred: str, most: int = 1) -> Such:
    """So many texts, at most, of a fact. Raises `TooManyTexts`."""
    found = _such(wanted, ignoring_case, preferred, most)
    if found is None:
        raise TooManyTexts
    return found


@lru_cache(maxsize=20_000)
def _such(wanted: Wanted, ignoring_case: bool, preferred: str, most: int) -> Such | None:
    tests = [test for test, _ in wanted]
    try:
        units, whole = _units(tests, ignoring_case, preferred, most)
    except TooManyTexts:
        return None
    joins = joining(tuple(one for one, _ in units), ignoring_case)
    return _Search([_reading(*one) for one in wanted], units, joins, most).found(whole)


def _units(
    tests: Iterable[Test], ignoring_case: bool, preferred: str, most: int
) -> tuple[Sequence[tuple[str, str]], bool]:
    """What texts are made of, as it is and folded; whether no other texts are told apart."""
    values = [(t.op, t.value, t.folding) for t in tests]
    named = frozenset(char for op, value, _ in values for char in characters(op, value))
    in_order = any(op != LIKE for op, _, _ in values)
    chars = alphabet(named, in_order, most, ignoring_case, preferred)
    if not any(folding for *_, folding in values):
        return [(char, char) for char in chars], True
    return units_of(named, chars), all(char.isascii() for char in named)


def characters(op: str, value: str) -> set[str]:
    """Those that a test names."""
    if op != LIKE:
        return set(value)
    return {piece for piece in pattern_pieces(value) if not isinstance(piece, Wildcard)}


# --- one test ---


@dataclass(frozen=True, slots=True)
class _Reading:
    """How one test reads a text. A state is a number, `GONE` or `SURE`. `left`: how many more
    characters there must be at least, in a state."""

    folding: bool
    start: int
    step: Callable[[int, str], int]
    ends: Callable[[int], bool]
    left: Callable[[int], int]


def _reading(test: Test, holds: bool) -> _Reading:
    if test.op == LIKE:
        return _matching(test, holds)
    return _comparing(test, holds)


def _matching(test: Test, holds: bool) -> _Reading:
    pattern: PatternAutomaton = pattern_automaton(test.value)
    parts = pattern_pieces(test.value)
    end = 1 << len(parts)
    forever = end >> 1 | end if parts and parts[-1] is Wildcard.RUN else 0
    rests = [sum(part is not Wildcard.RUN for part in parts[i:]) for i in range(len(parts) + 1)]
    sure, gone = (SURE, GONE) if holds else (GONE, SURE)

    def seen(places: int) -> int:
        if not places:
            return gone
        return sure if forever and places & forever == forever else places

    def step(places: int, char: str) -> int:
        return seen(pattern.step(places, char))

    def left(places: int) -> int:
        return rests[places.bit_length() - 1] if holds and places > 0 else 0

    def ends(places: int) -> bool:
        return pattern.accepts(places) is holds

    return _Reading(test.folding, seen(pattern.start), step, ends, left)


def _comparing(test: Test, holds: bool) -> _Reading:
    """A state: how many characters agree, while all do."""
    op, value = test.op, test.value
    before = SURE if holds is (op != "=") else GONE  # what comes before the value
    after = GONE if holds else SURE

    def step(depth: int, char: str) -> int:
        if depth == len(value) or char > value[depth]:
            return after
        return depth + 1 if char == value[depth] else before

    def ends(depth: int) -> bool:
        return compare_texts(value[:depth], op, value) is holds

    def left(depth: int) -> int:
        return len(value) - depth if op == "=" and holds and depth >= 0 else 0

    return _Reading(test.folding, 0, step, ends, left)


# --- all of them ---

_State = tuple[tuple[int, ...], tuple[str, int]]


class _Search:
    """From what is nearest to an end on. Of few tests the shortest texts are found; of many one
    that is soon found."""

    def __init__(
        self,
        readings: Sequence[_Reading],
        units: Sequence[tuple[str, str]],
        joins: Joining | None,
        most: int,
    ) -> None:
        self._readings = readings
        self._units = units
        self._joins = joins
        self._most = most
        self._together = max if sum(r.left(r.start) > 0 for r in readings) <= FEW else sum
        self._came: Counter[_State] = Counter()

    def found(self, whole: bool) -> Such | None:
        """None where there is too much to try."""
        found: list[str] = []
        start = tuple(reading.start for reading in self._readings), Joining.START
        heap: list[tuple[int, str, int, _State]] = []
        numbers, left = count(), MOST_READ
        if GONE not in start[0]:
            heappush(heap, (self._left(start), "", next(numbers), start))
        while heap:
            _, text, _, state = heappop(heap)
            if self._came[state] >= self._most:
                continue
            self._came[state] += 1
            left -= len(self._units) * len(self._readings)
            if len(self._came) > MOST_STATES or left < 0:
                return None
            if self._ends(state) and text not in found:
                found.append(text)
                if len(found) == self._most:
                    break
            for unit, as_folded in self._units:
                after = self._step(state, unit, as_folded)
                if after is not None and self._came[after] < self._most:
                    longer = text + unit
                    rank = len(longer) + self._left(after)
                    heappush(heap, (rank, longer, next(numbers), after))
        return Such(tuple(found), whole)

    def _left(self, state: _State) -> int:
        pairs = zip(self._readings, state[0], strict=True)
        return self._together([0, *(reading.left(one) for reading, one in pairs)])

    def _ends(self, state: _State) -> bool:
        pairs = zip(self._readings, state[0], strict=True)
        return all(one == SURE or reading.ends(one) for reading, one in pairs)

    def _step(self, state: _State, unit: str, as_folded: str) -> _State | None:
        read, joined = state
        if self._joins is not None:
            after = self._joins.step(joined, unit)
            if after is None:
                return None
            joined = after
        places: list[int] = []
        for reading, one in zip(self._readings, read, strict=True):
            for char in as_folded if reading.folding else unit:
                if one in (SURE, GONE):
                    break
                one = reading.step(one, char)
            if one == GONE:
                return None
            places.append(one)
        return tuple(places), joined
