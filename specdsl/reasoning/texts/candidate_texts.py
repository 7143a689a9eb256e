"""Texts that are likely to be as some tests want them: their patterns, filled in and put together.

Nothing follows from what is not among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from specdsl.reasoning.texts.text_search import LIKE, Test
from specdsl.semantics.fact_values import compare_texts
from specdsl.semantics.text_patterns import Segment, Wildcard, pattern_automaton, segmented_pattern


def parts(test: Test) -> tuple[Segment, ...]:
    """What a text as the test wants it has in it, one after the other (circuit/patterns.py)."""
    return segmented_pattern(test.value).parts if test.op == LIKE else (tuple(test.value),)


def holds(test: Test) -> Callable[[str], bool]:
    """The truth of the test on a text as it is read."""
    if test.op == LIKE:
        return segmented_pattern(test.value).fits
    return lambda text: compare_texts(text, test.op, test.value)


@lru_cache(maxsize=100_000)
def covers(wide: Test, narrow: Test) -> bool:
    """Whether the form of two patterns shows that the one matches what the other does: its runs
    take the other's wildcards, and `?` takes `?`."""
    if wide.op != LIKE or wide.folding != narrow.folding or "<" in narrow.op:
        return False
    read = pattern_automaton(wide.value)
    places = read.start
    for i, part in enumerate(parts(narrow)):
        if i:
            places = read.kept_forever(places)
        for piece in part:
            places = read.step(places, "" if piece is Wildcard.ONE else str(piece))
    return read.accepts(places)


@lru_cache(maxsize=100_000)
def exclude_each_other(one: Test, other: Test) -> bool:
    """Whether their beginnings or their ends show that no text is as both want it."""
    if one.folding != other.folding or "<" in one.op or "<" in other.op:
        return False
    mine, others = parts(one), parts(other)
    if len(mine) == 1 or len(others) == 1:
        whole, more = (mine, others) if len(mine) == 1 else (others, mine)
        if len(more) == 1 and len(more[0]) != len(whole[0]):
            return True
        if sum(map(len, more)) > len(whole[0]):
            return True
    return not (_agree(mine[0], others[0]) and _agree(mine[-1][::-1], others[-1][::-1]))


def _agree(one: Segment, other: Segment) -> bool:
    return all(
        mine is Wildcard.ONE or others is Wildcard.ONE or mine == others
        for mine, others in zip(one, other, strict=False)
    )


MANY = 8  # tests that shall hold: no text for one of them alone is likely to do


class Likely:
    """Texts with `letter`, a character that no test names, where anything can be."""

    def __init__(self, letter: str) -> None:
        self._letter = letter
        self._known: dict[Segment, str] = {}

    def texts(
        self, tests: Sequence[Test], others: Iterable[Test] = (), heads: Iterable[str] = ()
    ) -> Iterable[str]:
        """For all of the tests, of few the shortest first; the `others` do not hold. Some begin
        with the `heads` where they can."""
        forms = [test for test in tests if "<" not in test.op]
        heads = [*self._heads(tests, others), *heads]
        if len(forms) >= MANY:
            return self.together(forms, heads)
        found = set(self.together(forms, heads)) if forms else {"", 2 * self._letter, *heads}
        for test in forms:
            found.update(self._alone(test, heads))
        return sorted(found, key=lambda text: (len(text), text))

    def _heads(self, tests: Iterable[Test], others: Iterable[Test]) -> list[str]:
        """What a text can begin with, after what it must: to lie between the constants that it is
        before and those that it is not before, just after the last of these or just before the
        first of those."""
        after = max((test.value for test in others if "<" in test.op), default="")
        before = min((test.value for test in tests if "<" in test.op), default="")
        found = ["", self._letter]
        if after:
            found += [after, after + self._letter]
        if before:
            found.append(before)
            if before[-1] > "\0":
                found.append(before[:-1] + _previous(before[-1]))
        return found

    def together(self, tests: Sequence[Test], heads: Sequence[str] = ("",)) -> Iterator[str]:
        """Of several tests, put together in one order and the other."""
        if len(tests) < MANY:
            tests = [t for t in tests if not any(t != o and covers(t, o) for o in tests)]
        for several in (tests, tests[::-1]) if len(tests) > 1 else ():
            for filling in ("", self._letter):
                for head in heads:
                    text = self._together([parts(test) for test in several], filling, head)
                    if text is not None:
                        yield text

    def _alone(self, test: Test, heads: Sequence[str]) -> Iterator[str]:
        """With nothing for its runs, or with a letter for all, the first or the last of them."""
        first, *others = (self._text(part) for part in parts(test))
        letter, count = self._letter, len(others)
        yield "".join((first, *others))
        if count:
            yield first + "".join(letter + other for other in others)
            yield from (first + head.removeprefix(first) + "".join(others) for head in heads)
        if count > 1:
            yield "".join((first, *others[:-1], letter, others[-1]))

    def _text(self, part: Segment) -> str:
        found = self._known.get(part)
        if found is None:
            found = "".join(self._letter if piece is Wildcard.ONE else str(piece) for piece in part)
            self._known[part] = found
        return found

    def _together(
        self, several: Sequence[tuple[Segment, ...]], filling: str, head: str
    ) -> str | None:
        """What all begin with, what is in the midst of each, and what all end with."""
        wholes = [one[0] for one in several if len(one) == 1]
        first = _both(one[0] for one in several if one[0])
        last = _both(one[-1][::-1] for one in several if one[-1])
        if first is None or last is None:
            return None
        if wholes:
            return self._whole(len(wholes[0]), first, last[::-1])
        midst = [self._text(part) for one in several for part in one[1:-1]]
        start = self._text(first)
        start += head.removeprefix(start)
        return filling.join([start, *midst, self._text(last[::-1])])

    def _whole(self, length: int, first: Segment, last: Segment) -> str | None:
        """Of a pattern without runs, which both agree with."""
        start: Segment = (*first, *[Wildcard.ONE] * (length - len(first)))
        end: Segment = (*[Wildcard.ONE] * (length - len(last)), *last)
        both = _both((start, end)) if len(start) == len(end) == length else None
        return None if both is None else self._text(both)


def _previous(char: str) -> str:
    code = ord(char) - 1
    return chr(0xD7FF if 0xD800 <= code < 0xE000 else code)


def _both(several: Iterable[Segment]) -> Segment | None:
    """All of them, one over the other, from their beginnings."""
    found: list[str | Wildcard] = []
    for one in several:
        if not _agree(tuple(found), one):
            return None
        for i, piece in enumerate(one):
            if i == len(found):
                found.append(piece)
            elif found[i] is Wildcard.ONE:
                found[i] = piece
    return tuple(found)
