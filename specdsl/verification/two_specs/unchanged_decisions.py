"""Decisions that are structurally equal in two specs, so that no query about them is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from specdsl.frontend.model.nodes import Decision, Principal, Spec
from specdsl.semantics.aig import AndInverterGraph, Atom, Input, Literal, Outcome
from specdsl.semantics.resolution_circuit import World
from specdsl.verification.two_specs.spec_pair import SpecPair


def unchanged_decisions(worlds: SpecPair) -> frozenset[str]:
    """Return the decisions with the same outcomes, rules, ranks and speaking modes in both specs
    that read only such decisions. Other decisions may be equivalent, too."""
    old, new = worlds.old.circuit.spec, worlds.new.circuit.spec
    if _authority_key(old) != _authority_key(new):
        return frozenset()
    before = {one.name: one for one in old.decisions}
    forms = _CanonicalForm(worlds.old), _CanonicalForm(worlds.new)
    found: set[str] = set()
    for decision in new.decisions:  # Decisions are in dependency order.
        was = before.get(decision.name)
        if was is None or not {read.name for read in new.reads[decision]} <= found:
            continue
        if forms[0].decision_key(was) == forms[1].decision_key(decision):
            found.add(decision.name)
    return frozenset(found)


def _authority_key(spec: Spec) -> list[Any]:
    """Return the levels and principals in a comparable form."""
    return [[level.name for level in spec.levels], [_principal_key(one) for one in spec.principals]]


def _principal_key(one: Principal) -> tuple[str, str, str]:
    return one.name, one.level.name if one.level else "", one.implied.name if one.implied else ""


class _CanonicalForm:
    """The canonical form of decisions, comparable between two worlds in one graph."""

    def __init__(self, world: World) -> None:
        self.circuit = world.circuit
        self.literal: Callable[[Literal], Literal] = world.graph.rewriter(
            _outcome_by_name(world.graph)
        )

    def decision_key(self, decision: Decision) -> list[Any]:
        steered = decision.steered and [one.name for one in decision.steered]
        own = [decision.outcomes, decision.default, decision.on_conflict, steered]
        return [*own, sorted(self._delegate_keys(decision)), *self._level_keys(decision)]

    def _delegate_keys(self, decision: Decision) -> Iterator[tuple[str, str, Literal]]:
        for one, active in self.circuit.delegates.items():
            if decision in one.decisions:
                yield one.principal.name, one.level.name, self.literal(active)

    def _level_keys(self, decision: Decision) -> Iterator[list[Any]]:
        for ranked in self.circuit.ranks.levels[decision]:
            yield [ranked.above]
            for rule in ranked.rules:
                effect = next(one for one in rule.effects if one.decision is decision)
                applies = self.literal(self.circuit.rules[rule].applies)
                yield [effect.outcomes, effect.permits, applies]


def _outcome_by_name(graph: AndInverterGraph) -> Callable[[Atom], Literal | None]:
    """Return a substitution of outcomes of decisions by inputs that both worlds share."""

    def replace(atom: Atom) -> Literal | None:
        if not isinstance(atom, Outcome):
            return None
        return graph.atom(Input(f"outcome {atom.outcome} of {atom.decision.name}"))

    return replace
