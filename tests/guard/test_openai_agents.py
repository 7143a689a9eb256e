"""The guardrails of `openai-agents`, in its real runner with a scripted model."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import agents
import pytest

from specdsl.guard import Conversation, Guard
from specdsl.guard.openai_agents import guard_tools
from tests.guard.guarded import (
    ASKED,
    INJECTED,
    INJECTION,
    PAGE,
    BrokenPolicy,
    agent_guard,
    approved_conversation,
)

Calls = Sequence[tuple[str, Any]]


class ScriptedModel(agents.Model):
    """Makes the calls of a script, one a turn, and then ends."""

    def __init__(self, calls: Calls) -> None:
        self.calls = list(calls)
        self.made = 0

    async def get_response(self, *_: Any, **__: Any) -> Any:
        from openai.types.responses import (
            ResponseFunctionToolCall,
            ResponseOutputMessage,
            ResponseOutputText,
        )

        if self.made == len(self.calls):
            part = ResponseOutputText(text="Done.", type="output_text", annotations=[])
            item: Any = ResponseOutputMessage(
                id="m", content=[part], role="assistant", status="completed", type="message"
            )
        else:
            name, arguments = self.calls[self.made]
            text = arguments if isinstance(arguments, str) else json.dumps(arguments)
            self.made += 1
            item = ResponseFunctionToolCall(
                arguments=text, call_id=f"c{self.made}", name=name, type="function_call"
            )
        return agents.ModelResponse(output=[item], usage=agents.Usage(), response_id=None)

    def stream_response(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError


def guarded_agent(guard: Guard, talk: Conversation, calls: Calls, done: list[str]) -> Any:
    def web_fetch(url: str) -> str:
        """Read a page."""
        done.append(url)
        return INJECTION

    def bash(command: str) -> str:
        """Run a command."""
        done.append(command)
        return "ok"

    tools = [agents.function_tool(one) for one in (web_fetch, bash)]
    return agents.Agent("a", model=ScriptedModel(calls), tools=guard_tools(guard, tools, talk))


def run_agent(agent: Any, start: Any = "Set the project up.") -> Any:
    agents.set_tracing_disabled(True)
    return asyncio.run(agents.Runner.run(agent, start))


def outputs_of(result: Any) -> list[str]:
    return [str(item.output) for item in result.new_items if item.type == "tool_call_output_item"]


def test_the_injected_call_is_stopped_and_the_approved_one_is_made() -> None:
    done: list[str] = []
    calls = [("web_fetch", {"url": PAGE}), ("bash", INJECTED), ("bash", ASKED)]
    result = run_agent(guarded_agent(agent_guard(), approved_conversation(), calls, done))
    assert done == [PAGE, ASKED["command"]]
    page, injected, asked = outputs_of(result)
    assert (page, asked) == (INJECTION, "ok")
    assert injected.startswith("Denied by `no_deed_after_a_page`: After a page was read")
    assert injected.endswith("`tool` asked for this call and has no say in it.")
    assert result.final_output == "Done."


@pytest.mark.parametrize("approved", [True, False])
def test_a_call_to_be_confirmed_waits_for_a_person(approved: bool) -> None:
    done: list[str] = []
    calls = [("web_fetch", {"url": "https://other.example"})]
    agent = guarded_agent(agent_guard(), Conversation(), calls, done)
    result = run_agent(agent)
    assert done == []
    (asked,) = result.interruptions
    state = result.to_state()
    if approved:
        state.approve(asked)
    else:
        state.reject(asked)
    assert run_agent(agent, state).final_output == "Done."
    assert done == (["https://other.example"] if approved else [])


def test_nothing_is_called_when_the_policy_raises_or_the_arguments_are_no_object() -> None:
    done: list[str] = []
    calls = [("web_fetch", {"url": PAGE}), ("bash", ASKED)]
    result = run_agent(guarded_agent(Guard(BrokenPolicy()), Conversation(), calls, done))
    assert outputs_of(result) == ["Denied: the policy could not be asked (RuntimeError)."] * 2
    result = run_agent(guarded_agent(agent_guard(), Conversation(), [("bash", "[1]")], done))
    assert done == []


def test_tools_that_the_service_runs_cannot_be_guarded() -> None:
    with pytest.raises(TypeError, match="only function tools can be guarded, not web_search"):
        guard_tools(agent_guard(), [agents.WebSearchTool()])
