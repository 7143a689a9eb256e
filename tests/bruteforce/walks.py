"""All that instructions can lead to at one decision, in one world or in two that share them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from tests.bruteforce.machine import Result, Ruled, Said, Walked, hear, obey, standing
from tests.bruteforce.places import Open, Voices

S = TypeVar("S")
Both = tuple[Walked, Walked]


def reach(starts: Iterable[S], steps: Callable[[S], Iterable[S]]) -> set[S]:
    """All that some number of steps leads to, none included."""
    found = set(starts)
    left = list(found)
    while left:
        for one in steps(left.pop()):
            if one not in found:
                found.add(one)
                left.append(one)
    return found


def alone(found: Ruled, applies: int, places: Open) -> tuple[frozenset[Result], int]:
    """All results, and a mask of the rules that stand somewhere. A place is open to whoever speaks
    there in the first world."""
    states: set[Walked] = {found.start()}
    stands = 0
    for rank, level in enumerate(found.levels):
        for voices in places[rank]:
            if voices.first or voices.both:
                states = reach(states, lambda s: (hear(s, said) for said in found.letters))
        for state in states:
            if not isinstance(state, Result):
                stands |= sum(1 << n for n in standing(found, level, applies, state))
        states = {obey(found, level, applies, state) for state in states}
    return frozenset(map(found.end, states)), stands


def together(
    one: Ruled, two: Ruled, applies: tuple[int, int], places: Open
) -> frozenset[tuple[Result, Result]]:
    """All pairs of results that shared instructions can lead to."""
    states: set[Both] = {(one.start(), two.start())}
    for rank, (first, second) in enumerate(zip(one.levels, two.levels, strict=True)):
        for voices in places[rank]:
            if voices.any:
                states = reach(states, lambda both, v=voices: heard(both, v, one.letters))  # type: ignore[misc]
        states = {
            (obey(one, first, applies[0], s), obey(two, second, applies[1], t)) for s, t in states
        }
    return frozenset((one.end(s), two.end(t)) for s, t in states)


def heard(both: Both, voices: Voices, letters: tuple[Said, ...]) -> Iterable[Both]:
    """What one instruction more at a place leads to."""
    s, t = both
    for said in letters:
        heard, too = hear(s, said), hear(t, said)
        if voices.both:
            yield heard, too
        if voices.first:
            yield heard, t
        if voices.second:
            yield s, too
