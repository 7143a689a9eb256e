"""Words that stand beside each other in a statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from lark import Token

Words: TypeAlias = Sequence[Token]


def touch(one: Token, two: Token) -> bool:
    """Whether no blank is between them."""
    return one.end_pos == two.start_pos


def joined(unit: Words, i: int) -> str:
    """Word `i` with the one before, where no blank is between them."""
    if not 0 < i < len(unit) or not touch(unit[i - 1], unit[i]):
        return ""
    return f"{unit[i - 1]}{unit[i]}"


def first_on_line(unit: Words, i: int) -> bool:
    return i == 0 or unit[i].line != unit[i - 1].line
