"""Internal equivalences of two worlds: what is left after each level is proved to be equal first.

What depends on it is then proved as quickly (combinational equivalence checking; Kuehlmann and
Krohm 1997).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specdsl.base.limits import SAME_WORK
from specdsl.frontend.model.nodes import DecisionModel
from specdsl.reasoning.prover import Prover
from specdsl.reasoning.sat.engine import Answer
from specdsl.semantics.aig import TRUE, Literal
from specdsl.semantics.resolution_circuit import World

Worlds = tuple[World, World]


def left_after_levels(
    worlds: Worlds, decision: DecisionModel
) -> Iterator[list[tuple[Literal, Literal]]]:
    """Yield for each level the literals that an outcome is left after it, in both worlds."""
    one, two = (world.resolution_of(decision) for world in worlds)
    for first, second in zip(one.levels, two.levels, strict=True):
        yield [*zip(first.left_after, second.left_after, strict=True)]


def inputs_differ(worlds: Worlds, decision: DecisionModel) -> Literal:
    """Return the literal that something from which the decision is resolved differs in worlds that
    share their instructions: whether a rule applies, a delegation is active, or what is read is
    taken. No result differs elsewhere, so there what it reads may differ as it likes."""
    one, two = (world.resolution_of(decision) for world in worlds)
    graph = worlds[0].graph
    delegates = [d for d in worlds[0].circuit.spec.delegates if decision in d.decisions]
    pairs = [
        (one.ready, two.ready),
        *((one.applies[rule], two.applies[rule]) for rule in one.applies),
    ]
    pairs += [(worlds[0].delegation_active(d), worlds[1].delegation_active(d)) for d in delegates]
    return graph.any_of(graph.iff(here, there) ^ 1 for here, there in pairs)


def equate_levels(
    prover: Prover, worlds: Worlds, decisions: Iterable[DecisionModel], given: Literal
) -> None:
    """Assert what is quickly proved to be equal in both worlds after each level of the decisions,
    in dependency order, wherever `given` holds. This changes the budget of the prover."""
    prover.set_budget(SAME_WORK)
    for decision in decisions:
        for pairs in left_after_levels(worlds, decision):
            if not all(_prove_equal(prover, given, *pair) for pair in pairs):
                break


def _prove_equal(prover: Prover, given: Literal, here: Literal, there: Literal) -> bool:
    """Return whether equality is proved quickly; if so, the solver knows it from now on."""
    graph = prover.graph
    same = graph.iff(here, there)
    if same != TRUE and prover.check(given, same ^ 1) is not Answer.UNSAT:
        return False
    prover.assert_always(graph.any_of((given ^ 1, same)))
    return True
