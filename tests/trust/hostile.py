"""Texts that try to act where they are put, and specs that are full of them."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from hypothesis import strategies as st

from specdsl.base.source import Source
from specdsl.frontend.syntax.parse import parse

CODE = "\n        (__import__('os').abort()), #"
PIECES = (
    *(CODE, CODE.replace("\n", "\r"), "\n::error::x", "\r::error::x", "##vso[task.complete]"),
    *"\n\r\t\x00\x07\x0b\x0c\x1c\x7f\x85\u2028\u2029",
    *"\u200b\u202e\u2066\ufeff\ud800\udcff\ue000\u0378",
    *("\r\n", "\x1b[2J", "\x1b]0;x\x07", "\x9b1m", '"""', "'''", "\\n", "\\u000a", "%s", "%0A"),
    *"\\{}`#|;<",
)
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), min_size=1, max_size=4).map("".join)
NAMES = st.builds("{}.spec".format, TEXTS)


def in_a_string(text: str) -> str:
    """What of a text can stand in a string of a spec."""
    return _taken(text).replace("\\", "\\\\").replace('"', '\\"')


def in_a_pattern(text: str) -> str:
    """The same as the pattern of this text alone."""
    return re.sub(r"([*?])", r"\\\1", in_a_string(text))


def in_a_comment(text: str) -> str:
    """What of it can stand in a comment."""
    return _taken(text)


def _taken(text: str) -> str:
    return "".join(char for char in text if char in '\\"' or _is_taken(char))


@cache
def _is_taken(char: str) -> bool:
    """Whether a spec may hold the character, within a line."""
    return char not in "\r\n" and not parse(Source("", f'# {char}\nauthority a "{char}"'))[1]


def acting(text: str, but: str = "\n") -> set[str]:
    """The characters of category C in a text."""
    return {c for c in text if unicodedata.category(c)[0] == "C" and c not in but}
