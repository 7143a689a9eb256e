"""Obligations of a set of situations: rules that win, rules that meet, boundaries, defaults.

Each is a claim about one decision. What no situation satisfies is proved; all else is in the set.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specdsl.analyses.coverage.boundary_goals import boundary_goals
from specdsl.analyses.coverage.coverage_goals import GoalClaim
from specdsl.analyses.coverage.rule_goals import rule_goals
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, Rule
from specdsl.semantics.aig import Literal
from specdsl.semantics.resolution_circuit import World
from specdsl.verification.check_session import CheckSession


@dataclass(frozen=True, eq=False)
class Obligation:
    """A claim about a decision that a situation of the set satisfies, if any does. `text` says
    what the situation shows; `rules`: the one that takes effect, the two that meet, none for a
    default. A boundary has None there.
    """

    decision: DecisionModel
    text: str
    claim: GoalClaim
    rules: tuple[Rule, ...] | None


def sampling_obligations(session: CheckSession) -> Iterator[Obligation]:
    """Yield the obligations of a spec: boundaries, then single rules, pairs, and defaults."""
    rules = {rule.name: rule for rule in session.spec.rules}
    for goal in boundary_goals(session):
        yield Obligation(goal.decision, goal.text, goal.claim, None)
    for goal in rule_goals(session):
        named = tuple(rules[name] for name in goal.names)
        yield Obligation(goal.decision, goal.text, goal.claim, named)
    for decision in session.spec.decisions:
        yield from _meeting_rules(session, decision)
        text = f"nothing decides `{decision.name}`"
        yield Obligation(decision, text, _nothing_decides(decision), ())


def _meeting_rules(session: CheckSession, decision: DecisionModel) -> Iterator[Obligation]:
    rules = [rule for rule in session.spec.rules if decision in effects_of(rule)]
    for place, one in enumerate(rules):
        for two in rules[place + 1 :]:
            text = f"`{one.name}` meets `{two.name}`"
            yield Obligation(decision, text, _both_apply(one, two, decision), (one, two))


def effects_of(rule: Rule) -> frozenset[DecisionModel]:
    """Return the decisions that a rule has an effect on."""
    return frozenset(effect.decision for effect in rule.effects)


def _both_apply(one: Rule, two: Rule, decision: DecisionModel) -> GoalClaim:
    def claim(worlds: Sequence[World]) -> Literal:
        found = worlds[0].resolution_of(decision)
        both = found.applies[one], found.applies[two]
        return worlds[0].graph.all_of((found.taken, *both))

    return claim


def _nothing_decides(decision: DecisionModel) -> GoalClaim:
    def claim(worlds: Sequence[World]) -> Literal:
        found = worlds[0].resolution_of(decision)
        return worlds[0].graph.all_of((found.taken, found.decided ^ 1))

    return claim
