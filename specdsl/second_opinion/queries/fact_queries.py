"""Questions about idle facts, and about decisions that are sensitive to unknown facts."""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.base.code_names import IDLE_FACT, SENSITIVE_TO_UNKNOWN
from specdsl.frontend.model.nodes import DecisionModel, Fact, SpecModel
from specdsl.second_opinion.free_situations import (
    dependent_decisions,
    paired_situations,
    readers_of,
)
from specdsl.second_opinion.question import QuestionWording, SmtQuestion, make_question
from specdsl.second_opinion.reported_findings import ReportedFindings
from specdsl.second_opinion.smtlib_text import NotCovered, any_of, negation_of
from specdsl.second_opinion.world_difference import decides_differently, outcomes_differ

IDLE, SENSITIVE = IDLE_FACT.name, SENSITIVE_TO_UNKNOWN.name


def fact_questions(
    spec: SpecModel, findings: ReportedFindings
) -> Iterator[SmtQuestion | tuple[str, str]]:
    for fact in spec.facts:
        try:
            yield from _questions_of(spec, findings, fact)
        except NotCovered as reason:
            yield f"fact `{fact.name}`", str(reason)


def _questions_of(spec: SpecModel, findings: ReportedFindings, fact: Fact) -> Iterator[SmtQuestion]:
    if findings.was_run(IDLE) and spec.decisions and fact.span.source is spec.sources[-1]:
        yield _idle_question(spec, findings, fact)
    if findings.was_run(SENSITIVE) and fact.optional:
        depend = dependent_decisions(spec, readers_of(spec, fact))
        for decision in spec.decisions:
            if decision in depend or _is_reported(findings, fact, decision):
                yield _sensitivity_question(spec, findings, fact, decision)


def _is_reported(findings: ReportedFindings, fact: Fact, decision: DecisionModel) -> bool:
    return findings.has_finding(SENSITIVE, fact=fact.name, decision=decision.name)


def _idle_question(spec: SpecModel, findings: ReportedFindings, fact: Fact) -> SmtQuestion:
    """Ask about the decisions that read the fact: the first decision that changes is one of
    them."""
    decisions = readers_of(spec, fact)
    script, one, other = paired_situations(spec, fact, False, decisions)
    claim = any_of(decides_differently(one, other, d) for d in decisions)
    wording = QuestionWording(
        IDLE,
        f"what fact `{fact.name}` changes",
        "are there two situations that differ in nothing else, and in what is decided?",
        "it changes something",
        "it changes nothing",
        fact.span,
    )
    found = findings.has_finding(IDLE, fact=fact.name)
    return make_question(wording, script, (claim,), findings.expected_answer(IDLE, found, "unsat"))


def _sensitivity_question(
    spec: SpecModel, findings: ReportedFindings, fact: Fact, decision: DecisionModel
) -> SmtQuestion:
    script, one, other = paired_situations(spec, fact, False, [decision])
    differs = outcomes_differ(one, other, decision)
    wording = QuestionWording(
        SENSITIVE,
        f"`{decision.name}` where `{fact.name}` is unknown",
        "is there a situation in which it is unknown, and another that differs in nothing else, "
        "with another outcome?",
        "the outcome would change if it were known",
        "the outcome never depends on it where it is unknown",
        fact.span,
    )
    claims = (negation_of(one.conditions.facts[fact].known), differs)
    found = _is_reported(findings, fact, decision)
    return make_question(wording, script, claims, findings.expected_answer(SENSITIVE, found, "sat"))
