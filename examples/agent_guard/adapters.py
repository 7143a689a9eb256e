"""The same policy and the same script behind three agent frameworks.

    python adapters.py

Each of them is the real package; only the model is a script.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from agent import make_guard
from script import CALLS, REQUEST, start_conversation
from workspace import Workspace

from specdsl.guard.agent_hooks import GuardInterceptor
from specdsl.guard.langchain import agent_middleware
from specdsl.guard.openai_agents import guard_tools


def run_openai_agents(workspace: Workspace) -> None:
    """Run the script in `openai-agents`. Nobody approves what has to be confirmed."""
    import agents
    from openai.types.responses import ResponseFunctionToolCall as Call
    from openai.types.responses import ResponseOutputMessage, ResponseOutputText

    left = list(enumerate(CALLS))

    class ScriptedModel(agents.Model):
        """Makes the next call of the script, and ends with a word."""

        async def get_response(self, *_: Any, **__: Any) -> Any:
            if left:
                number, (tool, arguments) = left.pop(0)
                text = json.dumps(arguments)
                item: Any = Call(
                    name=tool, arguments=text, call_id=f"c{number}", type="function_call"
                )
            else:
                said = ResponseOutputText(text="Done.", type="output_text", annotations=[])
                item = ResponseOutputMessage(
                    id="m", content=[said], role="assistant", status="completed", type="message"
                )
            return agents.ModelResponse(output=[item], usage=agents.Usage(), response_id=None)

        def stream_response(self, *_: Any, **__: Any) -> Any:
            raise NotImplementedError

    agents.set_tracing_disabled(True)
    made = (workspace.read, workspace.write, workspace.bash, workspace.web_fetch)
    tools = guard_tools(make_guard(), map(agents.function_tool, made), start_conversation())
    agent = agents.Agent("agent", model=ScriptedModel(), tools=tools)

    async def run() -> None:
        result = await agents.Runner.run(agent, REQUEST)
        while result.interruptions:
            state = result.to_state()
            for asked in result.interruptions:
                state.reject(asked)
            result = await agents.Runner.run(agent, state)

    asyncio.run(run())


def run_langchain(workspace: Workspace) -> None:
    """Run the script in `langchain`. Nobody approves what has to be confirmed."""
    from langchain.agents import create_agent
    from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
    from langchain_core.messages import AIMessage
    from langgraph.checkpoint.memory import InMemorySaver
    from langgraph.types import Command

    class ScriptedChat(GenericFakeChatModel):
        """Makes the calls of the script."""

        def bind_tools(self, *_: Any, **__: Any) -> Any:
            return self

    turns = [
        AIMessage("", tool_calls=[{"name": tool, "args": arguments, "id": f"c{number}"}])
        for number, (tool, arguments) in enumerate(CALLS)
    ]
    talk = start_conversation()
    agent = create_agent(
        ScriptedChat(messages=iter([*turns, AIMessage("Done.")])),
        [workspace.read, workspace.write, workspace.bash, workspace.web_fetch],
        middleware=[agent_middleware(make_guard(), lambda thread: talk)],
        checkpointer=InMemorySaver(),
    )
    config: Any = {"configurable": {"thread_id": "one"}}
    state = agent.invoke({"messages": [("user", REQUEST)]}, config)
    while "__interrupt__" in state:
        state = agent.invoke(Command(resume={"type": "reject"}), config)


def run_agent_hooks(workspace: Workspace) -> None:
    """Run the script in a host with `agent-hooks-sdk`. It has nobody to ask for approval."""
    from agent_hooks import AgentContextBuilder, InterceptionBlocked, InterceptionEmitter

    talk = start_conversation()
    builder = AgentContextBuilder(agent_id="agent", framework="example", session_id="one")
    interceptor = GuardInterceptor(make_guard(), conversation_of=lambda session: talk)
    emitter = InterceptionEmitter().register(interceptor)

    async def run() -> None:
        for number, (tool, arguments) in enumerate(CALLS):
            call: Any = {"call_id": f"c{number}", "name": tool, "args": dict(arguments)}
            try:
                await emitter.emit(builder.pre_tool_call(**call))
            except InterceptionBlocked:
                continue
            output = workspace.run(tool, arguments)
            await emitter.emit(builder.post_tool_call(**call, value=output))

    asyncio.run(run())


ADAPTERS = {
    "openai-agents": run_openai_agents,
    "langchain": run_langchain,
    "agent-hooks-sdk": run_agent_hooks,
}

if __name__ == "__main__":
    for name, run_script in ADAPTERS.items():
        workspace = Workspace()
        run_script(workspace)
        print(f"{name}: {', '.join(workspace.calls)}")
