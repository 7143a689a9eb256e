"""Hook events of Claude Code and of its SDK: what comes in as JSON, what goes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specdsl.guard.call_verdict import CallVerdict
from specdsl.guard.conversation import Conversation, ToolCall
from specdsl.guard.enforcement import Guard

PRE_TOOL_USE, POST_TOOL_USE = "PreToolUse", "PostToolUse"
FAILURE = "PostToolUseFailure"
OUTPUT_FIELDS = {POST_TOOL_USE: "tool_response", FAILURE: "error"}
"""The fields of events that have what a tool gave back."""
CONTEXT_FIELDS = ("cwd", "permission_mode", "agent_type")
"""Fields of an event that are facts where a policy declares them."""


class UnknownEvent(ValueError):
    """The event is none that a guard can answer."""


def answer_event(
    guard: Guard, event: Any, conversation: Conversation, defer: bool = False
) -> dict[str, Any]:
    """Return the answer to an event; raises `UnknownEvent`. A call is judged, what a tool gave back
    is noted. With `defer`, an allowed call still goes through the agent's own permissions.
    """
    call = read_call(event)
    if (field := OUTPUT_FIELDS.get(event["hook_event_name"])) is not None:
        conversation.hear_output(call.name, event.get(field))
        return {}
    verdict = guard.judge(call, conversation, event_facts(event))
    if verdict.action != "deny":
        conversation.expect_output(call.name)
    return _answer_of(verdict, defer)


def read_call(event: Any) -> ToolCall:
    """Return the tool call of an event; raises `UnknownEvent`."""
    if not isinstance(event, Mapping):
        raise UnknownEvent("the event is no JSON object")
    kind, name, arguments = (
        event.get(key) for key in ("hook_event_name", "tool_name", "tool_input")
    )
    if kind != PRE_TOOL_USE and kind not in OUTPUT_FIELDS:
        known = ", ".join((PRE_TOOL_USE, *OUTPUT_FIELDS))
        raise UnknownEvent(f"`hook_event_name` is none of {known}")
    if not isinstance(name, str) or not isinstance(arguments, Mapping):
        raise UnknownEvent("`tool_name` is a text and `tool_input` an object")
    return ToolCall(name, arguments, event.get("tool_use_id"))


def event_facts(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an event says of the session that a policy may have facts for."""
    return {key: event[key] for key in CONTEXT_FIELDS if key in event}


def _answer_of(verdict: CallVerdict, defer: bool) -> dict[str, Any]:
    if verdict.differs:
        return {"systemMessage": f"specdsl would not let this through. {verdict.reason}"}
    if defer and verdict.allowed:
        return {}
    return {
        "hookSpecificOutput": {
            "hookEventName": PRE_TOOL_USE,
            "permissionDecision": verdict.action,
            "permissionDecisionReason": verdict.reason,
        }
    }
