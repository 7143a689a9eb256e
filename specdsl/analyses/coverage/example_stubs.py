"""Proposed examples: a situation with the outcome that the spec decides now, to be judged."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from specdsl.analyses.coverage.coverage_goals import CoverageGoal, GoalStatus
from specdsl.analyses.coverage.example_situations import ExampleSituations
from specdsl.analyses.coverage.winners import constant_winners
from specdsl.base.source import Source, Span
from specdsl.frontend.model.nodes import (
    Effect,
    Example,
    ExampleInstruction,
    Expectation,
    Fact,
    Given,
    Principal,
    Rule,
)
from specdsl.frontend.syntax.canonical_layout import format_text
from specdsl.frontend.syntax.parse import parse
from specdsl.reasoning.prover import Undetermined
from specdsl.semantics.fact_values import FactValue
from specdsl.situations.situation import (
    Situation,
    SpokenInstruction,
    effect_text,
    fact_text,
    sorted_by_name,
)
from specdsl.verification.check_session import CheckSession
from specdsl.verification.example_world import given_instructions

TITLE_MARK = "to judge: "
COMMENT = "# To be judged: it expects what the spec decides now."


def example_for_goal(
    session: CheckSession, goal: CoverageGoal, situation: Situation, titles: Collection[str]
) -> Example | None:
    """Return a passing example of the situation that meets the goal, with an unused title, or None
    if none can be written. Its `because` names the winners whatever the facts that it leaves
    open."""
    outcome = session.replay(situation.to_replay())[goal.decision.name].outcome
    if outcome is None:
        return None
    for values in (situation.relevant_facts, situation.all_facts):
        example = _build_example(goal, values, situation.instructions, outcome, titles)
        if _is_writable(example) and _covers_goal(session, goal, example):
            return _with_winners(session, example)
    return None


def example_text(example: Example) -> str:
    """Return the example in canonical layout, marked as one that a person has to judge."""
    return format_text(Source("stub.spec", f"{COMMENT}\n{_raw_text(example)}\n"))


def _build_example(
    goal: CoverageGoal,
    values: Mapping[Fact, FactValue],
    says: tuple[SpokenInstruction, ...],
    outcome: str,
    titles: Collection[str],
) -> Example:
    span, decision = goal.span, goal.decision
    effect = Effect(decision, 1 << decision.outcomes.index(outcome), False, span)
    return Example(
        _unused_title(goal, titles),
        tuple(Given(fact, value, span) for fact, value in sorted_by_name(values)),
        tuple(_instruction_of(one, span) for one in says),
        (Expectation(effect, (), span),),
        (),
        span,
    )


def _instruction_of(one: SpokenInstruction, span: Span) -> ExampleInstruction:
    effect = Effect(one.decision, one.outcomes, one.permits, span)
    return ExampleInstruction(one.principal, effect, one.implied, one.at, span)


def _unused_title(goal: CoverageGoal, titles: Collection[str]) -> str:
    title = TITLE_MARK + goal.text.replace("`", "")
    numbered = (f"{title} ({n})" for n in range(2, len(titles) + 3))
    return next(
        one for one in (title, f"{title}, {goal.decision.name}", *numbered) if one not in titles
    )


def _with_winners(session: CheckSession, example: Example) -> Example:
    (expectation,) = example.expectations
    known: dict[str, Rule | Principal] = {p.name: p for p in session.spec.principals}
    known |= {rule.name: rule for rule in session.spec.rules}
    names = constant_winners(
        session, ExampleSituations(session, example), expectation.effect.decision
    )
    winners = tuple(known[name] for name in names)
    return replace(example, expectations=(replace(expectation, because=winners),))


def _covers_goal(session: CheckSession, goal: CoverageGoal, example: Example) -> bool:
    """Tell whether the example passes and meets the goal."""
    situations = ExampleSituations(session, example)
    outcome = example.expectations[0].effect.outcomes.bit_length() - 1
    try:
        met = situations.goal_statuses((goal,))[goal] is not GoalStatus.MISSING
        return met and situations.always_decides(goal.decision, outcome)
    except Undetermined:
        return False


def _is_writable(example: Example) -> bool:
    """Tell whether every value can be written: 1/3 has no literal."""
    return not parse(Source("stub.spec", _raw_text(example)))[1]


def _raw_text(example: Example) -> str:
    return "\n".join((f'example "{example.title}"', *_clause_lines(example)))


def _clause_lines(example: Example) -> Iterator[str]:
    if example.given:
        yield "given " + ", ".join(fact_text(g.fact, g.value) for g in example.given)
    yield from map(str, given_instructions(example))
    for one in example.expectations:
        expected = effect_text(one.effect.decision, one.effect.outcomes, permits=False)
        names = ", ".join(winner.name for winner in one.because)
        yield f"expect {expected}" + (f" because {names}" if names else "")
