"""Conflicts between tests of one text, found for one signature at a time.

Candidate texts are tried first. If all fail, pairs of tests are examined, and then an exact search
for some tests adds others that its text violates (abstraction refinement). A conflict is a small
part of the signature, so the number of tests matters little.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations, islice
from typing import TypeVar

from specdsl.base.limits import MAX_ANSWERS_KEPT, MAX_SPREAD_TEXTS, VIOLATED_AT_ONCE
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.case_folding import fold_case
from specdsl.reasoning.texts.candidate_texts import (
    CandidateTexts,
    exclude_each_other,
    implies_by_form,
    pattern_parts,
    text_predicate,
)
from specdsl.reasoning.texts.product_automaton import TooManyTexts
from specdsl.reasoning.texts.text_classes import PREFERRED
from specdsl.reasoning.texts.text_search import (
    TextSolutions,
    TextTest,
    Wanted,
    find_texts,
    named_chars,
)

K = TypeVar("K")
V = TypeVar("V")


TextConflict = tuple[int, ...]
"""Signed numbers of tests, from 1, that exclude each other: a negative one does not hold."""


@dataclass(frozen=True, slots=True)
class TextAnswer:
    """Texts (one per fact) with a signature, or conflicts in it. `undetermined`: sets of tests that
    may be conflicts.
    """

    texts: tuple[str, ...] | None = None
    conflicts: tuple[TextConflict, ...] = ()
    undetermined: tuple[TextConflict, ...] = ()


class SingleText:
    """Answers queries about tests of one text fact. Sets of tests are bit masks."""

    def __init__(self, tests: tuple[TextTest, ...], ignoring_case: bool) -> None:
        self.tests = tests
        self._ignoring_case = ignoring_case
        self._preferred = preferred_chars(tests)
        small = (char for char in self._preferred if fold_case(char) == char)
        self._likely = CandidateTexts(next(small))
        self._holds = [text_predicate(test) for test in tests]
        self._truth: dict[str, int] = {}
        self._answers: dict[int, TextAnswer] = {}
        self._equal = sum(1 << i for i, test in enumerate(tests) if test.op == "=")
        self._in_order = sum(1 << i for i, test in enumerate(tests) if test.op in ("<", "<="))

    def true_tests(self, text: str) -> int:
        """Return a mask of the tests that hold of a text."""
        return memoize(self._truth, text, self._evaluate_tests)

    def _evaluate_tests(self, text: str) -> int:
        small, found = fold_case(text), 0
        for i, (test, held) in enumerate(zip(self.tests, self._holds, strict=True)):
            if held(small if test.folding else text):
                found |= 1 << i
        return found

    def answer_for(self, wanted: int) -> TextAnswer:
        """Return a text of which exactly these tests hold, or why there is none."""
        return memoize(self._answers, wanted, self._find_answer)

    def candidate_texts(self, some: Iterable[int], others: Iterable[int] = ()) -> Iterator[str]:
        """Return candidates of which these tests may hold, and the others not."""
        tests = [self.tests[i] for i in some]
        return self._possible_texts(
            self._likely.satisfying_candidates(tests, [self.tests[i] for i in others])
        )

    def spread_texts(self, wanted: int) -> list[str]:
        """Return some texts of which exactly these tests hold, early and late in their order."""
        named = set().union(*(named_chars(test.op, test.value) for test in self.tests))
        free = sorted(char for char in PREFERRED if char not in named and fold_case(char) == char)
        tests = [self.tests[i] for i in _set_bits(wanted)]
        others = [test for i, test in enumerate(self.tests) if not wanted >> i & 1]
        texts = self._possible_texts(
            self._likely.satisfying_candidates(tests, others, [*free[:1], *free[-1:]])
        )
        return [text for text in islice(texts, MAX_SPREAD_TEXTS) if self.true_tests(text) == wanted]

    def combined_texts(self, some: Iterable[int]) -> Iterator[str]:
        """Return texts that combine the segments of several tests."""
        return self._possible_texts(self._likely.combined_texts([self.tests[i] for i in some]))

    def _possible_texts(self, texts: Iterable[str]) -> Iterator[str]:
        """Return the texts that the fact can have."""
        return (t for t in texts if not self._ignoring_case or fold_case(t) == t)

    # --- one set ---

    def _find_answer(self, wanted: int) -> TextAnswer:
        if constants := wanted & self._equal:
            return self._answer_constant(_lowest_bit(constants), wanted)
        some = tuple(_set_bits(wanted))
        truths: list[int] = []
        for text in self.candidate_texts(some, _set_bits(self._in_order & ~wanted)):
            truths.append(self.true_tests(text))
            if truths[-1] == wanted:
                return TextAnswer((text,))
        conflicts = self._pair_conflicts(some, wanted, truths)
        return TextAnswer(None, tuple(conflicts)) if conflicts else self._search_text(some, wanted)

    def _answer_constant(self, constant: int, wanted: int) -> TextAnswer:
        """Answer for a signature in which the text equals a constant."""
        value = self.tests[constant].value
        if self.tests[constant].folding or (self._ignoring_case and fold_case(value) != value):
            return self._search_text(tuple(_set_bits(wanted)), wanted)
        truth = self.true_tests(value)
        others = (truth ^ wanted) & ~(1 << constant)
        if not others:
            return TextAnswer((value,))
        return TextAnswer(
            None, tuple((constant + 1, signed_test(i, wanted)) for i in _set_bits(others))
        )

    def _pair_conflicts(
        self, some: Sequence[int], wanted: int, truths: Sequence[int]
    ) -> list[TextConflict]:
        """Return conflicts of two tests: one excludes or implies the other."""
        found: list[TextConflict] = [
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
        for i in _set_bits(held & (1 << len(self.tests)) - 1) if fitting else ():
            found += self._implied_test(some, i)
        return found

    def _implied_test(self, some: Sequence[int], other: int) -> Iterator[TextConflict]:
        """Yield the conflict with a test that at most one of the others implies."""
        for i in some:
            if implies_by_form(self.tests[other], self.tests[i]):
                yield i + 1, -other - 1
                return
        for several in ((), *((i,) for i in some)):
            if all(self.true_tests(text) >> other & 1 for text in self.candidate_texts(several)):
                signs = (*(i + 1 for i in several), -other - 1)
                if self._is_unsatisfiable(signs):
                    yield signs
                    return

    def _is_unsatisfiable(self, signs: Sequence[int]) -> bool:
        """Return whether it is certain that no text satisfies these."""
        try:
            found = self._solve_signs(signs)
        except TooManyTexts:
            return False
        return found.exhaustive and not found.texts

    def _solve_signs(self, signs: Sequence[int]) -> TextSolutions:
        wanted: Wanted = tuple((self.tests[abs(sign) - 1], sign > 0) for sign in signs)
        return find_texts(wanted, self._ignoring_case, self._preferred)

    def _search_text(self, some: Sequence[int], wanted: int) -> TextAnswer:
        """Search with the tests that must hold, adding others that are violated."""
        bounds = list(self._nearest_bounds(wanted))
        forms = [i for i in some if not self._in_order >> i & 1]
        for i in forms:
            if len(pattern_parts(self.tests[i])) == 1:  # Of fixed length: conflicts come soon.
                return self._search_lazily([i, *bounds], wanted, -1)
        for i in forms if len(forms) > 1 else ():
            answer = self._search_lazily([i, *bounds], wanted, ~wanted)
            if answer.texts is not None or answer.conflicts:
                return answer
        return self._search_lazily([*forms, *bounds], wanted, -1)

    def _nearest_bounds(self, wanted: int) -> Iterator[int]:
        """Yield the greatest lower and the least upper bound of the text."""
        for cuts, of in ((~wanted, max), (wanted, min)):
            some = list(_set_bits(self._in_order & cuts))
            if some:
                yield of(some, key=lambda i: (self.tests[i].value, self.tests[i].op))

    def _search_lazily(self, start: Sequence[int], wanted: int, among: int) -> TextAnswer:
        """Search with some tests, adding violated ones that are `among` these; the answer is empty
        if only others are violated.
        """
        signs = [signed_test(i, wanted) for i in dict.fromkeys(start)]
        while True:
            try:
                solutions = self._solve_signs(signs)
            except TooManyTexts:
                return TextAnswer(None, (), (tuple(signs),))
            if not solutions.texts:
                if solutions.exhaustive:
                    return TextAnswer(None, (minimal_conflict(signs, self._is_unsatisfiable),))
                return TextAnswer(None, (), (tuple(signs),))
            text = solutions.texts[0]
            others = self.true_tests(text) ^ wanted
            if not others:
                return TextAnswer((text,))
            in_the_way = islice(_set_bits(others & among), VIOLATED_AT_ONCE)
            more = [signed_test(i, wanted) for i in in_the_way]
            if not more:
                return TextAnswer()
            signs += more


def memoize(found: dict[K, V], key: K, work: Callable[[K], V]) -> V:
    """Return the result of some work for a key, from the memo if it is there."""
    if key not in found:
        if len(found) > MAX_ANSWERS_KEPT:
            found.clear()
        found[key] = work(key)
    return found[key]


def minimal_conflict(signs: Sequence[int], none: Callable[[Sequence[int]], bool]) -> TextConflict:
    """Return a minimal conflict by deletion, where `none` recognizes conflicts."""
    kept = list(signs)
    for sign in signs:
        fewer = [one for one in kept if one != sign]
        if none(fewer):
            kept = fewer
    return tuple(kept)


def preferred_chars(tests: Iterable[TextTest]) -> str:
    """Return readable characters, unnamed ones first."""
    named = set().union(*(named_chars(test.op, test.value) for test in tests))
    return "".join(sorted(PREFERRED, key=lambda char: char in named))


@lru_cache(maxsize=256)
def single_text(tests: tuple[TextTest, ...], ignoring_case: bool) -> SingleText:
    """Return the solver for tests, with what it has learnt before."""
    return SingleText(tests, ignoring_case)


def signed_test(i: int, wanted: int) -> int:
    """Return the signed number of a test in a signature."""
    return i + 1 if wanted >> i & 1 else -i - 1


def _set_bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _lowest_bit(mask: int) -> int:
    return (mask & -mask).bit_length() - 1
