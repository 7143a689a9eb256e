"""Several texts that are compared with each other, read side by side.

As long as they agree they read the same characters. Where they part, each goes on by itself: which
comes before which is then settled, whatever follows.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from specdsl.reasoning.texts.product_automaton import (
    MOST_STATES,
    Budget,
    Reader,
    State,
    TooManyTexts,
)

MOST_RELATED = 6  # texts
Texts = tuple[str, ...]
Found = dict[frozenset[int], Texts]
Way = tuple[tuple[State, ...], list[str]]
Related = tuple[int, int, int, str]  # the place of the relation, two texts, `=` or `<`


class SideBySide:
    """What can hold of some texts together. All may raise `TooManyTexts`."""

    def __init__(
        self,
        readers: Sequence[Reader],
        relations: Iterable[Related],
        chars: Sequence[str],
        budget: Budget,
    ) -> None:
        self._readers = readers
        self._relations = tuple(relations)
        self._chars = chars
        self._budget = budget
        self._known: dict[tuple[tuple[int, ...], tuple[State, ...]], Found] = {}
        self._next: dict[tuple[tuple[int, ...], tuple[State, ...]], list[Way]] = {}

    def found(self) -> Found:
        """By what holds (tests and relations, by their places) the simplest texts of which it
        does, the simplest first."""
        every = tuple(range(len(self._readers)))
        if len(every) > MOST_RELATED:
            raise TooManyTexts
        found = self._rests(every, tuple(reader.start() for reader in self._readers))
        return dict(sorted(found.items(), key=lambda pair: _simplicity(pair[1])))

    def _rests(self, group: tuple[int, ...], states: tuple[State, ...]) -> Found:
        """The same for the rests of some texts that agree so far."""
        known = self._known.get((group, states))
        if known is None:
            work = self._single if len(group) == 1 else self._several
            known = self._known[group, states] = work(group, states)
        return known

    def _single(self, group: tuple[int, ...], states: tuple[State, ...]) -> Found:
        found = self._readers[group[0]].rests(states[0], 1, self._budget)
        return {holds: (texts[0],) for holds, texts in found.items()}

    def _several(self, group: tuple[int, ...], states: tuple[State, ...]) -> Found:
        """Some characters that all share, and then their ways part."""
        found: Found = {}
        came = {states}
        queue = deque([(states, "")])
        parts = [blocks for blocks in _parted(group) if blocks[0] or len(blocks) > 2]
        while queue:
            here, shared = queue.popleft()
            for blocks in parts:
                for holds, rests in self._apart(group, here, blocks):
                    self._keep(found, holds, tuple(shared + rest for rest in rests))
            for after, chars in self._ways(group, here):
                if after not in came:
                    came.add(after)
                    queue.append((after, shared + chars[0]))
        return found

    def _step(
        self, group: Sequence[int], states: Sequence[State], char: str
    ) -> tuple[State, ...] | None:
        after: list[State] = []
        for one, state in zip(group, states, strict=True):
            found = self._readers[one].step(state, char)
            if found is None:
                return None
            self._budget.spend(len(found[0]))
            after.append(found)
        return tuple(after)

    def _keep(self, found: Found, holds: frozenset[int], texts: Texts) -> None:
        before = found.get(holds)
        if before is None or _simplicity(texts) < _simplicity(before):
            found[holds] = texts
        if len(found) > MOST_STATES:
            raise TooManyTexts

    def _apart(
        self, group: tuple[int, ...], states: tuple[State, ...], blocks: tuple[tuple[int, ...], ...]
    ) -> Iterator[tuple[frozenset[int], Texts]]:
        """What can hold where the texts of the first block end, and those of each other block go on
        with a character that comes after that of the block before."""
        at = dict(zip(group, states, strict=True))
        ended, *going = blocks
        related = self._order(blocks)
        holds = related.union(*(self._readers[one].holds(at[one]) for one in ended))
        for rests in self._going(going, at):
            self._budget.spend(10)
            texts = dict.fromkeys(ended, "")
            texts |= {one: text for _, some in rests for one, text in some.items()}
            yield holds.union(*(one for one, _ in rests)), tuple(texts[one] for one in group)

    def _going(
        self, blocks: Sequence[tuple[int, ...]], at: Mapping[int, State]
    ) -> Iterator[tuple[tuple[frozenset[int], dict[int, str]], ...]]:
        """For each block what holds and how its texts go on."""
        ways = (self._ways(block, tuple(at[one] for one in block)) for block in blocks)
        for chosen in product(*ways):
            self._budget.spend(1)
            chars = _ascending([chars for _, chars in chosen])
            if chars is not None:
                afters = (
                    self._after(block, states, char)
                    for block, (states, _), char in zip(blocks, chosen, chars, strict=True)
                )
                yield from product(*afters)

    def _ways(self, block: tuple[int, ...], states: tuple[State, ...]) -> list[Way]:
        """Where the next character, which its texts share, can lead a block, each with the
        characters that do."""
        found = self._next.get((block, states))
        if found is None:
            by: dict[tuple[State, ...], list[str]] = {}
            for char in self._chars:
                after = self._step(block, states, char)
                if after is not None:
                    by.setdefault(after, []).append(char)
            found = self._next[block, states] = list(by.items())
        return found

    def _after(
        self, block: tuple[int, ...], states: tuple[State, ...], char: str
    ) -> list[tuple[frozenset[int], dict[int, str]]]:
        return [
            (holds, {one: char + text for one, text in zip(block, texts, strict=True)})
            for holds, texts in self._rests(block, states).items()
        ]

    def _order(self, blocks: Sequence[tuple[int, ...]]) -> frozenset[int]:
        """The relations between texts of different blocks that hold, and of those that end here
        also among them."""
        place = {one: i for i, block in enumerate(blocks) for one in block}
        return frozenset(
            i
            for i, one, other, op in self._relations
            if one in place and other in place
            if (op == "<" and place[one] < place[other])
            or (op == "=" and place[one] == place[other] == 0)
        )


def _parted(group: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """All ways to put the texts in blocks, one after another, of which the first may be empty."""
    if not group:
        yield ((),)
        return
    for blocks in _parted(group[:-1]):
        yield from _with(blocks, group[-1])


def _with(blocks: tuple[tuple[int, ...], ...], one: int) -> Iterator[tuple[tuple[int, ...], ...]]:
    for i, block in enumerate(blocks):
        yield *blocks[:i], (*block, one), *blocks[i + 1 :]
    for i in range(1, len(blocks) + 1):
        yield *blocks[:i], (one,), *blocks[i:]


def _ascending(choices: Sequence[Sequence[str]]) -> list[str] | None:
    """One of each, each after the one before, as early as can be."""
    found: list[str] = []
    for chars in choices:
        at = bisect_right(chars, found[-1]) if found else 0
        if at == len(chars):
            return None
        found.append(chars[at])
    return found


def _simplicity(texts: Texts) -> tuple[int, Texts]:
    return sum(map(len, texts)), texts
