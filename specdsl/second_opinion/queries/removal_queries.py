"""Questions about removable parts: does any decision change if a part of the spec is removed?

The parts are rules, permissions, priorities, overrides, levels and clauses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from specdsl.frontend.model.nodes import SpecModel
from specdsl.second_opinion.condition_clauses import CODE as CLAUSE
from specdsl.second_opinion.condition_clauses import removable_clauses
from specdsl.second_opinion.expected_effects import PERMISSION, REDUNDANT
from specdsl.second_opinion.free_situations import listed_situation, spec_and_part
from specdsl.second_opinion.naive_closure import has_rank_cycle
from specdsl.second_opinion.question import QuestionWording, SmtQuestion, make_question
from specdsl.second_opinion.reduced_specs import affected_decisions
from specdsl.second_opinion.removals import (
    LEVEL,
    OVERRIDE,
    PRIORITY,
    QuestionedPart,
    removable_levels,
    removable_overrides,
    removable_permissions,
    removable_priorities,
    removable_rules,
)
from specdsl.second_opinion.reported_findings import ReportedFindings
from specdsl.second_opinion.smtlib_text import NotCovered, SmtScript, any_of
from specdsl.second_opinion.world_difference import decides_differently

PARTS_OF_CHECKS: tuple[
    tuple[str, Callable[[SpecModel, ReportedFindings], Iterator[QuestionedPart]]], ...
] = (
    (REDUNDANT, removable_rules),
    (PERMISSION, removable_permissions),
    (PRIORITY, removable_priorities),
    (OVERRIDE, removable_overrides),
    (LEVEL, removable_levels),
    (CLAUSE, removable_clauses),
)


def part_questions(
    spec: SpecModel, findings: ReportedFindings
) -> Iterator[SmtQuestion | tuple[str, str]]:
    for code, parts in PARTS_OF_CHECKS:
        for part in parts(spec, findings) if findings.was_run(code) else ():
            about = f"what {part.name} changes"
            if part.is_reported or part.would_be_reported:
                try:
                    yield _removal_question(spec, findings, part, about)
                except NotCovered as reason:
                    yield about, str(reason)
            elif part.would_be_reported is None:
                open_ = "its rule would be missed" if code == CLAUSE else "it takes effect"
                yield about, f"whether {open_} is not settled"


def _removal_question(
    spec: SpecModel, findings: ReportedFindings, part: QuestionedPart, about: str
) -> SmtQuestion:
    wording = QuestionWording(
        part.code,
        about,
        "is there a situation in which some decision changes without it?",
        "it changes something",
        "it changes nothing",
        part.span,
    )
    expected = findings.expected_answer(part.code, part.is_reported, "unsat")
    if part.code == OVERRIDE and has_rank_cycle(part.without):
        script = listed_situation(spec, (), ())[0]
        script.add_comment("without it rules outrank each other in a circle: nothing is decided")
        return make_question(wording, script, (), expected)
    return make_question(wording, *_removal_differs(spec, part.without), expected)


def _removal_differs(spec: SpecModel, without: SpecModel) -> tuple[SmtScript, tuple[str, ...]]:
    """Encode that a decision changes; the first that does is one of those with other rules."""
    decisions = affected_decisions(spec, without)
    script, here, there = spec_and_part(spec, without, "without", decisions)
    claim = any_of(decides_differently(here, there, d) for d in decisions)
    return script, (claim,)
