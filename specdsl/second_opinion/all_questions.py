"""The questions of a report: one for every finding and for every absence of a finding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specdsl.base.code_names import (
    CONTRADICTION,
    DEAD_CONJUNCT,
    DEAD_RULE,
    FAILING_EXAMPLE,
    IDLE_FACT,
    IDLE_LEVEL,
    IDLE_OVERRIDE,
    IDLE_PERMISSION,
    IDLE_PRIORITY,
    INCONSISTENT_ASSUMPTIONS,
    INSTRUCTED_OUTCOME,
    LOOSENING_LAYER,
    OPEN_TO_UNKNOWN,
    REDUNDANT_RULE,
    REFUTED_ASSERTION,
    SENSITIVE_TO_UNKNOWN,
    UNCLEAR_TIGHTENING,
    UNDECIDED_SITUATIONS,
    UNREACHABLE_EFFECT,
    UNREACHABLE_OUTCOME,
    UNREACHABLE_RULE,
)
from specdsl.base.diagnostics import Report
from specdsl.frontend.model.nodes import SpecModel
from specdsl.second_opinion.free_situations import listed_situation
from specdsl.second_opinion.queries.claim_queries import claim_questions
from specdsl.second_opinion.queries.conflict_queries import clash_questions
from specdsl.second_opinion.queries.fact_queries import fact_questions
from specdsl.second_opinion.queries.layer_queries import layer_questions
from specdsl.second_opinion.queries.outcome_queries import outcome_questions
from specdsl.second_opinion.queries.removal_queries import part_questions
from specdsl.second_opinion.queries.rule_queries import rule_questions
from specdsl.second_opinion.question import QuestionWording, SmtQuestion, make_question
from specdsl.second_opinion.reported_findings import ReportedFindings
from specdsl.second_opinion.smtlib_text import NotCovered

QUESTION_SOURCES = (
    clash_questions,
    rule_questions,
    claim_questions,
    outcome_questions,
    part_questions,
    fact_questions,
    layer_questions,
)
QuestionOrGap = SmtQuestion | tuple[str, str]
"""A question, or the subject that the encoding does not cover and the reason."""

COVERED_CHECKS = frozenset(
    code.name
    for code in (
        INCONSISTENT_ASSUMPTIONS,
        CONTRADICTION,
        DEAD_RULE,
        UNREACHABLE_RULE,
        UNREACHABLE_EFFECT,
        REFUTED_ASSERTION,
        FAILING_EXAMPLE,
        UNREACHABLE_OUTCOME,
        INSTRUCTED_OUTCOME,
        UNDECIDED_SITUATIONS,
        OPEN_TO_UNKNOWN,
        REDUNDANT_RULE,
        IDLE_PERMISSION,
        IDLE_PRIORITY,
        IDLE_OVERRIDE,
        IDLE_FACT,
        IDLE_LEVEL,
        DEAD_CONJUNCT,
        SENSITIVE_TO_UNKNOWN,
        LOOSENING_LAYER,
    )
)
SYNTACTIC_CHECKS = frozenset({UNCLEAR_TIGHTENING.name})
"""The checks of the text alone, which prove nothing."""


@dataclass(frozen=True, slots=True)
class ReportQuestions:
    """The questions of a report; `uncovered` has what the encoding does not cover, with reasons."""

    asked: tuple[SmtQuestion, ...]
    uncovered: tuple[tuple[str, str], ...]


def report_questions(spec: SpecModel, report: Report) -> ReportQuestions:
    """Return the questions of a report that has every finding, suppressed ones included."""
    findings = ReportedFindings(report)
    asked: list[SmtQuestion] = []
    not_asked: list[tuple[str, str]] = []
    for one in _all_questions(spec, findings):
        if isinstance(one, SmtQuestion):
            asked.append(one)
        else:
            not_asked.append(one)
    for check in report.checks:
        if check.code.name not in COVERED_CHECKS | SYNTACTIC_CHECKS and check.result != "not_run":
            not_asked.append((check.code.name, "this check is not covered"))
    return ReportQuestions(tuple(asked), tuple(not_asked))


def _all_questions(spec: SpecModel, findings: ReportedFindings) -> Iterator[QuestionOrGap]:
    try:
        yield _assumption_question(spec, findings)
    except NotCovered as reason:
        yield INCONSISTENT_ASSUMPTIONS.name, str(reason)
    if any(findings.findings_of(INCONSISTENT_ASSUMPTIONS.name)):
        return
    for questions_of in QUESTION_SOURCES:
        yield from questions_of(spec, findings)


def _assumption_question(spec: SpecModel, findings: ReportedFindings) -> SmtQuestion:
    """Ask whether the assumptions are consistent. If not, the assumptions that the finding names
    suffice for that."""
    code = INCONSISTENT_ASSUMPTIONS.name
    named = {name for d in findings.findings_of(code) for name in d.fields["assumptions"]}
    script, world, _ = listed_situation(spec, (), ())
    wording = QuestionWording(
        code,
        "the assumptions" if not named else f"the assumptions {', '.join(sorted(named))}",
        "is there a situation that meets the assumptions?",
        "there is one",
        "there is none: everything else would hold vacuously",
        next((a.span for a in spec.assumes if a.name in named), spec.span),
    )
    claims = tuple(
        f"(not {world.conditions.truth_of(a.expr).false})" for a in spec.assumes if a.name in named
    )
    return make_question(
        wording, script, claims, findings.expected_answer(code, bool(named), "unsat")
    )
