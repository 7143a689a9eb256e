"""Numbers in conditions, and no example on either side of them.

What is asked of the examples is asked as for `specdsl test --coverage`: an example counts where in
every situation that it describes the comparison alone makes the difference for a rule.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
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
from specdsl.analyses.guidance.hint import hint, own
from specdsl.base.diagnostics import Diagnostic
from specdsl.checks.guidance_codes import BOUNDARY
from specdsl.frontend.model.nodes import Decision, Fact, Spec
from specdsl.semantics.aig import TRUE, Known, Linear, Size
from specdsl.semantics.fact_values import FactValue
from specdsl.semantics.resolution_circuit import World
from specdsl.situations.situation import literal
from specdsl.verification.check_session import Check, CheckSession, Findings

Missing = Mapping[CoverageGoal, tuple[str, ...]]
"""By what no example shows the titles of those that meet it in passing."""

HOLDS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<=": operator.le,
    "<": operator.lt,
    "=": operator.eq,
}


@dataclass(frozen=True, slots=True)
class Boundary:
    """A number that rules of one decision compare a fact, or the size of one, with."""

    decision: Decision
    threshold: Threshold
    tests: ThresholdTests
    at: CoverageGoal
    beyond: CoverageGoal

    def uncovered(self, missing: Collection[CoverageGoal]) -> list[tuple[CoverageGoal, Fraction]]:
        """The sides that no example shows, each with the value for which one should."""
        _, bound = self.threshold
        sides = [(self.at, bound), (self.beyond, self.nearest())]
        return [side for side in sides if side[0] in missing]

    def named(self, value: Fraction) -> str:
        """The fact with a value, as `given` has it."""
        variable, _ = self.threshold
        size = isinstance(variable, Size)
        shown = str(value) if size else literal(fact_of_variable(variable), value)
        return f"{variable_name(variable)} = {shown}"

    def nearest(self) -> Fraction:
        """The next value for which a comparison comes out otherwise."""
        variable, bound = self.threshold
        unit, (_, atom) = boundary_step(variable, bound), self.tests[0]
        below = _holds(atom, bound - unit) != _holds(atom, bound)
        return bound - unit if below else bound + unit


def run(session: CheckSession) -> Findings:
    every = _boundaries(session)
    sides = [goal for one in every for goal in (one.at, one.beyond)]
    seen = find_uncovered(session, sides)
    real = [one for one in every if one.beyond in seen.satisfiable]
    given = {one.title: {g.fact: g.value for g in one.given} for one in session.spec.examples}
    found = (_diagnostic(one, seen.missing, given) for one in real if one.uncovered(seen.missing))
    return Findings(tuple(found), ", ".join(seen.unsettled))


def _boundaries(session: CheckSession) -> list[Boundary]:
    constants = written_constants(session)
    return [
        _boundary(decision, threshold, tests)
        for decision in session.spec.decisions
        for threshold, tests in thresholds_of(session, decision, constants).items()
        if _own(session.spec, tests)
    ]


def _own(spec: Spec, tests: ThresholdTests) -> bool:
    return any(own(spec, rule.span) for rule, _ in tests)


def _boundary(decision: Decision, threshold: Threshold, tests: ThresholdTests) -> Boundary:
    variable, bound = threshold

    def goal(claim: GoalClaim) -> CoverageGoal:
        rule = tests[0][0]
        names = (rule.name,)
        text = f"`{variable_name(variable)}` and {bound} of `{rule.name}`"
        return CoverageGoal(GoalKind.BOUNDARY, decision, names, text, rule.name_span, claim)

    at = decides_at_value(decision, variable, bound, tests)
    return Boundary(decision, threshold, tests, goal(at), goal(_beyond(decision, bound, tests)))


def _beyond(decision: Decision, bound: Fraction, tests: ThresholdTests) -> GoalClaim:
    """A comparison comes out otherwise than at the number, and that decides alone."""

    def claim(worlds: Sequence[World]) -> int:
        world, graph = worlds[0], worlds[0].graph
        found = []
        for rule, atom in tests:
            fact = fact_of_variable(atom.terms[0][0])
            known = world.literal(graph.atom(Known(fact))) if fact.optional else TRUE
            otherwise = world.literal(graph.atom(atom)) ^ int(_holds(atom, bound))
            applies = world.circuit.rules[rule].applies
            matters = world.literal(is_sensitive_to(graph, applies, atom))
            found.append(graph.all_of((known, otherwise, matters)))
        return graph.all_of((world.resolution_of(decision).taken, graph.any_of(found)))

    return claim


def _holds(atom: Linear, value: Fraction) -> bool:
    """Whether a comparison of one fact holds for a value."""
    ((_, factor),) = atom.terms
    return HOLDS[atom.op](factor * value, atom.bound)


Given = Mapping[str, Mapping[Fact, FactValue]]
"""By the title of an example what it gives."""


def _diagnostic(boundary: Boundary, missing: Missing, given: Given) -> Diagnostic:
    sides = boundary.uncovered(missing)
    at, beyond = (goal in missing for goal in (boundary.at, boundary.beyond))
    where = "at it or beyond it" if at and beyond else "at it" if at else "beyond it"
    rules = list(dict.fromkeys(rule.name for rule, _ in boundary.tests))
    more = f" and {len(rules) - 1} more" if len(rules) > 1 else ""
    here = boundary.named(boundary.threshold[1])
    return hint(
        BOUNDARY,
        f"the boundary `{here}` of `{rules[0]}`{more} has no example {where}",
        boundary.at.span,
        _help(boundary, sides, missing, given),
        rules=rules,
        decision=boundary.decision.name,
        boundary=here,
    )


def _help(
    boundary: Boundary,
    sides: Sequence[tuple[CoverageGoal, Fraction]],
    missing: Missing,
    given: Given,
) -> str:
    """Which examples to write; or what one that is there leaves open."""
    fact = fact_of_variable(boundary.threshold[0])
    for goal, _ in sides:
        almost = [title for title in missing[goal] if given[title].get(fact) is not None]
        if almost:
            return f'example "{almost[0]}" leaves open what else it depends on: give that, too'
    wanted = " and one with ".join(f"`{boundary.named(value)}`" for _, value in sides)
    return f"write an example with {wanted}, and say what is expected"


CHECK = Check(BOUNDARY, run)
