"""The product automaton of all tests of one text.

The sorted constants share one component: the interval of constants that agree with the text so far,
or how many precede it once none agrees. Each pattern has its own automaton, and the folded texts of
a fact that ignores case have one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, deque
from collections.abc import Sequence

from specdsl.base.limits import MAX_CLASSES_READ, MAX_TEXT_STATES
from specdsl.reasoning.texts.folded_alphabet import FoldedTextAutomaton, FoldingState
from specdsl.semantics.aig import TextCompare, TextMatches
from specdsl.semantics.text_patterns import pattern_automaton

TestAtom = TextCompare | TextMatches
# The interval of agreeing constants and the depth, the states of patterns; and of folded texts.
State = tuple[tuple[int, ...], FoldingState]


class TooManyTexts(Exception):
    """A group of text facts has more classes than can be listed."""


class ReadingBudget:
    """The remaining work for one group of texts."""

    def __init__(self, work: int = MAX_CLASSES_READ) -> None:
        self._left = work

    def spend(self, work: int) -> None:
        self._left -= work
        if self._left < 0:
            raise TooManyTexts


class ProductAutomaton:
    """The automaton of the tests of one text, numbered by their places, over an alphabet."""

    def __init__(
        self,
        tests: Sequence[tuple[int, TestAtom]],
        chars: Sequence[str],
        joining: FoldedTextAutomaton | None,
    ) -> None:
        compared = {t.value for _, t in tests if isinstance(t, TextCompare)}
        self.chars = chars
        self._joining = joining
        self._constants = sorted(compared)
        place = {value: i for i, value in enumerate(self._constants)}
        self._compares = [(i, t.op, place[t.value]) for i, t in tests if isinstance(t, TextCompare)]
        self._matches = [
            (i, pattern_automaton(t.pattern)) for i, t in tests if isinstance(t, TextMatches)
        ]

    def start_state(self) -> State:
        places = (pattern.start for _, pattern in self._matches)
        return (0, len(self._constants), 0, *places), FoldedTextAutomaton.START

    def step(self, state: State, char: str) -> State | None:
        """Return the next state, or None if the text is no longer folded."""
        read, joined = state
        after = self._joining.step(joined, char) if self._joining else joined
        return None if after is None else (self._read_char(read, char), after)

    def read_text(self, state: State, text: str) -> State:
        """Return the state after any text."""
        for char in text:
            state = self._read_char(state[0], char), state[1]
        return state

    def _read_char(self, state: Sequence[int], char: str) -> tuple[int, ...]:
        low, high, depth, *places = state
        read = [
            at and pattern.step(at, char)
            for at, (_, pattern) in zip(places, self._matches, strict=True)
        ]
        if low == high:
            return low, high, depth, *read
        constants = self._constants

        def next_of(constant: str) -> str:
            return constant[depth : depth + 1]

        start = bisect_left(constants, char, low, high, key=next_of)
        end = bisect_right(constants, char, start, high, key=next_of)
        return start, end, depth + 1 if start < end else 0, *read

    def true_tests(self, state: State) -> frozenset[int]:
        """Return the tests that hold if the text ends here."""
        low, high, depth, *places = state[0]
        equal = low if low < high and len(self._constants[low]) == depth else -1
        found = {i for i, op, at in self._compares if op != "=" and at >= low}
        found -= {i for i, op, at in self._compares if op == "<" and at == equal}
        found |= {i for i, op, at in self._compares if op == "=" and at == equal}
        found |= {
            i for at, (i, pattern) in zip(places, self._matches, strict=True) if pattern.accepts(at)
        }
        return frozenset(found)

    def completions(
        self, start: State, most: int, budget: ReadingBudget
    ) -> dict[frozenset[int], list[str]]:
        """Return, by the tests that hold at the end, at most `most` completions of a text from a
        state, the simplest first. Raises `TooManyTexts`.
        """
        found: dict[frozenset[int], list[str]] = {}
        came: Counter[State] = Counter()
        queue = deque([(start, _CharPath(None, ""))])
        while queue:
            state, path = queue.popleft()
            here = found.setdefault(self.true_tests(state), [])
            if len(here) < most:
                here.append(path.as_text())
            for char in self.chars:
                after = self.step(state, char)
                if after is None:
                    continue
                budget.spend(2 + len(after[0]) - after[0].count(0))
                if came[after] < most:
                    came[after] += 1
                    queue.append((after, _CharPath(path, char)))
            if len(came) * most > MAX_TEXT_STATES:
                raise TooManyTexts
        return found


class _CharPath:
    """The characters on a path from the start, which longer paths share."""

    __slots__ = ("before", "char")

    def __init__(self, before: _CharPath | None, char: str) -> None:
        self.before, self.char = before, char

    def as_text(self) -> str:
        chars: list[str] = []
        path: _CharPath | None = self
        while path is not None:
            chars.append(path.char)
            path = path.before
        return "".join(reversed(chars))
