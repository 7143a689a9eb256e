"""Order of open facts: by information gain, as a decision tree is grown (ID3; Quinlan, 1986).

The gain of a fact is how much less uncertain the results are on average once it is known, every
combination of values counting the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import log2

from specdsl.base.limits import MAX_JOINT_RESULTS
from specdsl.frontend.model.nodes import Fact


def order_facts(
    facts: Iterable[Fact],
    results: Sequence[int],
    possible: int,
    values: Mapping[Fact, Sequence[int]],
) -> list[Fact]:
    """Return the facts, the most telling first, and by name where they tell as much. `results` are
    masks of the cases in which a decision has a result, `possible` is the mask of the cases that
    can be, and `values` are masks of the cases in which a fact has a value.
    """
    joint = _joint_results(results, possible)
    before = _entropy(joint)
    gains = {
        fact: before - _remaining_uncertainty(joint, possible, values.get(fact, ()))
        for fact in facts
    }
    return sorted(gains, key=lambda fact: (-round(gains[fact], 9), fact.name))


def _joint_results(results: Sequence[int], possible: int) -> list[int]:
    """Return a mask for each combination of results."""
    found = [possible]
    for mask in results:
        if len(found) > MAX_JOINT_RESULTS:
            break
        found = [part for one in found for part in (one & mask, one & ~mask) if part]
    return found


def _remaining_uncertainty(joint: Sequence[int], possible: int, values: Sequence[int]) -> float:
    """Return the uncertainty that is left on average once a fact with these values is known."""
    total = max(1, possible.bit_count())
    shares = ((possible & mask).bit_count() / total for mask in values)
    left = (_entropy([one & mask for one in joint]) for mask in values)
    return sum(share * rest for share, rest in zip(shares, left, strict=True))


def _entropy(masks: Sequence[int]) -> float:
    """Return the uncertainty, in bits, which of some disjoint masks a case is in."""
    counts = [count for mask in masks if (count := mask.bit_count())]
    total = sum(counts)
    return -sum(count / total * log2(count / total) for count in counts)
