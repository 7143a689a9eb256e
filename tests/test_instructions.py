"""The bounds on instructions that the checks rely on, against enumeration."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations_with_replacement, product
from typing import Any

import pytest

from specdsl.circuit.instructions import slots_of_two

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


# --- two situations ------------------------------------------------------------------------------
# An outcome is, in each situation, gone (0), left (1), or left and permitted (2). Outcomes that
# start and stand alike are interchangeable, so a pair of states is a multiset of (start, now): the
# start tells them apart, since what is to be reached is a state of each single outcome.

Outcome = tuple[Any, tuple[int, int]]  # at the start, and now, in both situations
Two = tuple[Outcome, ...]  # sorted
# The situations in which an instruction is heard.
BOTH, FIRST, SECOND = (True, True), (True, False), (False, True)


def chosen_of(two: Two) -> Iterator[Counter[Outcome]]:
    """The sets of outcomes that an instruction may name, as how many of each kind."""
    kinds = Counter(two)
    for counts in product(*(range(count + 1) for count in kinds.values())):
        if any(counts):
            yield Counter(dict(zip(kinds, counts, strict=True)))


def heard(two: Two, named: Counter[Outcome], permits: bool, where: tuple[bool, bool]) -> Two:
    meets = [any(n and now[w] for (_, now), n in named.items()) for w in (0, 1)]
    found: list[Outcome] = []
    for (start, now), count in Counter(two).items():
        inside = named[start, now]
        for is_named, several in ((True, inside), (False, count - inside)):
            after = list(now)
            for w in (0, 1):
                if where[w] and now[w] == 1 and permits and is_named:
                    after[w] = 2
                if where[w] and now[w] == 1 and not permits and not is_named and meets[w]:
                    after[w] = 0
            found += [(start, (after[0], after[1]))] * several
    return tuple(sorted(found))


Named = Counter[Outcome]


def by_slot(
    two: Two,
    speakers: Sequence[tuple[bool, bool]],
    allowed: Callable[[Named, tuple[bool, bool]], bool] = lambda named, where: True,
) -> set[Two]:
    """All that a restriction and then a permission lead to, either of which may be missing."""
    every = len(two)
    restricted = {
        heard(two, named, False, where)
        for named in chosen_of(two)
        for where in speakers
        if named.total() < every and allowed(named, where)
    }
    found = {two, *restricted}
    for one in tuple(found):
        found |= {heard(one, n, True, where) for n in chosen_of(one) for where in speakers}
    return found


@pytest.mark.parametrize(
    ("speakers", "needed"),
    [((BOTH,), 3), ((BOTH, FIRST), 3), ((BOTH, FIRST, SECOND), 2)],
    ids=["both", "both and one", "both, one and the other"],
)
@pytest.mark.parametrize("count", [2, 3, pytest.param(4, marks=pytest.mark.slow)])
def test_two_situations_need_no_more_slots(
    count: int, speakers: Sequence[tuple[bool, bool]], needed: int
) -> None:
    kinds = [(one, two) for one in range(3) for two in range(3)]
    most = 0
    for start in combinations_with_replacement(kinds, count):
        if any(first for first, _ in start) and any(second for _, second in start):
            here: Two = tuple(sorted((kind, kind) for kind in start))
            slots, reached_now = 0, {here}
            frontier = reached_now
            while frontier := {t for s in frontier for t in by_slot(s, speakers)} - reached_now:
                slots += 1
                reached_now |= frontier
            most = max(most, slots)
    assert most == min(count, needed) <= slots_of_two(count, answers=SECOND in speakers)


def may_name(named: Named, where: tuple[bool, bool]) -> bool:
    """Who is heard there names only what the whole list names in these situations."""
    return all(may[w] for (_, may), _ in named for w in (0, 1) if where[w])


@pytest.mark.parametrize(
    ("speakers", "count"),
    [
        ((BOTH,), 2),
        ((BOTH, FIRST), 2),
        ((BOTH, FIRST, SECOND), 2),
        pytest.param((BOTH,), 3, marks=pytest.mark.slow),
    ],
)
def test_two_situations_need_no_more_slots_where_it_matters_what_is_named(
    speakers: Sequence[tuple[bool, bool]], count: int
) -> None:
    """No slot names what the list does not: an outcome may be named in both situations, in one, in
    neither. (Up to five outcomes: four are needed from four on, minutes of a compiled program.)"""
    mays = [(False, False), (True, True)]
    mays += [(True, False)] if FIRST in speakers else []
    mays += [(False, True)] if SECOND in speakers else []
    kinds = [(kind, may) for kind in product(range(3), range(3)) for may in mays]
    most = 0
    for start in combinations_with_replacement(kinds, count):
        if any(kind[0] for kind, _ in start) and any(kind[1] for kind, _ in start):
            here: Two = tuple(sorted(((kind, may), kind) for kind, may in start))
            slots, reached_now = 0, {here}
            frontier = reached_now
            while (
                frontier := {t for s in frontier for t in by_slot(s, speakers, may_name)}
                - reached_now
            ):
                slots += 1
                reached_now |= frontier
            most = max(most, slots)
    assert most == count <= slots_of_two(count, answers=SECOND in speakers, names=True)


def test_a_principal_that_must_speak_in_both_situations_can_change_a_decision() -> None:
    """`when` leaves out the situation in which it says nothing."""
    import specdsl

    spec = specdsl.loads(
        "authority top\nprincipal user at top\n"
        "decision tone: warm > cold\ndecision reply: told > refused\n"
        "assert user cannot change reply when tone is cold\n"
    )
    found = next(f for f in specdsl.check(spec).findings if f.code.name == "refuted-assertion")
    says = [found.fields[key]["says"] for key in ("situation", "other_situation")]
    assert all({"by": "user", "effect": "tone is cold"} in said for said in says)
