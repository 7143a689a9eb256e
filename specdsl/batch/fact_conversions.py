"""Conversions of the columns of a table to the columns that a query reads, for DuckDB and Spark.

A conversion is NULL where it would not be exact; such a row is decided by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Fact, Kind

INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
LARGE_INTEGERS = ("UBIGINT", "HUGEINT", "UHUGEINT")
EXACT = 2**53  # A DOUBLE has every integer up to this one.
DIGITS = 15  # Of a decimal that no other decimal of so many digits shares its DOUBLE with.
DAY_TEXT = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
TIME_TEXT = f"{DAY_TEXT}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{{1,6}})?Z"
DECIMAL_TEXT = r"-?[0-9]{1,999}(\.[0-9]{1,999})?"
NUMBER_TEXT = r"-?[0-9]{1,9}(\.[0-9]{1,6})?"


@dataclass(frozen=True, slots=True)
class EngineWords:
    """The words of an engine: the quote of names, types, the test of a whole text, whether it has
    enumerations, and how a list of structs is made from another, field by field.
    """

    quote: str
    text: str
    moment: str
    matches: str
    has_enums: bool
    structs: str
    field: str

    def quoted_name(self, name: str) -> str:
        return f"{self.quote}{name.replace(self.quote, 2 * self.quote)}{self.quote}"


DUCKDB_WORDS = EngineWords(
    '"',
    "VARCHAR",
    "TIMESTAMPTZ",
    "REGEXP_FULL_MATCH({}, '{}')",
    True,
    "LIST_TRANSFORM({}, LAMBDA _one : STRUCT_PACK({}))",
    "{} := {}",
)
SPARK_WORDS = EngineWords(
    "`",
    "STRING",
    "TIMESTAMP",
    r"{} RLIKE r'\A(?:{})\z'",
    False,
    "TRANSFORM({}, _one -> STRUCT({}))",
    "{1} AS {0}",
)


@dataclass(frozen=True, slots=True)
class FactConversion:
    """The expression of a fact's column; `partial`: it may be NULL where the given value is not."""

    text: str
    partial: bool = False


def convert_fact(
    fact: Fact, given: str, texts: bool, words: EngineWords = DUCKDB_WORDS
) -> FactConversion | None:
    """Return the conversion of a column of a type; None if none is exact. `texts`: all values are
    written as texts, as in a CSV file.
    """
    name = words.quoted_name(fact.name)
    if texts and fact.type.kind not in (Kind.ENUM, Kind.TEXT):
        return _convert_text(fact.type.kind, name, words)
    match fact.type.kind:
        case Kind.BOOL:
            return FactConversion(name) if given == "BOOLEAN" else None
        case Kind.ENUM | Kind.TEXT if given == "VARCHAR" or given.startswith("ENUM"):
            return _convert_plain_text(fact, name, words)
        case Kind.ENUM | Kind.TEXT:
            return None
        case Kind.SET:
            return FactConversion(name) if given == "VARCHAR[]" else None
        case Kind.DATE:
            return (
                FactConversion(name)
                if given == "DATE"
                else _convert_moment(fact, name, given, words)
            )
        case Kind.TIME:
            plain = given == "TIMESTAMP WITH TIME ZONE"
            return FactConversion(name) if plain else _convert_moment(fact, name, given, words)
        case Kind.DURATION:
            return FactConversion(name) if given == "INTERVAL" else None
        case kind:
            return _convert_number(kind, name, given, words)


def _convert_plain_text(fact: Fact, name: str, words: EngineWords) -> FactConversion:
    """Return a text, or the code of a member where an engine has such a type: it compares them
    several times as fast.
    """
    if fact.type.kind is Kind.ENUM and words.has_enums:
        members = ", ".join(f"'{member}'" for member in fact.type.members)
        return FactConversion(f"TRY_CAST({name} AS ENUM({members}))", partial=True)
    return FactConversion(f"CAST({name} AS {words.text})")


def _convert_number(kind: Kind, name: str, given: str, words: EngineWords) -> FactConversion | None:
    whole = kind is Kind.INT
    if given in INTEGERS:
        if whole:
            return FactConversion(f"CAST({name} AS BIGINT)")
        return _guarded_value(f"{name} BETWEEN {-EXACT} AND {EXACT}", f"CAST({name} AS DOUBLE)")
    if given in LARGE_INTEGERS:
        test = f"{name} BETWEEN {-EXACT} AND {EXACT}"
        return _guarded_value(test, f"CAST({name} AS {'BIGINT' if whole else 'DOUBLE'})")
    if given in ("DOUBLE", "FLOAT"):
        if not whole:
            return FactConversion(f"CAST({name} AS DOUBLE)")
        test = f"{name} BETWEEN {-EXACT} AND {EXACT} AND {name} = FLOOR({name})"
        return _guarded_value(test, f"CAST({name} AS BIGINT)")
    if given.startswith("DECIMAL(") and int(given[8:].partition(",")[0]) <= DIGITS and not whole:
        return FactConversion(f"CAST({name} AS DOUBLE)")
    if given == "VARCHAR" and not whole:
        return _convert_text(kind, name, words)
    return None


def _convert_moment(fact: Fact, name: str, given: str, words: EngineWords) -> FactConversion | None:
    if given == "VARCHAR":
        return _convert_text(fact.type.kind, name, words)
    if given == "TIMESTAMPTZ_NS" and fact.type.kind is Kind.TIME:
        return _guarded_value(f"EPOCH_NS({name}) % 1000 = 0", f"CAST({name} AS TIMESTAMPTZ)")
    return None


def _convert_text(kind: Kind, name: str, words: EngineWords) -> FactConversion | None:
    match kind:
        case Kind.BOOL:
            text = f"CASE {name} WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END"
            return FactConversion(text, partial=True)
        case Kind.INT:
            return _text_match(words, name, "-?[0-9]{1,15}", "BIGINT")
        case Kind.NUMBER:
            return _text_match(words, name, NUMBER_TEXT, "DOUBLE")
        case Kind.DATE:
            return _text_match(words, name, DAY_TEXT, "DATE")
        case Kind.TIME:
            return _text_match(words, name, TIME_TEXT, words.moment)
        case Kind.SET:
            split, empty = f"SPLIT({name}, ',')", f"{name} = '{{}}'"
            return _guarded_value(f"NOT {empty}", split)
        case _:
            return None


def _text_match(words: EngineWords, name: str, pattern: str, kind: str) -> FactConversion:
    return _guarded_value(words.matches.format(name, pattern), f"TRY_CAST({name} AS {kind})")


def _guarded_value(test: str, value: str) -> FactConversion:
    return FactConversion(f"CASE WHEN {test} THEN {value} END", partial=True)


def value_of_text(fact: Fact, text: Any) -> Any:
    """Return the value that a text of a CSV file stands for, or the text if it is none."""
    if not isinstance(text, str):
        return text
    match fact.type.kind:
        case Kind.BOOL:
            return {"true": True, "false": False}.get(text, text)
        case Kind.INT if re.fullmatch(DECIMAL_TEXT, text):
            return Decimal(text) if "." in text else int(text)
        case Kind.SET:
            return [] if text == "{}" else text.split(",")
        case _:
            return text


def row_facts(facts: Mapping[str, Fact], row: Mapping[str, Any], texts: bool) -> dict[str, Any]:
    """Return the facts of a row of a table; other columns are left out."""
    found = {name: row[name] for name in facts if name in row}
    if texts:
        return {name: value_of_text(facts[name], value) for name, value in found.items()}
    return found
