"""Reader of tool definitions: MCP's `tools/list`, OpenAI's, Anthropic's, or a plain JSON schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specdsl.base.exact_json import parse_json
from specdsl.base.quick_dataclass import dataclass

SCHEMA_FIELDS = ("inputSchema", "input_schema", "parameters")
ENVELOPES = ("result", "tools", "functions")
"""The fields of an answer or a request in which tools stand."""
EXPECTED = "an MCP `tools/list` answer, OpenAI or Anthropic tool definitions, or a JSON schema"


@dataclass(frozen=True, slots=True)
class ToolDefinition:
    """A tool with the JSON schema of its arguments; without a name it is a plain schema. A tool
    that is not `described` has no schema.
    """

    name: str | None
    description: str
    schema: Mapping[str, Any]
    described: bool = True


class UnreadableTools(ValueError):
    """A document in which no tools are found. `problems` names all that is wrong with it."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def read_tools(text: str | bytes) -> tuple[ToolDefinition, ...]:
    """Read the definitions of a document, in their order. Raises `UnreadableTools`."""
    try:
        document = parse_json(text)
    except ValueError as problem:
        raise UnreadableTools((str(problem),)) from None
    problems: list[str] = []
    try:
        found = tuple(_find_tools(document, problems))
    except RecursionError:
        raise UnreadableTools(("it is nested too deep",)) from None
    if not found and not problems:
        problems.append(f"it has no tools; expected {EXPECTED}")
    if problems:
        raise UnreadableTools(tuple(problems))
    return found


def _find_tools(document: Any, problems: list[str]) -> Iterator[ToolDefinition]:
    match document:
        case list():
            for number, item in enumerate(document, 1):
                tool = _read_tool(item)
                if tool is None:
                    problems.append(f"tool {number} has no name, or no object as its schema")
                else:
                    yield tool
        case dict():
            inner = next((document[f] for f in ENVELOPES if _has_tools(document.get(f))), None)
            if inner is not None:
                yield from _find_tools(inner, problems)
            elif (tool := _read_tool(document)) is not None:
                yield tool
            elif document.get("type") == "object" or "properties" in document or "$ref" in document:
                yield ToolDefinition(None, _text_of(document.get("description")), document)


def _has_tools(value: Any) -> bool:
    return isinstance(value, list | dict)


def _read_tool(item: Any) -> ToolDefinition | None:
    """Return the definition of one tool; None if it is none."""
    if isinstance(item, dict) and isinstance(item.get("function"), dict):
        item = item["function"]
    if not isinstance(item, dict):
        return None
    schemas = [item[field] for field in SCHEMA_FIELDS if item.get(field) is not None]
    schema = schemas[0] if schemas else {}
    name = item.get("name")
    if name is None and "properties" not in item and item.get("type") not in ("object", None):
        name = item["type"]  # A tool of the model's provider, which has a type instead of a name.
    if not isinstance(name, str) or not name.strip() or not isinstance(schema, dict):
        return None
    return ToolDefinition(name, _text_of(item.get("description")), schema, bool(schemas))


def _text_of(value: Any) -> str:
    return value if isinstance(value, str) else ""
