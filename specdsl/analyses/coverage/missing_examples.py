"""Test generation: a simple example for each coverage goal that no example of the spec covers."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from specdsl.analyses.coverage.coverage_goals import CoverageGoal, GoalKind, GoalStatus
from specdsl.analyses.coverage.example_situations import ExampleSituations
from specdsl.analyses.coverage.example_stubs import example_for_goal
from specdsl.analyses.coverage.measure import Coverage, measure_coverage
from specdsl.base.limits import MAX_MISSING
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Example
from specdsl.reasoning.prover import Undetermined
from specdsl.situations.situation import Situation
from specdsl.verification.check_session import CheckSession
from specdsl.verification.paired_worlds import PairedWorlds

COMPLETED_KINDS = (
    GoalKind.RULE,
    GoalKind.RANKED,
    GoalKind.PEERS,
    GoalKind.DEFAULT,
    GoalKind.BOUNDARY,
    GoalKind.UNKNOWN,
)


@dataclass(frozen=True, slots=True)
class ProposedExample:
    """A proposed example, which a person has to judge, and the goal that it covers."""

    goal: CoverageGoal
    example: Example


@dataclass(frozen=True, slots=True)
class MissingExamples:
    """Proposed examples for uncovered goals.

    `more` counts the goals left out for their number, `impossible` those proved unsatisfiable;
    `unsettled` describes the goals left open and those without an example that can be written."""

    path: str
    examples: tuple[ProposedExample, ...]
    more: int
    impossible: int
    unsettled: tuple[str, ...]


def find_missing_examples(
    session: CheckSession, most: int = MAX_MISSING, in_passing: bool = False
) -> MissingExamples:
    """Propose at most `most` examples, in the order of `GoalKind` and of the spec.

    They are for the goals that no example meets, or with `in_passing`, that none covers. A goal
    that an earlier proposal covers gets none of its own."""
    unmet = (GoalStatus.MISSING, GoalStatus.IN_PASSING) if in_passing else (GoalStatus.MISSING,)
    return _ExampleSearch(session, measure_coverage(session, COMPLETED_KINDS)).cover_goals(
        most, unmet
    )


class _ExampleSearch:
    def __init__(self, session: CheckSession, coverage: Coverage) -> None:
        self.session = session
        self.coverage = coverage
        self.proposals: list[ProposedExample] = []
        self.unsettled: list[str] = list(coverage.unsettled)

    def cover_goals(self, most: int, unmet: Collection[GoalStatus]) -> MissingExamples:
        left = [result.goal for result in self.coverage.results if result.status in unmet]
        while left and len(self.proposals) < most:
            goal, *left = left
            found = self._example_for(goal)
            if found is None:
                self.unsettled.append(goal.text)
            else:
                self.proposals.append(ProposedExample(goal, found))
                left = self._still_uncovered(found, left)
        impossible = len(self.coverage.impossible)
        proposals, unsettled = tuple(self.proposals), tuple(self.unsettled)
        return MissingExamples(self.coverage.path, proposals, len(left), impossible, unsettled)

    def _example_for(self, goal: CoverageGoal) -> Example | None:
        titles = [example.title for example in self.session.spec.examples]
        titles += [one.example.title for one in self.proposals]
        try:
            situation = self._settled_situation(goal)
        except Undetermined:
            return None
        return (
            None if situation is None else example_for_goal(self.session, goal, situation, titles)
        )

    def _still_uncovered(
        self, example: Example, goals: Sequence[CoverageGoal]
    ) -> list[CoverageGoal]:
        try:
            met = ExampleSituations(self.session, example).goal_statuses(goals)
        except Undetermined:
            return list(goals)
        return [goal for goal in goals if met.get(goal) is not GoalStatus.COVERED]

    def _settled_situation(self, goal: CoverageGoal) -> Situation | None:
        """Return a simple situation for the goal that also names the facts which fix its
        outcome."""
        first = self._simple_situation(goal)
        if first is None:
            return None
        outcome = self.session.replay(first.to_replay())[goal.decision.name].outcome
        if outcome is None:
            return None
        return self._simple_situation(goal, goal.decision.outcomes.index(outcome))

    def _simple_situation(self, goal: CoverageGoal, outcome: int | None = None) -> Situation | None:
        if goal.changed is not None:
            return self._unknown_fact_situation(goal, outcome)
        world = self.session.world
        claims = [goal.claim((world,))]
        if outcome is not None:
            claims.append(world.resolution_of(goal.decision).outcome[outcome])
        claim = self.session.circuit.graph.all_of(claims)
        return self.session.situation(claim, (goal.decision,))

    def _unknown_fact_situation(self, goal: CoverageGoal, outcome: int | None) -> Situation | None:
        """Return the first situation of a pair, without instructions if that is possible."""
        assert goal.changed is not None
        for silent in (True, False):
            pair = PairedWorlds.differing_in(self.session, goal.changed, silent)
            claims = [goal.claim(pair.worlds)]
            if outcome is not None:
                claims.append(pair.worlds[0].resolution_of(goal.decision).outcome[outcome])
            claim = self.session.circuit.graph.all_of(claims)
            found = pair.situations(claim, (goal.decision,))
            if found is not None:
                return found[0]
        return None
