"""What a decision comes to in two situations, or with two specs, side by side."""

from __future__ import annotations

from specdsl.smtlib.text import FALSE, TRUE, all_of, any_of, negated
from specdsl.smtlib.world import Bits, Resolved


def otherwise(one: Resolved, other: Resolved) -> str:
    """Its outcome or a flag differs, or only one of the two takes it up."""
    flags = ((one.conflicted, other.conflicted), (one.decided, other.decided))
    differs = any_of((*(unlike(*pair) for pair in flags), _unlike(one.outcome, other.outcome)))
    return any_of((unlike(one.ready, other.ready), all_of((one.ready, other.ready, differs))))


def another_outcome(one: Resolved, other: Resolved) -> str:
    """Both take it, with two outcomes."""
    return all_of((one.taken, other.taken, _unlike(one.outcome, other.outcome)))


def preferred(one: Resolved, other: Resolved) -> str:
    """Both take it, the second with a more preferred outcome."""
    better = (all_of((bit, any_of(other.outcome[:o]))) for o, bit in enumerate(one.outcome))
    return all_of((one.taken, other.taken, any_of(better)))


def unlike(one: str, other: str) -> str:
    """Of two Bools, that they differ."""
    if one == other:
        return FALSE
    if TRUE in (one, other):
        return negated(other if one == TRUE else one)
    if FALSE in (one, other):
        return other if one == FALSE else one
    return f"(not (= {one} {other}))"


def _unlike(one: Bits, other: Bits) -> str:
    return any_of(unlike(a, b) for a, b in zip(one, other, strict=True))
