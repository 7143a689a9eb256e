"""Goals for pairs of rules with conflicting effects: one outranks the other, or they are peers.

If one of two restrictions outranks the other, they conflict where no outcome is left by both; then
the lower one yields. A permission conflicts with a lower restriction if it lifts something that the
restriction rules out. Conflicting peers meet where both stand: each cuts down the outcomes that
the other leaves, or they contradict each other and `on conflict` decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specdsl.analyses.coverage.coverage_goals import CoverageGoal, GoalClaim, GoalKind
from specdsl.frontend.model.nodes import DecisionModel, Rule
from specdsl.semantics.aig import Literal
from specdsl.semantics.resolution_circuit import World
from specdsl.verification.check_session import CheckSession


def pair_goals(session: CheckSession) -> Iterator[CoverageGoal]:
    """Yield the goals for ranked pairs and then for peers, by decision."""
    decisions = session.spec.decisions
    for decision in decisions:
        yield from _ranked_pairs(session, decision)
    for decision in decisions:
        yield from _peer_pairs(session, decision)


def _ranked_pairs(session: CheckSession, decision: DecisionModel) -> Iterator[CoverageGoal]:
    direct = {(o.rule, o.target) for o in session.spec.overrides}
    for high, low in _outranking_pairs(session, decision):
        over, under = high.effect_on(decision), low.effect_on(decision)
        verb = "overrides" if (high, low) in direct else "outranks"
        if over.permits:
            claim = _permission_lifts(high, low, decision)
            asks = not under.permits and bool(over.outcomes & ~under.outcomes)
            verb = "lifts what is ruled out by"
        else:
            claim, asks = _lower_yields(high, low, decision), not over.outcomes & under.outcomes
        if asks:
            text = f"`{high.name}` {verb} `{low.name}`"
            names = (high.name, low.name)
            yield CoverageGoal(GoalKind.RANKED, decision, names, text, high.name_span, claim)


def _outranking_pairs(
    session: CheckSession, decision: DecisionModel
) -> Iterator[tuple[Rule, Rule]]:
    """Yield every pair of rules of which the first outranks the second."""
    higher: list[Rule] = []
    for ranked in session.circuit.ranks.levels[decision]:
        for rule, above in zip(ranked.rules, ranked.above, strict=True):
            yield from ((other, rule) for other in higher)
            yield from ((r, rule) for i, r in enumerate(ranked.rules) if above >> i & 1)
        higher += ranked.rules


def _peer_pairs(session: CheckSession, decision: DecisionModel) -> Iterator[CoverageGoal]:
    for ranked in session.circuit.ranks.levels[decision]:
        for j, two in enumerate(ranked.rules):
            for i, one in enumerate(ranked.rules[:j]):
                if not ranked.above[j] >> i & 1 and _rules_conflict(one, two, decision):
                    text = f"`{one.name}` meets its peer `{two.name}`"
                    claim = _both_stand(one, two, decision)
                    names = (one.name, two.name)
                    yield CoverageGoal(GoalKind.PEERS, decision, names, text, one.name_span, claim)


def _rules_conflict(one: Rule, two: Rule, decision: DecisionModel) -> bool:
    """Tell whether peers conflict: each of two restrictions rules out an outcome that the other
    leaves, or a permission names one that a restriction rules out (a peer does not lift it)."""
    first, second = one.effect_on(decision), two.effect_on(decision)
    if first.permits:
        return not second.permits and bool(first.outcomes & ~second.outcomes)
    if second.permits:
        return bool(second.outcomes & ~first.outcomes)
    return bool(first.outcomes & ~second.outcomes) and bool(second.outcomes & ~first.outcomes)


# --- claims --------------------------------------------------------------------------------------


def _lower_yields(high: Rule, low: Rule, decision: DecisionModel) -> GoalClaim:
    """Claim that both rules apply, and only the higher one stands."""

    def claim(worlds: Sequence[World]) -> Literal:
        found = worlds[0].resolution_of(decision)
        over, under = found.rules[high].stands, found.rules[low].stands
        return worlds[0].graph.all_of((found.taken, over, found.applies[low], under ^ 1))

    return claim


def _permission_lifts(high: Rule, low: Rule, decision: DecisionModel) -> GoalClaim:
    """Claim that both rules stand, and the higher permits an outcome that the lower rules out."""
    ruled_out = decision.all_outcomes & ~low.effect_on(decision).outcomes

    def claim(worlds: Sequence[World]) -> Literal:
        graph, found = worlds[0].graph, worlds[0].resolution_of(decision)
        lifted = [p for o, p in enumerate(found.rules[high].permits) if ruled_out >> o & 1]
        return graph.all_of((found.taken, found.rules[low].stands, graph.any_of(lifted)))

    return claim


def _both_stand(one: Rule, two: Rule, decision: DecisionModel) -> GoalClaim:
    def claim(worlds: Sequence[World]) -> Literal:
        found = worlds[0].resolution_of(decision)
        both = (found.rules[one].stands, found.rules[two].stands)
        return worlds[0].graph.all_of((found.taken, *both))

    return claim
