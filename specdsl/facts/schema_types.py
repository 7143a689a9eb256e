"""JSON schema → types of the language: which fact an argument is, and what is lost of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from specdsl.base.limits import MAX_NESTED_OBJECTS
from specdsl.base.quick_dataclass import dataclass
from specdsl.facts.fact_names import member_name
from specdsl.facts.schema_shapes import constants_of, resolve_schema, without_null
from specdsl.situations.situation import decimal_text

FORMATS_WITH_TYPE = {"date": "date", "date-time": "time", "duration": "duration"}
LOST_OF_TEXT = ("pattern", "minLength", "maxLength")
LOST_OF_LIST = ("minItems", "maxItems")

Path = tuple[str, ...]
"""The names of the objects that an argument is in, and its own."""


class NoType(Exception):
    """A schema of values for which the language has no type; the message says of which."""


@dataclass(frozen=True, slots=True)
class SchemaType:
    """The type of a fact as it is written. `listed`: the only numbers that it may be; `lost`: what
    the schema says beyond that.
    """

    text: str
    nullable: bool = False
    listed: tuple[Fraction, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def values(self) -> tuple[str, tuple[Fraction, ...]]:
        """Return what tells the values of one type from those of another."""
        return self.text, self.listed


@dataclass(frozen=True, slots=True)
class SchemaArgument:
    """An argument of a tool. `type` is None if the language has none; `problem` says why."""

    path: Path
    type: SchemaType | None
    required: bool
    doc: str = ""
    problem: str = ""


def schema_arguments(schema: Mapping[str, Any]) -> Iterator[SchemaArgument]:
    """Yield the arguments of a schema, in its order; an object's fields instead of the object."""
    yield from _arguments_of(schema, schema, (), True)


def _arguments_of(
    root: Mapping[str, Any], schema: Any, above: Path, required: bool
) -> Iterator[SchemaArgument]:
    found = resolve_schema(root, schema)
    properties = found.get("properties")
    named = found.get("required")
    names = named if isinstance(named, list) else []
    for name, inner in (properties if isinstance(properties, dict) else {}).items():
        yield from _argument(root, inner, (*above, name), required and name in names)


def _argument(
    root: Mapping[str, Any], schema: Any, path: Path, required: bool
) -> Iterator[SchemaArgument]:
    found = resolve_schema(root, schema)
    doc = "; ".join(part for part in (_description(found), _default_words(found)) if part)
    known, nullable = without_null(root, found)
    fields = known.get("properties")
    if isinstance(fields, dict) and fields and len(path) < MAX_NESTED_OBJECTS:
        yield from _arguments_of(root, known, path, required and not nullable)
        return
    try:
        type_ = _type_of(root, known)
    except NoType as problem:
        yield SchemaArgument(path, None, required, doc, str(problem))
    else:
        kept = SchemaType(type_.text, nullable, type_.listed, type_.lost)
        yield SchemaArgument(path, kept, required, doc)


def _description(schema: Mapping[str, Any]) -> str:
    found = schema.get("description")
    return found.strip() if isinstance(found, str) else ""


def _default_words(schema: Mapping[str, Any]) -> str:
    """Tell what the tool takes where a call leaves the argument out: the fact is unknown then."""
    value = schema.get("default")
    if value is None or isinstance(value, dict):
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"left out, it is {text}" if text else ""


# --- its type ------------------------------------------------------------------------------------


def _type_of(root: Mapping[str, Any], schema: dict[str, Any]) -> SchemaType:
    """Return the type of a schema's values. Raises `NoType`."""
    if values := constants_of(schema):
        return _type_of_values(values)
    kind = schema.get("type")
    match kind:
        case "boolean":
            return SchemaType("bool")
        case "integer" | "number":
            return _number_type(schema, whole=kind == "integer")
        case "string":
            lost = tuple(f"`{field}`" for field in LOST_OF_TEXT if field in schema)
            return SchemaType(FORMATS_WITH_TYPE.get(str(schema.get("format")), "text"), lost=lost)
        case "array":
            return _list_type(root, schema)
        case "object":
            raise NoType("an object")
        case list():
            raise NoType("values of several types")
        case _:
            raise NoType("any value")


def _type_of_values(values: Sequence[Any]) -> SchemaType:
    if all(isinstance(value, str) for value in values):
        return SchemaType(_enumeration(values))
    if all(isinstance(value, bool) for value in values):
        return SchemaType("bool", lost=("a constant",) if len(values) < 2 else ())
    numbers = [n for value in values if (n := exact_number(value)) is not None]
    if len(numbers) < len(values):
        raise NoType("constants of several types")
    listed = tuple(sorted(set(numbers)))
    whole = all(number.denominator == 1 for number in listed)
    low, high = decimal_text(listed[0]), decimal_text(listed[-1])
    gaps = not whole or listed[-1] - listed[0] >= len(listed)
    return SchemaType(f"{'int' if whole else 'number'} {low}..{high}", listed=listed * gaps)


def _enumeration(values: Sequence[str]) -> str:
    """Return the enumeration of some texts as it is written. Raises `NoType`."""
    members = {text: member_name(text) for text in values}
    names = [name for name in members.values() if name is not None]
    if len(names) < len(members):
        raise NoType("an enumeration of which a member has no name here")
    if len(set(names)) < len(names):
        raise NoType("an enumeration of which two members have the same name here")
    return f"{{{', '.join(names)}}}"


def _list_type(root: Mapping[str, Any], schema: Mapping[str, Any]) -> SchemaType:
    items, _ = without_null(root, resolve_schema(root, schema.get("items")))
    values = constants_of(items)
    if not values or not all(isinstance(value, str) for value in values):
        kind = items.get("type")
        raise NoType(f"a list of {kind}s" if isinstance(kind, str) else "a list")
    lost = tuple(f"`{field}`" for field in LOST_OF_LIST if field in schema)
    return SchemaType(f"set of {_enumeration(values)}", lost=lost)


def _number_type(schema: Mapping[str, Any], whole: bool) -> SchemaType:
    low, high = exact_number(schema.get("minimum")), exact_number(schema.get("maximum"))
    lost = ["`multipleOf`"] if "multipleOf" in schema else []
    below, above = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    # In the older form they are flags of `minimum` and `maximum`.
    open_low = low if below is True else exact_number(below)
    open_high = high if above is True else exact_number(above)
    if open_low is not None and (low is None or open_low >= low):
        low = Fraction(open_low // 1 + 1) if whole else open_low
        lost += [] if whole else ["that it is more than the least"]
    if open_high is not None and (high is None or open_high <= high):
        high = Fraction(-(-open_high // 1) - 1) if whole else open_high
        lost += [] if whole else ["that it is less than the most"]
    if whole:
        low = None if low is None else Fraction(-(-low // 1))
        high = None if high is None else Fraction(high // 1)
    if low is not None and high is not None and low > high:
        raise NoType("a number from a range that is empty")
    ends = "" if low is None and high is None else f" {_end(low)}..{_end(high)}"
    return SchemaType(f"{'int' if whole else 'number'}{ends}", lost=tuple(lost))


def _end(value: Fraction | None) -> str:
    return "" if value is None else decimal_text(value)


def exact_number(value: Any) -> Fraction | None:
    """Return a number of JSON as the decimal that it is written as; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return Fraction(repr(value))
    except ValueError:  # An infinity, or NaN.
        return None
