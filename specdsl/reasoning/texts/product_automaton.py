"""One text, read from left to right by all tests of it: a small automaton.

All constants are read as one: of those, in order, that agree with the text so far it is enough to
know which they are, and once none agrees how many come before it. Every pattern has an automaton
of its own, and so has what keeps a text that ignores case from being one that is not folded.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, deque
from collections.abc import Sequence

from specdsl.reasoning.texts.folded_alphabet import Joined, Joining
from specdsl.semantics.aig import TextCompare, TextMatches
from specdsl.semantics.text_patterns import pattern_automaton

MOST_STATES = 20_000
MOST_WORK = 1_000_000  # characters that single patterns and the constants read

Test = TextCompare | TextMatches
# The constants that agree: from, up to, how far; then the patterns. And how characters join.
State = tuple[tuple[int, ...], Joined]


class TooManyTexts(Exception):
    """The classes of a group of text facts are more than can be listed."""


class Budget:
    """What may be done for one group of texts."""

    def __init__(self, work: int = MOST_WORK) -> None:
        self._left = work

    def spend(self, work: int) -> None:
        self._left -= work
        if self._left < 0:
            raise TooManyTexts


class Reader:
    """The tests of one text, by their places, over an alphabet."""

    def __init__(
        self,
        tests: Sequence[tuple[int, Test]],
        chars: Sequence[str],
        joining: Joining | None,
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

    def start(self) -> State:
        places = (pattern.start for _, pattern in self._matches)
        return (0, len(self._constants), 0, *places), Joining.START

    def step(self, state: State, char: str) -> State | None:
        """After one more character; None where the text could not go on with it."""
        read, joined = state
        after = self._joining.step(joined, char) if self._joining else joined
        return None if after is None else (self._read(read, char), after)

    def through(self, state: State, text: str) -> State:
        """After all characters of a text, which can be any."""
        for char in text:
            state = self._read(state[0], char), state[1]
        return state

    def _read(self, state: Sequence[int], char: str) -> tuple[int, ...]:
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

    def holds(self, state: State) -> frozenset[int]:
        """The tests that hold if the text ends here."""
        low, high, depth, *places = state[0]
        equal = low if low < high and len(self._constants[low]) == depth else -1
        found = {i for i, op, at in self._compares if op != "=" and at >= low}
        found -= {i for i, op, at in self._compares if op == "<" and at == equal}
        found |= {i for i, op, at in self._compares if op == "=" and at == equal}
        found |= {
            i for at, (i, pattern) in zip(places, self._matches, strict=True) if pattern.accepts(at)
        }
        return frozenset(found)

    def rests(self, start: State, most: int, budget: Budget) -> dict[frozenset[int], list[str]]:
        """From a state on: by what holds at the end the simplest rests of a text, `most` at most,
        the simplest first. Raises `TooManyTexts`."""
        found: dict[frozenset[int], list[str]] = {}
        came: Counter[State] = Counter()
        queue = deque([(start, _Path(None, ""))])
        while queue:
            state, path = queue.popleft()
            here = found.setdefault(self.holds(state), [])
            if len(here) < most:
                here.append(path.text())
            for char in self.chars:
                after = self.step(state, char)
                if after is None:
                    continue
                budget.spend(2 + len(after[0]) - after[0].count(0))
                if came[after] < most:
                    came[after] += 1
                    queue.append((after, _Path(path, char)))
            if len(came) * most > MOST_STATES:
                raise TooManyTexts
        return found


class _Path:
    """Characters on the way from the start: shared by all texts that go on from here."""

    __slots__ = ("before", "char")

    def __init__(self, before: _Path | None, char: str) -> None:
        self.before, self.char = before, char

    def text(self) -> str:
        chars: list[str] = []
        path: _Path | None = self
        while path is not None:
            chars.append(path.char)
            path = path.before
        return "".join(reversed(chars))
