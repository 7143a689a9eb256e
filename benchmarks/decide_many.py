"""Times the decisions of a table by `decide_many` and by hand, in DuckDB and Polars, on the same
prioritised rules: `python -m benchmarks.decide_many`. In turns, in ns of CPU of this process a row;
the answers are compared with the first rule that applies. `decide_many` checks every value of every
row, and gives two flags beside the outcome; what is written by hand does neither. The status is 1
where an answer is wrong, never for being slow."""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from benchmarks.prioritised import (
    BOOLS,
    ENUMS,
    HIGHEST,
    INTS,
    OUTCOMES,
    Condition,
    PrioritisedRule,
    first_outcome,
    members,
    prioritised_rules,
    spec_text,
)
from benchmarks.shapes import count_from, names_from

WORKLOADS = ("uniform", "scoped")
ROUNDS = 3
COMPARED = 2_000  # Rows whose answers are compared.
MOST_BY_HAND = 1_000  # Rules; beyond that one CASE takes minutes.
Decide = Callable[[Any], list[Any]]


def table_of(rows: int) -> Any:
    """Return an Arrow table in which every value of a fact is equally likely."""
    import pyarrow as pa

    random = Random(3)
    columns: dict[str, Any] = {
        fact: pa.array(random.choices(members(fact), k=rows)) for fact in ENUMS
    }
    columns |= {fact: pa.array(random.choices((True, False), k=rows)) for fact in BOOLS}
    columns |= {fact: pa.array(random.choices(range(HIGHEST + 1), k=rows)) for fact in INTS}
    return pa.table(columns)


def ours(rules: Sequence[PrioritisedRule]) -> Decide:
    import specdsl

    policy = specdsl.compile(specdsl.loads(spec_text(tuple(rules))), checked=False)

    def decide(table: Any) -> list[Any]:
        return [policy.decide_many(table).table.column("answer")]

    return decide


def duckdb_by_hand(rules: Sequence[PrioritisedRule]) -> Decide:
    import duckdb

    cases = " ".join(f"WHEN {_condition_sql(rule)} THEN '{rule.outcome}'" for rule in rules)
    session = duckdb.connect()
    session.execute("SET max_expression_depth = 10000")

    def decide(table: Any) -> list[Any]:
        session.register("given", table)
        query = f"SELECT CASE {cases} ELSE '{OUTCOMES[0]}' END AS answer FROM given"
        return [session.sql(query).to_arrow_table().column("answer")]

    return decide


def polars_by_hand(rules: Sequence[PrioritisedRule]) -> Decide:
    import polars as pl

    def holds(one: Condition) -> Any:
        left = pl.col(one.fact)
        match one.operator:
            case "==":
                return left == one.value
            case "!=":
                return left != one.value
            case "in":
                return left.is_in(sorted(one.value))
            case ">=":
                return left >= one.value
            case _:
                return left < one.value

    chain: Any = pl
    for rule in rules:
        test = pl.all_horizontal(*map(holds, rule.conditions))
        chain = chain.when(test).then(pl.lit(rule.outcome))
    expression = chain.otherwise(pl.lit(OUTCOMES[0])).alias("answer")

    def decide(table: Any) -> list[Any]:
        return [pl.from_arrow(table).select(expression)["answer"]]  # type: ignore[union-attr]

    return decide


def _condition_sql(rule: PrioritisedRule) -> str:
    return " AND ".join(map(_test_sql, rule.conditions))


def _test_sql(one: Condition) -> str:
    if isinstance(one.value, frozenset):
        return f"{one.fact} IN ({', '.join(repr(value) for value in sorted(one.value))})"
    if isinstance(one.value, bool):
        return one.fact if one.value is (one.operator == "==") else f"NOT {one.fact}"
    op = {"==": "="}.get(one.operator, one.operator)
    return f"{one.fact} {op} {one.value!r}"


ENGINES = {"decide_many": ours, "DuckDB, one CASE": duckdb_by_hand, "Polars": polars_by_hand}


def measured(kind: str, count: int, table: Any) -> tuple[dict[str, float], int]:
    """Return the medians in ns a row by engine, and how many answers are wrong."""
    rules = prioritised_rules(kind, count)
    some = table.slice(0, COMPARED)
    expected = [first_outcome(rules, row) for row in some.to_pylist()]
    wrong, times = 0, dict[str, list[float]]()
    for name, make in ENGINES.items():
        if count <= MOST_BY_HAND or make is ours:
            decide = make(rules)
            found = decide(some)[0].to_list() if "Polars" in name else decide(some)[0].to_pylist()
            wrong += sum(one != other for one, other in zip(found, expected, strict=True))
            for _ in range(ROUNDS):
                start = time.process_time()
                decide(table)
                taken = (time.process_time() - start) / table.num_rows * 1e9
                times.setdefault(name, []).append(taken)
    return {name: statistics.median(taken) for name, taken in times.items()}, wrong


def main(arguments: list[str] | None = None) -> int:
    """Print the table. Returns 1 if an answer is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", type=count_from(1), nargs="+", default=[10, 1_000], metavar="N")
    parser.add_argument("--rows", type=count_from(1), default=1_000_000, metavar="N")
    parser.add_argument("--workloads", type=names_from(WORKLOADS), default=[*WORKLOADS])
    args = parser.parse_args(arguments)
    table = table_of(args.rows)
    wrong, columns = 0, dict[str, dict[str, float]]()
    for kind in args.workloads:
        for count in args.rules:
            columns[f"{kind} {count:,}"], missed = measured(kind, count, table)
            wrong += missed
    print(f"| ns of CPU a row, {args.rows:,} rows | {' | '.join(columns)} |")
    print(f"| --- |{' --- |' * len(columns)}")
    for name in ENGINES:
        cells = (f"{found[name]:,.0f}" if name in found else "–" for found in columns.values())
        print(f"| {name} | {' | '.join(cells)} |")
    print(f"{wrong} wrong answers")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
