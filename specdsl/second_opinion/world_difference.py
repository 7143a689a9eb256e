"""Differences of a decision between two worlds, of the same spec or of a spec and its part.

Each comparison also asserts that a direct cause of the decision differs. This is implied, but saves
the solver from deriving step by step that everything else is equal.
"""

from __future__ import annotations

from specdsl.frontend.model.nodes import DecisionModel
from specdsl.second_opinion.reduced_specs import ranks_differ
from specdsl.second_opinion.smt_world import Bits, SmtWorld
from specdsl.second_opinion.smtlib_text import FALSE, TRUE, all_of, any_of, negation_of


def decides_differently(one: SmtWorld, other: SmtWorld, decision: DecisionModel) -> str:
    """Return the term that the outcome or a flag differs, or only one world is ready to decide."""
    here, there = one.resolve_decision(decision), other.resolve_decision(decision)
    flags = ((here.conflicted, there.conflicted), (here.decided, there.decided))
    differs = any_of(
        (*(bools_differ(*pair) for pair in flags), _some_bit_differs(here.outcome, there.outcome))
    )
    taken_up = all_of((here.ready, there.ready, differs))
    return all_of(
        (
            difference_cause(one, other, decision),
            any_of((bools_differ(here.ready, there.ready), taken_up)),
        )
    )


def outcomes_differ(one: SmtWorld, other: SmtWorld, decision: DecisionModel) -> str:
    """Return the term that both worlds take the decision, with different outcomes."""
    here, there = one.resolve_decision(decision), other.resolve_decision(decision)
    differs = _some_bit_differs(here.outcome, there.outcome)
    return all_of((difference_cause(one, other, decision), here.taken, there.taken, differs))


def is_more_preferred(one: SmtWorld, other: SmtWorld, decision: DecisionModel) -> str:
    """Return the term that both take it, and the second world has a more preferred outcome."""
    here, there = one.resolve_decision(decision), other.resolve_decision(decision)
    better = (all_of((bit, any_of(there.outcome[:o]))) for o, bit in enumerate(here.outcome))
    return all_of((difference_cause(one, other, decision), here.taken, there.taken, any_of(better)))


def difference_cause(one: SmtWorld, other: SmtWorld, decision: DecisionModel) -> str:
    """Return the term that a direct cause of the decision differs: a rule applies, a delegation is
    active or the decisions read are taken in only one of the worlds.

    The instructions are the same in both. All else follows from the causes unless the ranks of
    rules differ, too; then the term is true."""
    if ranks_differ(one.spec, other.spec, decision):
        return TRUE
    here, there = _direct_causes(one, decision), _direct_causes(other, decision)
    return any_of(bools_differ(here.get(k, FALSE), there.get(k, FALSE)) for k in here | there)


def _direct_causes(world: SmtWorld, decision: DecisionModel) -> dict[object, str]:
    here = world.resolve_decision(decision)
    found: dict[object, str] = {decision: here.ready}
    found |= {rule.name: true for rule, true in here.applies.items()}
    lent = (delegate for delegate in world.spec.delegates if decision in delegate.decisions)
    return found | {delegate: world.is_active(delegate) for delegate in lent}


def bools_differ(one: str, other: str) -> str:
    """Return the term that two Bools differ."""
    if one == other:
        return FALSE
    if TRUE in (one, other):
        return negation_of(other if one == TRUE else one)
    if FALSE in (one, other):
        return other if one == FALSE else one
    return f"(not (= {one} {other}))"


def _some_bit_differs(one: Bits, other: Bits) -> str:
    return any_of(bools_differ(a, b) for a, b in zip(one, other, strict=True))
