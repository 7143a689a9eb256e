"""Each adapter says what to install where its package is missing."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from click.testing import CliRunner

from specdsl.apps.cli import group
from specdsl.guard import Guard
from specdsl.guard.agent_hooks import GuardInterceptor
from specdsl.guard.authzen import authzen_app
from specdsl.guard.claude import claude_hooks
from specdsl.guard.fastmcp import server_middleware
from specdsl.guard.langchain import agent_middleware
from specdsl.guard.openai_agents import guard_tools
from tests.guard.guarded import SPEC, agent_guard

ADAPTERS: dict[str, tuple[str, Callable[[Guard], object]]] = {
    "claude-agent-sdk": ("claude_agent_sdk", claude_hooks),
    "openai-agents": ("agents", lambda guard: guard_tools(guard, [])),
    "langchain": ("langchain.agents.middleware", agent_middleware),
    "agent-hooks-sdk": ("agent_hooks", GuardInterceptor),
    "fastmcp": ("fastmcp.server.middleware", server_middleware),
    "'specdsl[serve]'": ("starlette.applications", authzen_app),
}


@pytest.mark.parametrize("package", ADAPTERS)
def test_an_adapter_names_the_package_to_install(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, adapt = ADAPTERS[package]
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match="this needs") as found:
        adapt(agent_guard())
    assert str(found.value) == f"this needs `pip install {package}`"


def test_the_server_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    found = CliRunner().invoke(group, ["serve", str(SPEC)])
    assert found.exit_code == 2
    assert "this needs `pip install 'specdsl[serve]'`" in found.output
