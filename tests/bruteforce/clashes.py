"""The minimal clashes of a decision, by the rules in them.

Here it matters which restrictions stand, not only what they leave together: a walk's states also
have what each standing rule leaves, and each standing instruction (once each: two that leave the
same are not both in a minimal clash, and one that leaves everything in none).
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from tests.bruteforce.machine import Ruled, State, hear, obey, standing
from tests.bruteforce.places import Open
from tests.bruteforce.walks import reach

Rules = frozenset[int]
Members = tuple[Rules, bool]  # and whether instructions are among them
Leavings = tuple[tuple[int, int], ...]  # by rule what it leaves


class Told(NamedTuple):
    state: State
    rules: Leavings
    instructions: frozenset[int]


class Clash(NamedTuple):
    """A minimal clash: its rules, whether instructions are in it too, and what stands above the
    place where nothing is left."""

    rules: Rules
    instructed: bool
    left_above: int


@lru_cache(maxsize=4096)
def clashes(found: Ruled, applies: int, places: Open) -> frozenset[Clash]:
    """All of them, in all situations with these rules and whoever may speak."""
    states = {Told(found.start(), (), frozenset())}
    clashing: set[Clash] = set()
    for rank, level in enumerate(found.levels):
        for voices in places[rank]:
            if voices.any:
                states = reach(states, lambda told: _heard(found, told))
        below: set[Told] = set()
        for told in states:
            after = _obeyed(found, level, applies, told)
            ended = obey(found, level, applies, told.state)
            if isinstance(ended, State):
                below.add(Told(ended, after, told.instructions))
            else:
                sets = minimal(after, told.instructions, found.every)
                clashing |= {Clash(rules, more, told.state.left) for rules, more in sets}
        states = below
    return frozenset(clashing)


def _heard(found: Ruled, told: Told) -> set[Told]:
    after: set[Told] = set()
    for said in found.letters:
        state = hear(told.state, said)
        assert isinstance(state, State)
        stands = said.mask & told.state.left and not said.permits
        leaves = said.mask | told.state.permitted
        new = {leaves} if stands and leaves != found.every else set()
        after.add(Told(state, told.rules, told.instructions | new))
    return after


def _obeyed(found: Ruled, level: tuple[int, ...], applies: int, told: Told) -> Leavings:
    stands = standing(found, level, applies, told.state)
    mine = ((n, leaves) for n, leaves in stands.items() if not found.entries[n].permits)
    return (*told.rules, *mine)


@lru_cache(maxsize=100_000)
def minimal(rules: Leavings, instructions: frozenset[int], every: int) -> frozenset[Members]:
    """Each minimal set of leavings that have nothing in common. Each of them excludes an outcome
    that no other does, so it is no larger than they are."""
    items = [(frozenset({n}), leaves) for n, leaves in rules if leaves != every]
    items += [(frozenset(), leaves) for leaves in instructions]
    found = set()
    for size in range(2, every.bit_length() + 1):
        for some in combinations(items, size):
            leaves = [mask for _, mask in some]
            if not _meet(leaves, every) and _needs_all(leaves, every):
                names = [rule for rule, _ in some]
                found.add((frozenset[int]().union(*names), frozenset() in names))
    return frozenset(found)


def _needs_all(leaves: list[int], every: int) -> bool:
    return all(_meet(leaves[:i] + leaves[i + 1 :], every) for i in range(len(leaves)))


def _meet(leaves: list[int], every: int) -> int:
    for mask in leaves:
        every &= mask
    return every
