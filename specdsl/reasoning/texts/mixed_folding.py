"""Classes of texts that are tested both as they are and folded.

A text is a sequence of *units* that are folded one by one: a character, or one with the marks that
are composed with it. A unit is kept for each class that the tests distinguish, by the unit and by
its folded form. If the tests name only ASCII characters, this is exhaustive: a further mark is read
as one more character in both forms. (An ASCII character is composed with two marks at most; no
character is folded to more than three.) Else some classes may be missing.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator
from functools import lru_cache
from heapq import heappop, heappush
from itertools import count
from unicodedata import combining, normalize

from specdsl.base.limits import MAX_TEXT_STATES
from specdsl.frontend.model.case_folding import fold_case
from specdsl.reasoning.texts.folded_alphabet import (
    COMPOSED,
    SURROGATES,
    decompositions,
    is_attaching,
)
from specdsl.reasoning.texts.product_automaton import (
    ProductAutomaton,
    ReadingBudget,
    TooManyTexts,
)

DOUBLE = "\u0344"  # Two marks in one.
SYLLABLE = "\u1100\u1161\u11a8"
FoldingUnit = tuple[str, str]


def folding_units(named: Iterable[str], others: Iterable[str]) -> list[FoldingUnit]:
    """Return the simplest unit of each class, with its folded form. Named characters are
    distinguished from all others, and these by the named ones around them.
    """
    cuts = sorted(map(ord, set(named)))
    exact = frozenset(cuts)

    def kind(text: str) -> tuple[tuple[int, bool], ...]:
        return tuple((bisect(cuts, ord(char)), ord(char) in exact) for char in text)

    found: dict[object, FoldingUnit] = {}
    for text, as_folded in (*_char_units(others), *_all_units()):
        found.setdefault((kind(text), kind(as_folded)), (text, as_folded))
    return list(found.values())


def _char_units(chars: Iterable[str]) -> Iterator[FoldingUnit]:
    return ((char, fold_case(char)) for char in chars if _folds_alone(char))


@lru_cache(maxsize=1)
def _all_units() -> tuple[FoldingUnit, ...]:
    """Return units of every kind, simple ones first."""
    ascii_ = [chr(code) for code in range(128)]
    odd = [char for char in map(chr, range(128, COMPOSED)) if fold_case(char) != char]
    letters = [*ascii_, *(char for char in odd if any(c.isascii() for c in fold_case(char)))]
    marks = sorted({form[-1] for form in decompositions() if combining(form[-1])} | {DOUBLE})
    pairs = sorted({form[1:] for form in decompositions() if len(form) == 3 and form[0].isascii()})
    texts = [*ascii_, *odd]
    texts += [one + mark for one in letters for mark in marks if _folds_together(one, mark)]
    texts += [one + two for one in letters for two in pairs if _folds_together(one, two)]
    texts += [form for form in decompositions() if not form[0].isascii()]
    texts += [SYLLABLE[:2], SYLLABLE]
    return tuple((text, fold_case(text)) for text in texts if _folds_alone(text))


def _folds_together(one: str, marks: str) -> bool:
    return fold_case(one + marks) != fold_case(one) + fold_case(marks)


def _folds_alone(text: str) -> bool:
    """Return whether it is folded independently of what precedes it."""
    first = normalize("NFD", text)[:1]
    return all(
        ord(char) not in SURROGATES and not is_attaching(char)
        for char in (first, normalize("NFD", fold_case(text))[:1])
    )


def classify_texts(
    plain: ProductAutomaton,
    other: ProductAutomaton,
    units: list[FoldingUnit],
    budget: ReadingBudget,
) -> dict[frozenset[int], str]:
    """Return the simplest text of each signature, where `plain` tests the text and `other` its
    folded form. Raises `TooManyTexts`.
    """
    found: dict[frozenset[int], str] = {}
    heap = [(0, "", 0, plain.start_state(), other.start_state())]
    done, numbers = set(), count(1)
    while heap:
        _, text, _, one, two = heappop(heap)
        if (one, two) in done:
            continue
        done.add((one, two))
        found.setdefault(plain.true_tests(one) | other.true_tests(two), text)
        for unit, as_folded in units:
            budget.spend(4)
            after = plain.read_text(one, unit), other.read_text(two, as_folded)
            if after not in done:
                longer = text + unit
                heappush(heap, (len(longer), longer, next(numbers), *after))
        if len(done) > MAX_TEXT_STATES:
            raise TooManyTexts
    return found
