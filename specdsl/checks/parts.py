"""What may be left out of a spec, as it bears on one decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from specdsl.circuit.graph import FALSE
from specdsl.circuit.resolve import World
from specdsl.model.nodes import Decision, Level, Rule
from specdsl.solver.engines import Answer
from specdsl.source import Span

if TYPE_CHECKING:
    from specdsl.checks.context import Context

Part = Rule | Level | Span
"""A rule's effect on the decision; that of all rules of a level; a written clause of conditions."""

Bearing = Sequence[tuple[Rule, int]]
"""The rules on which a part bears, each with what it takes to apply without the part, a literal."""


def bearings(world: World, decision: Decision) -> dict[Part, Bearing]:
    """By part that bears on the decision, in a world; as if the ranks of the others stayed."""
    found: dict[Part, list[tuple[Rule, int]]] = {}
    for rule in world.decide(decision).applies:
        for part in (rule, rule.level):
            found.setdefault(part, []).append((rule, FALSE))
        for clause, literal in _without_clauses(world, rule).items():
            found.setdefault(clause, []).append((rule, literal))
    return dict(found)


def _without_clauses(world: World, rule: Rule) -> dict[Span, int]:
    clauses = world.circuit.rules[rule].clauses
    holds = [(one.expr.span, world.literal(one.holds)) for one in clauses]
    return {
        left_out: world.graph.all_of(one for span, one in holds if span != left_out)
        for left_out, _ in holds
    }


def may_stand(context: Context, rule: Rule) -> bool:
    """Not every effect of the rule is known to stand nowhere."""
    reached = (context.reach(effect.decision).stands[rule] for effect in rule.effects)
    return any(answer is not Answer.NO for answer in reached)
