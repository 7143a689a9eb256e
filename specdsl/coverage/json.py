"""Coverage and missing examples as JSON has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specdsl.checks.situations import in_order, to_json
from specdsl.coverage.measure import Coverage, Seen
from specdsl.coverage.missing import Missing, Stub
from specdsl.coverage.points import Point
from specdsl.coverage.stubs import written
from specdsl.coverage.told import spoken


def coverage(found: Coverage) -> dict[str, Any]:
    """`points`: those that some situation meets; `impossible`: the others, each proved."""
    return {
        "file": found.path,
        "examples": found.examples,
        "wins": {name: list(found.winners.by_rule.get(name, ())) for name in found.rules},
        "points": [_seen(one) for one in found.seen],
        "impossible": [_point(point) for point in found.impossible],
        "unsettled": [*found.unsettled, *found.winners.partial],
    }


def missing(found: Missing) -> dict[str, Any]:
    """`situation` as `specdsl decide --batch` takes it, only what matters."""
    return {
        "file": found.path,
        "missing": [_stub(one) for one in found.stubs],
        "more": found.more,
        "impossible": found.impossible,
        "unsettled": list(found.unsettled),
    }


def _seen(one: Seen) -> dict[str, Any]:
    return {**_point(one.point), "met": one.met.value, "by": list(one.by)}


def _point(point: Point) -> dict[str, Any]:
    return {
        "kind": point.kind.value,
        "decision": point.decision.name,
        "names": list(point.names),
        "text": point.text,
        "place": {"file": point.span.source.name, "line": point.span.line},
    }


def _stub(one: Stub) -> dict[str, Any]:
    example = one.example
    values = {given.fact: given.value for given in example.given}
    facts = {fact.name: to_json(fact, value) for fact, value in in_order(values)}
    situation: Mapping[str, Any] = {
        "facts": facts,
        "says": [said.to_json() for said in spoken(example)],
    }
    return {
        **_point(one.point),
        "title": example.title,
        "situation": situation,
        "example": written(example),
    }
