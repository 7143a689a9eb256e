"""What a decision comes to in two worlds side by side, of the same spec or of one and its part.

Each comparison says also that something differs on which the decision rests. It follows, and with
it a solver need not find out step by step that everything else is the same.
"""

from __future__ import annotations

from specdsl.model.nodes import Decision
from specdsl.smtlib.text import FALSE, TRUE, all_of, any_of, negated
from specdsl.smtlib.without import reordered
from specdsl.smtlib.world import Bits, World


def otherwise(one: World, other: World, decision: Decision) -> str:
    """Its outcome or a flag differs, or only one of the two takes it up."""
    here, there = one.decide(decision), other.decide(decision)
    flags = ((here.conflicted, there.conflicted), (here.decided, there.decided))
    differs = any_of((*(unlike(*pair) for pair in flags), _unlike(here.outcome, there.outcome)))
    taken_up = all_of((here.ready, there.ready, differs))
    return all_of(
        (cause(one, other, decision), any_of((unlike(here.ready, there.ready), taken_up)))
    )


def another_outcome(one: World, other: World, decision: Decision) -> str:
    """Both take it, with two outcomes."""
    here, there = one.decide(decision), other.decide(decision)
    differs = _unlike(here.outcome, there.outcome)
    return all_of((cause(one, other, decision), here.taken, there.taken, differs))


def preferred(one: World, other: World, decision: Decision) -> str:
    """Both take it, the second with a more preferred outcome."""
    here, there = one.decide(decision), other.decide(decision)
    better = (all_of((bit, any_of(there.outcome[:o]))) for o, bit in enumerate(here.outcome))
    return all_of((cause(one, other, decision), here.taken, there.taken, any_of(better)))


def cause(one: World, other: World, decision: Decision) -> str:
    """Of two worlds with the same instructions: one of its rules applies in one of them only, or
    something is lent there only, or what it reads was taken there only. All else that it comes to
    follows from these, unless rules rank otherwise too: then true."""
    if reordered(one.spec, other.spec, decision):
        return TRUE
    here, there = _rests_on(one, decision), _rests_on(other, decision)
    return any_of(unlike(here.get(k, FALSE), there.get(k, FALSE)) for k in here | there)


def _rests_on(world: World, decision: Decision) -> dict[object, str]:
    here = world.decide(decision)
    found: dict[object, str] = {decision: here.ready}
    found |= {rule.name: true for rule, true in here.applies.items()}
    lent = (delegate for delegate in world.spec.delegates if decision in delegate.decisions)
    return found | {delegate: world.active(delegate) for delegate in lent}


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
