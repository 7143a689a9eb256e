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
def benchmark_audit() -> CallAudit:
    """The audit of the benchmark's conversations."""
    if not (TAU / "db").is_dir():
        pytest.skip(f"no {TAU.resolve()}: THE BENCHMARK'S CONVERSATIONS WERE NOT READ")
    talks = read_trajectories((TAU / "airline_trajectories.dev.json").read_bytes())
    domain = AIRLINE.audit.AirlineRecords(AIRLINE.audit.read_records(TAU / "db"))
    return CallAuditor(specdsl.load(FOLDER / "airline.spec"), "call", "deny").audit(talks, domain)


def cancellations(audit: CallAudit) -> dict[tuple[Any, ...], AuditedCall]:
    return {
        (call.task_id, call.trial, call.subject["reservation_id"]): call
        for call in audit.executed
        if call.tool == "cancel_reservation"
    }


def test_cancellations_are_judged_as_labelled_from_the_records_alone() -> None:
    found = cancellations(benchmark_audit())
    labels = json.loads((TAU / "airline_cancellations.dev.json").read_text("utf-8"))
    for one in labels:
        got = found[one["task_id"], one["trial"], one["reservation_id"]].verdict
        assert (got.verdict == "deny") == (one["verdict"] == "deny"), (one, got)
        if one["verdict"] == "reason":
            assert "cancel_reason" in got.open_facts, (one, got)
    assert len(found) >= len(labels)


def test_the_expected_actions_that_break_the_policy_are_named() -> None:
    found = {
        (call.task_id, call.tool, call.subject["reservation_id"]): call.verdict.because
        for call in benchmark_audit().expected
        if call.verdict.verdict == "deny"
    }
    key = "cancel_reservation"
    assert found[34, key, "XEHM4B"] == ("only_on_these_grounds",)  # Basic economy, upgraded first.
    assert found[26, key, "NQNU5R"] == ("no_cancellation_once_flown",)
    assert found[10, key, "H9ZU1C"] == ("only_on_these_grounds",)


# --- conversations that are made here ------------------------------------------------------------


def cancelling(trip: str, reason: str, yes: str = "Yes.", looked_up: bool = True) -> dict[str, Any]:
    record = AIRLINE.records.read(FOLDER / "database.json").reservations[trip]
    shown = [*exchange("get_reservation_details", trip, record)] if looked_up else []
    talk = [
        {"role": "user", "content": f"I am {record['user_id']}. Cancel {trip}. {reason}"},
        *shown,
        {"role": "assistant", "content": f"I cancel {trip} and pay you back. Shall I?"},
        {"role": "user", "content": yes},
        *exchange("cancel_reservation", trip, {**record, "status": "cancelled"}),
    ]
    return {"task_id": trip, "trial": 0, "reward": 1.0, "traj": talk}


def exchange(tool: str, trip: str, answer: Any) -> Talk:
    function = {"name": tool, "arguments": json.dumps({"reservation_id": trip})}
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return [
        {"role": "assistant", "content": None, "tool_calls": [{"id": tool, "function": function}]},
        {"role": "tool", "tool_call_id": tool, "content": text},
    ]


def audited(*talks: dict[str, Any]) -> CallAudit:
    domain = AIRLINE.audit.AirlineRecords(AIRLINE.records.read(FOLDER / "database.json"))
    auditor = CallAuditor(specdsl.load(FOLDER / "airline.spec"), "call", "deny")
    return auditor.audit(read_trajectories(json.dumps(talks)), domain)


def test_a_call_that_failed_or_was_not_answered_is_not_audited() -> None:
    failed, unanswered = cancelling("SUMMIT", ""), cancelling("SUMMIT", "")
    failed["traj"][-1]["content"] = "Error: no such reservation"
    del unanswered["traj"][-1]
    assert audited(failed, unanswered).executed == ()


def test_words_that_are_no_plain_yes_leave_the_confirmation_open() -> None:
    (plain,) = audited(cancelling("SUMMIT", "")).executed
    (vague,) = audited(cancelling("SUMMIT", "", yes="Whatever you think.")).executed
    assert "user_confirmed" not in plain.verdict.open_facts
    assert {"user_confirmed", "details_listed"} <= {*vague.verdict.open_facts}


def test_what_the_agent_never_looked_up_is_a_near_miss_where_it_decides() -> None:
    (seen,) = audited(cancelling("SUMMIT", "")).executed
    (luck,) = audited(cancelling("SUMMIT", "", looked_up=False)).executed
    assert seen.verdict.verdict == luck.verdict.verdict == "open"
    assert "hours_since_booking" not in seen.verdict.unchecked
    assert {"hours_since_booking", "any_segment_flown"} <= {*luck.verdict.unchecked}
    (broken,) = audited(cancelling("DENVER", "", looked_up=False)).executed
    assert (broken.verdict.verdict, broken.verdict.unchecked) == ("deny", ())


# --- the command ---------------------------------------------------------------------------------


def run_audit(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(FOLDER / "audit.py"), *map(str, words)]
    return subprocess.run(command, check=False, capture_output=True, encoding="utf-8")


def test_the_json_has_an_object_a_call() -> None:
    where = FOLDER / "conversations.json", "--db", FOLDER / "database.json"
    run = run_audit(*where, "--output-format", "json")
    assert run.stderr == ""
    first, *_ = json.loads(run.stdout)
    assert first == {
        "task_id": 1,
        "trial": 0,
        "index": 5,
        "tool": "cancel_reservation",
        "reservation_id": "DENVER",
        "verdict": "deny",
        "because": ["no_cancellation_once_flown"],
        "open_facts": [],
        "unchecked": [],
        "reward": 1.0,
    }


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("{", ["it is no JSON"]),
        ("{}", ["it is no list of conversations"]),
        (
            '[1, {"task_id": 1, "reward": "x", "traj": [{"content": "?"}]},'
            ' {"traj": [{"role": "assistant", "tool_calls": [{"function": {"name": "f",'
            ' "arguments": "{"}}]}]}]',
            [
                "conversation 0 is no object",
                "conversation 1: `reward` is no number",
                "conversation 1, message 0 has no role",
                "conversation 2: `task_id` is no number and no text",
                "conversation 2, message 0: the arguments of `f` are no JSON object",
            ],
        ),
    ],
)
def test_every_fault_of_a_document_is_named(text: str, faults: list[str], tmp_path: Path) -> None:
    path = tmp_path / "talks.json"
    path.write_text(text, encoding="utf-8")
    run = run_audit(path, "--db", FOLDER / "database.json")
    assert (run.returncode, run.stdout) == (2, "")
    assert [fault for fault in faults if fault not in run.stderr] == []
