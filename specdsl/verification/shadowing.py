"""Rules that together leave nothing of what another asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from specdsl.base.limits import MOST_SHADOW_QUESTIONS
from specdsl.frontend.model.nodes import Decision, Effect, Rule
from specdsl.frontend.ranking.ranks import RankedLevel
from specdsl.reasoning.prover import Undetermined
from specdsl.reasoning.sat.engine import Answer
from specdsl.semantics.aig import TRUE, Input
from specdsl.semantics.resolution_circuit import CandidateStanding
from specdsl.verification.check_session import CheckSession
from specdsl.verification.reachability import reachability


@dataclass(frozen=True, slots=True)
class ShadowedEffect:
    """An effect that never stands, with rules that together see to it; `minimal`: none of them can
    be left out."""

    rule: Rule
    effect: Effect
    by: tuple[Rule, ...]
    minimal: bool = False


class Shadowing:
    """What shadows the effects of a spec."""

    def __init__(self, session: CheckSession) -> None:
        self.session = session
        self._spared: dict[tuple[Decision, int], dict[Rule, int]] = {}

    def shadowed_effect(self, rule: Rule, effect: Effect) -> ShadowedEffect | None:
        """None where the effect stands somewhere. Raises `Undetermined`."""
        stands = reachability(self.session, effect.decision).stands[rule]
        if stands is Answer.UNDETERMINED:
            raise Undetermined
        if stands is Answer.SAT:
            return None
        higher = self._higher(rule, effect.decision)
        hard, soft = self._something_left(rule, effect, higher)
        kept = self.session.prover(effect.decision).some_core(hard, soft)
        return ShadowedEffect(rule, effect, tuple(higher[i] for i in kept))

    def minimize(self, found: Sequence[ShadowedEffect]) -> list[ShadowedEffect]:
        """The small sets first, as long as questions are left; each takes one for each of its
        rules."""
        made = dict(enumerate(found))
        left = dict.fromkeys(self.session.decisions, MOST_SHADOW_QUESTIONS)
        for i in sorted(made, key=lambda i: len(found[i].by)):
            decision = found[i].effect.decision
            left[decision] -= len(found[i].by)
            if left[decision] >= 0:
                made[i] = self._minimal(found[i])
        return [made[i] for i in range(len(found))]

    def _minimal(self, one: ShadowedEffect) -> ShadowedEffect:
        hard, soft = self._something_left(one.rule, one.effect, one.by)
        try:
            kept, _ = self.session.prover(one.effect.decision).minimal_core(hard, soft)
        except Undetermined:
            return one
        return replace(one, by=tuple(one.by[k] for k in kept), minimal=True)

    def _something_left(
        self, rule: Rule, effect: Effect, higher: Sequence[Rule]
    ) -> tuple[list[int], list[int]]:
        """Literals that no situation has together: the rule applies, some outcome of the effect is
        left, and what is said spares it; and by higher rule that it spares it."""
        resolution = self.session.world.resolution_of(effect.decision)
        some = self.session.circuit.graph.any_of(self._open(effect).values())
        said = (
            self._spares(effect, standing)
            for level, _, standing in resolution.steps
            if level.rank <= rule.level.rank
        )
        spared = self._spared.setdefault((effect.decision, effect.outcomes), {})
        for other in higher:
            if other not in spared:
                spared[other] = self._spares(effect, resolution.rules[other])
        hard = [resolution.ready, resolution.applies[rule], *said, some]
        return hard, [spared[other] for other in higher]

    def _open(self, effect: Effect) -> dict[int, int]:
        """By outcome that the effect names: it is one of those left."""
        name, graph = effect.decision.name, self.session.circuit.graph
        named = (o for o in range(len(effect.decision.outcomes)) if effect.outcomes >> o & 1)
        return {o: graph.atom(Input(f"{name} open {o}")) for o in named}

    def _spares(self, effect: Effect, standing: CandidateStanding) -> int:
        """What stands excludes no outcome that is left."""
        if not standing.excludes:
            return TRUE
        graph = self.session.circuit.graph
        return graph.all_of(
            graph.any_of((bit ^ 1, standing.excludes[o] ^ 1))
            for o, bit in self._open(effect).items()
        )

    def _higher(self, rule: Rule, decision: Decision) -> list[Rule]:
        """The rules that outrank it, the nearest last."""
        found: list[Rule] = []
        for ranked in self.session.circuit.ranks.levels[decision]:
            if ranked.level is rule.level:
                return [*found, *_above(ranked, rule)]
            found += ranked.rules
        return found


def _above(ranked: RankedLevel, rule: Rule) -> list[Rule]:
    mask = ranked.above[ranked.rules.index(rule)]
    return [r for i, r in enumerate(ranked.rules) if mask >> i & 1]
