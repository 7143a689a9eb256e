"""Text patterns as sequences of pieces, for matching and for automata."""

from __future__ import annotations

from enum import Enum


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


def close(parts: tuple[str | Wild, ...], states: frozenset[int]) -> frozenset[int]:
    """With every position before a run, the one after it too."""
    more = {s + 1 for s in states if s < len(parts) and parts[s] is Wild.RUN}
    return states | more


def step(parts: tuple[str | Wild, ...], states: frozenset[int], char: str) -> frozenset[int]:
    """The positions after reading one more character."""
    after = set()
    for state in states:
        if state == len(parts):
            continue
        match parts[state]:
            case Wild.RUN:
                after.add(state)
            case Wild.ONE:
                after.add(state + 1)
            case literal if literal == char:
                after.add(state + 1)
    return close(parts, frozenset(after))


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text has the pattern's form."""
    parts = pieces(pattern)
    states = close(parts, frozenset({0}))
    for char in text:
        states = step(parts, states, char)
        if not states:
            return False
    return len(parts) in states
