"""The results of a decision as literals, so that two specs can be compared in one graph."""

from __future__ import annotations

from collections.abc import Mapping

from specdsl.base.quick_dataclass import dataclass
from specdsl.runtime.results import DecisionTrace
from specdsl.semantics.aig import TRUE, AndInverterGraph, Literal
from specdsl.semantics.resolution_circuit import Resolution


@dataclass(frozen=True, slots=True, order=True)
class Result:
    """The outcome and the flags of a decision, as a decision function returns them. `outcome` is
    empty if the decision failed (a contradiction without `on conflict`) or was not taken (a
    decision that it reads failed)."""

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

Results = Mapping[Result, Literal]
"""The literal of each result: exactly one of them holds."""


def result_of(taken: DecisionTrace) -> Result:
    """Return the result of a decision as a decision function took it."""
    return Result(taken.outcome or "", taken.decided, taken.conflicted, taken.failed)


def result_literals(graph: AndInverterGraph, resolution: Resolution) -> Results:
    """Return the literals of the results of a decision in a world; impossible results are left
    out."""
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


def equal_results(graph: AndInverterGraph, one: Results, two: Results) -> Literal:
    """Return the literal that both have the same result."""
    if one == two:
        return TRUE
    both = one.keys() & two.keys()
    return graph.any_of(graph.all_of((one[result], two[result])) for result in sorted(both))
