r"""Text patterns: `*` any run of characters, `?` any one, `\\c` the character c."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache


def matches_pieces(text: str, start: str, between: tuple[str, ...], end: str) -> bool:
    """Return whether the text is `start`, then the pieces in their order, and at last `end`, with
    any characters after the start and after each piece: a pattern without `?`.
    """
    at, stop = len(start), len(text) - len(end)
    if at > stop or not text.startswith(start) or not text.endswith(end):
        return False
    for piece in between:
        at = text.find(piece, at, stop)
        if at < 0:
            return False
        at += len(piece)
    return True


@dataclass(frozen=True)
class PatternPiece:
    """The part of a pattern between two runs, for the shift-and algorithm (Baeza-Yates and Gonnet
    1992).

    `plain` is its text if it has no `?`. Bit i of `places[c]` is set if the character c can be at
    position i; `others` is the mask of all other characters.
    """

    size: int
    plain: str | None
    places: dict[str, int]
    others: int


def matches_pattern(pattern: str, text: str) -> bool:
    """Return whether the whole text matches the pattern. Takes linear time."""
    first, *others = _split_at_runs(pattern)
    if not others:
        return len(text) == first.size and _find_end(first, text, 0, len(text)) is not None
    *between, last = others
    end = len(text) - last.size
    if end < first.size or _find_end(first, text, 0, first.size) is None:
        return False
    at = first.size
    for piece in between:
        found = _find_end(piece, text, at, end)
        if found is None:
            return False
        at = found
    return _find_end(last, text, end, len(text)) is not None


def _find_end(piece: PatternPiece, text: str, start: int, stop: int) -> int | None:
    """Return the end of the first occurrence of the piece between `start` and `stop`."""
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
def _split_at_runs(pattern: str) -> tuple[PatternPiece, ...]:
    """Split the pattern at its runs."""
    cut: list[list[str | None]] = [[]]
    characters = iter(pattern)
    for char in characters:
        if char == "*":
            cut.append([])
        elif char == "?":
            cut[-1].append(None)
        else:
            cut[-1].append(next(characters, "\\") if char == "\\" else char)
    return tuple(map(_compile_piece, cut))


def _compile_piece(chars: list[str | None]) -> PatternPiece:
    wild = sum(1 << i for i, char in enumerate(chars) if char is None)
    places: dict[str, int] = {}
    for i, char in enumerate(chars):
        if char is not None:
            places[char] = places.get(char, wild) | 1 << i
    plain = None if wild else "".join(char for char in chars if char is not None)
    return PatternPiece(len(chars), plain, places, wild)
