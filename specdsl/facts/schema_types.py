"""JSON schema → types of the language: which fact an argument is, and what is lost of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from specdsl.base.quick_dataclass import dataclass
from specdsl.facts.fact_names import member_name
from specdsl.situations.situation import decimal_text

MAX_NESTED = 8
"""Objects within objects whose fields become facts; schemas may contain themselves."""
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
    found = _resolve_schema(root, schema)
    properties = found.get("properties")
    named = found.get("required")
    names = named if isinstance(named, list) else []
    for name, inner in (properties if isinstance(properties, dict) else {}).items():
        yield from _argument(root, inner, (*above, name), required and name in names)


def _argument(
    root: Mapping[str, Any], schema: Any, path: Path, required: bool
) -> Iterator[SchemaArgument]:
    found = _resolve_schema(root, schema)
    doc = next((d for k in ("description", "title") if isinstance(d := found.get(k), str)), "")
    known, nullable = _without_null(root, found)
    fields = known.get("properties")
    if isinstance(fields, dict) and fields and len(path) < MAX_NESTED:
        yield from _arguments_of(root, known, path, required and not nullable)
        return
    try:
        type_ = _type_of(root, known)
    except NoType as problem:
        yield SchemaArgument(path, None, required, doc, str(problem))
    else:
        kept = SchemaType(type_.text, nullable, type_.listed, type_.lost)
        yield SchemaArgument(path, kept, required, doc)


# --- the shape of a schema -----------------------------------------------------------------------


def _resolve_schema(root: Mapping[str, Any], schema: Any) -> dict[str, Any]:
    """Return a schema in which its references and `allOf` are replaced by what they stand for."""
    found: dict[str, Any] = dict(schema) if isinstance(schema, dict) else {}
    for _ in range(MAX_NESTED):
        target, parts = found.pop("$ref", None), found.pop("allOf", ())
        if target is None and not parts:
            break
        more = [_follow_reference(root, target)] if target is not None else []
        for part in (*more, *(parts if isinstance(parts, list) else ())):
            found = _merge_schemas(part if isinstance(part, dict) else {}, found)
    return found


def _follow_reference(root: Mapping[str, Any], target: Any) -> Any:
    if not isinstance(target, str) or not target.startswith("#/"):
        return {}
    found: Any = root
    for step in target[2:].split("/"):
        name = step.replace("~1", "/").replace("~0", "~")
        found = found.get(name, {}) if isinstance(found, dict) else {}
    return found


def _merge_schemas(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Return both schemas as one; what the second says of a thing counts."""
    merged = {**below, **above}
    for field in ("properties", "required"):
        one, two = below.get(field), above.get(field)
        if isinstance(one, dict) and isinstance(two, dict):
            merged[field] = {**one, **two}
        elif isinstance(one, list) and isinstance(two, list):
            merged[field] = [*one, *two]
    return merged


def _without_null(root: Mapping[str, Any], schema: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """Return the schema without null among its types and values, and whether that was there."""
    found, nullable = dict(schema), schema.get("nullable") is True
    if isinstance(types := found.get("type"), list):
        found["type"] = [one for one in types if one != "null"]
        nullable |= "null" in types
        if len(found["type"]) == 1:
            found["type"] = found["type"][0]
    if isinstance(values := found.get("enum"), list) and None in values:
        found["enum"], nullable = [one for one in values if one is not None], True
    for field in ("anyOf", "oneOf"):
        if isinstance(branches := found.pop(field, None), list):
            kept = [b for one in branches if not _is_null(b := _resolve_schema(root, one))]
            nullable |= len(kept) < len(branches)
            found = _join_branches(kept, found)
    return found, nullable


def _is_null(schema: Mapping[str, Any]) -> bool:
    return schema.get("type") == "null" or ("const" in schema and schema["const"] is None)


def _join_branches(branches: list[dict[str, Any]], found: dict[str, Any]) -> dict[str, Any]:
    """Return alternatives as one schema: a single one, or constants of one enumeration."""
    if len(branches) == 1:
        return _merge_schemas(branches[0], found)
    values = [_constants(one) for one in branches]
    if all(values):
        return {**found, "enum": [value for several in values for value in several]}
    return {**found, "type": [one.get("type", "anything") for one in branches]}


def _constants(schema: Mapping[str, Any]) -> list[Any]:
    if "const" in schema:
        return [schema["const"]]
    values = schema.get("enum")
    return values if isinstance(values, list) else []


# --- its type ------------------------------------------------------------------------------------


def _type_of(root: Mapping[str, Any], schema: dict[str, Any]) -> SchemaType:
    """Return the type of a schema's values. Raises `NoType`."""
    if values := _constants(schema):
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
    items, _ = _without_null(root, _resolve_schema(root, schema.get("items")))
    values = _constants(items)
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
