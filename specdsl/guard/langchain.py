"""Agent middleware for `langchain`: a guard before every tool call of an agent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from specdsl.guard.call_verdict import CallVerdict
from specdsl.guard.conversation import Conversation, ToolCall
from specdsl.guard.conversation_store import ConversationStore
from specdsl.guard.enforcement import Guard
from specdsl.guard.sdk_import import import_sdk

APPROVAL = {"type": "approve"}
"""What a person answers to let a call through."""


def agent_middleware(
    guard: Guard, conversation_of: Callable[[str], Conversation] | None = None
) -> Any:
    """Return the middleware for `create_agent(middleware=[…])`. `conversation_of` has the
    conversation of a thread by its id; without it each thread has one, in memory.

    A call that a person has to confirm interrupts the run, which goes on with
    `Command(resume={"type": "approve"})`; anything else is a no. That needs a checkpointer.
    """
    base: Any = import_sdk("langchain.agents.middleware", "langchain").AgentMiddleware
    find = conversation_of or ConversationStore().find

    class GuardAgentMiddleware(base):  # type: ignore[misc]
        """Judges each tool call before it is made."""

        def wrap_tool_call(self, request: Any, handler: Any) -> Any:
            conversation = find(_thread_of(request))
            refused = _refuse_call(guard, request, conversation)
            return refused or _note_output(handler(request), request, conversation)

        async def awrap_tool_call(self, request: Any, handler: Any) -> Any:
            conversation = find(_thread_of(request))
            refused = _refuse_call(guard, request, conversation)
            return refused or _note_output(await handler(request), request, conversation)

    return GuardAgentMiddleware()


def _thread_of(request: Any) -> str:
    config = getattr(request.runtime, "config", None) or {}
    return str(config.get("configurable", {}).get("thread_id", ""))


def _refuse_call(guard: Guard, request: Any, conversation: Conversation) -> Any:
    """Return the message that takes the place of the tool's output; None if the call is made."""
    called = request.tool_call
    call = ToolCall(called["name"], called["args"], called.get("id"))
    verdict = guard.judge(call, conversation)
    if verdict.allowed or (verdict.action == "ask" and _ask_person(call, verdict)):
        return None
    message = import_sdk("langchain_core.messages", "langchain").ToolMessage
    return message(verdict.reason, tool_call_id=call.id or "", name=call.name, status="error")


def _ask_person(call: ToolCall, verdict: CallVerdict) -> bool:
    """Interrupt the run until a person has answered; tell whether the call may be made."""
    interrupt = import_sdk("langgraph.types", "langchain").interrupt
    asked = {"tool": call.name, "arguments": dict(call.arguments), "reason": verdict.reason}
    return bool(interrupt(asked) == APPROVAL)


def _note_output(result: Any, request: Any, conversation: Conversation) -> Any:
    """Return the result of a call after its text is noted."""
    conversation.hear_output(request.tool_call["name"], getattr(result, "content", str(result)))
    return result
