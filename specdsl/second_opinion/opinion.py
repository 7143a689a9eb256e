"""A second opinion in a report: disagreements as errors of the tool, and summary lines."""

from __future__ import annotations

from collections.abc import Sequence

from specdsl.base.diagnostics import CheckResult, Diagnostic, Label, Note
from specdsl.base.source import Span
from specdsl.frontend.model.nodes import SpecModel
from specdsl.second_opinion.cvc5 import Opinion
from specdsl.second_opinion.opinion_codes import DIFFERS
from specdsl.second_opinion.question import Answer, SmtQuestion

MAX_NAMES = 5


def disagreement_findings(spec: SpecModel, opinion: Opinion) -> tuple[Diagnostic, ...]:
    """Return an error for each answer that differs."""
    return tuple(_disagreement(spec, opinion, one, answer) for one, answer in opinion.differing)


def _disagreement(
    spec: SpecModel, opinion: Opinion, question: SmtQuestion, answer: Answer
) -> Diagnostic:
    words = question.wording
    assert question.expected is not None
    notes = (
        Note("asked", words.asks),
        Note("check", words.meaning_of(question.expected)),
        Note(opinion.solver, words.meaning_of(answer)),
        Note("help", "rely on neither, and please report it with the spec: the tool is wrong"),
    )
    return Diagnostic(
        DIFFERS,
        f"the second opinion on {words.about} differs",
        (Label(words.span or Span(spec.sources[-1], 0, 0), "about this", primary=True),),
        notes,
        severity=DIFFERS.severity,
        fields={"check": words.code, "about": words.about},
    )


def check_result(opinion: Opinion, not_asked: Sequence[tuple[str, str]]) -> CheckResult:
    """Return the second opinion as the result of one check."""
    outcome = "found" if opinion.differing else "proved"
    return CheckResult(DIFFERS, outcome, "\n".join(opinion_lines(opinion, not_asked)))


def opinion_lines(opinion: Opinion, not_asked: Sequence[tuple[str, str]]) -> list[str]:
    """Return lines about the answers that agree, the unanswered questions and the gaps."""
    found = [
        f"second opinion ({opinion.solver}): {len(opinion.agreed)} of {opinion.asked_count} agree"
    ]
    if opinion.unanswered:
        about = [question.wording.about for question in opinion.unanswered]
        found.append(f"no second opinion on {_list_names(about)}: not settled within the limit")
    if opinion.left_open:
        about = [question.wording.about for question in opinion.left_open]
        found.append(f"not asked, left unproved by the check: {_list_names(about)}")
    return [*found, *uncovered_lines(not_asked)]


def uncovered_lines(not_asked: Sequence[tuple[str, str]]) -> list[str]:
    """Return lines about what the encoding does not cover, by reason."""
    reasons = dict.fromkeys(reason for _, reason in not_asked)
    return [
        f"not asked, {reason}: {_list_names([what for what, r in not_asked if r == reason])}"
        for reason in reasons
    ]


def _list_names(names: Sequence[str]) -> str:
    """Return the first names and the number of the others, or all if these are few."""
    if len(names) <= 2 * MAX_NAMES:
        return ", ".join(names)
    return f"{', '.join(names[:MAX_NAMES])} and {len(names) - MAX_NAMES} more"
