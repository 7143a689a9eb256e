"""Which rules can apply, and which of their effects can stand: what several checks start from.

One situation answers for every rule that stands in it, so far fewer questions are asked than there
are rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from specdsl.model.nodes import Decision, Rule
from specdsl.solver.engines import Answer

if TYPE_CHECKING:
    from specdsl.checks.context import Context


@dataclass(frozen=True, slots=True)
class Reach:
    """Of one decision, by rule: whether it applies somewhere (with the decision ready to be
    taken), and whether its effect on the decision stands somewhere."""

    applies: dict[Rule, Answer]
    stands: dict[Rule, Answer]


def reach(context: Context, decision: Decision) -> Reach:
    """What is reached of a decision, over all situations."""
    resolution = context.world.decide(decision)
    prover = context.prover(decision)
    prover.prefer(standing.stands for standing in resolution.rules.values())
    found: dict[Rule, Answer] = {}
    for rule, standing in resolution.rules.items():
        if rule in found:
            continue
        found[rule] = prover.ask(standing.stands, resolution.ready)
        if found[rule] is Answer.YES:
            for other, its in resolution.rules.items():
                if other not in found and prover.truth(its.stands):
                    found[other] = Answer.YES
    stands = {rule: found[rule] for rule in resolution.rules}
    applies = {
        rule: answer
        if answer is Answer.YES
        else prover.ask(resolution.applies[rule], resolution.ready)
        for rule, answer in stands.items()
    }
    return Reach(applies, stands)
