"""A log with what the spec decides of each row: tables of a DuckDB session, on disk if need be.

Rows are classified in SQL and decided class by class. A row with instructions, odd values or faults
is decided by itself, as a call would be. Where nobody asks for single rows, those of one class that
no report tells apart become one row with their number, so that the log is read once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from specdsl.api import Policy
from specdsl.base.limits import MAX_FAULTY_ROWS
from specdsl.base.quick_dataclass import dataclass
from specdsl.batch.fact_conversions import row_facts
from specdsl.batch.row_decisions import said_of
from specdsl.evaluation.log_source import (
    OBSERVED,
    ROW,
    SAYS,
    TIME,
    WEIGHT,
    LogSource,
    by_column,
    quote_name,
    unreadable_log,
)
from specdsl.evaluation.row_classification import ALONE, KNOWN, RowClassification
from specdsl.evaluation.situation_classes import ClassifiedDecision, ClassTruth, masks_as_rows
from specdsl.frontend.model.nodes import DecisionModel
from specdsl.runtime.results import BadInput, Contradiction, DecisionTrace
from specdsl.verification.two_specs.decision_results import Result, result_of

CLASSIFIED = "classified"
ROW_BITS = 40  # Of the number of a row, below those of its known facts.
FETCHED = 10_000
"""Rows that are fetched at a time, to be decided by themselves."""


@dataclass(frozen=True, slots=True)
class FaultyRow:
    """A row that is no situation, by its number, and what is wrong with it."""

    row: int
    faults: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class DecidedClass:
    """A class of rows that are decided alike, with the outcome that the spec gives (None where its
    rules contradict each other) and the rules that stand. `place` is the bit of the class in the
    truth of its decision; None for a row that was decided by itself.
    """

    outcome: str | None
    rules: tuple[str, ...]
    place: int | None


@dataclass(frozen=True, eq=False, slots=True)
class DecidedDecision:
    """The rows of one decision, as a table with the class of each, and the classes by number."""

    decision: DecisionModel
    table: str
    classes: Mapping[int, DecidedClass]
    truth: ClassTruth


class DecidedLog:
    """Decides the rows of a log. `prefix` begins the names of its tables, of which two logs in one
    session need their own. With `times`, an expression of the times that differ, rows of one group
    become the simplest of them; without it each row stays.
    """

    def __init__(
        self,
        session: Any,
        policy: Policy,
        source: LogSource,
        by: Sequence[str] = (),
        prefix: str = "",
        times: str | None = None,
    ) -> None:
        self.session, self.policy, self.source, self.by = session, policy, source, tuple(by)
        self.weighted = source.weighted or times is not None
        self._prefix, self._table = prefix, f"{prefix}{CLASSIFIED}"
        self._circuit = policy.circuit
        self._facts = {fact.name: fact for fact in policy.facts}
        wanted = {d.name: d for d in policy.model.decisions if d.name in source.decisions}
        self._classified = {
            name: ClassifiedDecision(self._circuit, decision) for name, decision in wanted.items()
        }
        self.faulty: list[FaultyRow] = []
        self.bad_rows = 0
        self._classify(times)
        self._single = self._decide_single_rows()

    @cached_property
    def rows(self) -> int:
        """Return how many rows the log has."""
        query = f"SELECT {self.counted_rows()} FROM {self._table}"
        found: int = self.session.execute(query).fetchone()[0]
        return found

    def counted_rows(self, where: str = "TRUE") -> str:
        """Return the expression that counts the rows of a group with a condition."""
        count = f"sum({WEIGHT})" if self.weighted else "count(*)"
        return f"CAST(COALESCE({count} FILTER ({where}), 0) AS BIGINT)"

    # --- classes ---------------------------------------------------------------------------------

    def _classify(self, times: str | None) -> None:
        """Make the table of rows, or of groups of rows, with their masks."""
        classification = RowClassification(
            self._circuit,
            tuple(self._classified.values()),
            self.source.types,
            self.source.texts,
        )
        given = [WEIGHT] if self.source.weighted else []
        kept = {name: name for name in (ROW, *self._told_apart(), *given)}
        if times is not None and self.source.has_time:
            kept[TIME] = times.format(TIME)
        query = classification.classifying_query(self.source.relation, kept)
        if times is not None:
            query = self._grouping_query(query)
        try:
            self.session.execute(f"CREATE OR REPLACE TABLE {self._table} AS {query}")
        except Exception as problem:  # DuckDB's errors have no common base that is public.
            if not self.source.files:
                raise
            raise unreadable_log(self.source.files, problem) from None

    def _grouping_query(self, rows: str) -> str:
        """Return the query of the groups of classified rows, each with its simplest row: the one
        with the fewest known facts, the first of those.
        """
        masks = [name for one in self._classified.values() for name in one.mask_columns()]
        keys = [*self._told_apart(), *masks, ALONE]
        count = f"sum({WEIGHT})" if self.source.weighted else "count(*)"
        simplest = f"min((CAST({KNOWN} AS BIGINT) << {ROW_BITS}) | {ROW})"
        own = f"CASE WHEN {ALONE} THEN {ROW} END"
        grouped = (
            f"SELECT {', '.join(keys)}, {count} AS {WEIGHT}, {simplest} AS one "
            f"FROM ({rows}) GROUP BY {', '.join([*keys, own])}"
        )
        row = (
            f"one & {(1 << ROW_BITS) - 1} AS {ROW}, CAST(one >> {ROW_BITS} AS SMALLINT) AS {KNOWN}"
        )
        return f"SELECT * EXCLUDE (one), {row} FROM ({grouped})"

    def _told_apart(self) -> list[str]:
        """Return the observed outcomes and what rows are divided by."""
        observed = [f"{OBSERVED}{n}" for n in self._classified if n in self.source.observed]
        return [*map(quote_name, observed), *self._dividing_columns()]

    def _dividing_columns(self) -> list[str]:
        """Return the time and the columns to divide by."""
        time = [TIME] if self.source.has_time else []
        return [*time, *(by_column(i) for i in range(len(self.by)))]

    # --- rows by themselves ----------------------------------------------------------------------

    def _decide_single_rows(self) -> dict[str, dict[int, DecidedClass]]:
        """Decide the rows that SQL does not, each distinct situation once; return the classes of
        each decision by the number of the row.
        """
        found: dict[str, dict[int, DecidedClass]] = {name: {} for name in self._classified}
        seen: dict[str, dict[str, DecidedClass] | tuple[str, ...]] = {}
        for row in self._single_rows():
            number, weight = row.pop(ROW), row.pop(WEIGHT)
            key = json.dumps(row, default=str, sort_keys=True)
            if key not in seen:
                seen[key] = self._decide_row(row)
            decided = seen[key]
            if isinstance(decided, tuple):
                self.bad_rows += weight
                if len(self.faulty) < MAX_FAULTY_ROWS:
                    self.faulty.append(FaultyRow(number, decided))
            else:
                for name, one in decided.items():
                    found[name][number] = one
        return found

    def _single_rows(self) -> Iterator[dict[str, Any]]:
        given = [name for name in (*self._facts, SAYS) if name in self.source.types]
        weight = WEIGHT if self.source.weighted else f"1 AS {WEIGHT}"
        columns = ", ".join([ROW, weight, *map(quote_name, given)])
        alone = f"SELECT {ROW} FROM {self._table} WHERE {ALONE}"
        if not self.session.execute(f"{alone} LIMIT 1").fetchall():
            return
        cursor = self.session.cursor()
        read = f"SELECT {columns} FROM {self.source.relation} WHERE {ROW} IN ({alone})"
        cursor.execute(f"{read} ORDER BY {ROW}")
        while rows := cursor.fetchmany(FETCHED):
            for number, weighs, *values in rows:
                yield {ROW: number, WEIGHT: weighs, **self._row_of(given, values)}

    def _row_of(self, given: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
        """Return the values of a row by name: of a column with values of several types, which is
        one of JSON texts, the values themselves.
        """
        row = dict(zip(given, values, strict=True))
        for name, value in row.items():
            if name != SAYS and value is not None and self.source.types[name] == "JSON":
                row[name] = json.loads(value)
        return row

    def _decide_row(self, row: Mapping[str, Any]) -> dict[str, DecidedClass] | tuple[str, ...]:
        """Return what becomes of each decision, or the faults of the row."""
        facts = row_facts(self._facts, row, self.source.texts)
        try:
            traces = self.policy.decide(facts, said_of(row.get(SAYS)) or ()).traces
        except BadInput as problem:
            return tuple(map(str, problem.faults))
        except Contradiction as problem:
            traces = problem.traces
        return {t.name: _class_of(t) for t in traces if t.name in self._classified}

    # --- one decision ----------------------------------------------------------------------------

    def decide(self, name: str) -> DecidedDecision:
        """Return the rows of a decision with their classes: a table with `_row`, `_class`,
        `expected`, `observed`, and the columns that the log is divided by.
        """
        classified = self._classified[name]
        masks = ", ".join(classified.mask_columns())
        table = f"{self._prefix}judged_{name}"
        counted = f"SELECT DISTINCT {masks} FROM {self._table} WHERE NOT {ALONE} ORDER BY ALL"
        rows = self.session.execute(counted).fetchall()
        truth = classified.evaluate(masks_as_rows(rows, len(classified.mask_columns())))
        classes = dict(enumerate(_classes_of(truth)))
        situations = dict.fromkeys(self._single[name].values())  # Alike rows share theirs.
        single = {one: len(classes) + i for i, one in enumerate(situations)}
        self._make_classes(rows, classes, classified)
        self._make_single(name, single)
        self._judge(name, table, classified)
        every = {**classes, **{number: one for one, number in single.items()}}
        return DecidedDecision(classified.decision, table, every, truth)

    def _make_classes(
        self, rows: Sequence[Any], classes: Mapping[int, DecidedClass], of: ClassifiedDecision
    ) -> None:
        import pyarrow as pa

        columns = {name: [row[i] for row in rows] for i, name in enumerate(of.mask_columns())}
        table = pa.table(
            {
                **{name: pa.array(values, pa.int64()) for name, values in columns.items()},
                "_class": pa.array(range(len(rows)), pa.int32()),
                "expected": pa.array([one.outcome for one in classes.values()], pa.string()),
            }
        )
        self.session.register("given_classes", table)
        self.session.execute("CREATE OR REPLACE TABLE classes AS SELECT * FROM given_classes")
        self.session.unregister("given_classes")

    def _make_single(self, name: str, numbers: Mapping[DecidedClass, int]) -> None:
        import pyarrow as pa

        single = self._single[name]
        table = pa.table(
            {
                ROW: pa.array(list(single), pa.int64()),
                "_class": pa.array([numbers[one] for one in single.values()], pa.int32()),
                "expected": pa.array([one.outcome for one in single.values()], pa.string()),
            }
        )
        self.session.register("given_single", table)
        self.session.execute("CREATE OR REPLACE TABLE single AS SELECT * FROM given_single")
        self.session.unregister("given_single")

    def _judge(self, name: str, table: str, classified: ClassifiedDecision) -> None:
        weight = [WEIGHT] if self.weighted else []
        plain = [ROW, KNOWN, *self._dividing_columns(), *weight]
        chosen = ", ".join(f"{self._table}.{one}" for one in plain)
        is_observed = name in self.source.observed
        observed = quote_name(f"{OBSERVED}{name}") if is_observed else "CAST(NULL AS VARCHAR)"
        using = ", ".join(classified.mask_columns())
        select = f"SELECT {chosen}, _class, expected, {observed} AS observed FROM {self._table}"
        seen = f"{observed} IS NOT NULL" if is_observed else "TRUE"
        self.session.execute(
            f"CREATE OR REPLACE TABLE {table} AS "
            f"{select} JOIN classes USING ({using}) WHERE NOT {ALONE} AND {seen} "
            f"UNION ALL {select} JOIN single USING ({ROW}) WHERE {ALONE} AND {seen}"
        )

    # --- single rows ---------------------------------------------------------------------------

    def row_texts(self, numbers: Sequence[int]) -> list[Mapping[str, Any]]:
        """Return the known facts and the instructions of rows, as they stand in the log."""
        given = [name for name in (*self._facts, SAYS) if name in self.source.types]
        columns = ", ".join([ROW, *map(quote_name, given)])
        wanted = ", ".join(map(str, numbers)) or "-1"
        found = self.session.execute(
            f"SELECT {columns} FROM {self.source.relation} WHERE {ROW} IN ({wanted})"
        ).fetchall()
        rows = {
            number: {
                name: value
                for name, value in self._row_of(given, values).items()
                if value is not None and (name, value) != (SAYS, "[]")
            }
            for number, *values in found
        }
        return [rows[number] for number in numbers]

    def decided_result(
        self, row: Mapping[str, Any], decision: str, policy: Policy | None = None
    ) -> Result | None:
        """Return what becomes of a decision in a row, by another policy if one is given; None if
        the row is no situation. Other facts of the row are passed over.
        """
        decider = policy or self.policy
        facts = row_facts({fact.name: fact for fact in decider.facts}, row, self.source.texts)
        try:
            traces = decider.decide(facts, said_of(row.get(SAYS)) or ()).traces
        except BadInput:
            return None
        except Contradiction as problem:
            traces = problem.traces
        return next(result_of(trace) for trace in traces if trace.name == decision)

    def telling_unknowns(self, row: Mapping[str, Any], decision: str) -> tuple[str, ...]:
        """Return the unknown facts of a row of which some value would give another outcome."""
        facts = row_facts(self._facts, row, self.source.texts)
        try:
            found = self.policy.decide(facts, said_of(row.get(SAYS)) or ()).explain()
        except (BadInput, Contradiction):
            return ()
        return tuple(found.unknown.get(decision, ()))


def _classes_of(truth: ClassTruth) -> Iterator[DecidedClass]:
    standing = truth.standing_rules()
    for place, outcome in enumerate(truth.outcomes()):
        rules = tuple(rule.name for rule, mask in standing.items() if mask >> place & 1)
        yield DecidedClass(outcome, rules, place)


def _class_of(trace: DecisionTrace) -> DecidedClass:
    rules = (p.name for p in trace.parts if p.status == "standing" and not p.instruction)
    return DecidedClass(trace.outcome, tuple(rules), None)


def facts_text(row: Mapping[str, Any]) -> str:
    """Return the facts of a row as `specdsl decide` takes them."""
    return ", ".join(
        f"{name}={str(value).lower() if isinstance(value, bool) else value}"
        for name, value in row.items()
    )
