"""What the corrected airline policy makes of labelled tool calls, and the agent that it guards."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import specdsl
from tests.acceptance.tau import score

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "examples" / "airline"
CASES = Path(os.environ.get("SPECDSL_TAU", ROOT.parent / "shared/data/tau/airline_cases.dev.json"))


# --- labelled calls ------------------------------------------------------------------------------


@cache
def labelled() -> Mapping[str, Any]:
    if not CASES.is_file():
        pytest.skip(f"no {CASES.resolve()}: THE LABELLED TOOL CALLS WERE NOT RUN")
    data: Mapping[str, Any] = json.loads(CASES.read_text(encoding="utf-8"))
    return data


def test_the_corrected_version_decides_every_labelled_call_as_labelled() -> None:
    assert [str(miss) for miss in score(FOLDER / "airline.spec", labelled())] == []


def test_it_denies_a_labelled_call_for_the_rules_that_the_call_violates_and_no_others() -> None:
    spec = specdsl.load(FOLDER / "airline.spec")
    policy = specdsl.compile(spec, checked=False)
    ids = {
        rule.name: found.group(1)
        for rule in spec.model.rules
        if (found := re.search(r"\((A-[A-Z-]+)\)$", rule.reference))
    }
    assert sorted(ids.values()) == sorted(rule["id"] for rule in labelled()["rules"])
    defaults = {fact["name"]: fact["default"] for fact in labelled()["facts_schema"]}
    for case in labelled()["cases"]:
        says = [{"by": "user", "effect": "call is allow"}]
        taken = policy.trace({**defaults, **case["facts"]}, says)[0]
        against = {p.name for p in taken.parts if p.status == "standing" and "allow" in p.excludes}
        assert sorted(ids[name] for name in against) == sorted(case["violated_rules"]), case["id"]


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
