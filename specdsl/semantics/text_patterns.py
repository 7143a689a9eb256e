"""Text patterns as sequences of pieces, and as automata (bit-parallel simulation of an NFA)."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum
from functools import lru_cache, partial

from specdsl.base.quick_dataclass import dataclass


class Wildcard(Enum):
    RUN = "*"  # Any characters, or none.
    ONE = "?"  # Exactly one character.


def pattern_pieces(pattern: str) -> tuple[str | Wildcard, ...]:
    r"""Return the pattern's characters and wildcards; `\\c` is the character c, and runs of `*` are
    one.
    """
    found: list[str | Wildcard] = []
    characters = iter(pattern)
    for char in characters:
        if char == "\\":
            found.append(next(characters, "\\"))
        elif char == "*":
            if not found or found[-1] is not Wildcard.RUN:
                found.append(Wildcard.RUN)
        else:
            found.append(Wildcard.ONE if char == "?" else char)
    return tuple(found)


Segment = tuple[str | Wildcard, ...]
"""A maximal part of a pattern without `*`."""

Finder = Callable[[str, int, int], int]
"""Where a part is first found in a text, from one place to another; -1 if it is not."""


class PatternAutomaton:
    """Reads a text once; bit i of its state is position i of the pattern.

    What can be read from before a `*` can be read from the `*` itself, so only the positions from
    the last `*` on are kept: few states are reachable.
    """

    def __init__(self, pattern: str) -> None:
        parts = pattern_pieces(pattern)
        self._runs = sum(1 << i for i, part in enumerate(parts) if part is Wildcard.RUN)
        self._any = sum(1 << i for i, part in enumerate(parts) if part is Wildcard.ONE)
        self._chars: dict[str, int] = {}
        for i, part in enumerate(parts):
            if isinstance(part, str):
                self._chars[part] = self._chars.get(part, self._any) | 1 << i
        self._end = 1 << len(parts)
        self.start = self._epsilon_closure(1)

    def step(self, places: int, char: str) -> int:
        """Return the state after one more character. All characters that are not in the pattern are
        equivalent.
        """
        moved = (places & self._chars.get(char, self._any)) << 1
        return self._epsilon_closure(moved | places & self._runs)

    def kept_forever(self, places: int) -> int:
        """Return the positions that are kept whatever characters follow."""
        return self._epsilon_closure(places & self._runs)

    def accepts(self, places: int) -> bool:
        """Return whether the text may end here."""
        return bool(places & self._end)

    def _epsilon_closure(self, places: int) -> int:
        """Add the position after each `*`, and drop those before the last one."""
        runs = places & self._runs
        if not runs:
            return places
        last = runs.bit_length() - 1
        return (places | runs << 1) >> last << last


@lru_cache(maxsize=1_000)
def pattern_automaton(pattern: str) -> PatternAutomaton:
    return PatternAutomaton(pattern)


@dataclass(frozen=True, slots=True)
class SegmentedPattern:
    """A pattern as segments between its `*`s: a text begins with the first, ends with the last and
    has the others in between in order; a single segment is the whole text. `fits` tests a text.
    """

    parts: tuple[Segment, ...]
    fits: Callable[[str], bool]


@lru_cache(maxsize=4_000)
def segmented_pattern(pattern: str) -> SegmentedPattern:
    """Return the segmented pattern, which is cached."""
    parts: list[list[str | Wildcard]] = [[]]
    for piece in pattern_pieces(pattern):
        if piece is Wildcard.RUN:
            parts.append([])
        else:
            parts[-1].append(piece)
    found = tuple(map(tuple, parts))
    return SegmentedPattern(found, _compile_test(found))


def _compile_test(parts: tuple[Segment, ...]) -> Callable[[str], bool]:
    """Return a test that finds each segment as early as possible after the previous one. This
    greedy choice is complete: if there is a match, then there is one with the earliest segments.
    """
    first, last, least = len(parts[0]), len(parts[-1]), sum(map(len, parts))
    begins, ends = _compile_finder(parts[0]), _compile_finder(parts[-1])
    midst = [(_compile_finder(part), len(part)) for part in parts[1:-1]]

    def matches_segments(text: str) -> bool:
        end, at = len(text) - last, first
        if at + last > len(text) and len(parts) > 1:
            return False
        if (first and begins(text, 0, at)) or (last and ends(text, end, len(text)) != end):
            return False
        for finder, length in midst:
            at = finder(text, at, end)
            if at < 0:
                return False
            at += length
        return True

    def matches_single(text: str) -> bool:
        return len(text) == least and begins(text, 0, least) == 0

    return matches_single if len(parts) == 1 else matches_segments


def _compile_finder(part: Segment) -> Finder:
    if Wildcard.ONE not in part:
        literal = "".join(map(str, part))
        return lambda text, start, end: text.find(literal, start, end)
    characters = ("." if piece is Wildcard.ONE else re.escape(str(piece)) for piece in part)
    return partial(_search_start, re.compile("".join(characters), re.DOTALL))


def _search_start(expression: re.Pattern[str], text: str, start: int, end: int) -> int:
    found = expression.search(text, start, end)
    return -1 if found is None else found.start()


def matches_pattern(pattern: str, text: str) -> bool:
    """Return whether the whole text matches the pattern."""
    return segmented_pattern(pattern).fits(text)
