"""The interceptor of `agent-hooks-sdk`, in its emitter and in its conformance kit.

The kit's reference host asks scripted interceptors. Here the interceptor of a guard is in front of
each of them: a script that a policy can say becomes that policy, which then gives the verdicts; any
other is asked where a policy that allows every call has let the context through. Replies that are
released segment by segment have a host of their own, which the kit has not.
"""

from __future__ import annotations

import asyncio
import json
from functools import cache
from typing import Any

import pytest
from agent_hooks import AgentContextBuilder, InterceptionBlocked, InterceptionEmitter
from agent_hooks.ctk import RecordingInterceptor, load_vectors, run_vector
from agent_hooks.ctk.reference import ReferenceHarness

import specdsl
from specdsl.guard import CallVerdict, Conversation, Guard
from specdsl.guard.agent_hooks import GuardInterceptor
from tests.guard.guarded import (
    ASKED,
    INJECTED,
    INJECTION,
    PAGE,
    BrokenPolicy,
    agent_guard,
    approved_conversation,
)
from tests.guard.streaming_host import StreamingHost

VECTORS = load_vectors()
HEAD = """
authority owner
fact tool_name: text
decision call: allow > confirm > deny
"""


def text_of_script(rules: list[dict[str, Any]]) -> str | None:
    """The spec that decides as a script does; None where its verdicts are no decisions."""
    statements = []
    for number, rule in enumerate(rules):
        answer, match = rule.get("return", {}), rule.get("match", {})
        plain = {"decision": "deny", "reason": answer.get("reason")}
        outcome = {
            json.dumps({"decision": "allow"}): "allow",
            json.dumps(plain): "deny",
            json.dumps({**plain, "approval": {}}): "confirm",
        }.get(json.dumps(answer))
        if rule["at"] != "pre_tool_call" or outcome is None or not set(match) <= {"tool_call.name"}:
            return None
        name = match.get("tool_call.name")
        when = "" if name is None else f"  when tool_name = {json.dumps(name)}\n"
        effect, why = f"  then call is {outcome}\n", answer.get("reason", "")
        statements.append(f"rule r{number} at owner\n{when}{effect}  because {json.dumps(why)}\n")
    return "\n".join([HEAD, *statements]) if len(statements) == 1 else None


@cache
def guard_of(text: str) -> Guard:
    return Guard(specdsl.compile(specdsl.loads(text), checked=False))


def reason_of(verdict: CallVerdict) -> str:
    return verdict.rules[0].because


class GuardInFront:
    """The interceptor of a guard, and another one that is asked if it lets a context through."""

    def __init__(self, text: str | None, scripted: Any) -> None:
        self.guard = GuardInterceptor(guard_of(text or HEAD), reason_code=reason_of)
        self.scripted: Any = scripted if text is None else None

    def intercept(self, context: Any) -> Any:
        found = self.guard.intercept(context)
        asks = self.scripted is not None and found.decision.permits
        return self.scripted.intercept(context) if asks else found


class GuardedHost(ReferenceHarness):
    """The reference host, with a guard in front of every interceptor."""

    name = "specdsl-guard"

    def _start(self, scenario: Any, emitter: InterceptionEmitter) -> None:
        for bound in emitter._interceptors:
            scripted: Any = getattr(bound.interceptor, "inner", bound.interceptor)
            guarded: Any = GuardInFront(text_of_script(scripted.rules), scripted)
            if isinstance(bound.interceptor, RecordingInterceptor):
                bound.interceptor.inner = guarded
            else:
                bound.interceptor = guarded
        super()._start(scenario, emitter)


class GuardedStreamingHost(GuardedHost, StreamingHost):
    """A host of streams, with a guard in front of every interceptor."""


@pytest.mark.parametrize("vector", VECTORS, ids=[one["id"] for one in VECTORS])
def test_conformance(vector: dict[str, Any]) -> None:
    streams = vector.get("part") == "streaming/incremental"
    host: Any = GuardedStreamingHost(vector) if streams else GuardedHost()
    result = asyncio.run(run_vector(host, vector))
    assert result.status == "pass", "\n".join(result.failures or [result.detail])
    if streams:
        expected = vector["expect"]
        assert host.released == expected["released_output"]
        kept = "".join(host.persisted)
        assert not [one for one in expected.get("persisted_must_not_contain", []) if one in kept]


def test_some_of_the_kit_is_decided_by_policies() -> None:
    scripts = [
        script
        for one in VECTORS
        for script in one.get("interceptor_scripts", [one.get("interceptor_script")])
    ]
    said = [text for script in scripts if (text := text_of_script(script)) is not None]
    assert len(said) > 30
    assert {one for one in ("allow", "deny", "confirm") for text in said if f"is {one}\n" in text}


# --- in an emitter -------------------------------------------------------------------------------


def run_session(guard: Guard, talk: Conversation) -> list[Any]:
    """A session that reads a page and then makes two calls; returns what came of them."""
    builder = AgentContextBuilder(agent_id="a", framework="f", session_id="s")
    emitter = InterceptionEmitter().register(GuardInterceptor(guard, lambda session: talk))
    calls = [("web_fetch", {"url": PAGE}), ("bash", INJECTED), ("bash", ASKED)]
    found: list[Any] = []

    async def run() -> None:
        for number, (name, arguments) in enumerate(calls):
            call: dict[str, Any] = {"call_id": f"c{number}", "name": name, "args": dict(arguments)}
            try:
                await emitter.emit(builder.pre_tool_call(**call))
            except InterceptionBlocked as blocked:
                found.append(blocked.result.verdict)
                continue
            value = INJECTION if name == "web_fetch" else "ok"
            found.append(value)
            await emitter.emit(builder.post_tool_call(**call, value=value))

    asyncio.run(run())
    return found


def test_the_injected_call_is_stopped_and_the_approved_one_is_made() -> None:
    page, injected, asked = run_session(agent_guard(), approved_conversation())
    assert (page, asked) == (INJECTION, "ok")
    assert injected.reason == "specdsl:no_deed_after_a_page"
    assert "`tool` asked for this call and has no say in it." in injected.message


def test_nothing_is_called_when_the_policy_raises() -> None:
    found = run_session(Guard(BrokenPolicy()), Conversation())
    assert [verdict.reason for verdict in found] == ["specdsl:failure"] * 3


def test_a_call_to_be_confirmed_is_a_denial_that_approval_may_lift() -> None:
    interceptor = GuardInterceptor(agent_guard())
    builder = AgentContextBuilder(agent_id="a", framework="f", session_id="s")
    arguments = {"url": "https://other.example"}
    context = builder.pre_tool_call(call_id="c", name="web_fetch", args=arguments)
    verdict = interceptor.intercept(context)
    assert verdict.is_liftable
    assert verdict.reason == "specdsl:pages_of_others"
