"""Definitions of tools as the SDKs themselves make them."""

from __future__ import annotations

import asyncio
import json
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from specdsl.facts.declare_facts import declare_facts
from specdsl.facts.tool_definitions import read_tools


class Urgency(StrEnum):
    LOW = "LOW"
    HIGH = "HIGH"


class Address(BaseModel):
    city: str = Field(description="the city")
    code: int | None = Field(None, ge=1000, le=99999)


def send(
    to: Annotated[str, Field(description="who gets it")],
    urgency: Urgency,
    address: Address,
    amount: Annotated[float, Field(gt=0, le=100)],
    tags: list[Literal["a", "b"]],
    on: date | None = None,
    at: datetime | None = None,
    extra: dict[str, str] | None = None,
    kind: Literal["x", "y"] = "x",
) -> str:
    """Send it."""
    return to


def of_fastmcp() -> str:
    """What the server answers to `tools/list`."""
    fastmcp = pytest.importorskip("fastmcp")
    server = fastmcp.FastMCP("parcels")
    server.tool(send)

    async def answer() -> str:
        async with fastmcp.Client(server) as client:
            text: str = (await client.list_tools_mcp()).model_dump_json(by_alias=True)
            return text

    return asyncio.run(answer())


def of_openai_agents() -> str:
    agents = pytest.importorskip("agents")
    made = agents.function_tool(send, strict_mode=False)
    tool = {"type": "function", "name": made.name, "parameters": made.params_json_schema}
    return json.dumps([tool | {"description": made.description}])


@pytest.mark.parametrize("define", [of_fastmcp, of_openai_agents])
def test_declarations(define: Any) -> None:
    lines = declare_facts(read_tools(define()), "tools.json").splitlines()
    assert lines[1] == "#   `send`: Send it."
    assert [line for line in lines if line.startswith("fact ")] == [
        'fact tool_name: {send} "The tool that is called."',
        'fact to: text "who gets it"',
        "fact urgency: {low, high}",
        'fact address_city: text "the city"',
        "fact address_code: int 1000..99999?",
        "fact amount: number 0..100",
        "fact tags: set of {a, b}",
        "fact on: date?",
        "fact at: time?",
        'fact kind: {x, y}? "left out, it is x"',
    ]
    assert "#   `send.extra`: an object" in lines
    assert "#   `send.amount`: that it is more than the least" in lines
