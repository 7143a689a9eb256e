"""Values with which no assumption is false, for facts whose values do not matter otherwise."""

from __future__ import annotations

from collections.abc import Iterable

from specdsl.base.limits import OPEN_FACTS_SECONDS, OPEN_FACTS_WORK
from specdsl.frontend.model.nodes import Fact
from specdsl.reasoning.prover import Prover, Undetermined
from specdsl.reasoning.sat.engine import Answer, Limits
from specdsl.semantics.aig import FALSE, TRUE, AndInverterGraph, Known, Literal
from specdsl.semantics.fact_values import FactValue, FactValues
from specdsl.situations.situation import default_of

LIMITS = Limits(work=OPEN_FACTS_WORK, seconds=OPEN_FACTS_SECONDS)


def possible_values(
    graph: AndInverterGraph, possible: Literal, facts: Iterable[Fact]
) -> dict[Fact, FactValue] | None:
    """Return values of the facts with which the literal holds: plain ones where these do, and
    unknown rather than known; None if there are none. Raises `Undetermined`.
    """
    values = {fact: default_of(fact) for fact in facts}
    if possible == FALSE:
        return None
    if possible == TRUE or graph.evaluator(FactValues(values).holds)(possible):
        return values
    prover = Prover(graph, (possible,), LIMITS)
    prover.prefer_phases(graph.atom(Known(fact)) ^ 1 for fact in values if fact.optional)
    answer = prover.check(possible)
    if answer is Answer.UNDETERMINED:
        raise Undetermined
    if answer is Answer.UNSAT:
        return None
    return values | {fact: prover.value(fact) for fact in prover.domains.facts}
