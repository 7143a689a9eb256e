"""Declarations of tools' facts, and the facts of calls by the same names."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import specdsl
from specdsl.base.limits import MAX_TOOL_ARGUMENTS
from specdsl.base.source import Source
from specdsl.facts import of_call
from specdsl.facts.declare_facts import declare_facts
from specdsl.facts.tool_definitions import UnreadableTools, read_tools
from specdsl.frontend.syntax.canonical_layout import format_text
from tests.facts.random_tools import random_arguments, random_tools, schema_of_tool
from tests.seeds import seeds

POLICY = """
use chain_of_command
use "tools.spec"
decision call: allow > deny
"""


def declared(tools: Any) -> str:
    return declare_facts(read_tools(json.dumps(tools)), "tools.json")


@pytest.mark.parametrize("seed", seeds(0, 25))
def test_a_call_that_fits_its_schema_can_be_decided(seed: int) -> None:
    random = Random(seed)
    tools = random_tools(random)
    text = declared(tools)
    assert format_text(Source("tools.spec", text)) == text
    assert specdsl.check(specdsl.loads(text)).ok
    spec = specdsl.loads(POLICY, library={"tools.spec": text})
    policy = specdsl.compile(spec, checked=False)
    for tool in tools * 3:
        name, schema = schema_of_tool(tool)
        arguments = random_arguments(random, schema)
        assert Draft202012Validator(schema).is_valid(arguments)
        facts = of_call(policy, name, arguments)
        assert policy.decide(facts).call == "allow"
        assert of_call(policy, name, json.dumps(arguments)) == of_call(policy, name, arguments)


def tool(name: str, properties: Any, *required: str) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": required}
    return {"name": name, "inputSchema": schema}


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ("[", "it is no JSON: Expecting value"),
        ("[" * 100_000, "it is nested too deep"),
        ('{"tools": [], "tools": []}', "`tools` is given twice"),
        ('{"result": ' * 900 + "1" + "}" * 900, "it "),
        ("{}", "it has no tools; expected an MCP `tools/list` answer"),
        ("3", "it has no tools"),
        ('[{"name": 3}, {"name": "a", "parameters": 4}]', "tool 1 has no name"),
        ('[{"name": "a-b"}, {"name": "a_b"}]', "`a-b` and `a_b` would be the same tool `a_b`"),
        ('[{"name": "äöü"}]', "tool `äöü` has no letter or digit for a name"),
        ('[{"name": "a"}, {"type": "object", "properties": {}}]', "tool 2 has no name"),
    ],
)
def test_documents_without_tools(document: str, problem: str) -> None:
    with pytest.raises(UnreadableTools) as found:
        declare_facts(read_tools(document), "tools.json")
    assert problem in str(found.value)


def test_two_arguments_of_one_name() -> None:
    both = {"userId": {"type": "string"}, "user_id": {"type": "string"}}
    with pytest.raises(UnreadableTools, match=r"`a\.userId` and `a\.user_id` would have the same"):
        declared([tool("a", both)])


def test_a_schema_within_itself_ends() -> None:
    names = "abcdefgh"
    node = {"type": "object", "properties": {name: {"$ref": "#/$defs/node"} for name in names}}
    schema = {"$defs": {"node": node}, "$ref": "#/$defs/node"}
    with pytest.raises(
        UnreadableTools, match=f"tool `a` has more than {MAX_TOOL_ARGUMENTS} arguments"
    ):
        declared([{"name": "a", "inputSchema": schema}])


def test_types_that_differ_are_facts_of_their_own() -> None:
    text = declared(
        [
            tool("pay", {"amount": {"type": "number"}, "note": {"type": "string"}}, "note"),
            tool("count", {"amount": {"type": "integer"}, "note": {"type": "string"}}, "note"),
        ]
    )
    lines = [line for line in text.splitlines() if line.startswith("fact")]
    assert lines[1:] == ["fact pay_amount: number?", "fact count_amount: int?", "fact note: text"]


def test_what_has_no_type_in_one_tool_is_no_fact_of_another() -> None:
    text = declared([tool("a", {"size": {}}), tool("b", {"size": {"type": "boolean"}})])
    policy = specdsl.compile(specdsl.loads(POLICY, library={"tools.spec": text}), checked=False)
    assert "fact b_size: bool?" in text
    assert of_call(policy, "a", {"size": 3}) == {"tool_name": "a"}
    assert of_call(policy, "b", {"size": True}) == {"tool_name": "b", "b_size": True}


def test_what_is_no_call_is_bad_input() -> None:
    text = declared([tool("a", {"size": {"type": "boolean"}})])
    policy = specdsl.compile(specdsl.loads(POLICY, library={"tools.spec": text}), checked=False)
    bad: list[tuple[Any, Any, Any]] = [(3, {}, {}), ("a", [3], {}), ("a", "[3]", {}), ("a", {}, 3)]
    for name, arguments, context in bad:
        with pytest.raises(specdsl.BadInput):
            of_call(policy, name, arguments, context)
