"""Adjacent tokens of a statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from lark import Token

TokenSequence: TypeAlias = Sequence[Token]


def are_adjacent(one: Token, two: Token) -> bool:
    """Return whether no blank separates the tokens."""
    return one.end_pos == two.start_pos


def join_adjacent(unit: TokenSequence, i: int) -> str:
    """Return token `i` with the previous one, if no blank separates them; empty otherwise."""
    if not 0 < i < len(unit) or not are_adjacent(unit[i - 1], unit[i]):
        return ""
    return f"{unit[i - 1]}{unit[i]}"


def first_on_line(unit: TokenSequence, i: int) -> bool:
    return i == 0 or unit[i].line != unit[i - 1].line
