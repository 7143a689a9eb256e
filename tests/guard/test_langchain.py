"""The middleware of `langchain`, in a real agent with a scripted model."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, ToolMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from specdsl.guard import Conversation, Guard
from specdsl.guard.langchain import agent_middleware
from tests.guard.guarded import (
    ASKED,
    INJECTED,
    INJECTION,
    PAGE,
    BrokenPolicy,
    agent_guard,
    approved_conversation,
)

Calls = list[tuple[str, dict[str, Any]]]


class ScriptedChat(GenericFakeChatModel):
    """Makes the calls of a script, one a turn, and then ends."""

    def bind_tools(self, *_: Any, **__: Any) -> Any:
        return self


def scripted_chat(calls: Calls) -> ScriptedChat:
    turns = [
        AIMessage("", tool_calls=[{"name": name, "args": arguments, "id": f"c{number}"}])
        for number, (name, arguments) in enumerate(calls)
    ]
    return ScriptedChat(messages=iter([*turns, AIMessage("Done.")]))


def guarded_agent(guard: Guard, talk: Conversation | None, calls: Calls, done: list[str]) -> Any:
    def web_fetch(url: str) -> str:
        """Read a page."""
        done.append(url)
        return INJECTION

    def bash(command: str) -> str:
        """Run a command."""
        done.append(command)
        return "ok"

    middleware = agent_middleware(guard, None if talk is None else lambda thread: talk)
    return create_agent(
        scripted_chat(calls),
        [web_fetch, bash],
        middleware=[middleware],
        checkpointer=InMemorySaver(),
    )


CONFIG: Any = {"configurable": {"thread_id": "one"}}
START = {"messages": [("user", "Set the project up.")]}


def outputs_of(state: dict[str, Any]) -> list[tuple[str, str]]:
    found = [one for one in state["messages"] if isinstance(one, ToolMessage)]
    return [(one.status, str(one.content)) for one in found]


@pytest.mark.parametrize("in_loop", [False, True])
def test_the_injected_call_is_stopped_and_the_approved_one_is_made(in_loop: bool) -> None:
    done: list[str] = []
    calls = [("web_fetch", {"url": PAGE}), ("bash", dict(INJECTED)), ("bash", dict(ASKED))]
    agent = guarded_agent(agent_guard(), approved_conversation(), calls, done)
    if in_loop:
        state = asyncio.run(agent.ainvoke(START, CONFIG))
    else:
        state = agent.invoke(START, CONFIG)
    assert done == [PAGE, ASKED["command"]]
    page, injected, asked = outputs_of(state)
    assert (page, asked) == (("success", INJECTION), ("success", "ok"))
    assert injected[0] == "error"
    assert injected[1].startswith("Denied by `no_deed_after_a_page`")
    assert "`tool` asked for this call" in injected[1]


def test_each_thread_has_a_conversation_of_its_own() -> None:
    done: list[str] = []
    calls: Calls = [("web_fetch", {"url": PAGE}), ("bash", {"command": "ls"})]
    agent = guarded_agent(agent_guard(), None, calls, done)
    agent.invoke(START, CONFIG)
    assert done == [PAGE]
    other = guarded_agent(agent_guard(), None, [("bash", {"command": "ls"})], done)
    other.invoke(START, {"configurable": {"thread_id": "two"}})
    assert done == [PAGE, "ls"]


@pytest.mark.parametrize("answer", [{"type": "approve"}, {"type": "reject"}, "yes", True])
def test_a_call_to_be_confirmed_waits_for_a_person(answer: Any) -> None:
    done: list[str] = []
    agent = guarded_agent(
        agent_guard(), None, [("web_fetch", {"url": "https://other.example"})], done
    )
    state = agent.invoke(START, CONFIG)
    (asked,) = state["__interrupt__"]
    assert done == []
    assert asked.value["tool"] == "web_fetch"
    assert "A person has to confirm this by `pages_of_others`" in asked.value["reason"]
    agent.invoke(Command(resume=answer), CONFIG)
    assert done == (["https://other.example"] if answer == {"type": "approve"} else [])


def test_nothing_is_called_when_the_policy_raises() -> None:
    done: list[str] = []
    calls = [("web_fetch", {"url": PAGE}), ("bash", dict(ASKED))]
    state = guarded_agent(Guard(BrokenPolicy()), None, calls, done).invoke(START, CONFIG)
    assert done == []
    denied = ("error", "Denied: the policy could not be asked (RuntimeError).")
    assert outputs_of(state) == [denied, denied]
