"""Interceptor for `agent-hooks-sdk`: a guard at the points before and after a tool call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from specdsl.guard.call_verdict import CallVerdict
from specdsl.guard.conversation import Conversation, ToolCall
from specdsl.guard.conversation_store import ConversationStore
from specdsl.guard.enforcement import Guard
from specdsl.guard.sdk_import import import_sdk

PRE_TOOL_CALL, POST_TOOL_CALL, SHUTDOWN = "pre_tool_call", "post_tool_call", "agent_shutdown"


class GuardInterceptor:
    """An interceptor that judges tool calls and says nothing at other points. A call that a person
    has to confirm is a denial that the host's approval may lift.

    `conversation_of` has the conversation of a session by its id, `reason_code` the short reason of
    a verdict, for records that hold no text of others.
    """

    def __init__(
        self,
        guard: Guard,
        conversation_of: Callable[[str], Conversation] | None = None,
        reason_code: Callable[[CallVerdict], str] | None = None,
    ) -> None:
        self._sdk = import_sdk("agent_hooks", "agent-hooks-sdk")
        self._guard = guard
        self._store = ConversationStore()
        self._find = conversation_of or self._store.find
        self._reason_code = reason_code or first_rule_code

    def intercept(self, context: Any) -> Any:
        """Return the verdict on a context."""
        point, session = context["interception_point"], context["session"]["id"]
        if point == PRE_TOOL_CALL:
            called = context["tool_call"]
            call = ToolCall(called["name"], called["args"], called["id"])
            return self._verdict_of(self._guard.judge(call, self._find(session)))
        if point == POST_TOOL_CALL:
            name, result = context["tool_call"]["name"], context["tool_result"]
            self._find(session).hear_output(name, result.get("value"))
        if point == SHUTDOWN:
            self._store.drop(session)
        return self._sdk.Verdict.allow()

    def _verdict_of(self, verdict: CallVerdict) -> Any:
        """Return the verdict as the host reads it."""
        if verdict.allowed:
            return self._sdk.Verdict.allow()
        make = {"deny": self._sdk.Verdict.deny, "ask": self._sdk.Verdict.escalate}
        return make[verdict.action](reason=self._reason_code(verdict), message=verdict.reason)


def first_rule_code(verdict: CallVerdict) -> str:
    """Return the name of the first rule behind a verdict, as a short reason."""
    named = next((rule.name for rule in verdict.rules), "failure" if verdict.failure else "default")
    return f"specdsl:{named}"
