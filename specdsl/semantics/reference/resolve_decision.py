"""Resolves one decision: which candidates stand, what they leave, who wins, what conflicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations

from specdsl.semantics.reference.candidates import PlacedCandidate, RankPlace

OutcomeSet = frozenset[str]
RanksAbove = Callable[[PlacedCandidate, PlacedCandidate], bool]
StandingOutcomes = Mapping[PlacedCandidate, OutcomeSet]  # what each that stands leaves, or permits


def standing_candidates(
    every: OutcomeSet, candidates: Sequence[PlacedCandidate], above: RanksAbove
) -> StandingOutcomes:
    """Return the candidates that stand. Each depends on the candidates strictly above it, and on
    the outcomes that instructions below it name."""
    standing: dict[PlacedCandidate, OutcomeSet] = {}
    for one in _highest_first(candidates, above):
        higher = {other: does for other, does in standing.items() if above(other, one)}
        meets = one.outcomes & common_outcomes(every, standing_restrictions(higher).values())
        if meets:
            permitted = _permitted_against(one, higher, candidates)
            standing[one] = meets if one.permits else one.outcomes | permitted
    return standing


def _permitted_against(
    one: PlacedCandidate, higher: StandingOutcomes, candidates: Sequence[PlacedCandidate]
) -> OutcomeSet:
    """Return P(c), the outcomes that permissions above permit against a candidate. Against an
    instruction, a permission of a higher level permits only outcomes that a principal with less
    authority names in a stated restriction."""
    named = all_outcomes(other.outcomes for other in candidates if _is_stated_below(other, one))
    return all_outcomes(
        does & named if one.instruction is not None and other.level is not one.level else does
        for other, does in higher.items()
        if other.permits
    )


def _is_stated_below(other: PlacedCandidate, one: PlacedCandidate) -> bool:
    """Tell whether it is a restriction stated by a principal of a lower level."""
    stated = other.place is RankPlace.STATED and not other.permits
    return stated and other.level.rank > one.level.rank


def standing_restrictions(standing: StandingOutcomes) -> StandingOutcomes:
    """Return the standing restrictions with the outcomes that they leave."""
    return {one: leaves for one, leaves in standing.items() if not one.permits}


def common_outcomes(every: OutcomeSet, sets: Iterable[OutcomeSet]) -> OutcomeSet:
    """Return the intersection of the sets; every outcome if there is no set."""
    return every.intersection(*sets)


def all_outcomes(sets: Iterable[OutcomeSet]) -> OutcomeSet:
    empty: OutcomeSet = frozenset()
    return empty.union(*sets)


def left_above_conflict(every: OutcomeSet, restricting: StandingOutcomes) -> OutcomeSet:
    """Return H, the outcomes left above the highest place at which nothing is left."""
    left = every
    for place in sorted({one.rank_position for one in restricting}):
        down_to = common_outcomes(
            every, (leaves for one, leaves in restricting.items() if one.rank_position <= place)
        )
        if not down_to:
            return left
        left = down_to
    raise AssertionError("no contradiction")


def winning_candidates(
    order: Sequence[str], chosen: str, standing: StandingOutcomes, above: RanksAbove
) -> tuple[PlacedCandidate, ...]:
    """Return the winners in the order of rank: the reasons for the chosen outcome.

    They are the restrictions that exclude the outcomes before it in the order of choice, or for the
    first of that order, the restrictions that name it and leave the fewest outcomes; and the
    permissions that permit it over a restriction that does not name it."""
    restricting = standing_restrictions(standing)
    naming = {one: leaves for one, leaves in restricting.items() if chosen in one.outcomes}
    others = {one: leaves for one, leaves in restricting.items() if one not in naming}
    earlier = frozenset(order[: order.index(chosen)])
    if earlier:
        ordered = [*_by_rank_and_name([*naming], above), *_by_rank_and_name([*others], above)]
        kept = _excluding_candidates(ordered, restricting, earlier)
    else:
        fewest = min(map(len, naming.values()), default=0)
        kept = [one for one, leaves in naming.items() if len(leaves) == fewest]
    kept += (
        one
        for one, permitted in standing.items()
        if one.permits and chosen in permitted and any(above(one, other) for other in others)
    )
    return tuple(_by_rank_and_name(kept, above))


def _excluding_candidates(
    ordered: Iterable[PlacedCandidate], restricting: StandingOutcomes, outcomes: OutcomeSet
) -> list[PlacedCandidate]:
    """Return each candidate that excludes an outcome which the earlier ones do not."""
    kept: list[PlacedCandidate] = []
    for one in ordered:
        if outcomes - restricting[one]:
            kept.append(one)
            outcomes &= restricting[one]
    return kept


def minimal_conflicts(restricting: StandingOutcomes) -> frozenset[frozenset[str]]:
    """Return the rules of each minimal set of standing restrictions that leaves no outcome. Each
    member excludes an outcome that no other member does, so there are at most as many members as
    outcomes."""
    minimal: list[frozenset[PlacedCandidate]] = []
    every = all_outcomes(restricting.values())
    for size in range(2, len(every) + 1):
        for some in map(frozenset, combinations(restricting, size)):
            if common_outcomes(every, (restricting[one] for one in some)):
                continue
            if not any(smaller <= some for smaller in minimal):
                minimal.append(some)
    return frozenset(frozenset(one.name for one in some if one.rule) for some in minimal)


def is_superseded(
    one: PlacedCandidate,
    every: OutcomeSet,
    candidates: Sequence[PlacedCandidate],
    above: RanksAbove,
) -> bool:
    """Tell whether an overridden instruction would stand without the others of its place."""
    others = [
        other for other in candidates if other is one or other.rank_position != one.rank_position
    ]
    return one.instruction is not None and one in standing_candidates(every, others, above)


def _highest_first(
    candidates: Sequence[PlacedCandidate], above: RanksAbove
) -> list[PlacedCandidate]:
    """Sort candidates topologically: a higher candidate has fewer above it."""
    return sorted(candidates, key=lambda one: sum(above(other, one) for other in candidates))


def _by_rank_and_name(
    candidates: list[PlacedCandidate], above: RanksAbove
) -> list[PlacedCandidate]:
    """Sort candidates topologically, by name where several are next."""
    ordered = []
    while candidates:
        top = [one for one in candidates if not any(above(other, one) for other in candidates)]
        first = min(top, key=lambda one: one.name)
        ordered.append(first)
        candidates = [one for one in candidates if one is not first]
    return ordered
