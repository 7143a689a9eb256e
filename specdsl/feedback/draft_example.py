"""Draft examples: what a report says, as an example of the spec."""

from __future__ import annotations

import re
from collections.abc import Iterator

from specdsl.base.limits import MAX_REPORT_TITLE
from specdsl.base.plain_text import visible
from specdsl.base.quick_dataclass import dataclass
from specdsl.base.source import Source
from specdsl.feedback.feedback_report import FeedbackReport
from specdsl.frontend.model.nodes import DecisionModel, SpecModel
from specdsl.frontend.syntax import tree as t
from specdsl.frontend.syntax.canonical_layout import format_text
from specdsl.frontend.syntax.literals import quote_text
from specdsl.frontend.syntax.parse import parse

EFFECT = re.compile(r"\w+\s+(is|in|not)\s.*", re.DOTALL)


class UnclearReport(ValueError):
    """A report of which no example can be made."""


@dataclass(frozen=True, slots=True)
class DraftExample:
    """An example in canonical layout that expects what a report wants."""

    title: str
    text: str
    decision: str


def draft_example(spec: SpecModel, report: FeedbackReport) -> DraftExample:
    """Return the draft of a report's example. Raises `UnclearReport`."""
    effect = _wanted_effect(spec, report)
    title = example_title(report)
    text = "\n".join(_draft_lines(title, report, effect))
    return DraftExample(title, _canonical_text(text), effect.split()[0])


def example_title(report: FeedbackReport) -> str:
    """Return the title of a report's example: its name, and how its text begins."""
    told = one_line_text(report.text)
    short = told if len(told) <= MAX_REPORT_TITLE else f"{told[: MAX_REPORT_TITLE - 1].rstrip()}…"
    return f"feedback {report.id}" + (f": {short}" if short else "")


def one_line_text(text: str) -> str:
    """Return a text on one line, without characters that act."""
    return visible(" ".join(text.split()))


def _draft_lines(title: str, report: FeedbackReport, effect: str) -> Iterator[str]:
    yield f"example {quote_text(one_line_text(title))}"
    if report.given:
        yield f"given {report.given}"
    yield from report.says
    yield f"expect {effect}"


def _wanted_effect(spec: SpecModel, report: FeedbackReport) -> str:
    """Return what is wanted as an effect: `reply is full`."""
    wanted = " ".join(report.wanted.split())
    if not wanted:
        raise UnclearReport("it does not say what is wanted")
    if EFFECT.fullmatch(wanted):
        return wanted
    decision = _meant_decision(spec, report, wanted)
    if wanted in decision.outcomes:
        return f"{decision.name} is {wanted}"
    outcomes = ", ".join(decision.outcomes)
    raise UnclearReport(f"`{wanted}` is no outcome of `{decision.name}`: {outcomes}")


def _meant_decision(spec: SpecModel, report: FeedbackReport, wanted: str) -> DecisionModel:
    """Return the decision that a report is about: the one that it names, or the only possible."""
    by_name = {decision.name: decision for decision in spec.decisions}
    if report.decision in by_name:
        return by_name[report.decision]
    if report.decision:
        raise UnclearReport(f"there is no decision `{report.decision}`")
    of_rule = [
        effect.decision
        for rule in spec.rules
        if rule.name == report.rule
        for effect in rule.effects
    ]
    for some in (of_rule, spec.decisions):
        possible = [decision for decision in some if wanted in decision.outcomes]
        if len(possible) == 1:
            return possible[0]
    raise UnclearReport(f"it does not say which decision should be `{wanted}`")


def _canonical_text(text: str) -> str:
    """Return the example in canonical layout. A report may say anything: what is not an example's
    facts, instructions and one expectation is not taken.
    """
    source = Source("report.spec", text)
    file, faults = parse(source)
    if faults:
        raise UnclearReport(f"it cannot be read as an example: {faults[0].message}")
    (example, *others) = file.statements
    clauses = example.clauses if isinstance(example, t.ExampleNode) else ()
    fine = all(isinstance(one, t.GivenClauseNode | t.SaysNode | t.ExpectNode) for one in clauses)
    wishes = sum(isinstance(one, t.ExpectNode) for one in clauses)
    if others or file.comments or not fine or wishes != 1:
        raise UnclearReport("it has more than facts, instructions and what is wanted")
    return format_text(source)
