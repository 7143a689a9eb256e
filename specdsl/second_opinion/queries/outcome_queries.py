"""Questions about unreachable outcomes, and about situations that get the default."""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.base.code_names import INSTRUCTED_OUTCOME, UNDECIDED_SITUATIONS, UNREACHABLE_OUTCOME
from specdsl.frontend.model.nodes import DecisionModel, SpecModel
from specdsl.second_opinion.free_situations import free_situation, listed_situation
from specdsl.second_opinion.question import Answer, QuestionWording, SmtQuestion, make_question
from specdsl.second_opinion.reported_findings import ReportedFindings
from specdsl.second_opinion.smtlib_text import NotCovered, negation_of

NEVER, INSTRUCTED, UNDECIDED = (
    UNREACHABLE_OUTCOME.name,
    INSTRUCTED_OUTCOME.name,
    UNDECIDED_SITUATIONS.name,
)


def outcome_questions(
    spec: SpecModel, findings: ReportedFindings
) -> Iterator[SmtQuestion | tuple[str, str]]:
    for decision in spec.decisions:
        try:
            yield from _questions_of(spec, findings, decision)
        except NotCovered as reason:
            yield f"what `{decision.name}` comes to", str(reason)


def _questions_of(
    spec: SpecModel, findings: ReportedFindings, decision: DecisionModel
) -> Iterator[SmtQuestion]:
    if findings.was_run(NEVER):
        for outcome in range(len(decision.outcomes)):
            yield _reachable_question(spec, findings, decision, outcome)
            yield _uninstructed_question(spec, findings, decision, outcome)
    if findings.was_run(UNDECIDED):
        yield _undecided_question(spec, findings, decision)


def _is_reported(
    findings: ReportedFindings, code: str, decision: DecisionModel, outcome: str
) -> bool:
    fields = [d.fields for d in findings.findings_of(code)]
    return any(f["decision"] == decision.name and f["outcome"] == outcome for f in fields)


def _reachable_question(
    spec: SpecModel, findings: ReportedFindings, decision: DecisionModel, outcome: int
) -> SmtQuestion:
    name = decision.outcomes[outcome]
    script, world = free_situation(spec, [decision])
    here = world.resolve_decision(decision)
    wording = QuestionWording(
        NEVER,
        f"`{decision.name} is {name}`",
        "is there a situation, whatever is asked by whom, with this outcome?",
        "the outcome comes about",
        "the outcome never comes about",
        decision.span,
    )
    found = _is_reported(findings, NEVER, decision, name)
    claims = (here.taken, here.outcome[outcome])
    return make_question(wording, script, claims, findings.expected_answer(NEVER, found, "unsat"))


def _uninstructed_question(
    spec: SpecModel, findings: ReportedFindings, decision: DecisionModel, outcome: int
) -> SmtQuestion:
    name = decision.outcomes[outcome]
    script, world, _ = listed_situation(spec, (), [decision])
    here = world.resolve_decision(decision)
    wording = QuestionWording(
        INSTRUCTED,
        f"`{decision.name} is {name}`, without instructions",
        "is there a situation without instructions that has this outcome?",
        "the outcome comes about by itself",
        "the outcome never comes about by itself",
        decision.span,
    )
    codes = (NEVER, INSTRUCTED)
    found = any(_is_reported(findings, code, decision, name) for code in codes)
    expected: Answer | None = findings.expected_answer(INSTRUCTED, found, "unsat")
    return make_question(wording, script, (here.taken, here.outcome[outcome]), expected)


def _undecided_question(
    spec: SpecModel, findings: ReportedFindings, decision: DecisionModel
) -> SmtQuestion:
    script, world = free_situation(spec, [decision])
    here = world.resolve_decision(decision)
    wording = QuestionWording(
        UNDECIDED,
        f"`{decision.name}` by default",
        "is there a situation in which nothing decides it?",
        "some situation falls to the default",
        "something always decides it",
        decision.span,
    )
    found = any(d.fields["decision"] == decision.name for d in findings.findings_of(UNDECIDED))
    claims = (here.taken, negation_of(here.decided))
    return make_question(wording, script, claims, findings.expected_answer(UNDECIDED, found, "sat"))
