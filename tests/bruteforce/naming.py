"""What is stated, as a promise: which outcomes are named by those with less authority.

A permission counts against an instruction of a lower level only for what is named below that one. A
walk goes down, so at each level it has to know of what is permitted there whether it is named
further down. It goes on with each answer, and has to keep it: by the end all that was promised must
have been named, and nothing that was promised not to be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import repeat
from math import inf
from typing import Generic, NamedTuple, TypeVar

from tests.bruteforce.machine import Said
from tests.bruteforce.places import Open, Place, Voices

S = TypeVar("S")


class Promise(NamedTuple):
    """Of the levels from here on: the outcomes that must be named, and that must not be; of those
    that must, which are `due` at this level, and which are named at a `later` one; and those that
    must not be named at a later one."""

    named: int = 0
    never: int = 0
    due: int = 0
    later: int = 0
    never_later: int = 0

    def kept_by(self, said: Said) -> Promise | None:
        """What is left of it after something is stated; None where that breaks it."""
        if said.permits:
            return self
        if said.mask & self.never:
            return None
        return self._replace(named=self.named & ~said.mask) if self.named & said.mask else self


def entering(before: Promise, permitted: int, speaks: bool, below: bool) -> Iterator[Promise]:
    """All that can be promised at a level where this is permitted. `speaks`: somebody can there;
    `below`: somebody can state something at a lower level."""
    if not (speaks and below):
        yield before._replace(never_later=before.never if below else 0)
        return
    for later in _subsets(permitted & ~before.never):
        yield Promise(
            before.named & ~later,
            before.never,
            before.named & permitted & ~later,
            later,
            before.never | (permitted & ~later),
        )


@lru_cache(maxsize=50_000)
def leaving(here: Promise) -> Promise | None:
    """What is left of a promise for the levels below; None where something was due."""
    if here.named & here.due:
        return None
    return Promise(here.named | here.later, here.never_later)


def counting(places: Open, rank: int) -> tuple[tuple[bool, bool], tuple[bool, bool]]:
    """By world whether somebody can speak at the level, and state something below it."""
    here = places[rank]
    stated = [level[Place.STATED] for level in places[rank + 1 :]]
    return (
        (any(v.both or v.first for v in here), any(v.both or v.first for v in stated)),
        (any(v.both or v.second for v in here), any(v.both or v.second for v in stated)),
    )


def shared_below(places: Open, rank: int) -> bool:
    """Whether all that is stated at lower levels is heard in both worlds."""
    stated = [level[Place.STATED] for level in places[rank + 1 :]]
    return not any(v.first or v.second for v in stated)


def joined(promises: Sequence[Promise]) -> Promise | None:
    """What several worlds promise, where the same is named in all of them; None where it cannot be
    kept."""
    named = never = 0
    for promise in promises:
        named, never = named | promise.named, never | promise.never
    return None if named & never else Promise(named, never)


def can_be_kept(promise: Promise, places: Open, rank: int) -> bool:
    """Below the level, where nothing else counts: each outcome can be named alone."""
    return not promise.named or any(level[Place.STATED].any for level in places[rank + 1 :])


def _subsets(mask: int) -> Iterator[int]:
    some = mask
    while some:
        yield some
        some = (some - 1) & mask
    yield 0


# --- walks ---------------------------------------------------------------------------------------

One = tuple[S, Promise]
"""What came of what was said in a world, and what is promised there."""

Worlds = tuple[One[S], ...]


MOST = 6_000  # states of two worlds
BROKEN = -1


def reach(starts: Iterable[S], steps: Callable[[S], set[S]], most: float) -> set[S]:
    """All that some number of steps leads to, none included; where there is more than that, some of
    it."""
    found = set(starts)
    left = list(found)
    while left and len(found) <= most:
        fresh = steps(left.pop()) - found
        found |= fresh
        left += fresh
    return found


def said_at(
    items: Iterable[Worlds[S]],
    level: Sequence[Voices],
    letters: Sequence[Said],
    hear: Callable[[S, Said], S],
) -> set[Worlds[S]]:
    """All that can be said at the places of a level leads to. Where the same are heard at two
    places in a row, the second adds nothing, unless a promise binds what is stated at the first."""
    found = set(items)
    before, bound = Voices(), False
    for place, voices in enumerate(level):
        if voices.any and (voices != before or bound):
            bound = place == Place.STATED and any(p != Promise() for w in found for _, p in w)
            found = spoken(found, voices, letters, hear, place)
            before = voices
    return found


def spoken(
    items: Iterable[Worlds[S]],
    voices: Voices,
    letters: Sequence[Said],
    hear: Callable[[S, Said], S],
    place: int,
) -> set[Worlds[S]]:
    """All that can be said at a place leads to. `hear`: the state after an instruction."""
    starts = set(items)
    if not voices.any or not starts:
        return starts
    if len(next(iter(starts))) > 1:
        return _spoken_in_two(starts, voices, letters, hear, place)
    few = single(letters)

    def in_one(worlds: Worlds[S]) -> set[Worlds[S]]:
        (one,) = worlds
        free = place != Place.STATED or not (one[1].named or one[1].never)
        heard = (_heard(one, said, hear, place) for said in (few if free else letters))
        return {(new,) for new in heard if new is not None}

    return reach(starts, in_one, inf)


def _spoken_in_two(
    starts: set[Worlds[S]],
    voices: Voices,
    letters: Sequence[Said],
    hear: Callable[[S, Said], S],
    place: int,
) -> set[Worlds[S]]:
    """The same of two worlds."""
    heard: Heard[S] = _heard_by(hear, tuple(letters), place == Place.STATED)

    def steps(pair: tuple[int, int]) -> set[tuple[int, int]]:
        one, two = pair
        made: set[tuple[int, int]] = set()
        if voices.both:
            made.update(zip(heard.after(one), heard.after(two), strict=True))
        if voices.first:
            made.update(zip(heard.after(one), repeat(two)))
        if voices.second:
            made.update(zip(repeat(one), heard.after(two)))
        return {new for new in made if min(new) > BROKEN}

    found = reach({(heard.number(one), heard.number(two)) for one, two in starts}, steps, MOST)
    return {(heard.ones[one], heard.ones[two]) for one, two in found}


class Heard(Generic[S]):
    """What comes of each letter in one world, once for all walks. `bound`: promises are kept or
    broken by what is said. What is known of a world has a number here."""

    def __init__(self, hear: Callable[[S, Said], S], letters: tuple[Said, ...], bound: bool):
        self._hear, self._letters, self._bound = hear, letters, bound
        self.ones: list[One[S]] = []
        self._numbers: dict[One[S], int] = {}
        self._after: dict[int, list[int]] = {}

    def number(self, one: One[S]) -> int:
        found = self._numbers.setdefault(one, len(self.ones))
        if found == len(self.ones):
            self.ones.append(one)
        return found

    def after(self, at: int) -> list[int]:
        """By letter; BROKEN where it breaks a promise."""
        if at not in self._after:
            state, promise = self.ones[at]
            states = _states_after(self._hear, self._letters, state)
            promises = _promises_after(self._letters, promise) if self._bound else repeat(promise)
            self._after[at] = [
                BROKEN if kept is None else self.number((new, kept))
                for new, kept in zip(states, promises, strict=False)
            ]
        return self._after[at]


@lru_cache(maxsize=16)
def _heard_by(hear: Callable[[S, Said], S], letters: tuple[Said, ...], bound: bool) -> Heard[S]:
    return Heard(hear, letters, bound)


def single(letters: Sequence[Said]) -> tuple[Said, ...]:
    """Those that exclude one outcome, and the permissions. Where no promise is bound by what is
    named, a world hears from them, one after the other, what it hears from all."""
    every = 0
    for said in letters:
        every |= said.mask
    return tuple(s for s in letters if s.permits or (every & ~s.mask).bit_count() == 1)


@lru_cache(maxsize=50_000)
def _states_after(
    hear: Callable[[S, Said], S], letters: tuple[Said, ...], state: S
) -> tuple[S, ...]:
    return tuple(hear(state, said) for said in letters)


@lru_cache(maxsize=50_000)
def _promises_after(letters: tuple[Said, ...], promise: Promise) -> tuple[Promise | None, ...]:
    return tuple(map(promise.kept_by, letters))


def _heard(one: One[S], said: Said, hear: Callable[[S, Said], S], place: int) -> One[S] | None:
    state, promise = one
    kept = promise.kept_by(said) if place == Place.STATED else promise
    return None if kept is None else (hear(state, said), kept)
