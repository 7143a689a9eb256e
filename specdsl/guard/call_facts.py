"""Facts of a tool call, by the names that a policy declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specdsl.guard.conversation import Conversation, ToolCall
from specdsl.guard.policy_outline import PolicyOutline

TOOL_FACTS = ("tool", "tool_name")
"""The facts that say which tool is called; the second where `tool` is the name of a principal."""
OUTPUTS_READ = "outputs_read"


def facts_of_call(
    outline: PolicyOutline, call: ToolCall, context: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the facts of a call: the tool and its arguments, and those of the context, which come
    first. What the policy does not declare is left out.
    """
    named = dict.fromkeys(TOOL_FACTS, call.name)
    found = {**call.arguments, **named, **context}
    return {name: value for name, value in found.items() if name in outline.facts}


def facts_of_conversation(
    outline: PolicyOutline, conversation: Conversation
) -> Iterator[tuple[str, Any]]:
    """Yield what a policy may want to know of the session: `outputs_read`, the tools whose output
    was read, as far as the policy has a member for them.
    """
    row = outline.facts.get(OUTPUTS_READ)
    if row is not None and row.kind == "set":
        tools = conversation.tools_read
        yield OUTPUTS_READ, None if tools is None else sorted(tools.intersection(row.members))
