"""Boundary values: goals just below, at and above each constant that a fact is compared with.

A boundary is covered where the comparison alone decides: with the rest of the situation unchanged,
the rule applies on one side of the constant and not on the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from specdsl.analyses.coverage.coverage_goals import CoverageGoal, GoalClaim, GoalKind
from specdsl.analyses.coverage.neighbours import neighbour_distance
from specdsl.frontend.model.nodes import Constant, DecisionModel, Define, DefineRef, Fact, Rule
from specdsl.frontend.model.traversal import subexpressions
from specdsl.semantics.aig import FALSE, TRUE, AndInverterGraph, Atom, Known, Linear, Literal, Size
from specdsl.semantics.lower_terms import Variable, grid_step
from specdsl.semantics.resolution_circuit import World
from specdsl.situations.situation import literal_text
from specdsl.verification.check_session import CheckSession

Threshold = tuple[Variable, Fraction]
ONE = Fraction(1)


def boundary_goals(session: CheckSession) -> Iterator[CoverageGoal]:
    """Yield three goals for each decision and threshold."""
    constants = written_constants(session)
    for decision in session.spec.decisions:
        for (variable, bound), tests in thresholds_of(session, decision, constants).items():
            unit = boundary_step(variable, bound)
            yield _boundary_goal(decision, variable, bound - unit, "just below", tests)
            yield _boundary_goal(decision, variable, bound, "at", tests)
            yield _boundary_goal(decision, variable, bound + unit, "just above", tests)


ThresholdTests = list[tuple[Rule, Linear]]


def thresholds_of(
    session: CheckSession, decision: DecisionModel, constants: frozenset[Fraction]
) -> dict[Threshold, ThresholdTests]:
    """Return the thresholds in the conditions of the decision's rules, with their tests."""
    found: dict[Threshold, ThresholdTests] = {}
    for ranked in session.circuit.ranks.levels[decision]:
        for rule in ranked.rules:
            for atom in session.circuit.graph.support((session.circuit.rules[rule].applies,)):
                match atom:
                    case Linear(((variable, _),), op, bound):
                        written = _written_bound(variable, op, bound, constants)
                        found.setdefault((variable, written), []).append((rule, atom))
    return dict(sorted(found.items(), key=lambda pair: (variable_name(pair[0][0]), pair[0][1])))


def _written_bound(
    variable: Variable, op: str, bound: Fraction, constants: frozenset[Fraction]
) -> Fraction:
    """Recover the constant of the spec: in a circuit, `>= 18` of an integer is `not <= 17`."""
    whole = grid_step(variable)
    if whole is None or op == "=" or bound in constants or bound + whole not in constants:
        return bound
    return bound + whole


def written_constants(session: CheckSession) -> frozenset[Fraction]:
    """Return every number in the conditions of rules and of the defines that they use."""
    found: set[Fraction] = set()
    seen: set[Define] = set()
    stack = [expr for rule in session.spec.rules for expr in (*rule.whens, *rule.unlesses)]
    while stack:
        expr = stack.pop()
        match expr:
            case Constant():
                found.add(expr.value)
            case DefineRef() if expr.define not in seen:
                seen.add(expr.define)
                stack.append(expr.define.expr)
            case _:
                stack += subexpressions(expr)
    return frozenset(found)


def boundary_step(variable: Variable, bound: Fraction) -> Fraction:
    whole = grid_step(variable)
    if whole is not None:
        return whole
    assert isinstance(variable, Fact)
    return neighbour_distance(variable.type.kind, bound)


def variable_name(variable: Variable) -> str:
    return f"size of {variable.fact.name}" if isinstance(variable, Size) else variable.name


def fact_of_variable(variable: Variable) -> Fact:
    return variable.fact if isinstance(variable, Size) else variable


def _boundary_goal(
    decision: DecisionModel, variable: Variable, value: Fraction, side: str, tests: ThresholdTests
) -> CoverageGoal:
    fact = fact_of_variable(variable)
    shown = str(value) if isinstance(variable, Size) else literal_text(fact, value)
    names = tuple(dict.fromkeys(rule.name for rule, _ in tests))
    text = (
        f"`{variable_name(variable)} = {shown}`, {side} what {_rules_text(names)} compares it with"
    )
    claim = decides_at_value(decision, variable, value, tests)
    return CoverageGoal(GoalKind.BOUNDARY, decision, names, text, tests[0][0].name_span, claim)


def _rules_text(names: Sequence[str]) -> str:
    rest = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"`{names[0]}`{rest}"


def decides_at_value(
    decision: DecisionModel, variable: Variable, value: Fraction, tests: ThresholdTests
) -> GoalClaim:
    fact = fact_of_variable(variable)

    def claim(worlds: Sequence[World]) -> Literal:
        world, graph = worlds[0], worlds[0].graph
        known = world.literal(graph.atom(Known(fact))) if fact.optional else TRUE
        here = world.literal(graph.atom(Linear(((variable, ONE),), "=", value)))
        matters = graph.any_of(
            world.literal(is_sensitive_to(graph, world.circuit.rules[rule].applies, atom))
            for rule, atom in tests
        )
        return graph.all_of((world.resolution_of(decision).taken, known, here, matters))

    return claim


def is_sensitive_to(graph: AndInverterGraph, literal: Literal, atom: Linear) -> Literal:
    """Return where the literal depends on the atom (its Boolean difference)."""

    def cofactor(value: Literal) -> Literal:
        def replace(other: Atom) -> Literal | None:
            return value if other == atom else None

        return graph.rewriter(replace)(literal)

    return graph.iff(cofactor(TRUE), cofactor(FALSE)) ^ 1
