r"""Patterns of `like` as regular expressions of SMT-LIB: `*`, `?`, and `\c` for the character c."""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.smtlib.text import string


def expression(pattern: str) -> str:
    """A term of sort RegLan that is matched by the whole text."""
    parts = list(_parts(pattern))
    match len(parts):
        case 0:
            return '(str.to_re "")'
        case 1:
            return parts[0]
        case _:
            return f"(re.++ {' '.join(parts)})"


def _parts(pattern: str) -> Iterator[str]:
    plain, chars = "", iter(pattern)
    for char in chars:
        if char in "*?":
            if plain:
                yield f"(str.to_re {string(plain)})"
            plain = ""
            yield "re.all" if char == "*" else "re.allchar"
        else:
            plain += next(chars, char) if char == "\\" else char
    if plain:
        yield f"(str.to_re {string(plain)})"
