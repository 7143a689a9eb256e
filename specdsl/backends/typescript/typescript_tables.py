"""Code generator for the tables of an emitted TypeScript module: what the shared part reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from specdsl.backends.typescript.typescript_conditions import quantity_text, string_text
from specdsl.base.plain_text import comment_text
from specdsl.frontend.model.nodes import Fact, Kind, SpecModel
from specdsl.runtime.read_situation import expected_values
from specdsl.runtime.tables import FactRow
from specdsl.semantics.circuit import Circuit

READERS = {
    Kind.BOOL: "readBool",
    Kind.INT: "readInt",
    Kind.NUMBER: "readNumber",
    Kind.TEXT: "readText",
    Kind.ENUM: "readMember",
    Kind.SET: "readSet",
    Kind.DATE: "readDate",
    Kind.TIME: "readTime",
    Kind.DURATION: "readDuration",
}


def tables_text(circuit: Circuit) -> str:
    """Return the tables of a spec."""
    spec = circuit.spec
    return "\n".join(
        (
            "const TABLES: Tables = {",
            f"  levels: {_list_text([level.name for level in spec.levels])},",
            *_rows("facts", [_fact_row(fact) for fact in spec.facts]),
            *_rows("principals", list(_principal_rows(spec))),
            *_rows("delegates", list(_delegate_rows(spec))),
            "  decisions: [",
            *(line for i in range(len(spec.decisions)) for line in _decision_row(circuit, i)),
            "  ],",
            *_rows(
                "assumes",
                [
                    f"{{ name: {string_text(one.name)}, holds: assume_{i} }}"
                    for i, one in enumerate(spec.assumes)
                ],
            ),
            "};",
        )
    )


def _rows(name: str, rows: Sequence[str]) -> list[str]:
    if not rows:
        return [f"  {name}: [],"]
    return [f"  {name}: [", *(f"    {row}," for row in rows), "  ],"]


def _list_text(names: Sequence[str]) -> str:
    return f"[{', '.join(map(string_text, names))}]"


def _fact_row(fact: Fact) -> str:
    kind = fact.type.kind
    row = FactRow(
        kind.value,
        fact.optional,
        fact.type.members,
        fact.type.low,
        fact.type.high,
        fact.secret,
        fact.type.ignoring_case,
    )
    reader = "readFoldedText" if fact.type.ignoring_case else READERS[kind]
    found = [
        f"name: {string_text(fact.name)}, read: {reader}, "
        f"expected: {string_text(expected_values(row))}"
    ]
    if fact.optional:
        found.append("optional: true")
    if fact.type.members:
        found.append(f"members: {_list_text(fact.type.members)}")
    for name, end in (("low", fact.type.low), ("high", fact.type.high)):
        if end is not None:
            found.append(f"{name}: {quantity_text(Fraction(end))}")
    if fact.secret:
        found.append("secret: true")
    return f"{{ {', '.join(found)} }}"


def _principal_rows(spec: SpecModel) -> Iterator[str]:
    for who in spec.principals:
        level = "null" if who.level is None else who.level.rank
        implied = "null" if who.implied is None else who.implied.rank
        yield f"{{ name: {string_text(who.name)}, level: {level}, implied: {implied} }}"


def _delegate_rows(spec: SpecModel) -> Iterator[str]:
    for i, lent in enumerate(spec.delegates):
        names = _list_text([one.name for one in lent.decisions])
        yield (
            f"{{ principal: {string_text(lent.principal.name)}, level: {lent.level.rank}, "
            f"decisions: {names}, active: delegate_{i} }}"
        )


def _decision_row(circuit: Circuit, i: int) -> Iterator[str]:
    decision = circuit.spec.decisions[i]
    steered = "null"
    if decision.steered is not None:
        steered = _list_text([one.name for one in decision.steered])
    yield "    {"
    yield f"      name: {string_text(decision.name)},"
    yield f"      outcomes: {_list_text(decision.outcomes)},"
    yield f"      defaultOutcome: {'null' if decision.default is None else decision.default},"
    yield f"      onConflict: {'null' if decision.on_conflict is None else decision.on_conflict},"
    yield f"      steered: {steered},"
    yield f"      reads: {_list_text([one.name for one in circuit.spec.reads[decision]])},"
    yield f"      applies: applies_{i},"
    yield "      rules: ["
    for ranked in circuit.ranks.levels[decision]:
        level = comment_text(ranked.level.name)
        if not ranked.rules:
            yield f"        [], // {level}"
            continue
        yield "        ["
        yield f"          // {level}"
        for j, (one, above) in enumerate(zip(ranked.rules, ranked.above, strict=True)):
            effect = one.effect_on(decision)
            every = above.bit_length() > 16 and above == (1 << j) - 1
            higher = f"(1n << {j}n) - 1n" if every else f"{above}n"
            permits = "true" if effect.permits else "false"
            row = f"{string_text(one.name)}, {effect.outcomes}n, {permits}, {higher}"
            row += f", {string_text(one.because)}" if one.because else ""
            yield f"          rule({row}),"
        yield "        ],"
    yield "      ],"
    yield "    },"
