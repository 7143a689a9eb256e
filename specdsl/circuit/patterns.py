"""Text patterns as sequences of pieces, and as automata that read a text once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache, partial


class Wild(Enum):
    RUN = "*"  # any characters, none too
    ONE = "?"  # exactly one character


def pieces(pattern: str) -> tuple[str | Wild, ...]:
    """The pattern's characters and wildcards; `\\c` is the character c, runs of `*` are one."""
    found: list[str | Wild] = []
    characters = iter(pattern)
    for char in characters:
        if char == "\\":
            found.append(next(characters, "\\"))
        elif char == "*":
            if not found or found[-1] is not Wild.RUN:
                found.append(Wild.RUN)
        else:
            found.append(Wild.ONE if char == "?" else char)
    return tuple(found)


Part = tuple[str | Wild, ...]
"""Of a pattern, between runs: characters, and wildcards for one."""

Finder = Callable[[str, int, int], int]
"""Where a part is first found in a text, from one place to another; -1 if it is not."""


class Automaton:
    """Where in a pattern a text can be so far: bit i stands for the place before piece i. What can
    be read from before a run can be read from the run itself, so only the places from the last run
    on are kept: there are few sets of them."""

    def __init__(self, pattern: str) -> None:
        parts = pieces(pattern)
        self._runs = sum(1 << i for i, part in enumerate(parts) if part is Wild.RUN)
        self._any = sum(1 << i for i, part in enumerate(parts) if part is Wild.ONE)
        self._chars: dict[str, int] = {}
        for i, part in enumerate(parts):
            if isinstance(part, str):
                self._chars[part] = self._chars.get(part, self._any) | 1 << i
        self._end = 1 << len(parts)
        self.start = self._closed(1)

    def step(self, places: int, char: str) -> int:
        """After one more character; after any of those not named, if it is none."""
        moved = (places & self._chars.get(char, self._any)) << 1
        return self._closed(moved | places & self._runs)

    def run(self, places: int) -> int:
        """Where the text surely is, whatever more characters come."""
        return self._closed(places & self._runs)

    def accepts(self, places: int) -> bool:
        """Whether the text may end here."""
        return bool(places & self._end)

    def _closed(self, places: int) -> int:
        """With the place after each run, from the last run on."""
        runs = places & self._runs
        if not runs:
            return places
        last = runs.bit_length() - 1
        return (places | runs << 1) >> last << last


@lru_cache(maxsize=1_000)
def automaton(pattern: str) -> Automaton:
    return Automaton(pattern)


@dataclass(frozen=True, slots=True)
class Form:
    """A pattern by its parts between runs: a text has the first at its beginning, the last at its
    end and the others between, one after the other. Of one part alone it is the whole. `fits`: of
    a whole text, whether it has the form."""

    parts: tuple[Part, ...]
    fits: Callable[[str], bool]


@lru_cache(maxsize=4_000)
def form(pattern: str) -> Form:
    """The same for the same pattern."""
    parts: list[list[str | Wild]] = [[]]
    for piece in pieces(pattern):
        if piece is Wild.RUN:
            parts.append([])
        else:
            parts[-1].append(piece)
    found = tuple(map(tuple, parts))
    return Form(found, _fitting(found))


def _fitting(parts: tuple[Part, ...]) -> Callable[[str], bool]:
    """Each part is found as early as can be, after the one before: if it can be found at all, it
    is found."""
    first, last, least = len(parts[0]), len(parts[-1]), sum(map(len, parts))
    begins, ends = _finder(parts[0]), _finder(parts[-1])
    midst = [(_finder(part), len(part)) for part in parts[1:-1]]

    def found(text: str) -> bool:
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

    def whole(text: str) -> bool:
        return len(text) == least and begins(text, 0, least) == 0

    return whole if len(parts) == 1 else found


def _finder(part: Part) -> Finder:
    if Wild.ONE not in part:
        literal = "".join(map(str, part))
        return lambda text, start, end: text.find(literal, start, end)
    characters = ("." if piece is Wild.ONE else re.escape(str(piece)) for piece in part)
    return partial(_place_of_match, re.compile("".join(characters), re.DOTALL))


def _place_of_match(expression: re.Pattern[str], text: str, start: int, end: int) -> int:
    found = expression.search(text, start, end)
    return -1 if found is None else found.start()


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text has the pattern's form."""
    return form(pattern).fits(text)
