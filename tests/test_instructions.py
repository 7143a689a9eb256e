"""The bounds on instructions that the checks rely on, against enumeration."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from random import Random

import pytest

from specdsl.circuit.instructions import TWO_WORLDS

State = tuple[int, int]  # what is left, and what of it is permitted: masks of outcomes
Pair = tuple[State, ...]  # of one world or of two


def restrict(state: State, outcomes: int) -> State:
    left, permitted = state
    return (left & (outcomes | permitted), permitted) if left & outcomes else state


def permit(state: State, outcomes: int) -> State:
    left, permitted = state
    return left, permitted | (outcomes & left)


def instructions(count: int) -> list[tuple[Callable[[State, int], State], int]]:
    every = (1 << count) - 1
    restrictions = [(restrict, a) for a in range(1, every)]
    return [*restrictions, *((permit, p) for p in range(1, every + 1))]


def states(count: int) -> list[State]:
    masks = range(1 << count)
    return [(left, p) for left in masks if left for p in masks if not p & ~left]


def reached(start: Pair, after: Callable[[Pair], Iterable[Pair]]) -> dict[Pair, int]:
    """Everything that can be reached, with the least number of steps."""
    steps = {start: 0}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        for there in after(here):
            if there not in steps:
                steps[there] = steps[here] + 1
                queue.append(there)
    return steps


@pytest.mark.parametrize("count", [2, 3, 4])
def test_one_restriction_and_one_permission_reach_all_that_any_list_does(count: int) -> None:
    """From (U, P) to exactly the (U', P') with P ⊆ P' ⊆ U' ⊆ U, in at most one of each."""
    moves = instructions(count)
    for start in states(count):
        found = reached((start,), lambda s: (((f(s[0], m)),) for f, m in moves))
        left, permitted = start
        expected = {
            (u, p) for u, p in states(count) if not u & ~left and not permitted & ~p and not p & ~u
        }
        assert {s for (s,) in found} == expected
        both = {restrict(start, a) for f, a in moves if f is restrict} | {start}
        both |= {permit(s, p) for s in both for f, p in moves if f is permit}
        assert both == expected


@pytest.mark.parametrize("speakers", ["both", "both and one", "both, one and the other"])
@pytest.mark.parametrize("count", [2, 3])
def test_two_worlds_need_no_more_instructions_than_there_are_slots(
    count: int, speakers: str
) -> None:
    moves = instructions(count)

    def after(pair: Pair) -> Iterator[Pair]:
        one, two = pair
        for f, m in moves:
            yield f(one, m), f(two, m)
            if "one" in speakers:
                yield f(one, m), two
            if "other" in speakers:
                yield one, f(two, m)

    starts = list(product(states(count), repeat=2))
    chosen = starts if count == 2 else Random(1).sample(starts, 60)
    assert max(max(reached(start, after).values()) for start in chosen) <= TWO_WORLDS
