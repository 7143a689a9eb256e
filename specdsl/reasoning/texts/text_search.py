"""An exact best-first search for a text with given truth values of some tests.

Each test reads the text by an automaton of its own. The search expands the state with the least
remaining length and drops states that some test rejects; it is cheap for few tests, which the
caller provides (`text_conflicts.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from specdsl.base.limits import MAX_SEARCH_READ, MAX_TEXT_STATES, SHORTEST_TEXT_TESTS
from specdsl.base.quick_dataclass import dataclass
from specdsl.reasoning.texts.folded_alphabet import FoldedTextAutomaton, folded_text_automaton
from specdsl.reasoning.texts.product_automaton import TooManyTexts
from specdsl.reasoning.texts.text_classes import text_alphabet, units_for
from specdsl.semantics.aig import TextCompare, TextMatches
from specdsl.semantics.fact_values import compare_texts
from specdsl.semantics.text_patterns import (
    PatternAutomaton,
    Wildcard,
    pattern_automaton,
    pattern_pieces,
)

LIKE = "like"
REJECTED = -1  # No continuation has the truth value.
ACCEPTED = -2  # Every continuation has it.


class TextTest(NamedTuple):
    """A test of one text, `op` one of = < <= like. `folding`: the text is folded first, although
    its fact is not.
    """

    op: str
    value: str
    folding: bool

    @staticmethod
    def of_atom(atom: TextCompare | TextMatches) -> TextTest:
        if isinstance(atom, TextMatches):
            return TextTest(LIKE, atom.pattern, atom.folding)
        return TextTest(atom.op, atom.value, atom.folding)


Wanted = tuple[tuple[TextTest, bool], ...]


@dataclass(frozen=True, slots=True)
class TextSolutions:
    """Texts with the truth values, the shortest first. `exhaustive`: if there are fewer than asked
    for, there are no others.
    """

    texts: tuple[str, ...]
    exhaustive: bool


def find_texts(wanted: Wanted, ignoring_case: bool, preferred: str, most: int = 1) -> TextSolutions:
    """Return at most `most` texts of a fact. Raises `TooManyTexts`."""
    found = _cached_texts(wanted, ignoring_case, preferred, most)
    if found is None:
        raise TooManyTexts
    return found


@lru_cache(maxsize=20_000)
def _cached_texts(
    wanted: Wanted, ignoring_case: bool, preferred: str, most: int
) -> TextSolutions | None:
    tests = [test for test, _ in wanted]
    try:
        units, whole = _units_for(tests, ignoring_case, preferred, most)
    except TooManyTexts:
        return None
    joins = folded_text_automaton(tuple(one for one, _ in units), ignoring_case)
    return _TextSearch([_test_automaton(*one) for one in wanted], units, joins, most).run_search(
        whole
    )


def _units_for(
    tests: Iterable[TextTest], ignoring_case: bool, preferred: str, most: int
) -> tuple[Sequence[tuple[str, str]], bool]:
    """Return the units of texts with their folded forms, and whether they cover all classes."""
    values = [(t.op, t.value, t.folding) for t in tests]
    named = frozenset(char for op, value, _ in values for char in named_chars(op, value))
    in_order = any(op != LIKE for op, _, _ in values)
    chars = text_alphabet(named, in_order, most, ignoring_case, preferred)
    if not any(folding for *_, folding in values):
        return [(char, char) for char in chars], True
    return units_for(named, chars), all(char.isascii() for char in named)


def named_chars(op: str, value: str) -> set[str]:
    """Return the characters that a test names."""
    if op != LIKE:
        return set(value)
    return {piece for piece in pattern_pieces(value) if not isinstance(piece, Wildcard)}


# --- one test ---


@dataclass(frozen=True, slots=True)
class _TestAutomaton:
    """The automaton of one test. A state is a number, `REJECTED` or `ACCEPTED`; `least_remaining`
    bounds how many more characters are needed.
    """

    folding: bool
    start: int
    step: Callable[[int, str], int]
    accepts_end: Callable[[int], bool]
    least_remaining: Callable[[int], int]


def _test_automaton(test: TextTest, holds: bool) -> _TestAutomaton:
    if test.op == LIKE:
        return _pattern_automaton(test, holds)
    return _comparison_automaton(test, holds)


def _pattern_automaton(test: TextTest, holds: bool) -> _TestAutomaton:
    pattern: PatternAutomaton = pattern_automaton(test.value)
    parts = pattern_pieces(test.value)
    end = 1 << len(parts)
    forever = end >> 1 | end if parts and parts[-1] is Wildcard.RUN else 0
    rests = [sum(part is not Wildcard.RUN for part in parts[i:]) for i in range(len(parts) + 1)]
    sure, gone = (ACCEPTED, REJECTED) if holds else (REJECTED, ACCEPTED)

    def reduce_state(places: int) -> int:
        if not places:
            return gone
        return sure if forever and places & forever == forever else places

    def step(places: int, char: str) -> int:
        return reduce_state(pattern.step(places, char))

    def remaining(places: int) -> int:
        return rests[places.bit_length() - 1] if holds and places > 0 else 0

    def accepts(places: int) -> bool:
        return pattern.accepts(places) is holds

    return _TestAutomaton(test.folding, reduce_state(pattern.start), step, accepts, remaining)


def _comparison_automaton(test: TextTest, holds: bool) -> _TestAutomaton:
    """Return the automaton of a comparison; a state is how many characters agree, while all do."""
    op, value = test.op, test.value
    before = ACCEPTED if holds is (op != "=") else REJECTED  # For texts before the value.
    after = REJECTED if holds else ACCEPTED

    def step(depth: int, char: str) -> int:
        if depth == len(value) or char > value[depth]:
            return after
        return depth + 1 if char == value[depth] else before

    def accepts(depth: int) -> bool:
        return compare_texts(value[:depth], op, value) is holds

    def remaining(depth: int) -> int:
        return len(value) - depth if op == "=" and holds and depth >= 0 else 0

    return _TestAutomaton(test.folding, 0, step, accepts, remaining)


# --- all of them ---

_State = tuple[tuple[int, ...], tuple[str, int]]


class _TextSearch:
    """The search. For few tests it finds the shortest texts, for many any text."""

    def __init__(
        self,
        readings: Sequence[_TestAutomaton],
        units: Sequence[tuple[str, str]],
        joins: FoldedTextAutomaton | None,
        most: int,
    ) -> None:
        self._readings = readings
        self._units = units
        self._joins = joins
        self._most = most
        self._together = (
            max
            if sum(r.least_remaining(r.start) > 0 for r in readings) <= SHORTEST_TEXT_TESTS
            else sum
        )
        self._came: Counter[_State] = Counter()

    def run_search(self, whole: bool) -> TextSolutions | None:
        """Return the texts found, or None if there is too much to try."""
        found: list[str] = []
        start = tuple(reading.start for reading in self._readings), FoldedTextAutomaton.START
        heap: list[tuple[int, str, int, _State]] = []
        numbers, left = count(), MAX_SEARCH_READ
        if REJECTED not in start[0]:
            heappush(heap, (self._least_remaining(start), "", next(numbers), start))
        while heap:
            _, text, _, state = heappop(heap)
            if self._came[state] >= self._most:
                continue
            self._came[state] += 1
            left -= len(self._units) * len(self._readings)
            if len(self._came) > MAX_TEXT_STATES or left < 0:
                return None
            if self._accepts_end(state) and text not in found:
                found.append(text)
                if len(found) == self._most:
                    break
            for unit, as_folded in self._units:
                after = self._step_tests(state, unit, as_folded)
                if after is not None and self._came[after] < self._most:
                    longer = text + unit
                    rank = len(longer) + self._least_remaining(after)
                    heappush(heap, (rank, longer, next(numbers), after))
        return TextSolutions(tuple(found), whole)

    def _least_remaining(self, state: _State) -> int:
        pairs = zip(self._readings, state[0], strict=True)
        return self._together([0, *(reading.least_remaining(one) for reading, one in pairs)])

    def _accepts_end(self, state: _State) -> bool:
        pairs = zip(self._readings, state[0], strict=True)
        return all(one == ACCEPTED or reading.accepts_end(one) for reading, one in pairs)

    def _step_tests(self, state: _State, unit: str, as_folded: str) -> _State | None:
        read, joined = state
        if self._joins is not None:
            after = self._joins.step(joined, unit)
            if after is None:
                return None
            joined = after
        places: list[int] = []
        for reading, one in zip(self._readings, read, strict=True):
            for char in as_folded if reading.folding else unit:
                if one in (ACCEPTED, REJECTED):
                    break
                one = reading.step(one, char)
            if one == REJECTED:
                return None
            places.append(one)
        return tuple(places), joined
