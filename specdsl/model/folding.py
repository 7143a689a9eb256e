"""Texts ignoring case: what a text, and what a pattern compared with it, is folded to.

Texts that differ in case alone, or in how Unicode writes the same characters, are folded to one
(Unicode's canonical caseless matching). Folding a folded text changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from unicodedata import category, combining, normalize

WILD = "*?"


def folded(text: str) -> str:
    """The text in small letters, as `str.casefold` has them, composed (NFC)."""
    if text.isascii():
        return text.lower()
    return normalize("NFC", decomposed(text).casefold())


def decomposed(text: str) -> str:
    """The text in NFD. Python's own takes the square of a run of marks."""
    chars = "".join([normalize("NFD", char) for char in text])
    runs = groupby(chars, lambda char: combining(char) > 0)
    return "".join("".join(sorted(run, key=combining) if marks else run) for marks, run in runs)


def folded_pattern(pattern: str) -> str:
    """The pattern with each run of characters between two wildcards folded by itself."""
    return "".join(part if wild else _escaped(folded(part)) for wild, part in _parts(pattern))


def _parts(pattern: str) -> Iterator[tuple[bool, str]]:
    """Wildcards, and runs of plain characters without what escapes them."""
    plain, chars = "", iter(pattern)
    for char in chars:
        if char in WILD:
            if plain:
                yield False, plain
            yield True, char
            plain = ""
        else:
            plain += next(chars, char) if char == "\\" else char
    if plain:
        yield False, plain


def _escaped(text: str) -> str:
    return "".join(f"\\{char}" if char in "*?\\" else char for char in text)


def unassigned(text: str) -> str:
    """The first character that Unicode may yet give another case; nothing where there is none."""
    return next((char for char in text if category(char) == "Cn" and not _never(char)), "")


def _never(char: str) -> bool:
    """Whether it is one of those that never become a character."""
    return 0xFDD0 <= ord(char) <= 0xFDEF or ord(char) & 0xFFFE == 0xFFFE
