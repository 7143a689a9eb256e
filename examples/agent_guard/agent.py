"""An agent with a shell, files and the web: a policy decides each tool call before it is made.

    python agent.py

A script stands where the language model would. It does what the page says that it has read; the
policy does not. The policy is checked when the agent starts; on one that fails, no agent starts.
"""

from __future__ import annotations

from pathlib import Path

from script import CALLS, REQUEST, start_conversation
from workspace import Workspace

import specdsl
from specdsl.guard import Conversation, Guard, ToolCall

SPEC = Path(__file__).with_name("agent.spec")


def make_guard() -> Guard:
    """Return the guard; raises `specdsl.CheckFailed` if the policy does not pass."""
    return Guard(specdsl.compile(specdsl.load(SPEC)))


def run_agent(guard: Guard, conversation: Conversation, workspace: Workspace) -> None:
    """Make the calls of the script, as far as the policy lets them through."""
    for tool, arguments in CALLS:
        print(f"agent calls {tool} {next(iter(arguments.values()))}")
        verdict = guard.judge(ToolCall(tool, arguments), conversation)
        if not verdict.allowed:
            print(f"    not called. {verdict.reason}")
            continue
        output = workspace.run(tool, arguments)
        conversation.hear_output(tool, output)
        print(f"    {output}")


if __name__ == "__main__":
    print(f"user: {REQUEST}")
    run_agent(make_guard(), start_conversation(), Workspace())
