"""The alphabet and the automaton of folded texts: texts that case folding does not change.

A text is folded if each character is and the text is in NFC: marks in canonical order, and nothing
left that can be composed (`model/case_folding.py`). A character that no atom names can be replaced
by another of the same gap between named ones if that is *quiet*: no mark, and not composed with any
character of the alphabet. A gap with too few quiet characters is listed completely.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property, lru_cache
from itertools import chain, islice, pairwise
from typing import ClassVar
from unicodedata import category, combining, decomposition, normalize

from specdsl.base.limits import ASSIGNED_CHARS_WITHIN, MAX_GAP_CHARS
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.case_folding import fold_case

COMPOSED = 0x30000  # No canonical composition lies above.
JAMO = frozenset(map(chr, (*range(0x1161, 0x1176), *range(0x11A7, 0x11C3))))
SURROGATES = range(0xD800, 0xE000)
EVERY = range(0x110000)
FoldingState = tuple[str, int]


class TooManyCharacters(Exception):
    """A gap has too few quiet characters and too many others."""


def folded_alphabet(
    named: Collection[str], distinct: int, preferred: str, ordered: bool
) -> frozenset[str]:
    """Return the named characters, which are folded, and `distinct` quiet ones, or if texts are
    `ordered` so many of each gap between named ones; of a scarce gap, all folded characters. Raises
    `TooManyCharacters`.
    """
    if not ordered:
        return frozenset((*named, *islice(_quiet_chars(EVERY, named, preferred), distinct)))
    bounds = [-1, *sorted(map(ord, named)), len(EVERY)]
    gaps = [range(low + 1, high) for low, high in pairwise(bounds)]
    kept = frozenset(named)
    while True:
        quiet = set(kept)
        scarce: list[range] = []
        for gap in gaps:
            if any(ord(char) in gap for char in kept):
                continue  # Listed completely.
            found = list(islice(_quiet_chars(gap, quiet, preferred), distinct))
            quiet.update(found)
            if len(found) < distinct:
                scarce.append(gap)
        if not scarce:
            return frozenset(quiet)
        whole = frozenset(chain.from_iterable(map(_folded_chars, scarce)))
        if whole <= kept:
            return frozenset(quiet)
        kept |= whole


def _quiet_chars(gap: range, others: Collection[str], preferred: str) -> Iterator[str]:
    """Yield further quiet characters of a gap, readable ones first."""
    given: set[str] = set()
    readable = (char for char in preferred if ord(char) in gap)
    known = (char for char in map(chr, gap[:ASSIGNED_CHARS_WITHIN]) if category(char)[0] in "LNPS")
    for char in chain(readable, known, map(chr, gap)):
        if char not in given and char not in others and _is_quiet(char, {*others, *given}):
            given.add(char)
            yield char


def _is_quiet(char: str, others: Collection[str]) -> bool:
    if ord(char) in SURROGATES or is_attaching(char) or fold_case(char) != char:
        return False
    return not any(is_attaching(other) and _are_composed(char, other) for other in others)


def is_attaching(char: str) -> bool:
    """Return whether it may be composed with, or reordered before, the preceding character."""
    return combining(char) > 0 or char in _composing_chars()


@lru_cache(maxsize=1)
def _composing_chars() -> frozenset[str]:
    return JAMO | {form[-1] for form in decompositions()}


@lru_cache(maxsize=1)
def decompositions() -> tuple[str, ...]:
    """Return the decompositions of composed characters, without syllables."""
    composed = (chr(code) for code in range(COMPOSED) if decomposition(chr(code))[:1] not in "<")
    found = (normalize("NFD", char) for char in composed if normalize("NFC", char) == char)
    return tuple(dict.fromkeys(form for form in found if len(form) > 1))


def _are_composed(one: str, other: str) -> bool:
    """Return whether a character and the next are composed."""
    return normalize("NFC", one + other) != one + other


def _folded_chars(gap: range) -> frozenset[str]:
    fits = (chr(c) for c in gap if c not in SURROGATES and fold_case(chr(c)) == chr(c))
    found = frozenset(islice(fits, MAX_GAP_CHARS + 1))
    if len(found) > MAX_GAP_CHARS:
        raise TooManyCharacters
    return found


@dataclass(frozen=True)
class FoldedTextAutomaton:
    """An automaton of the folded texts over an alphabet of folded characters. A state has the last
    character that is no mark, if it can be composed with one of the alphabet, and the combining
    class of the last character.
    """

    chars: tuple[str, ...]

    START: ClassVar[FoldingState] = ("", 0)

    @cached_property
    def _pairs(self) -> frozenset[tuple[str, str]]:
        starters = [char for char in self.chars if not combining(char)]
        joining = [char for char in self.chars if is_attaching(char)]
        return frozenset((a, b) for a in starters for b in joining if _are_composed(a, b))

    @cached_property
    def _firsts(self) -> frozenset[str]:
        return frozenset(first for first, _ in self._pairs)

    def step(self, state: FoldingState, char: str) -> FoldingState | None:
        """Return the next state, or None if the text is no longer folded."""
        starter, last = state
        own = combining(char)
        if own and last > own:
            return None
        adjacent = last < own or last == own == 0  # Nothing blocks the composition.
        if adjacent and (starter, char) in self._pairs:
            return None
        if own:
            return starter, own
        return (char if char in self._firsts else ""), 0


def folded_text_automaton(
    chars: tuple[str, ...], ignoring_case: bool
) -> FoldedTextAutomaton | None:
    """Return the automaton for facts that ignore case; other facts can be any text."""
    return FoldedTextAutomaton(chars) if ignoring_case else None
