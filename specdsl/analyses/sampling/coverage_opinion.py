"""A second solver on what a sampled set shows and leaves out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from specdsl.analyses.sampling.sampled_set import SampledSet, SettledClaim
from specdsl.base.source import Span
from specdsl.frontend.model.nodes import Effect, ExampleInstruction, SpecModel
from specdsl.second_opinion.cvc5 import Opinion, ask_cvc5, cvc5_version, second_opinion
from specdsl.second_opinion.opinion import opinion_lines
from specdsl.second_opinion.queries.coverage_queries import (
    CoverageClaim,
    GivenSituation,
    coverage_questions,
)
from specdsl.second_opinion.question import SmtQuestion
from specdsl.situations.situation import Situation

BOUNDARIES = ("boundaries", "they are not covered")
Gaps = Sequence[tuple[str, str]]
"""What is not asked, and the reason."""


def coverage_opinion(
    spec: SpecModel, found: SampledSet, progress: Callable[[int], None] = lambda done: None
) -> tuple[Opinion, Gaps]:
    """Ask cvc5 about each claim that the set shows or leaves out as impossible. Raises `NoSolver`
    if it is not installed.
    """
    solver = cvc5_version()
    claims = [_coverage_claim(spec, one) for one in found.settled]
    asked, gaps = list[SmtQuestion](), list[tuple[str, str]]()
    for one in coverage_questions(spec, claims):
        if isinstance(one, SmtQuestion):
            asked.append(one)
        else:
            gaps.append(one)
    return second_opinion(asked, ask_cvc5, solver, progress=progress), gaps


def coverage_opinion_lines(opinion: Opinion, gaps: Gaps) -> list[str]:
    """Return the opinion as lines: what differs first."""
    wrong = [
        f"the second opinion differs: {question.wording.about}; {question.wording.asks} "
        f"{opinion.solver}: {question.wording.meaning_of(answer)}"
        for question, answer in opinion.differing
    ]
    return [*wrong, *opinion_lines(opinion, [*gaps, BOUNDARIES])]


def _coverage_claim(spec: SpecModel, one: SettledClaim) -> CoverageClaim:
    shown = None if one.situation is None else _given_situation(spec, one.situation)
    return CoverageClaim(one.decision, one.rules, one.text, shown)


def _given_situation(spec: SpecModel, situation: Situation) -> GivenSituation:
    nowhere = Span(spec.sources[-1], 0, 0)
    says = [
        ExampleInstruction(
            one.principal,
            Effect(one.decision, one.outcomes, one.permits, nowhere),
            one.implied,
            one.at,
            nowhere,
        )
        for one in situation.instructions
    ]
    return GivenSituation(situation.all_facts, says)
