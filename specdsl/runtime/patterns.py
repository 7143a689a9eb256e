"""Text patterns: `*` any run, `?` one character, `\\c` is the character c."""

from __future__ import annotations


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text has the pattern's form. Time: pattern × text at most."""
    parts: list[tuple[str, bool]] = []  # a character, or a wildcard
    characters = iter(pattern)
    for char in characters:
        if char == "\\":
            parts.append((next(characters, "\\"), False))
        else:
            parts.append((char, char in "*?"))
    at = place = 0
    star, mark = -1, 0  # the last run, and how far it reaches
    while at < len(text):
        char, wild = parts[place] if place < len(parts) else ("", False)
        if wild and char == "*":
            star, mark = place, at
            place += 1
        elif place < len(parts) and (wild or char == text[at]):
            place += 1
            at += 1
        elif star >= 0:
            mark += 1
            place, at = star + 1, mark
        else:
            return False
    return all(wild and char == "*" for char, wild in parts[place:])
