"""Points just below, at and above each number that a condition compares a fact with.

A boundary counts where the comparison decides alone: with the rest of the situation as it is, the
rule applies on one side of the number and not on the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from specdsl.checks.context import Context
from specdsl.checks.situations import literal
from specdsl.circuit.graph import FALSE, TRUE, Atom, Graph, Known, Linear, Size
from specdsl.circuit.resolve import World
from specdsl.circuit.terms import Variable, step_of
from specdsl.coverage.points import Claim, Kind, Point
from specdsl.coverage.steps import step
from specdsl.model.nodes import Constant, Decision, Define, DefineRef, Fact, Rule
from specdsl.model.walk import parts

Threshold = tuple[Variable, Fraction]
ONE = Fraction(1)


def boundary_points(context: Context) -> Iterator[Point]:
    """By decision and threshold, its three sides."""
    constants = constants_of(context)
    for decision in context.spec.decisions:
        for (variable, bound), tests in thresholds(context, decision, constants).items():
            unit = unit_of(variable, bound)
            yield _point(decision, variable, bound - unit, "just below", tests)
            yield _point(decision, variable, bound, "at", tests)
            yield _point(decision, variable, bound + unit, "just above", tests)


Tests = list[tuple[Rule, Linear]]


def thresholds(
    context: Context, decision: Decision, constants: frozenset[Fraction]
) -> dict[Threshold, Tests]:
    """What the conditions of the decision's rules compare with, and the tests that do."""
    found: dict[Threshold, Tests] = {}
    for ranked in context.circuit.ranks.levels[decision]:
        for rule in ranked.rules:
            for atom in context.circuit.graph.atoms_of((context.circuit.rules[rule].applies,)):
                match atom:
                    case Linear(((variable, _),), op, bound):
                        written = _as_written(variable, op, bound, constants)
                        found.setdefault((variable, written), []).append((rule, atom))
    return dict(sorted(found.items(), key=lambda pair: (name_of(pair[0][0]), pair[0][1])))


def _as_written(
    variable: Variable, op: str, bound: Fraction, constants: frozenset[Fraction]
) -> Fraction:
    """`>= 18` of a whole number is `not <= 17` in a circuit: the number that the spec has."""
    whole = step_of(variable)
    if whole is None or op == "=" or bound in constants or bound + whole not in constants:
        return bound
    return bound + whole


def constants_of(context: Context) -> frozenset[Fraction]:
    """Every number in the conditions of rules, those of their defines too."""
    found: set[Fraction] = set()
    seen: set[Define] = set()
    stack = [expr for rule in context.spec.rules for expr in (*rule.whens, *rule.unlesses)]
    while stack:
        expr = stack.pop()
        match expr:
            case Constant():
                found.add(expr.value)
            case DefineRef() if expr.define not in seen:
                seen.add(expr.define)
                stack.append(expr.define.expr)
            case _:
                stack += parts(expr)
    return frozenset(found)


def unit_of(variable: Variable, bound: Fraction) -> Fraction:
    whole = step_of(variable)
    if whole is not None:
        return whole
    assert isinstance(variable, Fact)
    return step(variable.type.kind, bound)


def name_of(variable: Variable) -> str:
    return f"size of {variable.fact.name}" if isinstance(variable, Size) else variable.name


def fact_of(variable: Variable) -> Fact:
    """The fact itself, or the one of whose size it is."""
    return variable.fact if isinstance(variable, Size) else variable


def _point(
    decision: Decision, variable: Variable, value: Fraction, side: str, tests: Tests
) -> Point:
    fact = fact_of(variable)
    shown = str(value) if isinstance(variable, Size) else literal(fact, value)
    names = tuple(dict.fromkeys(rule.name for rule, _ in tests))
    text = f"`{name_of(variable)} = {shown}`, {side} what {_rules(names)} compares it with"
    claim = decides_at(decision, variable, value, tests)
    return Point(Kind.BOUNDARY, decision, names, text, tests[0][0].name_span, claim)


def _rules(names: Sequence[str]) -> str:
    rest = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"`{names[0]}`{rest}"


def decides_at(decision: Decision, variable: Variable, value: Fraction, tests: Tests) -> Claim:
    fact = fact_of(variable)

    def claim(worlds: Sequence[World]) -> int:
        world, graph = worlds[0], worlds[0].graph
        known = world.literal(graph.atom(Known(fact))) if fact.optional else TRUE
        here = world.literal(graph.atom(Linear(((variable, ONE),), "=", value)))
        matters = graph.any_of(
            world.literal(matters_to(graph, world.circuit.rules[rule].applies, atom))
            for rule, atom in tests
        )
        return graph.all_of((world.decide(decision).taken, known, here, matters))

    return claim


def matters_to(graph: Graph, literal: int, atom: Linear) -> int:
    """All else equal, the literal holds or not as the atom does or does not."""

    def put(value: int) -> int:
        def replace(other: Atom) -> int | None:
            return value if other == atom else None

        return graph.rewriter(replace)(literal)

    return graph.same(put(TRUE), put(FALSE)) ^ 1
