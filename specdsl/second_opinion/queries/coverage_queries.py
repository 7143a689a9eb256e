"""Questions about what a set of situations shows: rules that take effect, pairs that meet, and
defaults, each in its own situation; of what the set leaves out, whether any situation shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from specdsl.frontend.model.nodes import DecisionModel, ExampleInstruction, Fact, Rule, SpecModel
from specdsl.second_opinion.free_situations import free_situation, listed_situation
from specdsl.second_opinion.question import QuestionWording, SmtQuestion, make_question
from specdsl.second_opinion.smt_facts import equals_given
from specdsl.second_opinion.smt_world import SmtResolution
from specdsl.second_opinion.smtlib_text import NotCovered, SmtScript, all_of, negation_of

SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class GivenSituation:
    """A situation with a value for every fact; None is unknown."""

    facts: Mapping[Fact, object]
    instructions: Sequence[ExampleInstruction]


@dataclass(frozen=True, slots=True)
class CoverageClaim:
    """A claim about a decision: of one rule that it stands, of two that both apply, of none that
    nothing decides. `shown_by` satisfies it; without it no situation does.
    """

    decision: DecisionModel
    rules: tuple[Rule, ...]
    text: str
    shown_by: GivenSituation | None


def coverage_questions(
    spec: SpecModel, claims: Iterable[CoverageClaim]
) -> Iterator[SmtQuestion | tuple[str, str]]:
    """Yield a question for each claim, or the reason why the encoding does not cover it."""
    for claim in claims:
        try:
            yield _question_of(spec, claim)
        except NotCovered as reason:
            yield claim.text, str(reason)


def _question_of(spec: SpecModel, claim: CoverageClaim) -> SmtQuestion:
    script, resolution = _encoded_situation(spec, claim)
    alone = claim.shown_by is None
    wording = QuestionWording(
        SAMPLE,
        claim.text,
        "is there a situation that shows it?" if alone else "does the situation show it?",
        "there is one" if alone else "it does",
        "there is none" if alone else "it does not",
        claim.rules[0].name_span if claim.rules else claim.decision.span,
    )
    asked = (_claim_term(resolution, claim.rules),)
    return make_question(wording, script, asked, "unsat" if alone else "sat")


def _encoded_situation(spec: SpecModel, claim: CoverageClaim) -> tuple[SmtScript, SmtResolution]:
    """Encode the situation that the claim was shown by, or any."""
    if claim.shown_by is None:
        script, world = free_situation(spec, [claim.decision])
        return script, world.resolve_decision(claim.decision)
    says = claim.shown_by.instructions
    script, world, facts = listed_situation(spec, says, [claim.decision])
    script.add_comment("the situation")
    for fact, value in claim.shown_by.facts.items():
        script.assert_term(equals_given(fact, facts[fact], value))
    return script, world.resolve_decision(claim.decision)


def _claim_term(found: SmtResolution, rules: Sequence[Rule]) -> str:
    """Return the term of a claim wherever the decision is taken."""
    match rules:
        case ():
            shows = [negation_of(found.decided)]
        case (rule,):
            shows = [found.rules[rule].stands]
        case _:
            shows = [found.applies[rule] for rule in rules]
    return all_of((found.taken, *shows))
