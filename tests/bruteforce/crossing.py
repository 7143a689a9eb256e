"""Two worlds in which what somebody says counts at different levels.

A principal without authority may be lent one level in the first world and another in the second.
Then a list of instructions cannot be walked through place by place in both worlds at once: what is
said at the higher level in the one is said at the lower in the other, after all that stands
between. Here all lists together are looked at first. What a list does at a place is a map of
states to states, so a list is a tuple of such maps, one for each place of each world that is
entangled with another; all tuples that lists can make are found by saying one thing more, earlier
than all that was said before. Then the worlds are walked through with each of them. With two
outcomes that is quick; with three or more there are too many tuples, and only those that the
shortest lists make are taken: what is reached is then some of all that there is.
"""

from __future__ import annotations

from collections import deque
from functools import lru_cache
from itertools import islice

from specdsl.frontend.model import nodes as m
from tests.bruteforce.machine import Result, Ruled, Said, State, Walked, hear, letters
from tests.bruteforce.naming import MOST as MAX_HEARD
from tests.bruteforce.naming import Promise, Worlds
from tests.bruteforce.places import Lent, Open, Place, Voices, steers
from tests.bruteforce.walks import below, kept, obeying, said_at

Slot = tuple[int, int]  # the rank of a level; the number of the world
Class = frozenset[Slot]  # where an instruction counts: at most once in each world
Map = tuple[int, ...]  # by state the state after it, as numbers
Word = tuple[Map, ...]  # by slot, highest first
MOST = {2: 6_000}  # words, by the number of outcomes
MAX_OF_MORE = 1_000  # where there are more outcomes: not nearly all
MAX_WALKED = 30_000  # states of two worlds with the words that are left, at a level


def classes(
    spec: m.SpecModel, decision: m.DecisionModel, lent: tuple[Lent, Lent], subject: str | None
) -> frozenset[Class]:
    """All ways in which an instruction of somebody without authority may count."""
    found: set[Class] = set()
    for speaker in spec.principals:
        if speaker.level is not None or not steers(decision, speaker):
            continue
        highest = [(one[speaker.name], w) for w, one in enumerate(lent) if speaker.name in one]
        ranks = range(len(spec.levels))
        named = [[(rank, w) for at, w in highest if rank >= at] for rank in ranks]
        for slots in (highest, *named):
            several = [[slot] for slot in slots] if speaker.name == subject else [slots]
            found |= {frozenset(some) for some in several if some}
    return frozenset(found)


def entangled(found: frozenset[Class]) -> frozenset[Class]:
    """Those at different levels, and those that share a place with one that is entangled."""
    mine = {some for some in found if len({rank for rank, _ in some}) > 1}
    while more := {some for some in found - mine if any(some & other for other in mine)}:
        mine |= more
    return frozenset(mine)


def without(places: Open, found: frozenset[Class]) -> Open:
    """The places, where only these are heard among those without authority."""
    voices = {
        rank: Voices(
            frozenset({(rank, 0)}) in found,
            frozenset({(rank, 1)}) in found,
            frozenset({(rank, 0), (rank, 1)}) in found,
        )
        for rank in range(len(places))
    }
    return tuple((*level[: Place.LENT], voices[rank]) for rank, level in enumerate(places))


@lru_cache(maxsize=256)
def words(found: frozenset[Class], outcomes: int) -> tuple[frozenset[Word], bool]:
    """What lists of instructions do, shortest first, and whether these are all."""
    slots = _slots(found)
    states, number = _states(outcomes), _numbers(outcomes)
    maps = [tuple(number[_after(s, said)] for s in states) for said in letters(outcomes)]
    steps = [tuple(one if s in some else None for s in slots) for some in found for one in maps]
    nothing: Word = tuple(tuple(range(len(states))) for _ in slots)
    reached, left = {nothing}, deque([nothing])
    while left and len(reached) <= MOST.get(outcomes, MAX_OF_MORE):
        word = left.popleft()
        for step in steps:
            longer = tuple(_then(*both) for both in zip(word, step, strict=True))
            if longer not in reached:
                reached.add(longer)
                left.append(longer)
    return frozenset(reached), not left


def _slots(found: frozenset[Class]) -> list[Slot]:
    return sorted({slot for some in found for slot in some})


def _then(first: Map, second: Map | None) -> Map:
    """What was said later is heard first."""
    return first if second is None else tuple(second[state] for state in first)


def _after(state: State, said: Said) -> State:
    after = hear(state, said)
    assert isinstance(after, State), "an instruction clashes with nothing"
    return after


@lru_cache(maxsize=8)
def _states(outcomes: int) -> tuple[State, ...]:
    every = (1 << outcomes) - 1
    made = (
        State(left, permitted, lifted, decided)
        for left in range(1, every + 1)
        for permitted in range(every + 1)
        for lifted in range(every + 1)
        if not lifted & ~permitted
        for decided in (False, True)
    )
    return tuple(made)


@lru_cache(maxsize=8)
def _numbers(outcomes: int) -> dict[State, int]:
    return {state: number for number, state in enumerate(_states(outcomes))}


def together(
    one: Ruled, two: Ruled, applies: tuple[int, int], places: Open, found: frozenset[Class]
) -> tuple[frozenset[tuple[Result, Result]], bool]:
    """Pairs of results, and whether these are all. `found`: the classes of those without
    authority."""
    mine = entangled(found)
    made, whole = words(mine, len(one.decision.outcomes))
    apart, slots = without(places, found - mine), _slots(mine)
    start: Worlds[Walked] = ((one.start(), Promise()), (two.start(), Promise()))
    items: set[tuple[Worlds[Walked], Word]] = {(start, word) for word in made}
    for rank in range(len(places)):
        known = {w: said_at({w}, one, apart, rank) for w in {w for w, _ in items}}
        whole &= all(len(heard) <= MAX_HEARD for heard in known.values())
        whole &= sum(len(known[worlds]) for worlds, _ in items) <= MAX_WALKED
        here = [slot for slot in slots if slot[0] == rank]
        slots = slots[len(here) :]
        rules = obeying(one, two, applies, rank)
        heard = ((one, word) for worlds, word in items for one in known[worlds])
        items = {
            (after, word[len(here) :])
            for worlds, word in islice(heard, MAX_WALKED)
            for after in below({_lent(worlds, word, here, one)}, rules)
        }
    ended = kept({worlds for worlds, _ in items})
    return frozenset((one.end(s), two.end(t)) for (s, _), (t, _) in ended), whole


def _lent(worlds: Worlds[Walked], word: Word, here: list[Slot], found: Ruled) -> Worlds[Walked]:
    """After what is said at the entangled places of a level."""
    outcomes = len(found.decision.outcomes)
    states, numbers = _states(outcomes), _numbers(outcomes)
    after = list(worlds)
    for (_, world), one in zip(here, word[: len(here)], strict=True):
        state, promise = after[world]
        if isinstance(state, State):
            after[world] = states[one[numbers[state]]], promise
    return tuple(after)
