"""What may be left out of a spec, as it bears on one decision."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from specdsl.base.source import Span
from specdsl.frontend.model.nodes import Level, Rule
from specdsl.reasoning.sat.engine import Answer
from specdsl.semantics.aig import FALSE
from specdsl.semantics.circuit import Circuit
from specdsl.verification.check_session import CheckSession
from specdsl.verification.reachability import reachability

Part = Rule | Level | Span
"""A rule's effect on the decision; that of all rules of a level; a written clause of conditions, or
an alternative in one."""

Bearing = Sequence[tuple[Rule, int]]
"""The rules on which a part bears, each with what it takes to apply without the part, a literal."""


def bearings(
    circuit: Circuit, rules: Iterable[Rule], literal: Callable[[int], int]
) -> dict[Part, Bearing]:
    """By part that bears on a decision, of its rules; as if the ranks of the others stayed.
    `literal` is what stands for one of the circuit's."""
    found: dict[Part, list[tuple[Rule, int]]] = {}
    for rule in rules:
        for part in (rule, rule.level):
            found.setdefault(part, []).append((rule, FALSE))
        for clause, without in _without_clauses(circuit, rule, literal).items():
            found.setdefault(clause, []).append((rule, without))
    return dict(found)


def _without_clauses(
    circuit: Circuit, rule: Rule, literal: Callable[[int], int]
) -> dict[Span, int]:
    """Where the rule applies without each of its clauses, and without each alternative in one."""
    graph, clauses = circuit.graph, circuit.rules[rule].clauses
    holds = [(one.expr.span, literal(one.holds)) for one in clauses]
    found: dict[Span, int] = {}
    for clause, (left_out, _) in zip(clauses, holds, strict=True):
        rest = graph.all_of(one for span, one in holds if span != left_out)
        found[left_out] = rest
        for one in clause.alternatives:
            found[one.expr.span] = graph.all_of((rest, literal(one.others)))
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


def may_stand(session: CheckSession, rule: Rule) -> bool:
    """Not every effect of the rule is known to stand nowhere."""
    reached = (reachability(session, effect.decision).stands[rule] for effect in rule.effects)
    return any(answer is not Answer.UNSAT for answer in reached)
