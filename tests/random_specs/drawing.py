"""Choices from one source of randomness, seeded or Hypothesis's own."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """What the generators ask a `random.Random` for; Hypothesis's shrinks what is drawn here."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred cases; shrinks to false."""
        return self.random.randint(0, 99) >= 100 - percent

    def number(self, low: int, high: int) -> int:
        """Both ends included; shrinks to the low one."""
        return self.random.randint(low, high)

    def pick(self, items: Sequence[T]) -> T:
        """One of them; shrinks to the first."""
        return items[self.random.randint(0, len(items) - 1)]

    def some(self, items: Sequence[T], low: int, high: int) -> list[T]:
        """That many of them, no more than there are, each once, in any order."""
        count = min(self.number(low, max(low, high)), len(items))
        return self.random.sample(list(items), count)

    def maybe(self, percent: int, text: str) -> str:
        """The text, or nothing."""
        return text if self.chance(percent) else ""
