"""All that instructions can lead to at one decision, in one world or in two that share them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import product

from tests.bruteforce import naming
from tests.bruteforce.machine import Result, Ruled, State, Walked, enter, hear, obey, standing
from tests.bruteforce.naming import (
    One,
    Promise,
    Worlds,
    counting,
    entering,
    joined,
    leaving,
    shared_below,
)
from tests.bruteforce.places import Open, Voices

Walk = set[Worlds[Walked]]


def alone(found: Ruled, applies: int, places: Open) -> tuple[frozenset[Result], int]:
    """All results, and a mask of the rules that stand somewhere. A place is open to whoever speaks
    there in the first world."""
    first = tuple(tuple(Voices(first=v.first or v.both) for v in level) for level in places)
    items: Walk = {((found.start(), Promise()),)}
    stands = 0
    for rank, level in enumerate(found.levels):
        items = said_at(items, found, first, rank)
        for ((state, _),) in items:
            if not isinstance(state, Result):
                stands |= sum(1 << n for n in standing(found, level, applies, state))
        items = below(items, [lambda s, level=level: obey(found, level, applies, s)])  # type: ignore[misc]
    return frozenset(found.end(state) for ((state, _),) in kept(items)), stands


def together(
    one: Ruled, two: Ruled, applies: tuple[int, int], places: Open
) -> tuple[frozenset[tuple[Result, Result]], bool]:
    """Pairs of results that shared instructions can lead to, and whether these are all."""
    items: Walk = {((one.start(), Promise()), (two.start(), Promise()))}
    whole = True
    for rank in range(len(places)):
        heard = said_at(items, one, places, rank)
        whole &= len(heard) <= naming.MOST
        shared = shared_below(places, rank)
        items = below(heard, obeying(one, two, applies, rank), shared)
    return frozenset((one.end(s), two.end(t)) for (s, _), (t, _) in kept(items)), whole


def obeying(
    one: Ruled, two: Ruled, applies: tuple[int, int], rank: int
) -> list[Callable[[Walked], Walked]]:
    """What the rules of a level do in each world."""
    return [
        lambda s: obey(one, one.levels[rank], applies[0], s),
        lambda t: obey(two, two.levels[rank], applies[1], t),
    ]


def said_at(items: Walk, found: Ruled, places: Open, rank: int) -> Walk:
    """All that can be said at a level leads to."""
    made = {one for worlds in items for one in entered(worlds, places, rank)}
    return naming.said_at(made, places[rank], found.letters, hear)


def entered(worlds: Worlds[Walked], places: Open, rank: int) -> Iterator[Worlds[Walked]]:
    """Above the instructions of a level, with all that can be promised there."""
    counts, shared = counting(places, rank), shared_below(places, rank)
    for made in product(*(_entered(*pair) for pair in zip(worlds, counts, strict=False))):
        if not shared or _agree([promise for _, promise in made]):
            yield made


def _agree(promises: Sequence[Promise]) -> bool:
    """Nothing is to be named later in one world, and never in another."""
    return not any(one.later & two.never_later for one in promises for two in promises)


@lru_cache(maxsize=50_000)
def _entered(one: One[Walked], counts: tuple[bool, bool]) -> tuple[One[Walked], ...]:
    state, before = one
    permitted = state.permitted & state.left if isinstance(state, State) else 0
    promises = entering(before, permitted, *counts)
    return tuple((enter(state, promise.later), promise) for promise in promises)


def below(items: Walk, rules: Iterable[Callable[[Walked], Walked]], shared: bool = False) -> Walk:
    """Below the rules of a level, where what was due there has been named. `shared`: from there on
    the same is named in all worlds."""
    obeying = [cache(obeyed) for obeyed in rules]
    made: Walk = set()
    for worlds in items:
        promises = _left([leaving(promise) for _, promise in worlds], shared)
        if promises is not None:
            states = (obeyed(s) for obeyed, (s, _) in zip(obeying, worlds, strict=True))
            made.add(tuple(zip(states, promises, strict=True)))
    return made


def _left(promises: Sequence[Promise | None], shared: bool) -> Sequence[Promise] | None:
    found = [promise for promise in promises if promise is not None]
    if len(found) < len(promises) or not shared:
        return found if len(found) == len(promises) else None
    one = joined(found)
    return None if one is None else [one] * len(found)


def kept(items: Walk) -> Walk:
    """Those that owe nothing in the end."""
    return {worlds for worlds in items if not any(promise.named for _, promise in worlds)}
