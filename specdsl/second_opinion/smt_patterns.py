r"""Translates patterns of `like` (`*`, `?`, `\c` for the character c) to SMT-LIB's RegLan."""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.second_opinion.smtlib_text import string_constant


def pattern_regex(pattern: str) -> str:
    """Return a term of sort RegLan that the whole text has to match."""
    parts = list(_regex_parts(pattern))
    match len(parts):
        case 0:
            return '(str.to_re "")'
        case 1:
            return parts[0]
        case _:
            return f"(re.++ {' '.join(parts)})"


def _regex_parts(pattern: str) -> Iterator[str]:
    plain, chars = "", iter(pattern)
    for char in chars:
        if char in "*?":
            if plain:
                yield f"(str.to_re {string_constant(plain)})"
            plain = ""
            yield "re.all" if char == "*" else "re.allchar"
        else:
            plain += next(chars, char) if char == "\\" else char
    if plain:
        yield f"(str.to_re {string_constant(plain)})"
