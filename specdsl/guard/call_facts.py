"""Facts of a guarded tool call: of the call itself, and of the conversation before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specdsl.facts.fact_names import member_name
from specdsl.facts.tool_call_facts import of_call
from specdsl.guard.conversation import Conversation, ToolCall
from specdsl.guard.policy_outline import PolicyOutline

OUTPUTS_READ = "outputs_read"


def facts_of_call(
    outline: PolicyOutline,
    call: ToolCall,
    conversation: Conversation,
    context: Mapping[str, Any],
    tools: Mapping[str, str],
) -> dict[str, Any]:
    """Return the facts of a call by the names of `specdsl facts`. Those of the context and of the
    conversation come first; what the policy does not declare is left out. `tools` has the names
    that the policy gives to tools, where they are others.
    """
    known = {**dict(_facts_of_conversation(outline, conversation, tools)), **context}
    name = tools.get(call.name, call.name)
    return of_call(outline.declarations, name, call.arguments, _declared_facts(outline, known))


def known_facts(
    outline: PolicyOutline, tool: str, context: Mapping[str, Any], tools: Mapping[str, str]
) -> dict[str, Any]:
    """Return the facts that are known of every call of a tool: the tool, and the context."""
    name = tools.get(tool, tool)
    return of_call(outline.declarations, name, {}, _declared_facts(outline, context))


def _declared_facts(outline: PolicyOutline, known: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in known.items() if name in outline.facts}


def _facts_of_conversation(
    outline: PolicyOutline, conversation: Conversation, tools: Mapping[str, str]
) -> Iterator[tuple[str, Any]]:
    """Yield what a policy may want to know of the session: `outputs_read`, the tools whose output
    was read, as far as the policy has a member for them.
    """
    row = outline.facts.get(OUTPUTS_READ)
    if row is not None and row.kind == "set":
        read = conversation.tools_read
        if read is None:
            yield OUTPUTS_READ, None
            return
        named = {tools.get(tool, member_name(tool)) for tool in read}
        yield OUTPUTS_READ, [member for member in row.members if member in named]
