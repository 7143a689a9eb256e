"""Points of two rules that meet: one outranks the other where they ask otherwise, or neither.

Two restrictions of which one outranks the other ask otherwise where no outcome is left by both:
then the lower one yields. A permission asks otherwise than a lower restriction where it lifts
something that the restriction rules out. Peers that ask otherwise meet where both stand: what each
leaves is cut down by the other, or they contradict each other and `on conflict` settles it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specdsl.checks.context import Context
from specdsl.circuit.resolve import World
from specdsl.coverage.points import Claim, Kind, Point
from specdsl.model.nodes import Decision, Rule


def pair_points(context: Context) -> Iterator[Point]:
    """Pairs that one of the rules wins, then peers, by decision."""
    decisions = context.spec.decisions
    for decision in decisions:
        yield from _ranked(context, decision)
    for decision in decisions:
        yield from _peers(context, decision)


def _ranked(context: Context, decision: Decision) -> Iterator[Point]:
    direct = {(o.rule, o.target) for o in context.spec.overrides}
    for high, low in _ordered(context, decision):
        over, under = high.on(decision), low.on(decision)
        verb = "overrides" if (high, low) in direct else "outranks"
        if over.permits:
            claim = _lifts(high, low, decision)
            asks = not under.permits and bool(over.outcomes & ~under.outcomes)
            verb = "lifts what is ruled out by"
        else:
            claim, asks = _yields(high, low, decision), not over.outcomes & under.outcomes
        if asks:
            text = f"`{high.name}` {verb} `{low.name}`"
            names = (high.name, low.name)
            yield Point(Kind.RANKED, decision, names, text, high.name_span, claim)


def _ordered(context: Context, decision: Decision) -> Iterator[tuple[Rule, Rule]]:
    """All pairs of which the first outranks the second."""
    higher: list[Rule] = []
    for ranked in context.circuit.ranks.levels[decision]:
        for rule, above in zip(ranked.rules, ranked.above, strict=True):
            yield from ((other, rule) for other in higher)
            yield from ((r, rule) for i, r in enumerate(ranked.rules) if above >> i & 1)
        higher += ranked.rules


def _peers(context: Context, decision: Decision) -> Iterator[Point]:
    for ranked in context.circuit.ranks.levels[decision]:
        for j, two in enumerate(ranked.rules):
            for i, one in enumerate(ranked.rules[:j]):
                if not ranked.above[j] >> i & 1 and _ask_otherwise(one, two, decision):
                    text = f"`{one.name}` meets its peer `{two.name}`"
                    claim = _meet(one, two, decision)
                    names = (one.name, two.name)
                    yield Point(Kind.PEERS, decision, names, text, one.name_span, claim)


def _ask_otherwise(one: Rule, two: Rule, decision: Decision) -> bool:
    """Each of two restrictions rules out what the other leaves; or a permission names what a
    restriction rules out, which a peer's does not lift."""
    first, second = one.on(decision), two.on(decision)
    if first.permits:
        return not second.permits and bool(first.outcomes & ~second.outcomes)
    if second.permits:
        return bool(second.outcomes & ~first.outcomes)
    return bool(first.outcomes & ~second.outcomes) and bool(second.outcomes & ~first.outcomes)


# --- claims --------------------------------------------------------------------------------------


def _yields(high: Rule, low: Rule, decision: Decision) -> Claim:
    """Both apply; the higher stands, the lower does not."""

    def claim(worlds: Sequence[World]) -> int:
        found = worlds[0].decide(decision)
        over, under = found.rules[high].stands, found.rules[low].stands
        return worlds[0].graph.all_of((found.taken, over, found.applies[low], under ^ 1))

    return claim


def _lifts(high: Rule, low: Rule, decision: Decision) -> Claim:
    """Both stand, and something that the lower rules out is permitted by the higher."""
    ruled_out = decision.every & ~low.on(decision).outcomes

    def claim(worlds: Sequence[World]) -> int:
        graph, found = worlds[0].graph, worlds[0].decide(decision)
        lifted = [p for o, p in enumerate(found.rules[high].permits) if ruled_out >> o & 1]
        return graph.all_of((found.taken, found.rules[low].stands, graph.any_of(lifted)))

    return claim


def _meet(one: Rule, two: Rule, decision: Decision) -> Claim:
    def claim(worlds: Sequence[World]) -> int:
        found = worlds[0].decide(decision)
        both = (found.rules[one].stands, found.rules[two].stands)
        return worlds[0].graph.all_of((found.taken, *both))

    return claim
