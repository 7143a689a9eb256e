"""What may be left out of a spec, as it bears on one decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from specdsl.circuit.graph import FALSE
from specdsl.circuit.nodes import Circuit
from specdsl.circuit.resolve import World
from specdsl.model.nodes import Decision, Level, Rule
from specdsl.solver.engines import Answer
from specdsl.source import Span

if TYPE_CHECKING:
    from specdsl.checks.context import Context

Part = Rule | Level | Span
"""A rule's effect on the decision; that of all rules of a level; a written clause of conditions, or
an alternative in one."""

Bearing = Sequence[tuple[Rule, int]]
"""The rules on which a part bears, each with what it takes to apply without the part, a literal."""


def bearings(world: World, decision: Decision) -> dict[Part, Bearing]:
    """By part that bears on the decision, in a world; as if the ranks of the others stayed."""
    found: dict[Part, list[tuple[Rule, int]]] = {}
    for rule in world.resolution_of(decision).applies:
        for part in (rule, rule.level):
            found.setdefault(part, []).append((rule, FALSE))
        for clause, literal in _without_clauses(world, rule).items():
            found.setdefault(clause, []).append((rule, literal))
    return dict(found)


def _without_clauses(world: World, rule: Rule) -> dict[Span, int]:
    """Where the rule applies without each of its clauses, and without each alternative in one."""
    clauses = world.circuit.rules[rule].clauses
    holds = [(one.expr.span, world.literal(one.holds)) for one in clauses]
    found: dict[Span, int] = {}
    for clause, (left_out, _) in zip(clauses, holds, strict=True):
        rest = world.graph.all_of(one for span, one in holds if span != left_out)
        found[left_out] = rest
        for one in clause.alternatives:
            found[one.expr.span] = world.graph.all_of((rest, world.literal(one.others)))
    return found


def narrowing(circuit: Circuit, rules: Iterable[Rule]) -> frozenset[Part]:
    """The alternatives without which rules apply less often."""
    return frozenset(
        one.expr.span
        for rule in rules
        for clause in circuit.rules[rule].clauses
        if clause.keyword == "when"
        for one in clause.alternatives
    )


def may_stand(context: Context, rule: Rule) -> bool:
    """Not every effect of the rule is known to stand nowhere."""
    reached = (context.reach(effect.decision).stands[rule] for effect in rule.effects)
    return any(answer is not Answer.NO for answer in reached)
