"""Coverage and missing examples as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specdsl.analyses.coverage.coverage_goals import CoverageGoal
from specdsl.analyses.coverage.example_stubs import example_text
from specdsl.analyses.coverage.measure import Coverage, CoverageResult
from specdsl.analyses.coverage.missing_examples import MissingExamples, ProposedExample
from specdsl.base.plain_text import json_text
from specdsl.reports.style import Style
from specdsl.situations.situation import sorted_by_name, to_json
from specdsl.verification.example_world import given_instructions


def coverage_dict(found: Coverage) -> dict[str, Any]:
    """Return the coverage. `points` has the goals that some situation meets, `impossible` the
    others, each proved."""
    return {
        "file": found.path,
        "examples": found.examples,
        "wins": {name: list(found.winners.by_rule.get(name, ())) for name in found.rules},
        "points": [_result_dict(one) for one in found.results],
        "impossible": [_goal_dict(goal) for goal in found.impossible],
        "unsettled": [*found.unsettled, *found.winners.partial],
    }


def missing_dict(found: MissingExamples) -> dict[str, Any]:
    """Return the missing examples. A `situation` is as `specdsl decide --batch` takes it, with the
    relevant facts only."""
    return {
        "file": found.path,
        "missing": [_example_dict(one) for one in found.examples],
        "more": found.more,
        "impossible": found.impossible,
        "unsettled": list(found.unsettled),
    }


def render_missing_json(found: MissingExamples, style: Style) -> str:
    """Return the result of `missing_dict` as JSON text."""
    text = json_text({"version": 1, **missing_dict(found)}, indent=2, only_ascii=False)
    return f"{text}\n"


def _result_dict(one: CoverageResult) -> dict[str, Any]:
    return {**_goal_dict(one.goal), "met": one.status.value, "by": list(one.titles)}


def _goal_dict(goal: CoverageGoal) -> dict[str, Any]:
    return {
        "kind": goal.kind.value,
        "decision": goal.decision.name,
        "names": list(goal.names),
        "text": goal.text,
        "place": {"file": goal.span.source.name, "line": goal.span.line},
    }


def _example_dict(one: ProposedExample) -> dict[str, Any]:
    example = one.example
    values = {given.fact: given.value for given in example.given}
    facts = {fact.name: to_json(fact, value) for fact, value in sorted_by_name(values)}
    situation: Mapping[str, Any] = {
        "facts": facts,
        "says": [said.to_json() for said in given_instructions(example)],
    }
    return {
        **_goal_dict(one.goal),
        "title": example.title,
        "situation": situation,
        "example": example_text(example),
    }
