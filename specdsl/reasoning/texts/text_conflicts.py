"""Which tests can hold of one text together, asked of one set of them at a time.

Where some tests shall hold and all others not, a few likely texts are tried first. A test that
fails on all of these is looked at with one other, or with those that stand in its way, and what no
text has together is told as a small part of the set. So the number of tests matters little.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, islice
from typing import TypeVar

from specdsl.frontend.model.case_folding import fold_case
from specdsl.reasoning.texts.candidate_texts import Likely, covers, exclude_each_other, holds, parts
from specdsl.reasoning.texts.product_automaton import TooManyTexts
from specdsl.reasoning.texts.text_classes import PREFERRED
from specdsl.reasoning.texts.text_search import Such, Test, Wanted, characters, such_texts

K = TypeVar("K")
V = TypeVar("V")

MOST_KNOWN = 20_000  # texts and answers that are kept
MOST_SPREAD = 40  # likely texts that are looked at
AT_ONCE = 3  # tests that get in the way of a text, with which another one is looked for

Apart = tuple[int, ...]
"""Tests that no text is with: by their numbers from 1, a negative one does not hold."""


@dataclass(frozen=True, slots=True)
class Told:
    """Texts (one of each fact that was asked about) of which just the tests hold that were asked
    for; else what no texts have together. `hard`: of these it was not settled."""

    texts: tuple[str, ...] | None = None
    apart: tuple[Apart, ...] = ()
    hard: tuple[Apart, ...] = ()


class OneText:
    """Some tests of one text, of a fact that may ignore case. Sets of them are bits of a number."""

    def __init__(self, tests: tuple[Test, ...], ignoring_case: bool) -> None:
        self.tests = tests
        self._ignoring_case = ignoring_case
        self._preferred = preferred(tests)
        small = (char for char in self._preferred if fold_case(char) == char)
        self._likely = Likely(next(small))
        self._holds = [holds(test) for test in tests]
        self._truth: dict[str, int] = {}
        self._told: dict[int, Told] = {}
        self._equal = sum(1 << i for i, test in enumerate(tests) if test.op == "=")
        self._in_order = sum(1 << i for i, test in enumerate(tests) if test.op in ("<", "<="))

    def truth(self, text: str) -> int:
        """The tests that hold of a text."""
        return known(self._truth, text, self._tested)

    def _tested(self, text: str) -> int:
        small, found = fold_case(text), 0
        for i, (test, held) in enumerate(zip(self.tests, self._holds, strict=True)):
            if held(small if test.folding else text):
                found |= 1 << i
        return found

    def told(self, wanted: int) -> Told:
        """Of a set of tests: whether some text has just these."""
        return known(self._told, wanted, self._tell)

    def likely(self, some: Iterable[int], others: Iterable[int] = ()) -> Iterator[str]:
        """Texts of which these tests may hold, and the others not."""
        tests = [self.tests[i] for i in some]
        return self._folded(self._likely.texts(tests, [self.tests[i] for i in others]))

    def spread(self, wanted: int) -> list[str]:
        """Some texts of which just these tests hold, early and late in their order."""
        named = set().union(*(characters(test.op, test.value) for test in self.tests))
        free = sorted(char for char in PREFERRED if char not in named and fold_case(char) == char)
        tests = [self.tests[i] for i in _bits(wanted)]
        others = [test for i, test in enumerate(self.tests) if not wanted >> i & 1]
        texts = self._folded(self._likely.texts(tests, others, [*free[:1], *free[-1:]]))
        return [text for text in islice(texts, MOST_SPREAD) if self.truth(text) == wanted]

    def together(self, some: Iterable[int]) -> Iterator[str]:
        """Texts that are put together of what several tests want."""
        return self._folded(self._likely.together([self.tests[i] for i in some]))

    def _folded(self, texts: Iterable[str]) -> Iterator[str]:
        """Those that the fact can be."""
        return (t for t in texts if not self._ignoring_case or fold_case(t) == t)

    # --- one set ---

    def _tell(self, wanted: int) -> Told:
        if constants := wanted & self._equal:
            return self._constant(_lowest(constants), wanted)
        some = tuple(_bits(wanted))
        truths: list[int] = []
        for text in self.likely(some, _bits(self._in_order & ~wanted)):
            truths.append(self.truth(text))
            if truths[-1] == wanted:
                return Told((text,))
        apart = self._pairs(some, wanted, truths)
        return Told(None, tuple(apart)) if apart else self._search(some, wanted)

    def _constant(self, constant: int, wanted: int) -> Told:
        """The text is this one."""
        value = self.tests[constant].value
        if self.tests[constant].folding or (self._ignoring_case and fold_case(value) != value):
            return self._search(tuple(_bits(wanted)), wanted)
        truth = self.truth(value)
        others = (truth ^ wanted) & ~(1 << constant)
        if not others:
            return Told((value,))
        return Told(None, tuple((constant + 1, signed(i, wanted)) for i in _bits(others)))

    def _pairs(self, some: Sequence[int], wanted: int, truths: Sequence[int]) -> list[Apart]:
        """Two tests of which one excludes the other, or holds wherever the other does."""
        found: list[Apart] = [
            (i + 1, j + 1)
            for i, j in combinations(some, 2)
            if exclude_each_other(self.tests[i], self.tests[j])
        ]
        if found:
            return found
        fitting = [truth for truth in truths if truth & wanted == wanted]
        held = ~wanted
        for truth in fitting:
            held &= truth
        for i in _bits(held & (1 << len(self.tests)) - 1) if fitting else ():
            found += self._implied(some, i)
        return found

    def _implied(self, some: Sequence[int], other: int) -> Iterator[Apart]:
        """One of the tests with which the other must hold."""
        for i in some:
            if covers(self.tests[other], self.tests[i]):
                yield i + 1, -other - 1
                return
        for several in ((), *((i,) for i in some)):
            if all(self.truth(text) >> other & 1 for text in self.likely(several)):
                signs = (*(i + 1 for i in several), -other - 1)
                if self._none(signs):
                    yield signs
                    return

    def _none(self, signs: Sequence[int]) -> bool:
        """Whether it is known that no text has these."""
        try:
            found = self._such(signs)
        except TooManyTexts:
            return False
        return found.whole and not found.texts

    def _such(self, signs: Sequence[int]) -> Such:
        wanted: Wanted = tuple((self.tests[abs(sign) - 1], sign > 0) for sign in signs)
        return such_texts(wanted, self._ignoring_case, self._preferred)

    def _search(self, some: Sequence[int], wanted: int) -> Told:
        """With those that hold, and of the others with those that get in the way."""
        bounds = list(self._nearest(wanted))
        forms = [i for i in some if not self._in_order >> i & 1]
        for i in forms:
            if len(parts(self.tests[i])) == 1:  # of one length: the others are soon in its way
                return self._lazily([i, *bounds], wanted, -1)
        for i in forms if len(forms) > 1 else ():
            told = self._lazily([i, *bounds], wanted, ~wanted)
            if told.texts is not None or told.apart:
                return told
        return self._lazily([*forms, *bounds], wanted, -1)

    def _nearest(self, wanted: int) -> Iterator[int]:
        """Of the constants that the text is not before the last, of the others the first."""
        for cuts, of in ((~wanted, max), (wanted, min)):
            some = list(_bits(self._in_order & cuts))
            if some:
                yield of(some, key=lambda i: (self.tests[i].value, self.tests[i].op))

    def _lazily(self, start: Sequence[int], wanted: int, among: int) -> Told:
        """With those of the others, `among` these, that get in the way. Nothing is told where only
        others do."""
        signs = [signed(i, wanted) for i in dict.fromkeys(start)]
        while True:
            try:
                such = self._such(signs)
            except TooManyTexts:
                return Told(None, (), (tuple(signs),))
            if not such.texts:
                if such.whole:
                    return Told(None, (smallest(signs, self._none),))
                return Told(None, (), (tuple(signs),))
            text = such.texts[0]
            others = self.truth(text) ^ wanted
            if not others:
                return Told((text,))
            in_the_way = islice(_bits(others & among), AT_ONCE)
            more = [signed(i, wanted) for i in in_the_way]
            if not more:
                return Told()
            signs += more


def known(found: dict[K, V], key: K, work: Callable[[K], V]) -> V:
    """What some work gives for a key, done once as long as there is room to keep it."""
    if key not in found:
        if len(found) > MOST_KNOWN:
            found.clear()
        found[key] = work(key)
    return found[key]


def smallest(signs: Sequence[int], none: Callable[[Sequence[int]], bool]) -> Apart:
    """Of tests that no text is with, as `none` knows, a part of which none can be left out."""
    kept = list(signs)
    for sign in signs:
        fewer = [one for one in kept if one != sign]
        if none(fewer):
            kept = fewer
    return tuple(kept)


def preferred(tests: Iterable[Test]) -> str:
    """Readable characters, those first that no test names."""
    named = set().union(*(characters(test.op, test.value) for test in tests))
    return "".join(sorted(PREFERRED, key=lambda char: char in named))


@lru_cache(maxsize=256)
def one_text(tests: tuple[Test, ...], ignoring_case: bool) -> OneText:
    """The same for the same tests: what it has found is known."""
    return OneText(tests, ignoring_case)


def signed(i: int, wanted: int) -> int:
    """The number of a test, as it is wanted."""
    return i + 1 if wanted >> i & 1 else -i - 1


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _lowest(mask: int) -> int:
    return (mask & -mask).bit_length() - 1
