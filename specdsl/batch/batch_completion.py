"""Completion of batches: the rows that SQL has left open are decided by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from specdsl.batch.fact_conversions import (
    DUCKDB_WORDS,
    EngineWords,
    FactConversion,
    convert_fact,
    row_facts,
)
from specdsl.batch.instruction_columns import convert_instructions
from specdsl.batch.row_decisions import (
    SAYS,
    DecidedRow,
    RowDecider,
    faults_as_json,
    result_columns,
    said_of,
)
from specdsl.frontend.model.nodes import Fact
from specdsl.runtime.results import BadInput, Fault

if TYPE_CHECKING:
    from specdsl.backends.sql.sql_conditions import ConditionTranslator
    from specdsl.batch.vector_decisions import VectorDecision

BY_ITSELF = "_by_itself"  # The column that says that a row is not decided by SQL.
GIVEN = "_given_"  # The prefix of the columns of the table that are kept.


@dataclass(frozen=True, eq=False, slots=True)
class DecidedBatch:
    """Rows with their results: a table of results, the given columns if they are kept, and the
    faults of bad rows by position in the batch.
    """

    results: Any
    given: Any
    faults: Mapping[int, tuple[Fault, ...]]

    def faults_column(self) -> Any:
        """Return the faults as a column of JSON, NULL where a row has none."""
        import pyarrow as pa

        found: list[str | None] = [None] * self.results.num_rows
        for at, faults in self.faults.items():
            found[at] = faults_as_json(faults)
        return pa.array(found, pa.string())


@dataclass(eq=False)
class BatchCompletion:
    """Completes batches of a query over a table whose columns have these types. `texts`: all its
    values are texts. `kept`: the batches have the given columns.
    """

    decider: RowDecider
    types: Mapping[str, str]
    texts: bool
    kept: bool
    words: EngineWords = DUCKDB_WORDS
    dialect: str = "duckdb"
    by_vectors: bool = False  # Decisions of many rules are not decided by the query.

    def __post_init__(self) -> None:
        self.facts = {fact.name: fact for fact in self.decider.spec.facts}
        check_columns(self.facts, self.types)
        self.names = [f"{GIVEN}{i}" for i in range(len(self.types))] if self.kept else []
        self.says = self._read_instructions()
        self.vectors = self._vector_decisions() if self.by_vectors and self.says is None else ()

    def _vector_decisions(self) -> tuple[VectorDecision, ...]:
        from specdsl.batch.vector_decisions import vector_decisions

        return vector_decisions(self.decider.circuit, self.decider.settled)

    def _read_instructions(self) -> str | None:
        """Return the column of instructions as the query reads it; None if it reads none."""
        from specdsl.backends.sql.decision_query import reads_instructions
        from specdsl.backends.sql.sql_dialects import dialect_named

        found = convert_instructions(self.types.get(SAYS, ""), self.words)
        dialect = dialect_named(self.dialect)
        return found if found and reads_instructions(self.decider.circuit, dialect) else None

    # --- what the query reads ---

    def reading_query(self, relation: str) -> str:
        """Return a query of the columns that the query of decisions reads."""
        quote = self.words.quoted_name
        pairs = zip(self.types, self.names, strict=False)
        columns = [f"{quote(one)} AS {name}" for one, name in pairs]
        columns += self._fact_columns()
        return f"SELECT {', '.join(columns)} FROM {relation}"

    def deciding_query(self, view: str) -> str:
        """Return the query of decisions over these columns; one that decides nothing for a spec of
        which SQL cannot say all.
        """
        from specdsl.backends.artifact_proof import UnsupportedArtifact
        from specdsl.backends.sql.decision_query import QueryOptions, emit_query
        from specdsl.backends.sql.sql_dialects import dialect_named

        kept, says = (*self.names, BY_ITSELF), self.says is not None
        options = QueryOptions(dialect_named(self.dialect), view, kept, says, self.vectors)
        decider = self.decider
        try:
            return emit_query(decider.circuit, options, settled=decider.settled)
        except UnsupportedArtifact:
            self.vectors = ()
            empty = [
                f"CAST(NULL AS {'BOOLEAN' if i % 3 else self.words.text}) AS "
                f"{self.words.quoted_name(name)}"
                for i, name in enumerate(result_columns(decider.spec))
            ]
            columns = (*self.names, BY_ITSELF, "FALSE AS decidable", *empty)
            return f"SELECT {', '.join(columns)} FROM {view}"

    def _fact_columns(self) -> Iterator[str]:
        """Yield the columns of the facts, and whether a row has to be decided by itself."""
        odd: list[str] = []
        for name, fact in self.facts.items():
            found, quoted = self._conversion_of(fact), self.words.quoted_name(name)
            yield f"{found.text} AS {quoted}"
            if found.partial:
                odd.append(f"({quoted} IS NOT NULL AND ({found.text}) IS NULL)")
        if self.says is not None:
            yield f"{self.says} AS {SAYS}"
        elif SAYS in self.types:
            kind = self.types[SAYS]
            is_list = kind.endswith("[]") or kind.startswith("array")
            size = f"CARDINALITY({SAYS})" if kind.startswith("array") else f"LEN({SAYS})"
            text = f"CAST({SAYS} AS {self.words.text})"
            some = f"{size} > 0" if is_list else f"{text} NOT IN ('', '[]')"
            odd.append(f"COALESCE({some}, FALSE)")
        yield f"({' OR '.join(odd) or 'FALSE'}) AS {BY_ITSELF}"

    def _conversion_of(self, fact: Fact) -> FactConversion:
        from specdsl.backends.sql.sql_dialects import dialect_named

        kind = dialect_named(self.dialect).types[fact.type.kind.value]
        if fact.name not in self.types:
            return FactConversion(f"CAST(NULL AS {kind})")
        found = convert_fact(fact, self.types[fact.name], self.texts, self.words)
        return found or FactConversion(f"CAST(NULL AS {kind})", partial=True)

    # --- what it has left open ---

    def complete_batch(self, batch: Any, table: Any = None, start: int = 0) -> DecidedBatch:
        """Return the decisions of a batch. Its rows are those of the table from `start` on, where
        it has not kept the given columns.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        alone = pc.or_(pc.invert(batch.column("decidable")), batch.column(BY_ITSELF))
        places = pc.indices_nonzero(alone).to_pylist()
        columns = self._given_results(batch)
        given = pa.table({n: batch.column(g) for n, g in zip(self.types, self.names, strict=False)})
        faults: dict[int, tuple[Fault, ...]] = {}
        if places:
            whole, first = (given, 0) if table is None else (table, start)
            decided = self._decide_rows(whole, [first + at for at in places])
            faults = {at: one.faults for at, one in zip(places, decided, strict=True) if one.faults}
            for name, values in self._result_values(decided).items():
                kind = columns[name].type
                columns[name] = pc.replace_with_mask(columns[name], alone, pa.array(values, kind))
        return DecidedBatch(pa.table(columns), given, faults)

    def _given_results(self, batch: Any) -> dict[str, Any]:
        """Return the results of a batch, of which some rows will have others."""
        found: dict[str, Any] = {}
        for one in self.vectors:
            found |= one.results_of(one.classes_in(batch, self.translator), batch.num_rows)
        names = result_columns(self.decider.spec)
        return {name: found[name] if name in found else batch.column(name) for name in names}

    @cached_property
    def translator(self) -> ConditionTranslator:
        """Return the translator of conditions by which the query reads facts."""
        from specdsl.backends.sql.decision_query import condition_translator
        from specdsl.backends.sql.sql_dialects import dialect_named

        return condition_translator(self.decider.circuit, dialect_named(self.dialect))

    def _decide_rows(self, table: Any, places: Sequence[int]) -> list[DecidedRow]:
        wanted = [name for name in self.types if name in self.facts or name == SAYS]
        rows = table.select(wanted).take(places).to_pylist() if wanted else [{}] * len(places)
        return [self._decide_row(row) for row in rows]

    def _decide_row(self, row: Mapping[str, Any]) -> DecidedRow:
        facts = row_facts(self.facts, row, self.texts)
        return self.decider.decide_row(facts, said_of(row.get(SAYS, ())))

    def _result_values(self, decided: Sequence[DecidedRow]) -> dict[str, list[Any]]:
        names = list(result_columns(self.decider.spec))
        rows = [one.as_columns(self.decider.spec) or dict.fromkeys(names) for one in decided]
        return {name: [row[name] for row in rows] for name in names}


def check_columns(facts: Mapping[str, Fact], names: Mapping[str, Any]) -> None:
    """Raise `BadInput` if a table has no column for a fact that is always known."""
    from difflib import get_close_matches

    missing = [name for name, fact in facts.items() if not fact.optional and name not in names]
    faults = []
    for name in missing:
        meant = get_close_matches(name, list(names), n=1)
        faults.append(
            Fault(name, "the table has no such column", "a column for each fact", None, *meant)
        )
    if faults:
        raise BadInput(tuple(faults))
