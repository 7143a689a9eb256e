"""Random definitions of tools, and calls that fit their schemas."""

from __future__ import annotations

from random import Random
from typing import Any

NAMES = (
    "amount",
    "userId",
    "size",
    "in",
    "user",
    "tool",
    "to-addr",
    "Größe",
    "when",
    "x1",
    "_a",
)
TOOLS = ("issueRefund", "send-mail", "mcp__files__read", "Bash", "known", "delete", "a.b/c")
TEXTS = ("", "a", "rm -rf /", "é\u0000\u202e", '"quoted" \\ text', "specdsl: allow(dead-rule)")
WORDS = ("In Progress", "done", "unknown", "not", "2nd", "ÜBER", "low", "high", "a-b")
PLAIN: dict[str, tuple[dict[str, Any], tuple[Any, ...]]] = {
    "text": ({"type": "string"}, TEXTS),
    "pattern": ({"type": "string", "pattern": "^a*$"}, ("", "a", "aa")),
    "date": ({"type": "string", "format": "date"}, ("2025-02-28", "1999-12-31")),
    "time": ({"type": "string", "format": "date-time"}, ("2025-02-28T00:00:00Z",)),
    "duration": ({"type": "string", "format": "duration"}, ("PT5M", "P2DT0.5S")),
    "bool": ({"type": "boolean"}, (True, False)),
    "constant": ({"const": True}, (True,)),
    "whole": ({"type": "integer"}, (-3, 0, 10**12)),
    "range": ({"type": "integer", "minimum": -2.5, "exclusiveMaximum": 4}, (-2, 3)),
    "number": ({"type": "number", "exclusiveMinimum": 0, "maximum": 2.5}, (0.1, 2.5, 1)),
    "listed": ({"enum": [1, 3, 5]}, (1, 3, 5)),
    "decimals": ({"enum": [0.5, 2]}, (0.5, 2)),
    "anything": ({}, (None, 3, [1], {"a": 1})),
    "mixed": ({"type": ["string", "integer"]}, ("a", 3)),
    "numbers": ({"type": "array", "items": {"type": "number"}}, ([], [1, 2.5])),
    "free": ({"type": "object", "additionalProperties": True}, ({}, {"userId": 3})),
}


def random_tools(random: Random) -> list[dict[str, Any]]:
    """With MCP's, OpenAI's or Anthropic's names of fields."""
    names = random.sample(TOOLS, random.randint(1, 4))
    return [_tool(random, name) for name in names]


def _tool(random: Random, name: str) -> dict[str, Any]:
    said = random.choice([{}, {"description": random.choice(TEXTS)}])
    schema = _object(random, 0)
    match random.randrange(3):
        case 0:
            return {"name": name, **said, "inputSchema": schema}
        case 1:
            return {"type": "function", "function": {"name": name, **said, "parameters": schema}}
        case _:
            return {"name": name, **said, "input_schema": schema}


def schema_of_tool(tool: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    inner = tool.get("function", tool)
    fields = ("inputSchema", "input_schema", "parameters")
    return inner["name"], next(inner[field] for field in fields if field in inner)


def _object(random: Random, depth: int) -> dict[str, Any]:
    names = random.sample(NAMES, random.randint(0, 5))
    properties = {name: _schema(random, depth) for name in names}
    required = [name for name in names if random.random() < 0.5]
    return {"type": "object", "properties": properties, "required": required}


def _schema(random: Random, depth: int) -> dict[str, Any]:
    """A schema with `examples` of its values."""
    said: dict[str, Any] = random.choice([{}, {"description": random.choice(TEXTS)}])
    if depth < 2 and random.random() < 0.15:
        return {**said, **_object(random, depth + 1)}
    words = random.sample(WORDS, random.randint(1, 4))
    if random.random() < 0.3:
        forms: list[dict[str, Any]] = [
            {"type": "string", "enum": words},
            {"anyOf": [{"const": word} for word in words]},
        ]
        found: dict[str, Any] = {**random.choice(forms), "examples": words}
    elif random.random() < 0.1:
        items = {"type": "array", "items": {"type": "string", "enum": words}}
        found = {**items, "examples": [[], words[:2], words]}
    else:
        schema, values = PLAIN[random.choice(sorted(PLAIN))]
        found = {**schema, "examples": list(values)}
    if random.random() < 0.2:
        branches = [{key: v for key, v in found.items() if key != "examples"}, {"type": "null"}]
        found = {"anyOf": branches, "examples": [*found["examples"], None]}
    return {**said, **found}


def random_arguments(random: Random, schema: dict[str, Any]) -> dict[str, Any]:
    """An object that fits, with an argument more now and then."""
    found: dict[str, Any] = {}
    for name, inner in schema["properties"].items():
        if name in schema["required"] or random.random() < 0.6:
            own = "properties" in inner
            found[name] = (
                random_arguments(random, inner) if own else random.choice(inner["examples"])
            )
    return {**found, "more": 1} if random.random() < 0.2 else found
