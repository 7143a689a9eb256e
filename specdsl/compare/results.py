"""What can become of a decision, as literals, so that two specs can be held against each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from specdsl.circuit.graph import TRUE, Graph
from specdsl.circuit.resolve import Resolution


@dataclass(frozen=True, slots=True, order=True)
class Result:
    """`outcome` is empty where the decision failed (a contradiction that nothing settles) or was
    not taken (a decision that it reads failed). The flags are those of a decision function."""

    outcome: str
    decided: bool = False
    conflicted: bool = False
    failed: bool = False

    def to_json(self) -> dict[str, object]:
        return {
            "outcome": self.outcome or None,
            "decided": self.decided,
            "conflicted": self.conflicted,
            "failed": self.failed,
        }


NOT_TAKEN = Result("")
FAILED = Result("", conflicted=True, failed=True)

Results = Mapping[Result, int]
"""By result the literal that it comes to that: of all of them, exactly one holds."""


def results(graph: Graph, resolution: Resolution) -> Results:
    """What becomes of a decision in a world, without what can never be."""
    decision, ready = resolution.decision, resolution.ready
    conflicted, decided = resolution.conflicted, resolution.decided
    found = {NOT_TAKEN: ready ^ 1}
    if decision.on_conflict is None:
        found[FAILED] = graph.all_of((ready, conflicted))
    for name, literal in zip(decision.outcomes, resolution.outcome, strict=True):
        here = (ready, literal)
        peace = (*here, conflicted ^ 1)
        if decision.on_conflict is not None:
            settled = Result(name, decided=True, conflicted=True)
            found[settled] = graph.all_of((*here, conflicted))
        found[Result(name, decided=True)] = graph.all_of((*peace, decided))
        found[Result(name)] = graph.all_of((*peace, decided ^ 1))
    return {result: literal for result, literal in found.items() if literal != TRUE ^ 1}


def same(graph: Graph, one: Results, two: Results) -> int:
    """Both come to the same result."""
    if one == two:
        return TRUE
    both = one.keys() & two.keys()
    return graph.any_of(graph.all_of((one[result], two[result])) for result in sorted(both))
