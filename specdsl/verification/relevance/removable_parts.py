"""The parts that can be removed from a spec, and the residual conditions of rules without them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from specdsl.base.source import Span
from specdsl.frontend.model.nodes import Level, Rule
from specdsl.reasoning.sat.engine import Answer
from specdsl.semantics.aig import FALSE, Literal
from specdsl.semantics.circuit import Circuit
from specdsl.verification.check_session import CheckSession
from specdsl.verification.reachability import reachability

RemovablePart = Rule | Level | Span
"""A rule's effect on one decision, the effects of all rules of a level, a clause of conditions (by
its place), or an alternative in a clause."""

Residuals = Sequence[tuple[Rule, Literal]]
"""The rules that a part belongs to, each with its residual condition: the literal that it applies
when the part is removed."""


def residual_conditions(
    circuit: Circuit, rules: Iterable[Rule], literal: Callable[[Literal], Literal]
) -> dict[RemovablePart, Residuals]:
    """Return the residuals of each part of these rules, while the ranks of all other rules stay.
    `literal` translates the circuit's literals."""
    found: dict[RemovablePart, list[tuple[Rule, Literal]]] = {}
    for rule in rules:
        for part in (rule, rule.level):
            found.setdefault(part, []).append((rule, FALSE))
        for clause, without in _conditions_without_clauses(circuit, rule, literal).items():
            found.setdefault(clause, []).append((rule, without))
    return dict(found)


def _conditions_without_clauses(
    circuit: Circuit, rule: Rule, literal: Callable[[Literal], Literal]
) -> dict[Span, Literal]:
    """Return when the rule applies without each of its clauses, and without each alternative."""
    graph, clauses = circuit.graph, circuit.rules[rule].clauses
    holds = [(one.expr.span, literal(one.holds)) for one in clauses]
    found: dict[Span, Literal] = {}
    for clause, (left_out, _) in zip(clauses, holds, strict=True):
        rest = graph.all_of(one for span, one in holds if span != left_out)
        found[left_out] = rest
        for one in clause.alternatives:
            found[one.expr.span] = graph.all_of((rest, literal(one.others)))
    return found


def narrowing_alternatives(circuit: Circuit, rules: Iterable[Rule]) -> frozenset[RemovablePart]:
    """Return the alternatives without which a rule applies less often."""
    return frozenset(
        one.expr.span
        for rule in rules
        for clause in circuit.rules[rule].clauses
        if clause.keyword == "when"
        for one in clause.alternatives
    )


def may_take_effect(session: CheckSession, rule: Rule) -> bool:
    """Return whether some effect of the rule is not known to stand in no situation."""
    reached = (reachability(session, effect.decision).stands[rule] for effect in rule.effects)
    return any(answer is not Answer.UNSAT for answer in reached)
