"""Decisions that are structurally equal in two specs, so that no query about them is needed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

from specdsl.frontend.model.nodes import DecisionModel, Level
from specdsl.frontend.ranking.ranks import RankedLevel
from specdsl.semantics.aig import AndInverterGraph, Atom, Input, Literal, Outcome
from specdsl.semantics.instruction_inputs import eligible_speakers
from specdsl.semantics.resolution_circuit import World
from specdsl.verification.two_specs.spec_pair import SpecPair


def unchanged_decisions(worlds: SpecPair) -> frozenset[str]:
    """Return the decisions with the same outcomes, rules, ranks and speakers in both specs that
    read only such decisions. Other decisions may be equivalent, too.

    A level of one spec alone may have any name: what counts is who speaks at it and which rules
    are there. A level without both makes no difference to a decision.
    """
    old, new = worlds.old.circuit.spec, worlds.new.circuit.spec
    common = {level.name for level in old.levels} & {level.name for level in new.levels}
    before = {one.name: one for one in old.decisions}
    forms = _CanonicalForm(worlds.old, common), _CanonicalForm(worlds.new, common)
    found: set[str] = set()
    for decision in new.decisions:  # Decisions are in dependency order.
        was = before.get(decision.name)
        if was is None or not {read.name for read in new.reads[decision]} <= found:
            continue
        if forms[0].decision_key(was) == forms[1].decision_key(decision):
            found.add(decision.name)
    return frozenset(found)


class _CanonicalForm:
    """The canonical form of decisions, comparable between two worlds in one graph."""

    def __init__(self, world: World, common: Collection[str]) -> None:
        self.circuit = world.circuit
        self.common = common
        self.literal: Callable[[Literal], Literal] = world.graph.rewriter(
            _outcome_by_name(world.graph)
        )

    def decision_key(self, decision: DecisionModel) -> list[Any]:
        steered = decision.steered and [one.name for one in decision.steered]
        own = [decision.outcomes, decision.default, decision.on_conflict, steered]
        return [*own, sorted(self._delegate_keys(decision)), *self._level_keys(decision)]

    def _delegate_keys(self, decision: DecisionModel) -> Iterator[tuple[str, str, Literal]]:
        for one, active in self.circuit.delegates.items():
            if decision in one.decisions:
                yield one.principal.name, one.level.name, self.literal(active)

    def _level_keys(self, decision: DecisionModel) -> Iterator[list[Any]]:
        for ranked in self.circuit.ranks.levels[decision]:
            speakers = eligible_speakers(self.circuit.spec, decision, ranked.level)
            heard = sorted({(one.place, one.principal.name) for one in speakers})
            if heard or ranked.rules:
                yield [self._level_name(ranked.level), heard, ranked.above]
                yield from self._rule_keys(ranked, decision)

    def _level_name(self, level: Level) -> str:
        """Return the name of a level of both specs, and an empty one for other levels."""
        return level.name if level.name in self.common else ""

    def _rule_keys(self, ranked: RankedLevel, decision: DecisionModel) -> Iterator[list[Any]]:
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
