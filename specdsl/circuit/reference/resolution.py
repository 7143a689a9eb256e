"""Resolution of one decision: what stands, what is left, who wins, what clashes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations

from specdsl.circuit.reference.candidates import Candidate

Outcomes = frozenset[str]
Above = Callable[[Candidate, Candidate], bool]
Standing = Mapping[Candidate, Outcomes]  # what each that stands leaves, or permits


def stand(every: Outcomes, candidates: Sequence[Candidate], above: Above) -> Standing:
    """The candidates that stand. Each is judged by those strictly above it alone."""
    standing: dict[Candidate, Outcomes] = {}
    for one in _highest_first(candidates, above):
        higher = {other: does for other, does in standing.items() if above(other, one)}
        meets = one.outcomes & meet(every, restrictions(higher).values())
        if meets:
            permitted = join(does for other, does in higher.items() if other.permits)
            standing[one] = meets if one.permits else one.outcomes | permitted
    return standing


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
    order: Sequence[str], chosen: str, restricting: Standing, above: Above
) -> tuple[Candidate, ...]:
    """Why it is this outcome: who excludes what comes before it in the order of choice; of the
    first of that order, the restrictions that leave the fewest."""
    ranked = _by_rank_and_name(list(restricting), above)
    earlier = set(order[: order.index(chosen)])
    if not earlier:
        fewest = min(map(len, restricting.values()), default=0)
        return tuple(one for one in ranked if len(restricting[one]) == fewest)
    kept: list[Candidate] = []
    for one in ranked:
        if earlier - restricting[one]:
            kept.append(one)
            earlier &= restricting[one]
    return tuple(kept)


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
