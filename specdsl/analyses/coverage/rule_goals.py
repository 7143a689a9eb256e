"""Goals for single rules: each takes effect, and each of its clauses holds and fails.

A clause holds where the rule applies, and fails where it alone keeps the rule from applying. This
is stronger than condition coverage: the clause makes the difference, as in MC/DC.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specdsl.analyses.coverage.coverage_goals import CoverageGoal, GoalClaim, GoalKind
from specdsl.base.source import Span
from specdsl.frontend.model.nodes import DecisionModel, Rule
from specdsl.semantics.aig import Literal
from specdsl.semantics.circuit import Clause
from specdsl.semantics.resolution_circuit import World
from specdsl.verification.check_session import CheckSession


def rule_goals(session: CheckSession) -> Iterator[CoverageGoal]:
    """Yield a goal for each effect of a rule: it stands."""
    for rule in session.spec.rules:
        for effect in rule.effects:
            on = f" on `{effect.decision.name}`" if len(rule.effects) > 1 else ""
            text = f"`{rule.name}` takes effect{on}"
            claim = _rule_stands(rule, effect.decision)
            yield CoverageGoal(
                GoalKind.RULE, effect.decision, (rule.name,), text, rule.name_span, claim
            )


def _rule_stands(rule: Rule, decision: DecisionModel) -> GoalClaim:
    def claim(worlds: Sequence[World]) -> Literal:
        found = worlds[0].resolution_of(decision)
        return worlds[0].graph.all_of((found.taken, found.rules[rule].stands))

    return claim


# --- clauses -------------------------------------------------------------------------------------


def clause_goals(session: CheckSession) -> Iterator[CoverageGoal]:
    """Yield two goals for each written clause and decision: it holds, it fails.

    A clause of a policy's `when` may do so in any of its rules. The goals are per decision, since
    an example covers a clause only for a decision of which it expects something."""
    for (span, decision), users in _rules_by_clause(session).items():
        clause = users[0][1]
        said = f"{clause.keyword} {span.in_a_line}"
        names = tuple(dict.fromkeys(rule.name for rule, _ in users))
        whose = f"`{names[0]}`" if len(names) == 1 else f"{len(names)} rules"
        holds, fails = (
            _some_rule_applies(users, decision),
            _clause_alone_fails(session, users, decision),
        )
        yes = f"`{said}` of {whose} holds"
        no = f"`{said}` alone keeps {whose} from applying"
        yield CoverageGoal(GoalKind.HOLDS, decision, names, yes, span, holds)
        yield CoverageGoal(GoalKind.FAILS, decision, names, no, span, fails)


ClausesOfRules = list[tuple[Rule, Clause]]


def _rules_by_clause(session: CheckSession) -> dict[tuple[Span, DecisionModel], ClausesOfRules]:
    found: dict[tuple[Span, DecisionModel], ClausesOfRules] = {}
    for rule in session.spec.rules:
        for clause in session.circuit.rules[rule].clauses:
            for effect in rule.effects:
                key = (clause.expr.span, effect.decision)
                found.setdefault(key, []).append((rule, clause))
    return found


def _some_rule_applies(users: ClausesOfRules, decision: DecisionModel) -> GoalClaim:
    def claim(worlds: Sequence[World]) -> Literal:
        graph, found = worlds[0].graph, worlds[0].resolution_of(decision)
        any_ = graph.any_of(found.applies[rule] for rule, _ in users)
        return graph.all_of((found.taken, any_))

    return claim


def _clause_alone_fails(
    session: CheckSession, users: ClausesOfRules, decision: DecisionModel
) -> GoalClaim:
    def claim(worlds: Sequence[World]) -> Literal:
        world, graph = worlds[0], worlds[0].graph
        alone = []
        for rule, clause in users:
            others = [c for c in session.circuit.rules[rule].clauses if c is not clause]
            held = [world.literal(other.holds) for other in others]
            alone.append(graph.all_of((*held, world.literal(clause.holds) ^ 1)))
        return graph.all_of((world.resolution_of(decision).taken, graph.any_of(alone)))

    return claim
