"""The agent that the corrected airline policy guards."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "examples" / "airline"


# --- the agent -----------------------------------------------------------------------------------


@cache
def agent() -> ModuleType:
    found = importlib.util.spec_from_file_location("airline_agent", FOLDER / "agent.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules["airline_agent"] = module
    found.loader.exec_module(module)
    return module


def test_the_agent_calls_no_tool_that_the_policy_denies() -> None:
    made: list[str] = []

    def send_certificate() -> str:
        made.append("sent")
        return "sent"

    guard = agent().Guard(FOLDER / "airline.spec")
    trip = agent().Trip("economy", 2, agent().NOW)
    facts = agent().certificate(agent().Talk(complaint="cancelled_flight"), trip, 200)
    assert "facts_before_compensation" in guard.call(send_certificate, **facts)
    assert made == []
    assert guard.call(send_certificate, **facts, complaint_confirmed=True) == "    done: sent"
    assert made == ["sent"]


@pytest.mark.parametrize(("words", "status"), [([], 0), ([FOLDER / "airline_v1.spec"], 1)])
def test_the_agent_starts_where_the_policy_is_sound(
    words: list[Path], status: int, tmp_path: Path
) -> None:
    command = [sys.executable, str(FOLDER / "agent.py"), *map(str, words)]
    run = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, encoding="utf-8")
    assert (run.returncode, run.stderr) == (status, "")
