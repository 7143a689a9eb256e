"""Every finding and every "no finding" of a report, as questions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specdsl.diagnostics import Report
from specdsl.model.nodes import Spec
from specdsl.smtlib import (
    about_claims,
    about_clashes,
    about_facts,
    about_layers,
    about_outcomes,
    about_parts,
    about_rules,
)
from specdsl.smtlib.findings import Said
from specdsl.smtlib.question import Question, Wording, question
from specdsl.smtlib.situations import listed
from specdsl.smtlib.text import NotAsked

ABOUT = (
    about_clashes,
    about_rules,
    about_claims,
    about_outcomes,
    about_parts,
    about_facts,
    about_layers,
)
Asked = Question | tuple[str, str]  # or what is not asked, and why

COVERED = frozenset(
    {
        "inconsistent-assumptions",
        "contradiction",
        "dead-rule",
        "unreachable-rule",
        "unreachable-effect",
        "refuted-assertion",
        "failing-example",
        "unreachable-outcome",
        "instructed-outcome",
        "undecided-situations",
        "open-to-unknown",
        "redundant-rule",
        "idle-permission",
        "idle-priority",
        "idle-override",
        "idle-fact",
        "idle-level",
        "dead-conjunct",
        "sensitive-to-unknown",
        "loosening-layer",
    }
)
OF_WHAT_IS_WRITTEN = frozenset({"unclear-tightening"})  # there is nothing to prove


@dataclass(frozen=True, slots=True)
class Questions:
    """`not_asked`: what this encoding does not cover, with the reason."""

    asked: tuple[Question, ...]
    not_asked: tuple[tuple[str, str], ...]


def questions(spec: Spec, report: Report) -> Questions:
    """Those of a report, which has every finding, also those that comments in the spec allow."""
    said = Said(report)
    asked: list[Question] = []
    not_asked: list[tuple[str, str]] = []
    for one in _all(spec, said):
        if isinstance(one, Question):
            asked.append(one)
        else:
            not_asked.append(one)
    for check in report.checks:
        if check.code.name not in COVERED | OF_WHAT_IS_WRITTEN and check.result != "not_run":
            not_asked.append((check.code.name, "this check is not covered"))
    return Questions(tuple(asked), tuple(not_asked))


def _all(spec: Spec, said: Said) -> Iterator[Asked]:
    try:
        yield _assumptions(spec, said)
    except NotAsked as reason:
        yield "inconsistent-assumptions", str(reason)
    if any(said.found("inconsistent-assumptions")):
        return
    for about in ABOUT:
        yield from about.questions(spec, said)


def _assumptions(spec: Spec, said: Said) -> Question:
    """Where they are inconsistent, those that the finding names are already."""
    code = "inconsistent-assumptions"
    named = {name for d in said.found(code) for name in d.fields["assumptions"]}
    script, world, _ = listed(spec, (), ())
    wording = Wording(
        code,
        "the assumptions" if not named else f"the assumptions {', '.join(sorted(named))}",
        "is there a situation that meets the assumptions?",
        "there is one",
        "there is none: everything else would hold vacuously",
        next((a.span for a in spec.assumes if a.name in named), spec.span),
    )
    claims = tuple(
        f"(not {world.conditions.truth(a.expr).false})" for a in spec.assumes if a.name in named
    )
    return question(wording, script, claims, said.answer(code, bool(named), "unsat"))
