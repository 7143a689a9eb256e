"""Texts that one spec reads as they are and another folds: which tests of both hold together.

A text is a row of *units* that are folded one by one: a character, or one with the marks that are
composed with it. Of all units those are kept that the tests tell apart, by what they read of the
unit itself and of what it is folded to. Where the tests name characters of ASCII only, these are
all there are: a mark beyond those of a unit is read as one character more, both ways. (A character
of ASCII is composed with two marks at most; no character is folded to more than three.) Where
others are named texts are found, but not all: then `whole` is false.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator
from functools import lru_cache
from heapq import heappop, heappush
from itertools import count
from unicodedata import combining, normalize

from specdsl.frontend.model.case_folding import fold_case
from specdsl.reasoning.texts.folded_alphabet import COMPOSED, SURROGATES, attaches, forms
from specdsl.reasoning.texts.product_automaton import MOST_STATES, Budget, Reader, TooManyTexts

DOUBLE = "\u0344"  # two marks in one
SYLLABLE = "\u1100\u1161\u11a8"
Unit = tuple[str, str]


def units(named: Iterable[str], others: Iterable[str]) -> list[Unit]:
    """Texts with what they are folded to, of each kind that can be told apart the simplest. The
    characters `named` are told from all, others by what they lie between."""
    cuts = sorted(map(ord, set(named)))
    exact = frozenset(cuts)

    def kind(text: str) -> tuple[tuple[int, bool], ...]:
        return tuple((bisect(cuts, ord(char)), ord(char) in exact) for char in text)

    found: dict[object, Unit] = {}
    for text, as_folded in (*_of(others), *_all()):
        found.setdefault((kind(text), kind(as_folded)), (text, as_folded))
    return list(found.values())


def _of(chars: Iterable[str]) -> Iterator[Unit]:
    return ((char, fold_case(char)) for char in chars if _begins(char))


@lru_cache(maxsize=1)
def _all() -> tuple[Unit, ...]:
    """Every kind of unit, simple ones first."""
    ascii_ = [chr(code) for code in range(128)]
    odd = [char for char in map(chr, range(128, COMPOSED)) if fold_case(char) != char]
    letters = [*ascii_, *(char for char in odd if any(c.isascii() for c in fold_case(char)))]
    marks = sorted({form[-1] for form in forms() if combining(form[-1])} | {DOUBLE})
    pairs = sorted({form[1:] for form in forms() if len(form) == 3 and form[0].isascii()})
    texts = [*ascii_, *odd]
    texts += [one + mark for one in letters for mark in marks if _joins(one, mark)]
    texts += [one + two for one in letters for two in pairs if _joins(one, two)]
    texts += [form for form in forms() if not form[0].isascii()]
    texts += [SYLLABLE[:2], SYLLABLE]
    return tuple((text, fold_case(text)) for text in texts if _begins(text))


def _joins(one: str, marks: str) -> bool:
    return fold_case(one + marks) != fold_case(one) + fold_case(marks)


def _begins(text: str) -> bool:
    """Whether it is folded by itself, whatever stands before it."""
    first = normalize("NFD", text)[:1]
    return all(
        ord(char) not in SURROGATES and not attaches(char)
        for char in (first, normalize("NFD", fold_case(text))[:1])
    )


def read(
    plain: Reader, other: Reader, units: list[Unit], budget: Budget
) -> dict[frozenset[int], str]:
    """By the tests that hold the simplest text of which they do, `plain` of it as it is and `other`
    of what it is folded to. Raises `TooManyTexts`."""
    found: dict[frozenset[int], str] = {}
    heap = [(0, "", 0, plain.start(), other.start())]
    done, numbers = set(), count(1)
    while heap:
        _, text, _, one, two = heappop(heap)
        if (one, two) in done:
            continue
        done.add((one, two))
        found.setdefault(plain.holds(one) | other.holds(two), text)
        for unit, as_folded in units:
            budget.spend(4)
            after = plain.through(one, unit), other.through(two, as_folded)
            if after not in done:
                longer = text + unit
                heappush(heap, (len(longer), longer, next(numbers), *after))
        if len(done) > MOST_STATES:
            raise TooManyTexts
    return found
