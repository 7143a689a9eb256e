"""The minimal clashes of a decision, by the rules in them.

Here it matters which restrictions stand, not only what they leave together: a walk's states also
have what each standing rule leaves, and what some of the standing instructions leave together.
Which of these are in a clash is guessed when they are heard, with all guesses. Of the instructions
no more need be known: those that are superfluous can be left out of a clash, and all rules that
are needed beside the others are needed beside those that are left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from tests.bruteforce.machine import Ruled, Said, State, enter, hear, obey, standing
from tests.bruteforce.naming import (
    One,
    Promise,
    Worlds,
    can_be_kept,
    counting,
    entering,
    leaving,
    said_at,
)
from tests.bruteforce.places import Open, Voices

Rules = frozenset[int]
Members = tuple[Rules, bool]  # and whether instructions are among them
Leavings = tuple[tuple[int, int], ...]  # by rule what it leaves


class Clash(NamedTuple):
    """A minimal clash: its rules, whether instructions are in it too, and what stands above the
    place where nothing is left."""

    rules: Rules
    instructed: bool
    left_above: int


class Told(NamedTuple):
    """`instructed`: what the instructions that are guessed to be in a clash leave together."""

    state: State
    rules: Leavings
    instructed: int


class Noted(Said):
    """An instruction that is guessed to be in a clash."""


@lru_cache(maxsize=4096)
def clashes(found: Ruled, applies: int, places: Open) -> frozenset[Clash]:
    """All of them, in all situations with these rules and whoever may speak."""
    first = tuple(tuple(Voices(first=v.any) for v in level) for level in places)
    items: set[Worlds[Told]] = {((Told(found.start(), (), found.every), Promise()),)}
    clashing: set[Clash] = set()
    letters = (*found.letters, *(Noted(*said) for said in found.letters if not said.permits))
    last = max((rank for rank, level in enumerate(found.levels) if level), default=-1)
    for rank, level in enumerate(found.levels[: last + 1]):
        counts, _ = counting(first, rank)
        items = {(one,) for (told,) in items for one in _entered(told, counts)}
        items = said_at(items, first[rank], letters, lambda t, s: _heard(found, t, s))
        below: set[Worlds[Told]] = set()
        for ((told, promise),) in items:
            left = leaving(promise)
            after = _obeyed(found, level, applies, told)
            ended = obey(found, level, applies, told.state)
            if left is None:
                continue
            if isinstance(ended, State):
                below.add(((Told(ended, after, told.instructed), left),))
            elif can_be_kept(left, first, rank):
                sets = minimal(after, told.instructed, found.every)
                clashing |= {Clash(rules, more, told.state.left) for rules, more in sets}
        items = below
    return frozenset(clashing)


def _entered(one: One[Told], counts: tuple[bool, bool]) -> Iterator[One[Told]]:
    told, before = one
    for promise in entering(before, told.state.permitted & told.state.left, *counts):
        state = enter(told.state, promise.later)
        assert isinstance(state, State)
        yield told._replace(state=state), promise


def _heard(found: Ruled, told: Told, said: Said) -> Told:
    state = hear(told.state, said)
    assert isinstance(state, State)
    noted = told.instructed
    if isinstance(said, Noted) and said.mask & told.state.left:
        noted &= said.mask | told.state.lifted
    return Told(state, told.rules, noted)


def _obeyed(found: Ruled, level: tuple[int, ...], applies: int, told: Told) -> Leavings:
    stands = standing(found, level, applies, told.state)
    mine = (
        (n, leaves)
        for n, leaves in stands.items()
        if not found.entries[n].permits and leaves != found.every
    )
    return (*told.rules, *mine)


@lru_cache(maxsize=100_000)
def minimal(rules: Leavings, instructed: int, every: int) -> frozenset[Members]:
    """Each minimal set of rules that leave nothing, or nothing of what instructions leave. Each of
    them excludes an outcome that no other does, so they are no more than there are."""
    found: set[Members] = set()
    for size in range(1, every.bit_length() + 1):
        for some in combinations(rules, size):
            leaves, names = [mask for _, mask in some], frozenset(number for number, _ in some)
            together = _meet(leaves, every)
            if not together and _needs_all(leaves, every):
                found.add((names, False))
            elif together and not together & instructed and _needs_all(leaves, instructed):
                found.add((names, True))
    return frozenset(found)


def _needs_all(leaves: list[int], every: int) -> bool:
    """Without any of them something is left of these outcomes."""
    return all(_meet(leaves[:i] + leaves[i + 1 :], every) for i in range(len(leaves)))


def _meet(leaves: Iterable[int], every: int) -> int:
    for mask in leaves:
        every &= mask
    return every
