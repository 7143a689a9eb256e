"""A synchronous automaton of several texts that are compared with each other.

Texts that agree so far read the same characters together. At a difference the group splits: the
order between its parts is then determined, and each continues alone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from specdsl.base.limits import MAX_RELATED_TEXTS, MAX_TEXT_STATES
from specdsl.reasoning.texts.equality_classes import text_sizes
from specdsl.reasoning.texts.product_automaton import (
    ProductAutomaton,
    ReadingBudget,
    State,
    TooManyTexts,
)

Texts = tuple[str, ...]
Signatures = dict[frozenset[int], Texts]
Successor = tuple[tuple[State, ...], list[str]]
RelationPlace = tuple[int, int, int, str]  # The place of the relation, two texts, `=` or `<`.


class SynchronousAutomaton:
    """Computes which signatures some texts can have. All methods may raise `TooManyTexts`."""

    def __init__(
        self,
        readers: Sequence[ProductAutomaton],
        relations: Iterable[RelationPlace],
        chars: Sequence[str],
        budget: ReadingBudget,
    ) -> None:
        self._readers = readers
        self._relations = tuple(relations)
        self._chars = chars
        self._budget = budget
        self._known: dict[tuple[tuple[int, ...], tuple[State, ...]], Signatures] = {}
        self._next: dict[tuple[tuple[int, ...], tuple[State, ...]], list[Successor]] = {}

    def text_signatures(self) -> Signatures:
        """Return the simplest texts of each signature (the places of true tests and relations), the
        simplest first.
        """
        every = tuple(range(len(self._readers)))
        if len(every) > MAX_RELATED_TEXTS:
            raise TooManyTexts
        found = self._completions(every, tuple(reader.start_state() for reader in self._readers))
        return dict(sorted(found.items(), key=lambda pair: text_sizes(pair[1])))

    def _completions(self, group: tuple[int, ...], states: tuple[State, ...]) -> Signatures:
        """Return the same for the completions of texts that agree so far."""
        known = self._known.get((group, states))
        if known is None:
            work = self._complete_one if len(group) == 1 else self._complete_several
            known = self._known[group, states] = work(group, states)
        return known

    def _complete_one(self, group: tuple[int, ...], states: tuple[State, ...]) -> Signatures:
        found = self._readers[group[0]].completions(states[0], 1, self._budget)
        return {holds: (texts[0],) for holds, texts in found.items()}

    def _complete_several(self, group: tuple[int, ...], states: tuple[State, ...]) -> Signatures:
        """Read characters that all texts share, and then split the group."""
        found: Signatures = {}
        came = {states}
        queue = deque([(states, "")])
        parts = [blocks for blocks in _ordered_partitions(group) if blocks[0] or len(blocks) > 2]
        while queue:
            here, shared = queue.popleft()
            for blocks in parts:
                for holds, rests in self._split_group(group, here, blocks):
                    self._keep_simplest(found, holds, tuple(shared + rest for rest in rests))
            for after, chars in self._successors(group, here):
                if after not in came:
                    came.add(after)
                    queue.append((after, shared + chars[0]))
        return found

    def _step_group(
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

    def _keep_simplest(self, found: Signatures, holds: frozenset[int], texts: Texts) -> None:
        before = found.get(holds)
        if before is None or text_sizes(texts) < text_sizes(before):
            found[holds] = texts
        if len(found) > MAX_TEXT_STATES:
            raise TooManyTexts

    def _split_group(
        self, group: tuple[int, ...], states: tuple[State, ...], blocks: tuple[tuple[int, ...], ...]
    ) -> Iterator[tuple[frozenset[int], Texts]]:
        """Yield signatures if the texts of the first block end, and each other block continues with
        a greater character than the block before.
        """
        at = dict(zip(group, states, strict=True))
        ended, *going = blocks
        related = self._true_relations(blocks)
        holds = related.union(*(self._readers[one].true_tests(at[one]) for one in ended))
        for rests in self._continue_blocks(going, at):
            self._budget.spend(10)
            texts = dict.fromkeys(ended, "")
            texts |= {one: text for _, some in rests for one, text in some.items()}
            yield holds.union(*(one for one, _ in rests)), tuple(texts[one] for one in group)

    def _continue_blocks(
        self, blocks: Sequence[tuple[int, ...]], at: Mapping[int, State]
    ) -> Iterator[tuple[tuple[frozenset[int], dict[int, str]], ...]]:
        """Yield, for each block, what holds and how its texts continue."""
        ways = (self._successors(block, tuple(at[one] for one in block)) for block in blocks)
        for chosen in product(*ways):
            self._budget.spend(1)
            chars = _choose_ascending([chars for _, chars in chosen])
            if chars is not None:
                afters = (
                    self._continue_block(block, states, char)
                    for block, (states, _), char in zip(blocks, chosen, chars, strict=True)
                )
                yield from product(*afters)

    def _successors(self, block: tuple[int, ...], states: tuple[State, ...]) -> list[Successor]:
        """Return the successors of a block's states, each with the shared characters that lead
        there.
        """
        found = self._next.get((block, states))
        if found is None:
            by: dict[tuple[State, ...], list[str]] = {}
            for char in self._chars:
                after = self._step_group(block, states, char)
                if after is not None:
                    by.setdefault(after, []).append(char)
            found = self._next[block, states] = list(by.items())
        return found

    def _continue_block(
        self, block: tuple[int, ...], states: tuple[State, ...], char: str
    ) -> list[tuple[frozenset[int], dict[int, str]]]:
        return [
            (holds, {one: char + text for one, text in zip(block, texts, strict=True)})
            for holds, texts in self._completions(block, states).items()
        ]

    def _true_relations(self, blocks: Sequence[tuple[int, ...]]) -> frozenset[int]:
        """Return the true relations between texts of different blocks, or in the first."""
        place = {one: i for i, block in enumerate(blocks) for one in block}
        return frozenset(
            i
            for i, one, other, op in self._relations
            if one in place and other in place
            if (op == "<" and place[one] < place[other])
            or (op == "=" and place[one] == place[other] == 0)
        )


def _ordered_partitions(group: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Yield all ordered partitions of the texts into blocks, of which the first may be empty."""
    if not group:
        yield ((),)
        return
    for blocks in _ordered_partitions(group[:-1]):
        yield from _insert_text(blocks, group[-1])


def _insert_text(
    blocks: tuple[tuple[int, ...], ...], one: int
) -> Iterator[tuple[tuple[int, ...], ...]]:
    for i, block in enumerate(blocks):
        yield *blocks[:i], (*block, one), *blocks[i + 1 :]
    for i in range(1, len(blocks) + 1):
        yield *blocks[:i], (one,), *blocks[i:]


def _choose_ascending(choices: Sequence[Sequence[str]]) -> list[str] | None:
    """Choose the least character of each that is greater than the one before."""
    found: list[str] = []
    for chars in choices:
        at = bisect_right(chars, found[-1]) if found else 0
        if at == len(chars):
            return None
        found.append(chars[at])
    return found
