"""Text patterns as sequences of pieces, and as automata that read a text once."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache


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
        """After one more character."""
        moved = (places & self._chars.get(char, self._any)) << 1
        return self._closed(moved | places & self._runs)

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


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text has the pattern's form."""
    found = automaton(pattern)
    places = found.start
    for char in text:
        places = found.step(places, char)
        if not places:
            return False
    return found.accepts(places)
