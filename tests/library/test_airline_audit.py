"""The audit of recorded conversations: on the benchmark's own, where they are there, and on small
ones that are made here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import specdsl
from specdsl.evaluation.call_audit import AuditedCall, CallAudit, CallAuditor
from specdsl.evaluation.trajectories import read_trajectories
from tests.library.example_modules import EXAMPLES, modules

FOLDER = EXAMPLES / "airline"
TAU = Path(os.environ.get("SPECDSL_TAU", EXAMPLES.parent.parent / "shared/data/tau"))
AIRLINE = modules("airline")
Talk = list[dict[str, Any]]


@cache
def benchmark_audit(spec: str) -> CallAudit:
    """The audit of the benchmark's conversations by a version of the policy."""
    if not (TAU / "db").is_dir():
        pytest.skip(f"no {TAU.resolve()}: THE BENCHMARK'S CONVERSATIONS WERE NOT READ")
    talks = read_trajectories((TAU / "airline_trajectories.dev.json").read_bytes())
    domain = AIRLINE.audit.AirlineRecords(AIRLINE.audit.read_records(TAU / "db"))
    return CallAuditor(specdsl.load(FOLDER / spec), "call", "deny").audit(talks, domain)


def cancellations(audit: CallAudit) -> dict[tuple[Any, ...], AuditedCall]:
    return {
        (call.task_id, call.trial, call.subject["reservation_id"]): call
        for call in audit.executed
        if call.tool == "cancel_reservation"
    }


@pytest.mark.parametrize("spec", ["airline.spec", "airline_v1.spec"])
def test_cancellations_are_judged_as_labelled_from_the_records_alone(spec: str) -> None:
    found = cancellations(benchmark_audit(spec))
    labels = json.loads((TAU / "airline_cancellations.dev.json").read_text("utf-8"))
    denied = {"deny", "contradiction"} if spec == "airline_v1.spec" else {"deny"}
    for one in labels:
        got = found[one["task_id"], one["trial"], one["reservation_id"]].verdict
        assert (got.verdict in denied) == (one["verdict"] == "deny"), (one, got)
        if one["verdict"] == "reason":
            assert "cancel_reason" in got.open_facts, (one, got)
    assert len(found) >= len(labels)
