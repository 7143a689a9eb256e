"""Coverage measurement: the status of every goal under the examples of a spec."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from specdsl.analyses.coverage.boundary_goals import boundary_goals
from specdsl.analyses.coverage.coverage_goals import CoverageGoal, GoalKind, GoalStatus
from specdsl.analyses.coverage.default_goals import default_goals
from specdsl.analyses.coverage.example_situations import ExampleSituations
from specdsl.analyses.coverage.pair_goals import pair_goals
from specdsl.analyses.coverage.rule_goals import clause_goals, rule_goals
from specdsl.analyses.coverage.unknown_goals import unknown_fact_goals
from specdsl.analyses.coverage.winners import WinningRules, find_winners
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Example
from specdsl.reasoning.prover import Prover, Undetermined
from specdsl.reasoning.sat.engine import Answer
from specdsl.verification.check_session import CheckSession
from specdsl.verification.relevance.fact_changes import FactChanges

MEASURED_KINDS = (
    GoalKind.RULE,
    GoalKind.RANKED,
    GoalKind.PEERS,
    GoalKind.HOLDS,
    GoalKind.FAILS,
    GoalKind.DEFAULT,
)


@dataclass(frozen=True, slots=True)
class CoverageResult:
    """The best status of a satisfiable goal, with the titles of the examples that reach it."""

    goal: CoverageGoal
    status: GoalStatus
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """The coverage of a spec.

    `results` has the satisfiable goals, `impossible` the goals proved unsatisfiable; `unsettled`
    describes the goals and examples left open. `winners` are the rules that win in an example."""

    path: str
    examples: int
    rules: tuple[str, ...]
    results: tuple[CoverageResult, ...]
    impossible: tuple[CoverageGoal, ...]
    unsettled: tuple[str, ...]
    winners: WinningRules

    def results_of(self, *kinds: GoalKind) -> list[CoverageResult]:
        return [one for one in self.results if one.goal.kind in kinds]


def measure_coverage(session: CheckSession, kinds: Sequence[GoalKind] = MEASURED_KINDS) -> Coverage:
    """Measure the coverage of some kinds of goals. An example meets a goal if one of its situations
    does and it has an expectation of the decision, or of one that reads it."""
    spec = session.spec
    possible = satisfiability(session, coverage_goals(session, kinds))
    satisfiable = [goal for goal, answer in possible.items() if answer is Answer.SAT]
    best, unsettled = _best_status(session, satisfiable, spec.examples)
    doubtful = [p.text for p, answer in possible.items() if answer is Answer.UNDETERMINED]
    return Coverage(
        session.path,
        len(spec.examples),
        tuple(rule.name for rule in spec.rules),
        tuple(_result_of(goal, best[goal]) for goal in satisfiable),
        tuple(p for p, answer in possible.items() if answer is Answer.UNSAT),
        (*doubtful, *unsettled),
        find_winners(session),
    )


@dataclass(frozen=True, slots=True)
class UncoveredGoals:
    """The satisfiable ones of some goals, and the ones among them that no example covers, with the
    titles of the examples that meet them in passing; `unsettled` describes what was left open."""

    satisfiable: frozenset[CoverageGoal]
    missing: Mapping[CoverageGoal, tuple[str, ...]]
    unsettled: tuple[str, ...]


def find_uncovered(session: CheckSession, goals: Sequence[CoverageGoal]) -> UncoveredGoals:
    """Find the goals that the examples do not cover."""
    answers = satisfiability(session, goals)
    satisfiable = [goal for goal, answer in answers.items() if answer is Answer.SAT]
    doubtful = [goal.text for goal, answer in answers.items() if answer is Answer.UNDETERMINED]
    best, unsettled = _best_status(session, satisfiable, session.spec.examples)
    missing = {
        goal: titles for goal, (status, titles) in best.items() if status is not GoalStatus.COVERED
    }
    left_open = (*doubtful, *(unsettled if missing else ()))
    return UncoveredGoals(frozenset(satisfiable), missing, left_open)


def coverage_goals(session: CheckSession, kinds: Sequence[GoalKind]) -> Iterator[CoverageGoal]:
    """Yield all goals of the kinds, in the order of `GoalKind` and then of the spec."""
    if GoalKind.RULE in kinds:
        yield from rule_goals(session)
    if GoalKind.RANKED in kinds or GoalKind.PEERS in kinds:
        yield from (p for p in pair_goals(session) if p.kind in kinds)
    if GoalKind.HOLDS in kinds or GoalKind.FAILS in kinds:
        yield from (p for p in clause_goals(session) if p.kind in kinds)
    if GoalKind.DEFAULT in kinds:
        yield from default_goals(session)
    if GoalKind.BOUNDARY in kinds:
        yield from boundary_goals(session)
    if GoalKind.UNKNOWN in kinds:
        yield from unknown_fact_goals(session)


def satisfiability(
    session: CheckSession, found: Iterable[CoverageGoal]
) -> dict[CoverageGoal, Answer]:
    """Return for each goal whether some situation meets it; a NO is a proof."""
    answers: dict[CoverageGoal, Answer] = {}
    whole = list(found)
    for decision in session.spec.decisions:
        own = [p for p in whole if p.decision is decision and p.changed is None]
        claims = {goal: goal.claim((session.world,)) for goal in own}
        given = session.preconditions((decision,))
        prover = Prover(session.circuit.graph, (*given, *claims.values()), session.limits)
        prover.assert_always(*given)
        answers |= {goal: prover.check(claim) for goal, claim in claims.items()}
    answers |= {p: _unknown_fact_satisfiable(session, p) for p in whole if p.changed is not None}
    return {goal: answers[goal] for goal in whole}


def _unknown_fact_satisfiable(session: CheckSession, goal: CoverageGoal) -> Answer:
    assert goal.changed is not None
    try:
        matters = FactChanges.of(session).is_sensitive_when_unknown(goal.changed, goal.decision)
    except Undetermined:
        return Answer.UNDETERMINED
    return Answer.SAT if matters else Answer.UNSAT


BestStatus = tuple[GoalStatus, tuple[str, ...]]


def _best_status(
    session: CheckSession, satisfiable: Sequence[CoverageGoal], examples: Iterable[Example]
) -> tuple[dict[CoverageGoal, BestStatus], list[str]]:
    found: dict[CoverageGoal, BestStatus] = dict.fromkeys(satisfiable, (GoalStatus.MISSING, ()))
    unsettled: list[str] = []
    for example in examples:
        try:
            new = ExampleSituations(session, example).goal_statuses(satisfiable)
        except Undetermined:
            unsettled.append(f'example "{example.title}"')
            continue
        for goal, status in new.items():
            found[goal] = _better_status(found[goal], status, example.title)
    return found, unsettled


def _better_status(best: BestStatus, status: GoalStatus, title: str) -> BestStatus:
    order = list(GoalStatus)
    if status is GoalStatus.MISSING or order.index(status) > order.index(best[0]):
        return best
    return (status, (*best[1], title)) if status is best[0] else (status, (title,))


def _result_of(goal: CoverageGoal, best: BestStatus) -> CoverageResult:
    return CoverageResult(goal, *best)
