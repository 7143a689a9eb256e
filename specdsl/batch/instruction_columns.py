"""The column of instructions: which types of it a query reads, for DuckDB and Spark."""

from __future__ import annotations

import re
from collections.abc import Mapping

from specdsl.batch.fact_conversions import EngineWords

FIELDS = {"by": "VARCHAR", "effect": "VARCHAR", "implied": "BOOLEAN", "at": "VARCHAR"}
NEEDED = ("by", "effect")
DUCKDB_LIST = re.compile(r"STRUCT\((.*)\)\[\]")
SPARK_LIST = re.compile(r"array<struct<(.*)>>")
SPARK_TYPES = {"string": "VARCHAR", "boolean": "BOOLEAN", "void": "NULL"}


def convert_instructions(given: str, words: EngineWords, name: str = "says") -> str | None:
    """Return the conversion of a column of instructions to a list of structs with all fields; None
    if a query does not read a column of this type.
    """
    fields = _fields_of(given)
    if fields is None or not set(fields) <= set(FIELDS) or not set(NEEDED) <= set(fields):
        return None
    absent = {one for one in FIELDS if fields.get(one, "NULL") == "NULL"}
    if any(fields[one] != FIELDS[one] for one in FIELDS if one not in absent):
        return None
    if not absent:
        return name
    return words.structs.format(name, ", ".join(_field_text(one, absent, words) for one in FIELDS))


def _field_text(name: str, absent: set[str], words: EngineWords) -> str:
    kind = words.text if FIELDS[name] == "VARCHAR" else FIELDS[name]
    quoted = words.quoted_name(name)
    value = f"CAST(NULL AS {kind})" if name in absent else f"_one.{quoted}"
    return words.field.format(quoted, value)


def _fields_of(given: str) -> Mapping[str, str] | None:
    """Return the types of the fields of a list of structs; None if it is another type."""
    duckdb, spark = DUCKDB_LIST.fullmatch(given), SPARK_LIST.fullmatch(given)
    found: dict[str, str] = {}
    if duckdb is not None:
        for part in duckdb[1].split(", "):
            name, _, kind = part.partition(" ")
            found[name.strip('"')] = kind.strip('"')
    elif spark is not None:
        for part in spark[1].split(","):
            name, _, kind = part.partition(":")
            found[name.strip("`")] = SPARK_TYPES.get(kind, kind)
    else:
        return None
    return found
