"""A random spec as a list of statements."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.random_specs.claims import asserts, examples
from tests.random_specs.declarations import assumes, declared, delegates, with_defines
from tests.random_specs.drawing import Draw
from tests.random_specs.rules import rules, written
from tests.random_specs.vocabulary import vocabulary


@dataclass(frozen=True, slots=True)
class Draft:
    """A spec's head and its other statements, each one text. Their order means nothing."""

    head: str
    statements: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join((self.head, *self.statements, ""))


def draft(random: Random, small: bool) -> Draft:
    """One that loads, save where overrides and priorities close a circle or the like."""
    draw = Draw(random)
    words = with_defines(draw, vocabulary(draw, small), 1 if small else 3)
    one_level = small and draw.chance(60)
    found = declared(draw, words) + assumes(draw, words) + delegates(draw, words, one_level)
    made = rules(draw, words, draw.number(1, 8 if small else 12))
    found += written(draw, words, made)
    found += examples(draw, words, made, draw.pick((0, 1, 2)))
    found += asserts(draw, words, draw.pick((0, 1, 2, 3)))
    found += ['change 2025-03-01 "first written" credit "us"'] if draw.chance(5) else []
    return Draft('spec random_policy "A random policy"', tuple(found))
