"""Case folding of texts, and of patterns that are compared with them.

Texts that differ in case alone, or in how Unicode writes the same characters, have equal foldings
(canonical caseless matching, Unicode 3.13). Folding is idempotent.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from unicodedata import category, combining, normalize

WILDCARDS = "*?"


def fold_case(text: str) -> str:
    """Return the `str.casefold` of the text, composed (NFC)."""
    if text.isascii():
        return text.lower()
    return normalize("NFC", decompose_text(text).casefold())


def decompose_text(text: str) -> str:
    """Return the text in NFD. The function of the standard library is quadratic in runs
    of marks.
    """
    chars = "".join([normalize("NFD", char) for char in text])
    runs = groupby(chars, lambda char: combining(char) > 0)
    return "".join("".join(sorted(run, key=combining) if marks else run) for marks, run in runs)


def fold_pattern(pattern: str) -> str:
    """Fold each run of characters between two wildcards on its own."""
    return "".join(
        part if wild else _escape_wildcards(fold_case(part))
        for wild, part in _split_at_wildcards(pattern)
    )


def _split_at_wildcards(pattern: str) -> Iterator[tuple[bool, str]]:
    """Yield wildcards, and unescaped runs of plain characters."""
    plain, chars = "", iter(pattern)
    for char in chars:
        if char in WILDCARDS:
            if plain:
                yield False, plain
            yield True, char
            plain = ""
        else:
            plain += next(chars, char) if char == "\\" else char
    if plain:
        yield False, plain


def _escape_wildcards(text: str) -> str:
    return "".join(f"\\{char}" if char in "*?\\" else char for char in text)


def first_unassigned(text: str) -> str:
    """Return the first character to which Unicode may yet assign a case; empty if there is none."""
    return next(
        (char for char in text if category(char) == "Cn" and not _is_noncharacter(char)), ""
    )


def _is_noncharacter(char: str) -> bool:
    """Return whether the code point is a noncharacter."""
    return 0xFDD0 <= ord(char) <= 0xFDEF or ord(char) & 0xFFFE == 0xFFFE
