"""Text patterns: `*` any run, `?` one character, `\\c` is the character c."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple


class Piece(NamedTuple):
    """What stands between two runs. `plain`: its text, where it has no `?`. Bit i of `places` says
    of a character, and of `others` of all others, that it can be the one at i."""

    size: int
    plain: str | None
    places: dict[str, int]
    others: int


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text has the pattern's form. Time: as the text is long."""
    first, *others = _pieces(pattern)
    if not others:
        return len(text) == first.size and _ends(first, text, 0, len(text)) is not None
    *between, last = others
    end = len(text) - last.size
    if end < first.size or _ends(first, text, 0, first.size) is None:
        return False
    at = first.size
    for piece in between:
        found = _ends(piece, text, at, end)
        if found is None:
            return False
        at = found
    return _ends(last, text, end, len(text)) is not None


def _ends(piece: Piece, text: str, start: int, stop: int) -> int | None:
    """Where the piece ends if it is found as early as can be from `start`, all before `stop`."""
    if piece.plain is not None:
        found = text.find(piece.plain, start, stop)
        return None if found < 0 else found + piece.size
    places, last = 0, 1 << piece.size - 1
    for i in range(start, stop):
        places = (places << 1 | 1) & piece.places.get(text[i], piece.others)
        if places & last:
            return i + 1
    return None


@lru_cache(maxsize=1_000)
def _pieces(pattern: str) -> tuple[Piece, ...]:
    """The pattern, cut at its runs: one piece more than there are runs."""
    cut: list[list[str | None]] = [[]]
    characters = iter(pattern)
    for char in characters:
        if char == "*":
            cut.append([])
        elif char == "?":
            cut[-1].append(None)
        else:
            cut[-1].append(next(characters, "\\") if char == "\\" else char)
    return tuple(map(_piece, cut))


def _piece(chars: list[str | None]) -> Piece:
    wild = sum(1 << i for i, char in enumerate(chars) if char is None)
    places: dict[str, int] = {}
    for i, char in enumerate(chars):
        if char is not None:
            places[char] = places.get(char, wild) | 1 << i
    plain = None if wild else "".join(char for char in chars if char is not None)
    return Piece(len(chars), plain, places, wild)
