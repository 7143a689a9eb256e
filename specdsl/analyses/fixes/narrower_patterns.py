"""Comparison of rules about texts: one is narrower if its patterns match fewer texts."""

from __future__ import annotations

from collections.abc import Iterable

from specdsl.api import Spec
from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.traversal import decisions_read, facts_read, subexpressions
from specdsl.reasoning.prover import Prover
from specdsl.reasoning.sat.engine import Answer, Limits
from specdsl.semantics.aig import Literal


def is_narrower(spec: Spec, one: m.Rule, two: m.Rule) -> bool:
    """Return whether the first rule admits fewer texts than the second one, for each fact about
    which both have a clause, and the second one has a pattern.
    """
    mine, theirs = _text_clauses(spec, one), _text_clauses(spec, two)
    both = [fact for fact in mine if fact in theirs]
    if not any(_has_pattern(theirs[fact][0]) for fact in both):
        return False
    graph = spec.circuit.graph
    with graph.scratch():
        sides = [(graph.all_of(mine[f][1]), graph.all_of(theirs[f][1])) for f in both]
        within = [_implies(spec, a, b) for a, b in sides]
        return all(within) and not all(_implies(spec, b, a) for a, b in sides)


def _text_clauses(spec: Spec, rule: m.Rule) -> dict[m.Fact, tuple[list[m.Expr], list[Literal]]]:
    """Return, by text fact, the clauses of the rule that read it alone, and their literals."""
    found: dict[m.Fact, tuple[list[m.Expr], list[Literal]]] = {}
    for clause in spec.circuit.rules[rule].clauses:
        facts = set(facts_read(clause.expr))
        if clause.keyword == "when" and len(facts) == 1 and not decisions_read(clause.expr):
            (fact,) = facts
            if fact.type.kind is m.Kind.TEXT:
                exprs, literals = found.setdefault(fact, ([], []))
                exprs.append(clause.expr)
                literals.append(clause.holds)
    return found


def _has_pattern(exprs: Iterable[m.Expr]) -> bool:
    return any(
        isinstance(expr, m.Matches) or _has_pattern(_inner_expressions(expr)) for expr in exprs
    )


def _inner_expressions(expr: m.Expr) -> Iterable[m.Expr]:
    return (expr.define.expr,) if isinstance(expr, m.DefineRef) else subexpressions(expr)


def _implies(spec: Spec, one: Literal, two: Literal) -> bool:
    return Prover(spec.circuit.graph, (one, two), Limits()).check(one, two ^ 1) is Answer.UNSAT
