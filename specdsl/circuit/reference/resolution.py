"""Resolution of one decision: what stands, what is left, who wins, what clashes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations

from specdsl.circuit.reference.candidates import Candidate, Place

Outcomes = frozenset[str]
Above = Callable[[Candidate, Candidate], bool]
Standing = Mapping[Candidate, Outcomes]  # what each that stands leaves, or permits


def stand(every: Outcomes, candidates: Sequence[Candidate], above: Above) -> Standing:
    """The candidates that stand. Each is judged by those strictly above it, and by what is asked
    for below it."""
    standing: dict[Candidate, Outcomes] = {}
    for one in _highest_first(candidates, above):
        higher = {other: does for other, does in standing.items() if above(other, one)}
        meets = one.outcomes & meet(every, restrictions(higher).values())
        if meets:
            permitted = _permitted_against(one, higher, candidates)
            standing[one] = meets if one.permits else one.outcomes | permitted
    return standing


def _permitted_against(
    one: Candidate, higher: Standing, candidates: Sequence[Candidate]
) -> Outcomes:
    """P(c): what the permissions above permit against it. Against an instruction, a permission of a
    higher level permits only what is named by somebody who states it with less authority."""
    named = join(other.outcomes for other in candidates if _stated_below(other, one))
    return join(
        does & named if one.instruction is not None and other.level is not one.level else does
        for other, does in higher.items()
        if other.permits
    )


def _stated_below(other: Candidate, one: Candidate) -> bool:
    """A restriction, stated by a principal whose level is below that of the one."""
    stated = other.place is Place.STATED and not other.permits
    return stated and other.level.rank > one.level.rank


def restrictions(standing: Standing) -> Standing:
    """Those that restrict, with what they leave."""
    return {one: leaves for one, leaves in standing.items() if not one.permits}


def meet(every: Outcomes, sets: Iterable[Outcomes]) -> Outcomes:
    """What all have in common; every outcome where there is none."""
    return every.intersection(*sets)


def join(sets: Iterable[Outcomes]) -> Outcomes:
    empty: Outcomes = frozenset()
    return empty.union(*sets)


def left_above_the_clash(every: Outcomes, restricting: Standing) -> Outcomes:
    """H: what the places above the highest one leave at which, with them, nothing is left."""
    left = every
    for place in sorted({one.where for one in restricting}):
        down_to = meet(every, (leaves for one, leaves in restricting.items() if one.where <= place))
        if not down_to:
            return left
        left = down_to
    raise AssertionError("no contradiction")


def winners(
    order: Sequence[str], chosen: str, standing: Standing, above: Above
) -> tuple[Candidate, ...]:
    """Why it is this outcome, in the order of rank: who excludes what comes before it
    in the order of choice; of the first of that order, those that name it and leave the fewest. And
    who permits it over a restriction that does not name it."""
    restricting = restrictions(standing)
    naming = {one: leaves for one, leaves in restricting.items() if chosen in one.outcomes}
    others = {one: leaves for one, leaves in restricting.items() if one not in naming}
    earlier = frozenset(order[: order.index(chosen)])
    if earlier:
        ordered = [*_by_rank_and_name([*naming], above), *_by_rank_and_name([*others], above)]
        kept = _excluding(ordered, restricting, earlier)
    else:
        fewest = min(map(len, naming.values()), default=0)
        kept = [one for one, leaves in naming.items() if len(leaves) == fewest]
    kept += (
        one
        for one, permitted in standing.items()
        if one.permits and chosen in permitted and any(above(one, other) for other in others)
    )
    return tuple(_by_rank_and_name(kept, above))


def _excluding(
    ordered: Iterable[Candidate], restricting: Standing, outcomes: Outcomes
) -> list[Candidate]:
    """Each that excludes one of the outcomes which those before it do not."""
    kept: list[Candidate] = []
    for one in ordered:
        if outcomes - restricting[one]:
            kept.append(one)
            outcomes &= restricting[one]
    return kept


def clashes(restricting: Standing) -> frozenset[frozenset[str]]:
    """The rules of each minimal set of standing restrictions whose leavings do not meet. Each of a
    minimal set excludes an outcome that no other of it does, so it is no larger than they are."""
    minimal: list[frozenset[Candidate]] = []
    every = join(restricting.values())
    for size in range(2, len(every) + 1):
        for some in map(frozenset, combinations(restricting, size)):
            if meet(every, (restricting[one] for one in some)):
                continue
            if not any(smaller <= some for smaller in minimal):
                minimal.append(some)
    return frozenset(frozenset(one.name for one in some if one.rule) for some in minimal)


def superseded(
    one: Candidate, every: Outcomes, candidates: Sequence[Candidate], above: Above
) -> bool:
    """Whether an overridden instruction would stand if the others of its place were left out."""
    others = [other for other in candidates if other is one or other.where != one.where]
    return one.instruction is not None and one in stand(every, others, above)


def _highest_first(candidates: Sequence[Candidate], above: Above) -> list[Candidate]:
    """An order in which each comes after all above it: those have fewer above them."""
    return sorted(candidates, key=lambda one: sum(above(other, one) for other in candidates))


def _by_rank_and_name(candidates: list[Candidate], above: Above) -> list[Candidate]:
    """Again and again, of those with nothing left above them, the first by name."""
    ordered = []
    while candidates:
        top = [one for one in candidates if not any(above(other, one) for other in candidates)]
        first = min(top, key=lambda one: one.name)
        ordered.append(first)
        candidates = [one for one in candidates if one is not first]
    return ordered
