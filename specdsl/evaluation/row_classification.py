"""Code generator for SQL: the query that gives each row of a log the masks of its classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from specdsl.backends.sql.decision_query import condition_translator
from specdsl.backends.sql.sql_conditions import ConditionTranslator
from specdsl.backends.sql.sql_dialects import dialect_named
from specdsl.batch.fact_conversions import (
    DUCKDB_WORDS,
    EngineWords,
    FactConversion,
    convert_fact,
)
from specdsl.evaluation.situation_classes import ClassifiedDecision
from specdsl.semantics.circuit import Circuit

SAYS = "says"
ALONE, KNOWN, ODD = "_alone", "_known", "_odd"
UNTYPED = ('"NULL"', "void")
"""Types of columns that have no value."""


@dataclass(frozen=True, eq=False, slots=True)
class RowClassification:
    """Classifies the rows of a relation whose columns have these types. `texts`: all its values are
    texts.
    """

    circuit: Circuit
    decisions: Sequence[ClassifiedDecision]
    types: Mapping[str, str]
    texts: bool
    words: EngineWords = DUCKDB_WORDS
    dialect: str = "duckdb"

    def classifying_query(self, relation: str, kept: Mapping[str, str]) -> str:
        """Return a query of the masks of each row, how many facts are known, and whether it has to
        be decided by itself. `kept` are expressions over the relation, by quoted name.
        """
        translator, quote = self._translator(), self.words.quoted_name
        read = "".join(
            f", {one.this.sql(self.dialect)} AS {quote(one.alias)}"
            for one in translator.facts.read_columns()
        )
        holds = [translator.expression(one) for one in self.circuit.assumes.values()]
        tests = (translator.facts.fitting_row(), *holds)
        fits = " AND ".join(f"({one.sql(self.dialect)})" for one in tests)
        known = " + ".join(
            f"CAST({quote(fact.name)} IS NOT NULL AS INT)" for fact in self.circuit.spec.facts
        )
        columns = [
            *kept,
            f"CAST({known or '0'} AS SMALLINT) AS {KNOWN}",
            f"({ODD} OR NOT COALESCE({fits}, FALSE)) AS {ALONE}",
            *self._masks(),
        ]
        given = [f"{text} AS {name}" for name, text in kept.items()]
        converted = f"SELECT {', '.join([*given, *self._converted_columns()])} FROM {relation}"
        return f"SELECT {', '.join(columns)} FROM (SELECT *{read} FROM ({converted}))"

    def _translator(self) -> ConditionTranslator:
        return condition_translator(self.circuit, dialect_named(self.dialect))

    def _masks(self) -> Iterator[str]:
        """Yield the columns of the masks."""
        for one in self.decisions:
            texts = one.mask_expressions(self.dialect)
            yield from (f"{t} AS {n}" for n, t in zip(one.mask_columns(), texts, strict=True))

    def _converted_columns(self) -> Iterator[str]:
        """Yield the columns of the facts, and whether a row has to be decided by itself."""
        odd: list[str] = []
        for fact in self.circuit.spec.facts:
            name = self.words.quoted_name(fact.name)
            kind = dialect_named(self.dialect).types[fact.type.kind.value]
            given = self.types.get(fact.name)
            found: FactConversion | None = FactConversion(f"CAST(NULL AS {kind})")
            if given is not None:
                found = convert_fact(fact, given, self.texts, self.words)
            if found is None:
                found = FactConversion(f"CAST(NULL AS {kind})", partial=given not in UNTYPED)
            yield f"{found.text} AS {name}"
            if found.partial:
                odd.append(f"({name} IS NOT NULL AND ({found.text}) IS NULL)")
        if SAYS in self.types:
            text = f"CAST({SAYS} AS {self.words.text})"
            odd.append(f"COALESCE({text} NOT IN ('', '[]', 'null'), FALSE)")
        yield f"({' OR '.join(odd) or 'FALSE'}) AS {ODD}"
