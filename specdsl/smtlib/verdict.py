"""A second opinion as a report has it: disagreements as errors of the tool, and a line."""

from __future__ import annotations

from collections.abc import Sequence

from specdsl.diagnostics import CheckResult, Diagnostic, Label, Note
from specdsl.model.nodes import Spec
from specdsl.smtlib.asking import Opinion
from specdsl.smtlib.codes import DIFFERS
from specdsl.smtlib.question import Answer, Question
from specdsl.source import Span

MOST_NAMED = 5


def disagreements(spec: Spec, opinion: Opinion) -> tuple[Diagnostic, ...]:
    """An error for each answer that differs."""
    return tuple(_differs(spec, opinion, one, answer) for one, answer in opinion.differing)


def _differs(spec: Spec, opinion: Opinion, question: Question, answer: Answer) -> Diagnostic:
    words = question.wording
    assert question.expected is not None
    notes = (
        Note("asked", words.asks),
        Note("check", words.means(question.expected)),
        Note(opinion.solver, words.means(answer)),
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


def result(opinion: Opinion, not_asked: Sequence[tuple[str, str]]) -> CheckResult:
    """What became of it, as one check."""
    outcome = "found" if opinion.differing else "proved"
    return CheckResult(DIFFERS, outcome, "\n".join(lines(opinion, not_asked)))


def lines(opinion: Opinion, not_asked: Sequence[tuple[str, str]]) -> list[str]:
    """How many answers agree; what got none; what was not asked, and why."""
    found = [f"second opinion ({opinion.solver}): {len(opinion.agreed)} of {opinion.asked} agree"]
    if opinion.silent:
        about = [question.wording.about for question in opinion.silent]
        found.append(f"no second opinion on {_listed(about)}: not settled within the limit")
    if opinion.open:
        about = [question.wording.about for question in opinion.open]
        found.append(f"not asked, left unproved by the check: {_listed(about)}")
    return [*found, *not_asked_lines(not_asked)]


def not_asked_lines(not_asked: Sequence[tuple[str, str]]) -> list[str]:
    """What this encoding does not cover, by reason."""
    reasons = dict.fromkeys(reason for _, reason in not_asked)
    return [
        f"not asked, {reason}: {_listed([what for what, r in not_asked if r == reason])}"
        for reason in reasons
    ]


def _listed(names: Sequence[str]) -> str:
    """The first of them, and how many more; all where that is not much longer."""
    if len(names) <= 2 * MOST_NAMED:
        return ", ".join(names)
    return f"{', '.join(names[:MOST_NAMED])} and {len(names) - MOST_NAMED} more"
