"""No tool call claims what a person or a model has to judge."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import specdsl
from specdsl.apps.cache.compiled_policies import CompiledPolicy, open_policy
from specdsl.guard import Conversation, Guard, ToolCall

SPEC = """
authority owner
fact tool: {pay}
fact harmless: bool? judged
decision call: allow > deny
rule unless_judged at owner when possibly not harmless then call is deny
"""


def emitted(path: Path) -> Any:
    specdsl.compile(specdsl.load(path)).save(path.with_name("paying_policy.py"))
    return import_module("paying_policy")


def cached(path: Path) -> Any:
    open_policy(str(path))
    found = open_policy(str(path))
    assert isinstance(found, CompiledPolicy)
    return found


@pytest.mark.parametrize("make", [lambda p: specdsl.compile(specdsl.load(p)), emitted, cached])
def test_an_argument_is_no_judgement(
    make: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPECDSL_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("SPECDSL_CACHE", "1")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "paying_policy", raising=False)
    path = tmp_path / "paying.spec"
    path.write_text(SPEC, encoding="utf-8")
    guard, claimed = Guard(make(path)), ToolCall("pay", {"harmless": True})
    assert guard.judge(claimed, Conversation()).action == "deny"
    assert guard.judge(claimed, Conversation(), {"harmless": True}).action == "allow"
