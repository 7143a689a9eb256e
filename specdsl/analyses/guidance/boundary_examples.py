"""Boundaries without examples: a number in a condition, and no example on either side of it.

As for `specdsl test --coverage`, an example counts if in every situation that it describes the
comparison alone decides whether a rule applies.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction

from specdsl.analyses.coverage.boundary_goals import (
    Threshold,
    ThresholdTests,
    boundary_step,
    decides_at_value,
    fact_of_variable,
    is_sensitive_to,
    thresholds_of,
    variable_name,
    written_constants,
)
from specdsl.analyses.coverage.coverage_goals import CoverageGoal, GoalClaim, GoalKind
from specdsl.analyses.coverage.measure import find_uncovered
from specdsl.analyses.guidance.hint import build_hint, is_own
from specdsl.base.diagnostics import Diagnostic
from specdsl.base.quick_dataclass import dataclass
from specdsl.checks.guidance_codes import BOUNDARY
from specdsl.frontend.model.nodes import DecisionModel, Fact, SpecModel
from specdsl.semantics.aig import TRUE, Known, Linear, Literal, Size
from specdsl.semantics.fact_values import FactValue
from specdsl.semantics.resolution_circuit import World
from specdsl.situations.situation import literal_text
from specdsl.verification.check_session import Check, CheckSession, Findings

MissingGoals = Mapping[CoverageGoal, tuple[str, ...]]
"""The goals that no example covers, with the titles of examples that meet them in passing."""

HOLDS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<=": operator.le,
    "<": operator.lt,
    "=": operator.eq,
}


@dataclass(frozen=True, slots=True)
class Boundary:
    """A number with which rules of one decision compare a fact or its size."""

    decision: DecisionModel
    threshold: Threshold
    tests: ThresholdTests
    at: CoverageGoal
    beyond: CoverageGoal

    def missing_sides(
        self, missing: Collection[CoverageGoal]
    ) -> list[tuple[CoverageGoal, Fraction]]:
        """Return the sides without an example, each with the value that an example should have."""
        _, bound = self.threshold
        sides = [(self.at, bound), (self.beyond, self.value_beyond())]
        return [side for side in sides if side[0] in missing]

    def fact_text(self, value: Fraction) -> str:
        """Return the fact with a value, as `given` states it."""
        variable, _ = self.threshold
        size = isinstance(variable, Size)
        shown = str(value) if size else literal_text(fact_of_variable(variable), value)
        return f"{variable_name(variable)} = {shown}"

    def value_beyond(self) -> Fraction:
        """Return the nearest value for which a comparison has the other result."""
        variable, bound = self.threshold
        unit, (_, atom) = boundary_step(variable, bound), self.tests[0]
        below = _comparison_holds(atom, bound - unit) != _comparison_holds(atom, bound)
        return bound - unit if below else bound + unit


def find_unshown_boundaries(session: CheckSession) -> Findings:
    every = _own_boundaries(session)
    sides = [goal for one in every for goal in (one.at, one.beyond)]
    seen = find_uncovered(session, sides)
    real = [one for one in every if one.beyond in seen.satisfiable]
    given = {one.title: {g.fact: g.value for g in one.given} for one in session.spec.examples}
    found = (
        _build_finding(one, seen.missing, given) for one in real if one.missing_sides(seen.missing)
    )
    return Findings(tuple(found), ", ".join(seen.unsettled))


def _own_boundaries(session: CheckSession) -> list[Boundary]:
    constants = written_constants(session)
    return [
        _boundary_with_goals(decision, threshold, tests)
        for decision in session.spec.decisions
        for threshold, tests in thresholds_of(session, decision, constants).items()
        if _has_own_rule(session.spec, tests)
    ]


def _has_own_rule(spec: SpecModel, tests: ThresholdTests) -> bool:
    return any(is_own(spec, rule.span) for rule, _ in tests)


def _boundary_with_goals(
    decision: DecisionModel, threshold: Threshold, tests: ThresholdTests
) -> Boundary:
    variable, bound = threshold

    def goal(claim: GoalClaim) -> CoverageGoal:
        rule = tests[0][0]
        names = (rule.name,)
        text = f"`{variable_name(variable)}` and {bound} of `{rule.name}`"
        return CoverageGoal(GoalKind.BOUNDARY, decision, names, text, rule.name_span, claim)

    at = decides_at_value(decision, variable, bound, tests)
    return Boundary(
        decision, threshold, tests, goal(at), goal(_decides_beyond(decision, bound, tests))
    )


def _decides_beyond(decision: DecisionModel, bound: Fraction, tests: ThresholdTests) -> GoalClaim:
    """Return the claim that a comparison has another result than at the number, and that this alone
    decides whether a rule applies.
    """

    def claim(worlds: Sequence[World]) -> Literal:
        world, graph = worlds[0], worlds[0].graph
        found = []
        for rule, atom in tests:
            fact = fact_of_variable(atom.terms[0][0])
            known = world.literal(graph.atom(Known(fact))) if fact.optional else TRUE
            otherwise = world.literal(graph.atom(atom)) ^ int(_comparison_holds(atom, bound))
            applies = world.circuit.rules[rule].applies
            matters = world.literal(is_sensitive_to(graph, applies, atom))
            found.append(graph.all_of((known, otherwise, matters)))
        return graph.all_of((world.resolution_of(decision).taken, graph.any_of(found)))

    return claim


def _comparison_holds(atom: Linear, value: Fraction) -> bool:
    """Return whether a comparison of one fact holds for a value."""
    ((_, factor),) = atom.terms
    return HOLDS[atom.op](factor * value, atom.bound)


GivenFacts = Mapping[str, Mapping[Fact, FactValue]]
"""The given facts of examples, by title."""


def _build_finding(boundary: Boundary, missing: MissingGoals, given: GivenFacts) -> Diagnostic:
    sides = boundary.missing_sides(missing)
    at, beyond = (goal in missing for goal in (boundary.at, boundary.beyond))
    where = "at it or beyond it" if at and beyond else "at it" if at else "beyond it"
    rules = list(dict.fromkeys(rule.name for rule, _ in boundary.tests))
    more = f" and {len(rules) - 1} more" if len(rules) > 1 else ""
    here = boundary.fact_text(boundary.threshold[1])
    return build_hint(
        BOUNDARY,
        f"the boundary `{here}` of `{rules[0]}`{more} has no example {where}",
        boundary.at.span,
        _help_text(boundary, sides, missing, given),
        rules=rules,
        decision=boundary.decision.name,
        boundary=here,
    )


def _help_text(
    boundary: Boundary,
    sides: Sequence[tuple[CoverageGoal, Fraction]],
    missing: MissingGoals,
    given: GivenFacts,
) -> str:
    """Say which examples to write, or which facts an existing one leaves open."""
    fact = fact_of_variable(boundary.threshold[0])
    for goal, _ in sides:
        almost = [title for title in missing[goal] if given[title].get(fact) is not None]
        if almost:
            return f'example "{almost[0]}" leaves open what else it depends on: give that, too'
    wanted = " and one with ".join(f"`{boundary.fact_text(value)}`" for _, value in sides)
    return f"write an example with {wanted}, and say what is expected"


CHECK = Check(BOUNDARY, find_unshown_boundaries)
