"""Dialects of SQL: how each says what is not the same in all of them, or that it cannot."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from specdsl.backends.artifact_proof import UnsupportedArtifact
from specdsl.backends.sql.sql_terms import (
    Sql,
    comparison,
    function,
    integer,
    text,
)
from specdsl.base.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class ListWords:
    """The words of a dialect for lists of integers. `backwards` reverses one; `fold` goes through
    one from a start, by a function of the state and an item; `says` is the type of instructions.
    """

    backwards: Callable[[Sql], Sql]
    fold: Callable[[Sql, Sql, Sql], Sql]
    says: str


@dataclass(frozen=True, slots=True)
class SqlDialect:
    """A dialect. `micros` counts the microseconds of a moment since 1970, `day_micros` those of a
    date, `span` those of an interval; `plain_span` tests that an interval has no months; `has_only`
    tests that a list has no other items than these, and no NULL; `is_ascii` tests a text. `lists`:
    None where lists are not folded. `leaves_out`: a query can leave columns out.
    """

    name: str
    title: str
    micros: Callable[[Sql], Sql]
    day_micros: Callable[[Sql], Sql]
    span: Callable[[Sql], Sql]
    plain_span: Callable[[Sql], Sql | None]
    has_only: Callable[[Sql, Sequence[str]], Sql]
    is_ascii: Callable[[Sql], Sql]
    contains: Callable[[Sql, str], Sql]
    types: dict[str, str]
    collation: str = ""  # In which texts are compared by code point.
    lists: ListWords | None = None
    leaves_out: bool = False


def dialect_named(name: str) -> SqlDialect:
    """Return the dialect of this name. Raises `UnsupportedArtifact`."""
    found = next((one for one in DIALECTS if one.name == name), None)
    if found is None:
        names = ", ".join(one.name for one in DIALECTS)
        raise UnsupportedArtifact(f"there is no dialect `{name}`; there are {names}")
    return found


def text_list(members: Sequence[str]) -> Sql:
    return exp.Array(expressions=[text(member) for member in members])


def _list_contains(items: Sql, member: str) -> Sql:
    return exp.ArrayContains(this=items, expression=text(member))


def _epoch_micros(moment: Sql) -> Sql:
    seconds = exp.Extract(this=exp.Var(this="EPOCH"), expression=moment)
    micros = exp.Mul(this=seconds, expression=integer(1_000_000))
    return exp.Cast(this=micros, to=exp.DataType.build("bigint"))


def _no_part(span: Sql, *parts: str) -> Sql:
    """Return the test that these parts of an interval are 0."""
    found: list[Sql] = [
        comparison(exp.Extract(this=exp.Var(this=part), expression=span.copy()), "=", integer(0))
        for part in parts
    ]
    return exp.And(this=found[0], expression=found[1])


def _spark_span(span: Sql) -> Sql:
    start = exp.Cast(this=text("1970-01-01T00:00:00Z"), to=exp.DataType.build("timestamptz"))
    return function("UNIX_MICROS", exp.Add(this=start, expression=span))


def _refusal(what: str) -> Callable[..., Sql]:
    def refuse(*_: object) -> Sql:
        raise UnsupportedArtifact(f"{what} in this dialect")

    return refuse


COMMON_TYPES = {
    "bool": "BOOLEAN",
    "int": "BIGINT",
    "number": "DOUBLE",
    "text": "VARCHAR",
    "enum": "VARCHAR",
    "set": "VARCHAR[]",
    "date": "DATE",
    "time": "TIMESTAMP WITH TIME ZONE",
    "duration": "INTERVAL",
}
SPARK_TYPES = {
    "text": "STRING",
    "enum": "STRING",
    "set": "ARRAY<STRING>",
    "time": "TIMESTAMP",
    "duration": "INTERVAL DAY TO SECOND",
}
DUCKDB_LISTS = ListWords(
    lambda items: function("LIST_REVERSE", items),
    lambda items, start, step: function("LIST_REDUCE", items, step, start),
    'STRUCT("by" VARCHAR, effect VARCHAR, implied BOOLEAN, "at" VARCHAR)[]',
)
SPARK_LISTS = ListWords(
    lambda items: function("REVERSE", items),
    lambda items, start, step: exp.Reduce(this=items, initial=start, merge=step),
    "ARRAY<STRUCT<by: STRING, effect: STRING, implied: BOOLEAN, at: STRING>>",
)
DUCKDB = SqlDialect(
    "duckdb",
    "DuckDB",
    lambda moment: function("EPOCH_US", moment),
    lambda day: function("EPOCH_US", day),
    lambda span: function("EPOCH_US", span),
    lambda span: _no_part(span, "YEAR", "MONTH"),
    lambda items, members: function("LIST_HAS_ALL", text_list(members), items),
    lambda value: comparison(function("STRLEN", value), "=", function("LENGTH", value.copy())),
    _list_contains,
    COMMON_TYPES,
    lists=DUCKDB_LISTS,
    leaves_out=True,
)
SPARK = SqlDialect(
    "spark",
    "Spark",
    lambda moment: function("UNIX_MICROS", moment),
    lambda day: exp.Mul(this=function("UNIX_DATE", day), expression=integer(86_400_000_000)),
    _spark_span,
    lambda span: None,
    lambda items, members: comparison(
        function("SIZE", function("ARRAY_EXCEPT", items, text_list(members))), "=", integer(0)
    ),
    lambda value: comparison(
        function("OCTET_LENGTH", value), "=", function("CHAR_LENGTH", value.copy())
    ),
    _list_contains,
    COMMON_TYPES | SPARK_TYPES,
    lists=SPARK_LISTS,
    leaves_out=True,
)
POSTGRES = SqlDialect(
    "postgres",
    "PostgreSQL",
    _epoch_micros,
    _epoch_micros,
    _epoch_micros,
    lambda span: _no_part(span, "YEAR", "MONTH"),
    lambda items, members: exp.ArrayContainsAll(
        this=exp.Cast(this=text_list(members), to=exp.DataType.build("text[]", dialect="postgres")),
        expression=items,
    ),
    lambda value: comparison(
        function("OCTET_LENGTH", value), "=", function("CHAR_LENGTH", value.copy())
    ),
    lambda items, member: exp.EQ(this=text(member), expression=exp.Any(this=exp.Paren(this=items))),
    COMMON_TYPES | {"number": "DOUBLE PRECISION", "text": "TEXT", "enum": "TEXT", "set": "TEXT[]"},
    collation="C",
)
TRINO = SqlDialect(
    "trino",
    "Trino",
    _refusal("microseconds of a moment cannot be counted"),
    _refusal("microseconds of a date cannot be counted"),
    _refusal("microseconds of an interval cannot be counted"),
    lambda span: None,
    lambda items, members: comparison(
        function("CARDINALITY", function("ARRAY_EXCEPT", items, text_list(members))),
        "=",
        integer(0),
    ),
    lambda value: comparison(
        function("LENGTH", function("TO_UTF8", value)), "=", function("LENGTH", value.copy())
    ),
    _list_contains,
    COMMON_TYPES | {"set": "ARRAY(VARCHAR)"},
)
DIALECTS = (DUCKDB, SPARK, POSTGRES, TRINO)
