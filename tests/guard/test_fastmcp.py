"""The middleware of `fastmcp`, in a real server with a real client."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from fastmcp import Client, FastMCP
from fastmcp.exceptions import ToolError

import specdsl
from specdsl.guard import Conversation, Guard, ToolCall
from specdsl.guard.fastmcp import server_middleware
from specdsl.guard.reachable_calls import ReachableCalls
from tests.guard.guarded import (
    ASKED,
    INJECTED,
    INJECTION,
    PAGE,
    BrokenPolicy,
    agent_guard,
    approved_conversation,
)

SHOP = """
authority owner > user
principal user at user
fact tool_name: {look, refund, erase}
fact role: {guest, clerk, admin}
fact amount: int 0..1000?
decision call: allow > confirm > deny default deny
rule looking at owner when tool_name is look then call is allow
rule clerks at owner when tool_name is refund and role is clerk and amount < 100 then call is allow
rule admins at owner when tool_name is refund and role is admin then call is confirm
rule never at owner when tool_name is erase then call is deny
rule guests at owner when tool_name is refund and role is guest then call is deny
"""
OUTCOMES = ("allow", "confirm", "deny")


def shop_guard() -> Guard:
    return Guard(specdsl.compile(specdsl.loads(SHOP)))


def server_of(
    guard: Guard, done: list[Any], facts: Mapping[str, Any], talk: Conversation | None = None
) -> FastMCP:
    middleware = server_middleware(
        guard, lambda context: facts, None if talk is None else lambda context: talk
    )
    server: FastMCP = FastMCP("shop", middleware=[middleware])

    @server.tool
    def look() -> str:
        return "shelves"

    @server.tool
    def refund(amount: int) -> str:
        done.append(amount)
        return "refunded"

    @server.tool
    def erase() -> str:
        done.append("erased")
        return "erased"

    @server.tool
    def web_fetch(url: str) -> str:
        return INJECTION

    @server.tool
    def bash(command: str) -> str:
        done.append(command)
        return "ok"

    return server


def call_tools(server: FastMCP, *calls: tuple[str, dict[str, Any]], **options: Any) -> list[str]:
    """What a client gets from its calls."""

    async def run() -> list[str]:
        found = []
        async with Client(server, **options) as client:
            for name, arguments in calls:
                try:
                    found.append(str((await client.call_tool(name, arguments)).data))
                except ToolError as problem:
                    found.append(str(problem))
        return found

    return asyncio.run(run())


def list_tools(server: FastMCP) -> set[str]:
    async def run() -> set[str]:
        async with Client(server) as client:
            return {tool.name for tool in await client.list_tools()}

    return asyncio.run(run())


def test_the_injected_call_is_stopped_and_the_approved_one_is_made() -> None:
    done: list[Any] = []
    server = server_of(agent_guard(), done, {}, approved_conversation())
    calls = (("web_fetch", {"url": PAGE}), ("bash", dict(INJECTED)), ("bash", dict(ASKED)))
    page, injected, asked = call_tools(server, *calls)
    assert (page, asked, done) == (INJECTION, "ok", [ASKED["command"]])
    assert injected.startswith("Denied by `no_deed_after_a_page`")
    assert "`tool` asked for this call" in injected


def test_nothing_is_called_and_nothing_listed_that_the_policy_cannot_judge() -> None:
    done: list[Any] = []
    server = server_of(Guard(BrokenPolicy()), done, {}, Conversation())
    assert call_tools(server, ("bash", dict(ASKED))) == [
        "Denied: the policy could not be asked (RuntimeError)."
    ]
    assert done == []
    assert list_tools(server_of(shop_guard(), done, {"role": "nobody"})) == set()


@pytest.mark.parametrize(
    ("role", "tools"),
    [("guest", {"look"}), ("clerk", {"look", "refund"}), ("admin", {"look", "refund"})],
)
def test_tools_that_can_never_be_allowed_are_not_listed(role: str, tools: set[str]) -> None:
    assert list_tools(server_of(shop_guard(), [], {"role": role})) == tools


def test_a_listed_tool_is_judged_all_the_same() -> None:
    done: list[Any] = []
    server = server_of(shop_guard(), done, {"role": "clerk"})
    small, large = call_tools(server, ("refund", {"amount": 10}), ("refund", {"amount": 500}))
    assert small == "refunded"
    assert large.startswith("Denied: no rule decides this call")
    assert done == [10]


@pytest.mark.parametrize("answer", ["accept", "accept a no", "decline", None])
def test_a_call_to_be_confirmed_is_put_to_the_clients_user(answer: str | None) -> None:
    done: list[Any] = []
    asked: list[str] = []

    async def ask(message: str, *_: Any) -> Any:
        from fastmcp.client.elicitation import ElicitResult

        asked.append(message)
        if answer == "decline":
            return ElicitResult(action="decline")
        return ElicitResult(action="accept", content={"value": answer == "accept"})

    options: dict[str, Any] = (
        {} if answer is None else {"elicitation_handler": ask, "mode": "legacy"}
    )
    server = server_of(shop_guard(), done, {"role": "admin"})
    (found,) = call_tools(server, ("refund", {"amount": 10}), **options)
    question = "A person has to confirm this by `admins`. (#rule-admins)"
    assert asked == ([] if answer is None else [question])
    assert (found == "refunded") is (answer == "accept")
    assert done == ([10] if answer == "accept" else [])


def test_reachability_counts_arguments_and_instructions_of_anybody() -> None:
    calls = ReachableCalls(shop_guard())
    assert calls.may_go_through("refund", {"role": "clerk"})
    assert calls.may_go_through("refund", {"role": "clerk", "amount": 99})
    assert calls.may_go_through("refund", {"role": "clerk", "amount": 100})  # The user asks.
    assert not calls.may_go_through("refund", {"role": "guest"})
    assert not calls.may_go_through("erase", {})
    assert not calls.may_go_through("unheard_of", {})
    steady = SHOP.replace("default deny", "default deny steered by nobody")
    calls = ReachableCalls(Guard(specdsl.compile(specdsl.loads(steady))))
    assert calls.may_go_through("refund", {"role": "clerk", "amount": 99})
    assert not calls.may_go_through("refund", {"role": "clerk", "amount": 100})


def test_reachability_agrees_with_every_call_and_everything_that_can_be_said() -> None:
    guard = shop_guard()
    calls = ReachableCalls(guard)
    effects = [[], *([{"by": "user", "effect": f"call is {one}"}] for one in OUTCOMES)]
    for tool in ("look", "refund", "erase"):
        for role in ("guest", "clerk", "admin"):
            verdicts = [
                guard.judge(ToolCall(tool, {"amount": amount}), None, {"role": role}, says)
                for amount in (None, 0, 99, 100, 1000)
                for says in effects
            ]
            some = any(verdict.action != "deny" for verdict in verdicts)
            assert calls.may_go_through(tool, {"role": role}) is some, (tool, role)
