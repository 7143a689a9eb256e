"""Hooks for `claude-agent-sdk`: a guard before every tool call of an agent."""

from __future__ import annotations

from typing import Any

from specdsl.guard.claude_events import OUTPUT_FIELDS, PRE_TOOL_USE, answer_event
from specdsl.guard.conversation import Conversation
from specdsl.guard.enforcement import Guard
from specdsl.guard.sdk_import import import_sdk


def claude_hooks(
    guard: Guard, conversation: Conversation | None = None, defer: bool = False
) -> dict[Any, list[Any]]:
    """Return the hooks for `ClaudeAgentOptions(hooks=…)`. One conversation stands for one session.

    A hook that fails blocks the call. With `defer`, an allowed call still goes through the agent's
    own permissions.
    """
    sdk = import_sdk("claude_agent_sdk", "claude-agent-sdk")
    heard = conversation or Conversation()

    async def answer(event: Any, tool_use_id: str | None, context: Any) -> dict[str, Any]:
        return answer_event(guard, event, heard, defer)

    return {
        name: [sdk.HookMatcher(hooks=[answer], on_failure="block")]
        for name in (PRE_TOOL_USE, *OUTPUT_FIELDS)
    }
