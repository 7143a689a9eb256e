"""JSON schema of a spec's facts, in the subset that language models are made to answer in.

All properties are required and no others allowed, and what may be unknown may be null, as the
strict mode of OpenAI's structured output wants it; the schema is as good for any validator.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any, assert_never

from specdsl.base.plain_text import json_text
from specdsl.frontend.model.nodes import Fact, Kind, SpecModel, Type
from specdsl.runtime.quantities import quantity_text

VALUE, CONFIDENCE = "value", "confidence"
"""The fields of the answer to a judged fact."""
CONFIDENCE_SCHEMA = {
    "type": "number",
    "minimum": 0,
    "maximum": 1,
    "description": "How sure the answer is: 1 is certain, 0 a mere guess.",
}
NO_MONTHS = "such as PT24H or P3D, without months and years"


def facts_schema(facts: Iterable[Fact], judged: bool = False) -> dict[str, Any]:
    """Return the schema of facts; or, if `judged`, that of answers about those of them which a
    person or a model has to judge: each with a value and how sure it is.
    """
    if judged:
        return _object_schema({fact.name: _answer(fact) for fact in facts if fact.judged})
    return _object_schema({fact.name: _fact_schema(fact, fact.doc) for fact in facts})


def emit_facts_schema(spec: SpecModel, judged: bool = False) -> str:
    """Return the schema of a spec's facts as text."""
    said = {"description": spec.title} if spec.title else {}
    schema = {"title": spec.name, **said, **facts_schema(spec.facts, judged)}
    return json_text(schema, indent=2, only_ascii=False) + "\n"


def _object_schema(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _answer(fact: Fact) -> dict[str, Any]:
    said = {"description": fact.doc} if fact.doc else {}
    value = _fact_schema(fact, doc="")
    return {**said, **_object_schema({VALUE: value, CONFIDENCE: CONFIDENCE_SCHEMA})}


def _fact_schema(fact: Fact, doc: str) -> dict[str, Any]:
    """Return the schema of a fact's value, which is null where it is unknown, with its
    documentation.
    """
    schema, remarks = _type_schema(fact.type)
    if fact.optional:
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
        remarks = [*remarks, "null where it is unknown"]
    said = "; ".join(part for part in (doc, *remarks) if part)
    return {**schema, "description": said} if said else schema


def _type_schema(kind: Type) -> tuple[dict[str, Any], list[str]]:
    """Return the schema of a type, and what only words can say of it."""
    match kind.kind:
        case Kind.BOOL:
            return {"type": "boolean"}, []
        case Kind.INT | Kind.NUMBER:
            return _number_schema(kind)
        case Kind.TEXT:
            return {"type": "string"}, []
        case Kind.ENUM:
            return {"type": "string", "enum": list(kind.members)}, []
        case Kind.SET:
            items = {"type": "string", "enum": list(kind.members)}
            return {"type": "array", "items": items}, []
        case Kind.DATE:
            return {"type": "string", "format": "date"}, _range_words(kind, "date")
        case Kind.TIME:
            return {"type": "string", "format": "date-time"}, _range_words(kind, "time")
        case Kind.DURATION:
            words = _range_words(kind, "duration")
            return {"type": "string", "format": "duration"}, [NO_MONTHS, *words]
        case _:
            assert_never(kind.kind)


def _number_schema(kind: Type) -> tuple[dict[str, Any], list[str]]:
    name = "integer" if kind.kind is Kind.INT else "number"
    return {"type": name, **_limits(kind)}, []


def _limits(kind: Type) -> dict[str, Any]:
    ends = (("minimum", kind.low), ("maximum", kind.high))
    return {word: _json_number(end) for word, end in ends if end is not None}


def _json_number(end: Fraction) -> int | float:
    return int(end) if end.denominator == 1 else float(end)


def _range_words(kind: Type, name: str) -> list[str]:
    ends: Iterable[tuple[str, Fraction | None]] = (("from", kind.low), ("to", kind.high))
    words = [f"{word} {quantity_text(name, end)}" for word, end in ends if end is not None]
    return [" ".join(words)] if words else []
