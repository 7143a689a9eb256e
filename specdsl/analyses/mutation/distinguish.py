"""Distinguishes a mutant from the spec by one situation, or proves the two equivalent.

The semantic diff finds every difference and its reasons; for a mutant one difference is enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from specdsl.analyses.diff import Result, diff
from specdsl.api import Spec, replay
from specdsl.base.quick_dataclass import dataclass
from specdsl.reasoning.prover import Undetermined
from specdsl.reasoning.sat.engine import Limits
from specdsl.semantics.aig import Literal
from specdsl.verification.two_specs.decision_results import result_of
from specdsl.verification.two_specs.pair_queries import SpecPairQueries
from specdsl.verification.two_specs.partial_edits import PartialEdits
from specdsl.verification.two_specs.spec_pair import SpecPair, pair_specs

QUERY_LIMITS = Limits(work=20_000_000, seconds=5.0)
"""The limits of one query."""


@dataclass(frozen=True, slots=True)
class Distinction:
    """A situation that the spec and the mutant decide differently.

    `text` is the situation in one line; `replay` has it in full for the spec and for the mutant.
    `decision` is empty if only one of the two takes the situation for possible."""

    text: str
    situation: Mapping[str, Any]
    replay: tuple[Mapping[str, Any], ...] = ()
    decision: str = ""
    old: Result | None = None
    new: Result | None = None


def distinguish(spec: Spec, mutant: Spec) -> Distinction | None:
    """Return the simplest situation in which an outcome differs, or else a flag.

    None means that the mutant is equivalent, which is proved. Raises `Undetermined`."""
    found = pair_specs(spec.circuit, mutant.circuit, PartialEdits({}, {}))
    names = [decision.name for decision in spec.model.decisions]
    for flags in (False, True):
        for name in names:
            queries = found.queries_about(name, QUERY_LIMITS)
            claim = _first_satisfiable(queries, _difference_literals(found, name, flags))
            if claim is not None:
                return _distinction_of(spec, mutant, name, queries, claim)
    return None


def _difference_literals(found: SpecPair, name: str, flags: bool) -> list[Literal]:
    """Return a literal for each way in which the outcome (or, with `flags`, a flag) differs."""
    before, after = (found.result_literals(world, name) for world in (found.old, found.new))
    return [
        found.graph.all_of((was, comes))
        for old, was in before.items()
        for new, comes in after.items()
        if old != new and (flags or old.outcome != new.outcome)
    ]


def _first_satisfiable(queries: SpecPairQueries, claims: Sequence[Literal]) -> Literal | None:
    """Return the first claim that is satisfiable, without instructions if one is so."""
    silent = [given ^ 1 for given in queries.given_literals()]
    prover = queries.prover(*claims, *silent)
    for said in (silent, []):
        for claim in claims:
            if prover.is_satisfiable(claim, *said):
                return claim
    return None


def _distinction_of(
    spec: Spec, mutant: Spec, name: str, queries: SpecPairQueries, claim: Literal
) -> Distinction:
    witness = queries.simple_witness(claim)
    assert witness is not None, "it has just been found"
    here = queries.situation_of_witness(witness)
    both = here.complete_for(spec.model), here.complete_for(mutant.model)
    old = result_of(replay(spec.circuit)(both[0])[name])
    new = result_of(replay(mutant.circuit)(both[1])[name])
    assert old != new, "the replay says otherwise"
    return Distinction(str(here), here.to_json(), both, name, old, new)


def assumption_distinction(spec: Spec, mutant: Spec) -> Distinction | None:
    """Return a situation that only one of the two takes for possible, or None if there is none.

    Raises `Undetermined`."""
    change = diff(spec, mutant, QUERY_LIMITS)
    for remark in change.remarks:
        if remark.situation is not None:
            return Distinction(remark.text, remark.situation)
    if not change.equal:
        raise Undetermined
    return None
