"""Which texts a folded fact can be: those that folding leaves as they are.

A text is such a one if each of its characters is and they stand together as NFC has them: marks in
their order, and nothing that can be composed left apart (model/folding.py). Characters that no atom
names may be taken for others of the same gap between named ones, as long as those are *quiet*: no
marks, and composed with no other character of the alphabet. Where a gap has too few of them it is
listed whole, so nothing is ever left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, islice, pairwise
from typing import ClassVar
from unicodedata import category, combining, decomposition, normalize

from specdsl.frontend.model.case_folding import fold_case

NEAR = 4_096  # characters of a gap of which rather one is taken that Unicode has
MOST_LISTED = 600  # characters of a gap that is listed whole
COMPOSED = 0x30000  # no canonical composition lies above
JAMO = frozenset(map(chr, (*range(0x1161, 0x1176), *range(0x11A7, 0x11C3))))
SURROGATES = range(0xD800, 0xE000)
EVERY = range(0x110000)
Joined = tuple[str, int]


class TooManyCharacters(Exception):
    """A gap has too few quiet characters and too many others."""


def alphabet(
    named: Collection[str], distinct: int, preferred: str, ordered: bool
) -> frozenset[str]:
    """The named characters, which are folded, with `distinct` quiet ones, where texts are `ordered`
    of each gap between them, or all of a gap that can be in a folded text. Raises
    `TooManyCharacters`."""
    if not ordered:
        return frozenset((*named, *islice(_quiet(EVERY, named, preferred), distinct)))
    bounds = [-1, *sorted(map(ord, named)), len(EVERY)]
    gaps = [range(low + 1, high) for low, high in pairwise(bounds)]
    kept = frozenset(named)
    while True:
        quiet = set(kept)
        scarce: list[range] = []
        for gap in gaps:
            if any(ord(char) in gap for char in kept):
                continue  # listed whole
            found = list(islice(_quiet(gap, quiet, preferred), distinct))
            quiet.update(found)
            if len(found) < distinct:
                scarce.append(gap)
        if not scarce:
            return frozenset(quiet)
        whole = frozenset(chain.from_iterable(map(_listed, scarce)))
        if whole <= kept:
            return frozenset(quiet)
        kept |= whole


def _quiet(gap: range, others: Collection[str], preferred: str) -> Iterator[str]:
    """Quiet characters beside the others and those given before, readable ones first."""
    given: set[str] = set()
    readable = (char for char in preferred if ord(char) in gap)
    known = (char for char in map(chr, gap[:NEAR]) if category(char)[0] in "LNPS")
    for char in chain(readable, known, map(chr, gap)):
        if char not in given and char not in others and _is_quiet(char, {*others, *given}):
            given.add(char)
            yield char


def _is_quiet(char: str, others: Collection[str]) -> bool:
    if ord(char) in SURROGATES or attaches(char) or fold_case(char) != char:
        return False
    return not any(attaches(other) and _joins(char, other) for other in others)


def attaches(char: str) -> bool:
    """Whether it may be composed with, or change places with, what stands before it."""
    return combining(char) > 0 or char in _seconds()


@lru_cache(maxsize=1)
def _seconds() -> frozenset[str]:
    return JAMO | {form[-1] for form in forms()}


@lru_cache(maxsize=1)
def forms() -> tuple[str, ...]:
    """What the characters of Unicode are composed of, without syllables."""
    composed = (chr(code) for code in range(COMPOSED) if decomposition(chr(code))[:1] not in "<")
    found = (normalize("NFD", char) for char in composed if normalize("NFC", char) == char)
    return tuple(dict.fromkeys(form for form in found if len(form) > 1))


def _joins(one: str, other: str) -> bool:
    """Whether a character and the next are composed."""
    return normalize("NFC", one + other) != one + other


def _listed(gap: range) -> frozenset[str]:
    fits = (chr(c) for c in gap if c not in SURROGATES and fold_case(chr(c)) == chr(c))
    found = frozenset(islice(fits, MOST_LISTED + 1))
    if len(found) > MOST_LISTED:
        raise TooManyCharacters
    return found


@dataclass(frozen=True)
class Joining:
    """An automaton that reads the folded texts over an alphabet of characters that are folded
    each: no next state where the text so far is none. A state: the last character that is no
    mark, if one of the alphabet is composed with it, and the class of the last one."""

    chars: tuple[str, ...]

    START: ClassVar[Joined] = ("", 0)

    @cached_property
    def _pairs(self) -> frozenset[tuple[str, str]]:
        starters = [char for char in self.chars if not combining(char)]
        joining = [char for char in self.chars if attaches(char)]
        return frozenset((a, b) for a in starters for b in joining if _joins(a, b))

    @cached_property
    def _firsts(self) -> frozenset[str]:
        return frozenset(first for first, _ in self._pairs)

    def step(self, state: Joined, char: str) -> Joined | None:
        """After one more character."""
        starter, last = state
        own = combining(char)
        if own and last > own:
            return None
        beside = last < own or last == own == 0  # nothing between them keeps them apart
        if beside and (starter, char) in self._pairs:
            return None
        if own:
            return starter, own
        return (char if char in self._firsts else ""), 0


def joining(chars: tuple[str, ...], ignoring_case: bool) -> Joining | None:
    """What reads the texts of facts that ignore case; nothing for others, which can be any."""
    return Joining(chars) if ignoring_case else None
