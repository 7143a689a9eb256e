"""Shadowing: higher rules that together block an effect, found as an unsatisfiable core."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from specdsl.base.limits import MAX_SHADOW_QUESTIONS
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, Effect, Rule
from specdsl.frontend.ranking.ranks import RankedLevel
from specdsl.reasoning.prover import Undetermined
from specdsl.reasoning.sat.engine import Answer
from specdsl.semantics.aig import TRUE, Input, Literal
from specdsl.semantics.resolution_circuit import CandidateStanding
from specdsl.verification.check_session import CheckSession
from specdsl.verification.reachability import reachability


@dataclass(frozen=True, slots=True)
class ShadowedEffect:
    """An effect that never stands, with rules that together block it; `minimal`: none of them can
    be left out."""

    rule: Rule
    effect: Effect
    by: tuple[Rule, ...]
    minimal: bool = False


class Shadowing:
    """The shadowed effects of a spec."""

    def __init__(self, session: CheckSession) -> None:
        self.session = session
        self._leaving: dict[tuple[DecisionModel, int], dict[Rule, Literal]] = {}

    def shadowed_effect(self, rule: Rule, effect: Effect) -> ShadowedEffect | None:
        """Return the effect with its blockers; None if it stands in some situation. Raises
        `Undetermined`."""
        stands = reachability(self.session, effect.decision).stands[rule]
        if stands is Answer.UNDETERMINED:
            raise Undetermined
        if stands is Answer.SAT:
            return None
        higher = self._outranking_rules(rule, effect.decision)
        hard, soft = self._unblocked_query(rule, effect, higher)
        kept = self.session.prover(effect.decision).some_core(hard, soft)
        return ShadowedEffect(rule, effect, tuple(higher[i] for i in kept))

    def minimize(self, found: Sequence[ShadowedEffect]) -> list[ShadowedEffect]:
        """Minimize the blockers, small sets first, until the queries are used up; each set takes
        one for each of its rules."""
        made = dict(enumerate(found))
        left = dict.fromkeys((one.effect.decision for one in found), MAX_SHADOW_QUESTIONS)
        for i in sorted(made, key=lambda i: len(found[i].by)):
            decision = found[i].effect.decision
            left[decision] -= len(found[i].by)
            if left[decision] >= 0:
                made[i] = self._minimize_one(found[i])
        return [made[i] for i in range(len(found))]

    def _minimize_one(self, one: ShadowedEffect) -> ShadowedEffect:
        hard, soft = self._unblocked_query(one.rule, one.effect, one.by)
        try:
            kept, _ = self.session.prover(one.effect.decision).minimal_core(hard, soft)
        except Undetermined:
            return one
        return replace(one, by=tuple(one.by[k] for k in kept), minimal=True)

    def _unblocked_query(
        self, rule: Rule, effect: Effect, higher: Sequence[Rule]
    ) -> tuple[list[Literal], list[Literal]]:
        """Return literals that cannot hold together: the rule applies, some outcome of the effect
        is left, and instructions leave it; and, for each higher rule, that the rule leaves it."""
        resolution = self.session.world.resolution_of(effect.decision)
        some = self.session.circuit.graph.any_of(self._outcome_inputs(effect).values())
        said = (
            self._leaves_an_outcome(effect, standing)
            for level, _, standing in resolution.steps
            if level.rank <= rule.level.rank
        )
        spared = self._leaving.setdefault((effect.decision, effect.outcomes), {})
        for other in higher:
            if other not in spared:
                spared[other] = self._leaves_an_outcome(effect, resolution.rules[other])
        hard = [resolution.ready, resolution.applies[rule], *said, some]
        return hard, [spared[other] for other in higher]

    def _outcome_inputs(self, effect: Effect) -> dict[int, Literal]:
        """Return by outcome of the effect an input that it is left."""
        name, graph = effect.decision.name, self.session.circuit.graph
        named = (o for o in range(len(effect.decision.outcomes)) if effect.outcomes >> o & 1)
        return {o: graph.atom(Input(f"{name} open {o}")) for o in named}

    def _leaves_an_outcome(self, effect: Effect, standing: CandidateStanding) -> Literal:
        """Return the literal that a candidate excludes no outcome that is left."""
        if not standing.excludes:
            return TRUE
        graph = self.session.circuit.graph
        return graph.all_of(
            graph.any_of((bit ^ 1, standing.excludes[o] ^ 1))
            for o, bit in self._outcome_inputs(effect).items()
        )

    def _outranking_rules(self, rule: Rule, decision: DecisionModel) -> list[Rule]:
        """Return the rules that outrank it, the nearest last."""
        found: list[Rule] = []
        for ranked in self.session.circuit.ranks.levels[decision]:
            if ranked.level is rule.level:
                return [*found, *_outranking_in_level(ranked, rule)]
            found += ranked.rules
        return found


def _outranking_in_level(ranked: RankedLevel, rule: Rule) -> list[Rule]:
    mask = ranked.above[ranked.rules.index(rule)]
    return [r for i, r in enumerate(ranked.rules) if mask >> i & 1]
