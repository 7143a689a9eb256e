"""Middleware for `fastmcp`: a guard in a server, before its tools are called and listed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from specdsl.guard.call_verdict import CallVerdict
from specdsl.guard.conversation import Conversation, ToolCall
from specdsl.guard.enforcement import Guard
from specdsl.guard.reachable_calls import ReachableCalls
from specdsl.guard.sdk_import import import_sdk

SessionFacts = Callable[[Any], Mapping[str, Any]]
"""Facts of a session, from the context of `fastmcp`: who is logged in, for instance."""


def server_middleware(
    guard: Guard,
    session_facts: SessionFacts | None = None,
    conversation_of: Callable[[Any], Conversation] | None = None,
) -> Any:
    """Return the middleware for `FastMCP(middleware=[…])`.

    Tools that can never be allowed with the facts of the session are not listed. A call that a
    person has to confirm is put to the client's user; without a yes it is denied. A server does not
    know what its client has read elsewhere, unless `conversation_of` tells.
    """
    base: Any = import_sdk("fastmcp.server.middleware", "fastmcp").Middleware
    calls = _GuardedServer(guard, session_facts, conversation_of)

    class GuardServerMiddleware(base):  # type: ignore[misc]
        """Judges each tool call before it is made, and lists only tools that can be used."""

        async def on_call_tool(self, context: Any, call_next: Any) -> Any:
            await calls.require_allowed(context)
            result = await call_next(context)
            calls.note_result(context, result)
            return result

        async def on_list_tools(self, context: Any, call_next: Any) -> Any:
            return calls.usable_tools(context, await call_next(context))

    return GuardServerMiddleware()


class _GuardedServer:
    """The guard of one server."""

    def __init__(
        self,
        guard: Guard,
        session_facts: SessionFacts | None,
        conversation_of: Callable[[Any], Conversation] | None,
    ) -> None:
        self._guard = guard
        self._facts_of = session_facts or (lambda context: {})
        self._conversation_of = conversation_of or (lambda context: Conversation(complete=False))
        self._reachable = ReachableCalls(guard)

    async def require_allowed(self, context: Any) -> None:
        """Raise `ToolError` with the reason unless the call is allowed."""
        inside = context.fastmcp_context
        call = ToolCall(context.message.name, context.message.arguments or {})
        verdict = self._guard.judge(call, self._conversation_of(inside), self._facts_of(inside))
        if verdict.allowed or (verdict.action == "ask" and await _ask_client(inside, verdict)):
            return
        error: type[Exception] = import_sdk("fastmcp.exceptions", "fastmcp").ToolError
        raise error(verdict.reason)

    def note_result(self, context: Any, result: Any) -> None:
        texts = [text for part in result.content if (text := getattr(part, "text", None))]
        conversation = self._conversation_of(context.fastmcp_context)
        conversation.hear_output(context.message.name, "\n".join(texts))

    def usable_tools(self, context: Any, tools: Any) -> list[Any]:
        """Return the tools of which a call could go through."""
        if self._guard.observe:
            return list(tools)
        facts = self._facts_of(context.fastmcp_context)
        return [tool for tool in tools if self._reachable.may_go_through(tool.name, facts)]


async def _ask_client(context: Any, verdict: CallVerdict) -> bool:
    """Put a call to the user of the client. A client that cannot ask is a no, and so is a protocol
    in which a server cannot ask back.
    """
    try:
        answer = await context.elicit(verdict.reason, response_type=bool)
    except Exception:
        return False
    return answer.action == "accept" and answer.data is True
