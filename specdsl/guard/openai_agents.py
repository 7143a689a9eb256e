"""Tool guardrails for `openai-agents`: a guard before every function tool of an agent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from specdsl.guard.conversation import Conversation, ToolCall
from specdsl.guard.enforcement import Guard
from specdsl.guard.sdk_import import import_sdk


def guard_tools(
    guard: Guard, tools: Iterable[Any], conversation: Conversation | None = None
) -> list[Any]:
    """Return the tools with the guard before them. One conversation stands for one session.

    A call that a person has to confirm interrupts the run, as a tool with `needs_approval` does.
    Raises `TypeError` for tools that the service runs itself: nothing can stand before these.
    """
    sdk = import_sdk("agents", "openai-agents")
    given = list(tools)
    foreign = [getattr(one, "name", repr(one)) for one in given
               if not isinstance(one, sdk.FunctionTool)]  # fmt: skip
    if foreign:
        raise TypeError(f"only function tools can be guarded, not {', '.join(foreign)}")
    rails = _ToolGuardrails(guard, conversation or Conversation(), sdk)
    return [rails.with_guard(tool) for tool in given]


class _ToolGuardrails:
    """The guardrails of one session."""

    def __init__(self, guard: Guard, conversation: Conversation, sdk: Any) -> None:
        self.guard, self.conversation, self.sdk = guard, conversation, sdk

    def with_guard(self, tool: Any) -> Any:
        before = self.sdk.ToolInputGuardrail(self.judge_call, name="specdsl")
        after = self.sdk.ToolOutputGuardrail(self.note_output, name="specdsl")
        return replace(
            tool,
            tool_input_guardrails=[*(tool.tool_input_guardrails or ()), before],
            tool_output_guardrails=[after, *(tool.tool_output_guardrails or ())],
            needs_approval=self._approval_of(tool),
        )

    def _approval_of(self, tool: Any) -> Any:
        """Return the test whether a person has to approve a call, for the tool or for the guard."""
        own = tool.needs_approval

        async def needs_approval(context: Any, arguments: dict[str, Any], call_id: str) -> bool:
            wanted = await own(context, arguments, call_id) if callable(own) else own
            call = ToolCall(tool.name, arguments, call_id)
            return bool(wanted) or self.guard.judge(call, self.conversation).action == "ask"

        return needs_approval

    def judge_call(self, data: Any) -> Any:
        """Let a call through, or give its reason to the model in place of the tool's output."""
        context = data.context
        verdict = self.guard.judge_text(
            context.tool_name, context.tool_arguments, self.conversation, context.tool_call_id
        )
        approved = verdict.action == "ask" and context.is_tool_approved(
            context.tool_name, context.tool_call_id
        )
        result, info = self.sdk.ToolGuardrailFunctionOutput, verdict.to_dict()
        if verdict.allowed or approved:
            return result.allow(info)
        return result.reject_content(verdict.reason, info)

    def note_output(self, data: Any) -> Any:
        """Note what a tool gave back, and let it through."""
        self.conversation.hear_output(data.context.tool_name, data.output)
        return self.sdk.ToolGuardrailFunctionOutput.allow()
