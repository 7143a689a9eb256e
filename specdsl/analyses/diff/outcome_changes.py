"""Outcome changes: which results a change replaces by which, without situations and edits.

This asks only whether there is a difference, at a small part of the cost of `diff`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from specdsl.api import Spec
from specdsl.base.quick_dataclass import dataclass
from specdsl.reasoning.prover import Prover
from specdsl.reasoning.sat.engine import Limits
from specdsl.semantics.aig import AndInverterGraph, Literal
from specdsl.verification.two_specs.decision_results import Result, Results
from specdsl.verification.two_specs.partial_edits import PartialEdits
from specdsl.verification.two_specs.spec_pair import SpecPair, pair_specs
from specdsl.verification.two_specs.unchanged_decisions import unchanged_decisions


@dataclass(frozen=True, slots=True)
class OutcomeChange:
    """A decision changes from one result to another in some situation. `needs_instruction`: in no
    situation without instructions."""

    decision: str
    old: Result
    new: Result
    needs_instruction: bool


IsRelevant = Callable[[OutcomeChange], bool]


def outcome_changes(
    old: Spec,
    new: Spec,
    matters: IsRelevant = lambda shift: True,
    limits: Limits | None = None,
    quiet: bool = False,
) -> tuple[OutcomeChange, ...]:
    """Return every satisfiable and relevant change of a decision of both specs; all other changes
    are proved unsatisfiable. They are over situations that both specs accept, and if `quiet`, over
    situations without instructions. Raises `Undetermined`."""
    found = pair_specs(old.circuit, new.circuit, PartialEdits({}, {}))
    if any(shared.has_no_value for shared in found.facts.facts):
        return ()
    before = {decision.name for decision in old.model.decisions} - unchanged_decisions(found)
    names = [d.name for d in new.model.decisions if d.name in before]
    limits = limits or Limits()
    return tuple(s for name in names for s in _changes_of(found, name, matters, limits, quiet))


def _changes_of(
    worlds: SpecPair, name: str, matters: IsRelevant, limits: Limits, quiet: bool
) -> list[OutcomeChange]:
    graph = worlds.graph
    before, after = (worlds.result_literals(world, name) for world in (worlds.old, worlds.new))
    pairs = relevant_changes(graph, name, before, after, matters)
    if before == after or not pairs:
        return []
    queries = worlds.queries_about(name, limits)
    silent = [given ^ 1 for given in queries.given_literals()]
    some = graph.any_of(pairs.values())
    prover = queries.prover(*before.values(), *after.values(), *silent, some)
    return satisfiable_changes(prover, pairs, some, silent, quiet)


def relevant_changes(
    graph: AndInverterGraph, name: str, before: Results, after: Results, matters: IsRelevant
) -> dict[OutcomeChange, Literal]:
    """Return every pair of different results of a decision that is relevant, with the literal that
    the decision has them."""
    return {
        shift: graph.all_of((was, comes))
        for old, was in before.items()
        for new, comes in after.items()
        if old != new and matters(shift := OutcomeChange(name, old, new, False))
    }


def satisfiable_changes(
    prover: Prover,
    pairs: Mapping[OutcomeChange, Literal],
    some: Literal,
    silent: Sequence[Literal],
    quiet: bool,
) -> list[OutcomeChange]:
    """Return the satisfiable changes, if `quiet` only those without instructions. `some` is the
    disjunction of all; `silent` are the literals that no instruction is given."""
    unsaid = _satisfiable_changes(prover, pairs, some, silent)
    said = set() if quiet else _satisfiable_changes(prover, pairs, some, ())
    return [
        replace(one, needs_instruction=one in said) for one in pairs if one in unsaid or one in said
    ]


def _satisfiable_changes(
    prover: Prover, pairs: Mapping[OutcomeChange, Literal], some: Literal, silent: Sequence[Literal]
) -> set[OutcomeChange]:
    """Return the satisfiable changes: each model shows one, which is then blocked."""
    found: set[OutcomeChange] = set()
    while prover.is_satisfiable(some, *silent):
        shift = next(one for one, literal in pairs.items() if prover.holds(literal))
        prover.assert_always(pairs[shift] ^ 1)
        found.add(shift)
    return found
