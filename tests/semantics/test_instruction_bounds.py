"""The bounds on instructions that the checks rely on, against enumeration."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations_with_replacement, product
from random import Random
from typing import Any

import pytest
import z3

from specdsl.semantics.instruction_inputs import kinds_for_paired_worlds, slots_for_paired_worlds

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


def any_names(named: Named, where: tuple[bool, bool]) -> bool:
    return True


def by_slot(
    two: Two,
    speakers: tuple[tuple[bool, bool], ...],
    allowed: Callable[[Named, tuple[bool, bool]], bool] = any_names,
) -> set[Two]:
    """All that a restriction and then a permission lead to, either of which may be missing."""
    found = {two, *by_one(two, False, speakers, allowed)}
    return found.union(*(by_one(one, True, speakers, allowed) for one in found))


@lru_cache(maxsize=50_000)  # Many pairs of states lead to the same one.
def by_one(
    two: Two,
    permits: bool,
    speakers: tuple[tuple[bool, bool], ...],
    allowed: Callable[[Named, tuple[bool, bool]], bool],
) -> frozenset[Two]:
    """All that one instruction leads to."""
    return frozenset(
        heard(two, named, permits, where)
        for named in chosen_of(two)
        for where in speakers
        if permits or (named.total() < len(two) and allowed(named, where))
    )


@pytest.mark.parametrize(
    ("speakers", "needed"),
    [((BOTH,), 3), ((BOTH, FIRST), 3), ((BOTH, FIRST, SECOND), 2)],
    ids=["both", "both and one", "both, one and the other"],
)
@pytest.mark.parametrize("count", [2, 3, pytest.param(4, marks=pytest.mark.slow)])
def test_two_situations_need_no_more_slots(
    count: int, speakers: tuple[tuple[bool, bool], ...], needed: int
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
    assert most == min(count, needed) <= slots_for_paired_worlds(count, answers=SECOND in speakers)


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
    speakers: tuple[tuple[bool, bool], ...], count: int
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
    assert most == count <= slots_for_paired_worlds(count, answers=SECOND in speakers, names=True)


def by_kinds(here: Two, kinds: Iterable[bool], allowed: Callable[[Named], bool]) -> set[Two]:
    """All that instructions of these kinds lead to, any of which may be missing."""
    found = {here}
    for permits in kinds:
        found |= {heard(s, n, permits, BOTH) for s in found for n in names_of(s, permits, allowed)}
    return found


def names_of(two: Two, permits: bool, allowed: Callable[[Named], bool]) -> Iterator[Named]:
    """What an instruction may name."""
    for named in chosen_of(two):
        if permits or (named.total() < len(two) and allowed(named)):
            yield named


@pytest.mark.parametrize(
    ("count", "names"),
    [(2, False), (3, False), (2, True), pytest.param(3, True, marks=pytest.mark.slow)],
)
def test_the_kinds_of_two_situations_reach_all_that_any_list_does(count: int, names: bool) -> None:
    kinds = kinds_for_paired_worlds(count, names=names)
    mays = (False, True) if names else (True,)
    starts = product(product(range(3), range(3)), mays)

    def allowed(named: Named) -> bool:
        return all(may for ((_, may), _), n in named.items() if n)

    for start in combinations_with_replacement(starts, count):
        here: Two = tuple(sorted((one, one[0]) for one in start))
        found = by_kinds(here, kinds, allowed)
        assert by_kinds(here, (True, False), allowed) <= found
        more = {t for s in found for t in by_kinds(s, (True, False), allowed)}
        assert found == more, "one more leads nowhere else"


# --- with many outcomes ---


@dataclass(frozen=True)
class Listed:
    """Many outcomes in two situations before a list and after it, and what the list names."""

    count: int
    before: Pair
    after: Pair
    names: int


def any_list(seed: int) -> Listed:
    """A list that often names what is left in one of the situations alone."""
    draw = Random(seed)
    count = draw.randint(5, 10)
    every = (1 << count) - 1
    start = tuple(any_state(draw, count) for _ in range(2))
    here, names = start, 0
    share = draw.random()
    for _ in range(draw.randint(1, 8)):
        named = sum(1 << o for o in range(count) if draw.random() < share)
        if draw.random() < 0.3:
            named &= ~draw.choice(here)[0]
        if named and draw.random() < 0.4:
            here = tuple(permit(state, named) for state in here)
        elif named and named != every:
            here, names = tuple(restrict(state, named) for state in here), names | named
    return Listed(count, start, here, names)


def any_state(draw: Random, count: int) -> State:
    left = draw.getrandbits(count) | draw.choice((0, draw.getrandbits(count)))
    return left, left & draw.getrandbits(count)


def leads_there(listed: Listed, kinds: Iterable[bool], names: int) -> bool:
    """Instructions of these kinds lead there, whose restrictions name none but these outcomes."""
    solver, outcomes = z3.SolverFor("QF_FD"), range(listed.count)
    now = [[[z3.BoolVal(bool(m >> o & 1)) for o in outcomes] for m in s] for s in listed.before]
    for i, permits in enumerate(kinds):
        used, named = z3.Bool(f"used {i}"), [z3.Bool(f"names {i} {o}") for o in outcomes]
        if not permits:
            solver.add(*(z3.Not(named[o]) for o in outcomes if not names >> o & 1))
            solver.add(z3.Or(named), z3.Not(z3.And(named)))
        for state in now:
            left, lifted = state
            meets = z3.And(used, z3.Or([z3.And(named[o], left[o]) for o in outcomes]))
            if permits:
                state[1] = [z3.Or(lifted[o], z3.And(used, named[o], left[o])) for o in outcomes]
            else:
                kept = [z3.Or(z3.Not(meets), named[o], lifted[o]) for o in outcomes]
                state[0] = [z3.And(left[o], kept[o]) for o in outcomes]
    for state, end in zip(now, listed.after, strict=True):
        for literals, mask in zip(state, end, strict=True):
            solver.add(*(literals[o] == bool(mask >> o & 1) for o in outcomes))
    return bool(solver.check() == z3.sat)


@pytest.mark.parametrize("names", [False, True])
def test_with_many_outcomes_the_kinds_of_two_situations_lead_where_a_list_does(names: bool) -> None:
    for seed in range(60):
        listed = any_list(seed)
        named = listed.names if names else (1 << listed.count) - 1
        kinds = kinds_for_paired_worlds(listed.count, names=names)
        if names and not named:
            kinds = [permits for permits in kinds if permits]  # it restricts nothing
        assert leads_there(listed, kinds, named), seed


def test_no_kind_of_two_situations_can_be_left_out() -> None:
    """Lists of many outcomes do not reach less by chance: each of the kinds is needed for some."""
    kinds = kinds_for_paired_worlds(9)
    lists = [any_list(seed) for seed in range(400)]
    for i in range(len(kinds)):
        fewer = [*kinds[:i], *kinds[i + 1 :]]
        assert not all(leads_there(one, fewer, (1 << one.count) - 1) for one in lists)


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
