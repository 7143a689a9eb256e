"""Points of single rules: that each takes effect, and that each of its clauses is seen both ways.

A clause is seen to hold where the rule applies, and to fail where it alone keeps the rule from
applying. That says more than to see it true and false: it is the clause that made the difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specdsl.checks.context import Context
from specdsl.circuit.nodes import Clause
from specdsl.circuit.resolve import World
from specdsl.coverage.points import Claim, Kind, Point
from specdsl.model.nodes import Decision, Rule
from specdsl.source import Span


def rule_points(context: Context) -> Iterator[Point]:
    """Each rule stands, for each decision on which it has an effect."""
    for rule in context.spec.rules:
        for effect in rule.effects:
            on = f" on `{effect.decision.name}`" if len(rule.effects) > 1 else ""
            text = f"`{rule.name}` takes effect{on}"
            claim = _stands(rule, effect.decision)
            yield Point(Kind.RULE, effect.decision, (rule.name,), text, rule.name_span, claim)


def _stands(rule: Rule, decision: Decision) -> Claim:
    def claim(worlds: Sequence[World]) -> int:
        found = worlds[0].decide(decision)
        return worlds[0].graph.all_of((found.taken, found.rules[rule].stands))

    return claim


# --- clauses -------------------------------------------------------------------------------------


def clause_points(context: Context) -> Iterator[Point]:
    """Each written clause holds, and fails; one of a policy's `when` does so in any of its rules.
    By decision, since a clause counts where something of the decision is expected."""
    for (span, decision), bearing in _written(context).items():
        clause = bearing[0][1]
        said = f"{clause.keyword} {span.in_a_line}"
        names = tuple(dict.fromkeys(rule.name for rule, _ in bearing))
        whose = f"`{names[0]}`" if len(names) == 1 else f"{len(names)} rules"
        holds, fails = _applies(bearing, decision), _fails(context, bearing, decision)
        yes = f"`{said}` of {whose} holds"
        no = f"`{said}` alone keeps {whose} from applying"
        yield Point(Kind.HOLDS, decision, names, yes, span, holds)
        yield Point(Kind.FAILS, decision, names, no, span, fails)


Bearing = list[tuple[Rule, Clause]]


def _written(context: Context) -> dict[tuple[Span, Decision], Bearing]:
    found: dict[tuple[Span, Decision], Bearing] = {}
    for rule in context.spec.rules:
        for clause in context.circuit.rules[rule].clauses:
            for effect in rule.effects:
                key = (clause.expr.span, effect.decision)
                found.setdefault(key, []).append((rule, clause))
    return found


def _applies(bearing: Bearing, decision: Decision) -> Claim:
    def claim(worlds: Sequence[World]) -> int:
        graph, found = worlds[0].graph, worlds[0].decide(decision)
        any_ = graph.any_of(found.applies[rule] for rule, _ in bearing)
        return graph.all_of((found.taken, any_))

    return claim


def _fails(context: Context, bearing: Bearing, decision: Decision) -> Claim:
    def claim(worlds: Sequence[World]) -> int:
        world, graph = worlds[0], worlds[0].graph
        alone = []
        for rule, clause in bearing:
            others = [c for c in context.circuit.rules[rule].clauses if c is not clause]
            held = [world.literal(other.holds) for other in others]
            alone.append(graph.all_of((*held, world.literal(clause.holds) ^ 1)))
        return graph.all_of((world.decide(decision).taken, graph.any_of(alone)))

    return claim
