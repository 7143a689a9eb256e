"""JSON schemas with references, `allOf`, null and alternatives of constants resolved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specdsl.base.limits import MAX_NESTED_OBJECTS


def resolve_schema(root: Mapping[str, Any], schema: Any) -> dict[str, Any]:
    """Return a schema in which its references and `allOf` are replaced by what they stand for."""
    found: dict[str, Any] = dict(schema) if isinstance(schema, dict) else {}
    for _ in range(MAX_NESTED_OBJECTS):
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


def without_null(root: Mapping[str, Any], schema: dict[str, Any]) -> tuple[dict[str, Any], bool]:
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
            kept = [b for one in branches if not _is_null(b := resolve_schema(root, one))]
            nullable |= len(kept) < len(branches)
            found = _join_branches(kept, found)
    return found, nullable


def _is_null(schema: Mapping[str, Any]) -> bool:
    return schema.get("type") == "null" or ("const" in schema and schema["const"] is None)


def _join_branches(branches: list[dict[str, Any]], found: dict[str, Any]) -> dict[str, Any]:
    """Return alternatives as one schema: a single one, or constants of one enumeration."""
    if len(branches) == 1:
        return _merge_schemas(branches[0], found)
    values = [constants_of(one) for one in branches]
    if all(values):
        return {**found, "enum": [value for several in values for value in several]}
    return {**found, "type": [one.get("type", "anything") for one in branches]}


def constants_of(schema: Mapping[str, Any]) -> list[Any]:
    if "const" in schema:
        return [schema["const"]]
    values = schema.get("enum")
    return values if isinstance(values, list) else []
