"""Candidate texts for a set of tests: their patterns, filled in and combined.

A heuristic that an exact search follows: a missing candidate proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from specdsl.base.limits import MANY_TESTS
from specdsl.reasoning.texts.text_search import LIKE, TextTest
from specdsl.semantics.fact_values import compare_texts
from specdsl.semantics.text_patterns import Segment, Wildcard, pattern_automaton, segmented_pattern


def pattern_parts(test: TextTest) -> tuple[Segment, ...]:
    """Return the segments of matching texts, in order (`semantics/text_patterns.py`)."""
    return segmented_pattern(test.value).parts if test.op == LIKE else (tuple(test.value),)


def text_predicate(test: TextTest) -> Callable[[str], bool]:
    """Return the test as a function of the text, after folding."""
    if test.op == LIKE:
        return segmented_pattern(test.value).fits
    return lambda text: compare_texts(text, test.op, test.value)


@lru_cache(maxsize=100_000)
def implies_by_form(wide: TextTest, narrow: TextTest) -> bool:
    """Return whether the wide pattern matches all that the narrow one does, as far as their forms
    show: its runs take the other's wildcards, and `?` takes `?`.
    """
    if wide.op != LIKE or wide.folding != narrow.folding or "<" in narrow.op:
        return False
    read = pattern_automaton(wide.value)
    places = read.start
    for i, part in enumerate(pattern_parts(narrow)):
        if i:
            places = read.kept_forever(places)
        for piece in part:
            places = read.step(places, "" if piece is Wildcard.ONE else str(piece))
    return read.accepts(places)


@lru_cache(maxsize=100_000)
def exclude_each_other(one: TextTest, other: TextTest) -> bool:
    """Return whether the beginnings or ends of two tests show that no text satisfies both."""
    if one.folding != other.folding or "<" in one.op or "<" in other.op:
        return False
    mine, others = pattern_parts(one), pattern_parts(other)
    if len(mine) == 1 or len(others) == 1:
        whole, more = (mine, others) if len(mine) == 1 else (others, mine)
        if len(more) == 1 and len(more[0]) != len(whole[0]):
            return True
        if sum(map(len, more)) > len(whole[0]):
            return True
    return not (
        _segments_agree(mine[0], others[0]) and _segments_agree(mine[-1][::-1], others[-1][::-1])
    )


def _segments_agree(one: Segment, other: Segment) -> bool:
    return all(
        mine is Wildcard.ONE or others is Wildcard.ONE or mine == others
        for mine, others in zip(one, other, strict=False)
    )


class CandidateTexts:
    """Makes candidates with `letter`, a character that no test names, in free places."""

    def __init__(self, letter: str) -> None:
        self._letter = letter
        self._known: dict[Segment, str] = {}

    def satisfying_candidates(
        self, tests: Sequence[TextTest], others: Iterable[TextTest] = (), heads: Iterable[str] = ()
    ) -> Iterable[str]:
        """Return candidates for all of the tests and none of the others; for few tests the shortest
        first. Some begin with one of the `heads` if they can.
        """
        forms = [test for test in tests if "<" not in test.op]
        heads = [*self._possible_heads(tests, others), *heads]
        if len(forms) >= MANY_TESTS:
            return self.combined_texts(forms, heads)
        found = set(self.combined_texts(forms, heads)) if forms else {"", 2 * self._letter, *heads}
        for test in forms:
            found.update(self._texts_of_one(test, heads))
        return sorted(found, key=lambda text: (len(text), text))

    def _possible_heads(self, tests: Iterable[TextTest], others: Iterable[TextTest]) -> list[str]:
        """Return beginnings with which a text may satisfy the comparisons: just after the greatest
        lower bound, or just before the least upper one.
        """
        after = max((test.value for test in others if "<" in test.op), default="")
        before = min((test.value for test in tests if "<" in test.op), default="")
        found = ["", self._letter]
        if after:
            found += [after, after + self._letter]
        if before:
            found.append(before)
            if before[-1] > "\0":
                found.append(before[:-1] + _previous_char(before[-1]))
        return found

    def combined_texts(
        self, tests: Sequence[TextTest], heads: Sequence[str] = ("",)
    ) -> Iterator[str]:
        """Yield texts that combine the segments of all tests, in both orders."""
        if len(tests) < MANY_TESTS:
            tests = [t for t in tests if not any(t != o and implies_by_form(t, o) for o in tests)]
        for several in (tests, tests[::-1]) if len(tests) > 1 else ():
            for filling in ("", self._letter):
                for head in heads:
                    text = self._combine_patterns(
                        [pattern_parts(test) for test in several], filling, head
                    )
                    if text is not None:
                        yield text

    def _texts_of_one(self, test: TextTest, heads: Sequence[str]) -> Iterator[str]:
        """Yield matching texts: empty runs, or a letter for all, the first or the last of them."""
        first, *others = (self._segment_text(part) for part in pattern_parts(test))
        letter, count = self._letter, len(others)
        yield "".join((first, *others))
        if count:
            yield first + "".join(letter + other for other in others)
            yield from (first + head.removeprefix(first) + "".join(others) for head in heads)
        if count > 1:
            yield "".join((first, *others[:-1], letter, others[-1]))

    def _segment_text(self, part: Segment) -> str:
        found = self._known.get(part)
        if found is None:
            found = "".join(self._letter if piece is Wildcard.ONE else str(piece) for piece in part)
            self._known[part] = found
        return found

    def _combine_patterns(
        self, several: Sequence[tuple[Segment, ...]], filling: str, head: str
    ) -> str | None:
        """Combine the common beginning, the inner segments of each, and the common end."""
        wholes = [one[0] for one in several if len(one) == 1]
        first = _overlay_segments(one[0] for one in several if one[0])
        last = _overlay_segments(one[-1][::-1] for one in several if one[-1])
        if first is None or last is None:
            return None
        if wholes:
            return self._fixed_length_text(len(wholes[0]), first, last[::-1])
        midst = [self._segment_text(part) for one in several for part in one[1:-1]]
        start = self._segment_text(first)
        start += head.removeprefix(start)
        return filling.join([start, *midst, self._segment_text(last[::-1])])

    def _fixed_length_text(self, length: int, first: Segment, last: Segment) -> str | None:
        """Return a text of this length with both segments, if they agree."""
        start: Segment = (*first, *[Wildcard.ONE] * (length - len(first)))
        end: Segment = (*[Wildcard.ONE] * (length - len(last)), *last)
        both = _overlay_segments((start, end)) if len(start) == len(end) == length else None
        return None if both is None else self._segment_text(both)


def _previous_char(char: str) -> str:
    code = ord(char) - 1
    return chr(0xD7FF if 0xD800 <= code < 0xE000 else code)


def _overlay_segments(several: Iterable[Segment]) -> Segment | None:
    """Return the segment that agrees with all of them, aligned at their beginnings."""
    found: list[str | Wildcard] = []
    for one in several:
        if not _segments_agree(tuple(found), one):
            return None
        for i, piece in enumerate(one):
            if i == len(found):
                found.append(piece)
            elif found[i] is Wildcard.ONE:
                found[i] = piece
    return tuple(found)
