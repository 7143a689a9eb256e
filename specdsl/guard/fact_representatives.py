"""Representatives of facts: a value of each class that a policy distinguishes.

They tell which unknown facts matter in a situation by the decision function alone, one fact at a
time, where neither parser nor circuit is at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from specdsl.runtime.results import BadInput, Contradiction, Decision

if TYPE_CHECKING:
    from specdsl.semantics.circuit import Circuit

Representatives = Mapping[str, list[Any]]


def representative_values(circuit: Circuit) -> Representatives:
    """Return the representatives of facts that may be unknown. A fact that is compared with another
    one has none, nor has a set of so many members that some of its classes would have none.
    """
    from specdsl.base.limits import MAX_SUBSET_MEMBERS
    from specdsl.reasoning.domains.fact_classes import class_values
    from specdsl.semantics.fact_values import facts_in
    from specdsl.semantics.instruction_inputs import FreeInstructions
    from specdsl.semantics.resolution_circuit import World
    from specdsl.situations.situation import to_json

    graph, decisions = circuit.graph, circuit.spec.decisions
    with graph.scratch():
        world = World(circuit, FreeInstructions(circuit).steps)
        outcomes = [one for decision in decisions for one in world.resolution_of(decision).outcome]
        atoms = graph.support([world.assumptions_hold(), *outcomes])
        related = {fact for one in atoms if len(facts_in(one)) > 1 for fact in facts_in(one)}
        found: dict[str, list[Any]] = {}
        for fact in circuit.spec.facts:
            few = len(fact.type.members) <= MAX_SUBSET_MEMBERS
            if fact.optional and fact not in related and few:
                own = [graph.atom(one) for one in atoms if fact in facts_in(one)]
                found[fact.name] = [to_json(fact, one) for one in class_values(graph, own, fact)]
    return found


def telling_facts(
    decide: Callable[[Mapping[str, Any], list[Any]], Decision],
    facts: Mapping[str, Any],
    says: list[Any],
    unknown: Iterable[str],
    values: Representatives,
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return, by decision, the unknown facts that could change its outcome, each with the outcomes
    it could lead to.
    """
    now = decide(facts, says)
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for name in unknown:
        outcomes: dict[str, dict[str, None]] = {}
        for value in values[name]:
            try:
                then = decide({**facts, name: value}, says)
            except (BadInput, Contradiction):
                continue  # It cannot have this value, or there is no outcome.
            for decision in now:
                if then[decision] != now[decision]:
                    outcomes.setdefault(decision, {})[then[decision]] = None
        for decision, several in outcomes.items():
            found.setdefault(decision, {})[name] = tuple(several)
    return found
