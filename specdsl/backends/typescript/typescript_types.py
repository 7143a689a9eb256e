"""Code generator for the types of an emitted TypeScript module: facts, outcomes, values."""

from __future__ import annotations

import re

from specdsl.backends.typescript.typescript_conditions import string_text
from specdsl.frontend.model.nodes import DecisionModel, Fact, Kind, SpecModel

GIVEN_TYPES = {
    Kind.BOOL: "boolean",
    Kind.INT: "number | bigint",
    Kind.NUMBER: "number | bigint | string",
    Kind.TEXT: "string",
    Kind.DATE: "string",
    Kind.TIME: "string | Date",
    Kind.DURATION: "string",
}
READ_TYPES = {
    Kind.BOOL: "boolean",
    Kind.TEXT: "string",
    Kind.ENUM: "string",
    Kind.SET: "ReadonlySet<string>",
}


def types_text(spec: SpecModel) -> str:
    """Return the types that a caller sees."""
    outcomes = [
        f"export type {outcome_type(one)} = {' | '.join(map(string_text, one.outcomes))};"
        for one in spec.decisions
    ]
    return "\n".join(
        (
            *outcomes,
            "",
            "/** The facts of a situation; an optional one may be left out or null. */",
            "export interface Facts {",
            *(f"  readonly {_given_fact(fact)};" for fact in spec.facts),
            "}",
            "",
            "/** The outcome of each decision. */",
            "export interface Outcomes {",
            *(f"  readonly {one.name}: {outcome_type(one)};" for one in spec.decisions),
            "}",
        )
    )


def values_text(spec: SpecModel) -> str:
    """Return the type of facts that were read."""
    return "\n".join(
        (
            "/** The facts as they were read. */",
            "interface Values {",
            *(f"  readonly {fact.name}: {_read_type(fact)};" for fact in spec.facts),
            "}",
        )
    )


def outcome_type(decision: DecisionModel) -> str:
    """Return the name of the type of a decision's outcomes, as in Python."""
    name = decision.name[0].upper() + decision.name[1:]
    return re.sub("_([a-z])", lambda found: found.group(1).upper(), name) + "Outcome"


def _given_fact(fact: Fact) -> str:
    members = " | ".join(map(string_text, fact.type.members))
    match fact.type.kind:
        case Kind.ENUM:
            found = members
        case Kind.SET:
            found = f"Iterable<{members}>"
        case kind:
            found = GIVEN_TYPES[kind]
    return f"{fact.name}?: {found} | null | undefined" if fact.optional else f"{fact.name}: {found}"


def _read_type(fact: Fact) -> str:
    return READ_TYPES.get(fact.type.kind, "Quantity") + (" | null" if fact.optional else "")
