"""What a line of a decision log says."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

import specdsl
from specdsl.facts.fact_lookup import LookupFailed
from specdsl.records import read

SPEC = """\
spec shop version "2.1"
authority owner > customer
principal buyer at customer
fact topic: {orders, refunds}
fact amount: number 0..
fact card: text? secret
fact since: duration
fact day: date
fact at: time
fact tags: set of {staff, vip}
fact checked: bool?
decision refund: pay > ask > refuse
decision tone: warm > dry
rule large at owner when topic is refunds and amount > 500 unless checked then refund is ask
rule stolen at owner when card like "666*" then refund is refuse
"""
FACTS = {
    "topic": "refunds",
    "amount": 900.5,
    "card": "4111-SECRET",
    "since": "PT36H",
    "day": "2025-12-18",
    "at": "2025-12-18T15:00:00+01:00",
    "tags": {"vip", "staff"},
}
POLICY = specdsl.compile(specdsl.loads(SPEC, "shop.spec"), checked=False)
ASKED = [{"by": "buyer", "effect": "refund is pay"}]


def logged_record(folder: Path, facts: Any, says: Any = (), **more: Any) -> dict[str, Any]:
    """The record of one call, also of one that fails."""
    logged = POLICY.logged(folder, labels={"service": "till"})
    with suppress(specdsl.BadInput, specdsl.Contradiction):
        logged.decide(facts, says, **more)
    logged.sink.close()
    (found,) = read(folder)
    return found


def test_a_record_tells_the_situation_and_what_was_decided_why(tmp_path: Path) -> None:
    found = logged_record(tmp_path, FACTS, ASKED, custom={"model": "m-1"}, trace_id="ab" * 16)
    assert found["input"] == {
        "facts": {
            "topic": "refunds",
            "amount": 900.5,
            "since": "P1DT43200S",
            "day": "2025-12-18",
            "at": "2025-12-18T14:00:00Z",
            "tags": ["staff", "vip"],
            "checked": None,
        },
        "says": [{"by": "buyer", "effect": "refund is pay", "implied": False, "at": None}],
    }
    assert found["result"] == {"refund": "ask", "tone": "warm"}
    assert found["decided"] == {"refund": True, "tone": False}
    assert found["because"] == {"refund": ["large"], "tone": []}
    loser = {"name": "buyer", "status": "overridden", "by": ["large"]}
    assert found["losers"] == {"refund": [loser], "tone": []}
    assert found["erased"] == ["/input/facts/card"]
    assert (found["spec"], found["version"], found["path"]) == ("shop", "2.1", "shop")
    assert found["digest"] in POLICY.source
    assert found["custom"] == {"model": "m-1"}
    assert found["labels"] == {"service": "till"}
    assert found["trace_id"] == "ab" * 16
    assert found["error"] is None


def test_a_record_names_the_unknown_facts_that_matter(tmp_path: Path) -> None:
    logged = POLICY.logged(tmp_path, open_facts=True)
    for amount, checked in ((900, None), (900, False), (100, None)):
        logged.decide({**FACTS, "amount": amount, "checked": checked})
    logged.sink.close()
    assert [record["open_facts"] for record in read(tmp_path)] == [["checked"], [], []]


def test_a_decision_with_look_ups_is_logged_with_what_was_looked_up(tmp_path: Path) -> None:
    logged = POLICY.logged(tmp_path)
    looked_up: list[str] = []

    def find(name: str) -> Any:
        looked_up.append(name)
        return FACTS.get(name)

    lookups = {name: (lambda name=name: find(name)) for name in FACTS | {"checked": None}}
    found = logged.decide_with(lookups, {"topic": "orders"}, iter(ASKED), ["refund"])
    with pytest.raises(LookupFailed):
        logged.decide_with({**lookups, "card": lambda: 1 / 0}, {"topic": "orders"})
    logged.sink.close()
    first, second = read(tmp_path)
    assert list(found.looked_up) == looked_up == ["card"]
    assert first["result"] == dict(found) == {"refund": "pay"}
    assert first["erased"] == ["/input/facts/card"]
    assert set(first["filled_in"]) == {"amount", "since", "day", "at", "tags"}
    assert POLICY.decide(**first["input"]).refund == "pay"
    assert second["error"] == {
        "kind": "lookup_failed",
        "message": "card: its look-up raised ZeroDivisionError",
    }


def test_the_situation_of_a_record_is_decided_the_same_again(tmp_path: Path) -> None:
    situations: list[Mapping[str, Any]] = [
        {**FACTS, "amount": amount, "checked": checked, "card": None}
        for amount in (500, "1/3", 1e15)
        for checked in (True, False, None)
    ]
    logged = POLICY.logged(tmp_path)
    for facts in situations * 30:  # Interpreted first, then compiled.
        logged.decide(facts, ASKED)
    logged.sink.close()
    records = list(read(tmp_path))
    assert len(records) == 270
    for record in records:
        assert dict(POLICY.decide(**record["input"])) == record["result"]


def test_the_value_of_a_secret_fact_is_nowhere(tmp_path: Path) -> None:
    wrong: list[Any] = [
        FACTS,
        {**FACTS, "card": 4111},
        {**FACTS, "crd": "4111"},
        {**FACTS, "topic": ["4111"]},
        {"card": "4111"},
        [("card", "4111")],
    ]
    for i, facts in enumerate(wrong):
        folder = tmp_path / str(i)
        record = logged_record(folder, facts, [{"card": "4111"}] if i == 4 else ())
        assert "4111" not in json.dumps(record)
        assert (record["error"] is None) == (i == 0)


def test_a_contradiction_is_logged_with_its_rules(tmp_path: Path) -> None:
    record = logged_record(tmp_path, {**FACTS, "card": "6660"})
    assert record["error"]["kind"] == "contradiction"
    assert record["error"]["clashes"] == {"refund": [["large", "stolen"]]}
    assert record["result"] == {"refund": None, "tone": "warm"}
    assert record["input"]["facts"]["amount"] == 900.5
    assert "666" not in json.dumps(record["input"])


def test_what_cannot_be_written_as_json_is_said_and_stops_nothing(tmp_path: Path) -> None:
    record = logged_record(tmp_path, FACTS, custom={"model": object()})
    assert record["error"] == {"kind": "unwritten", "message": "TypeError"}


def test_threads_share_a_logged_policy(tmp_path: Path) -> None:
    logged = POLICY.logged(tmp_path)
    found: list[Any] = []

    def decide_often() -> None:
        found.extend(logged.decide_and_record(FACTS) for _ in range(100))

    threads = [threading.Thread(target=decide_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert logged.flush(30)
    assert all(one.receipt.acknowledged for one in found)
    ids = sorted(one.decision_id for one in found)
    assert sorted(record["decision_id"] for record in read(tmp_path)) == ids
    logged.sink.close()


def test_duckdb_reads_a_folder_as_a_table(tmp_path: Path) -> None:
    logged = POLICY.logged(tmp_path)
    for amount in (100, 600, 700):
        logged.decide({**FACTS, "amount": amount})
    logged.sink.close()
    rows = duckdb.execute(
        "select result.refund, because.refund[1], sum(input.facts.amount), min(timestamp)::date"
        f" from read_json('{tmp_path}/*.jsonl*') group by all order by 1"
    ).fetchall()
    assert [row[:3] for row in rows] == [("ask", "large", 1300), ("pay", None, 100)]


@pytest.fixture(scope="module")
def exporter() -> Iterator[InMemorySpanExporter]:
    found = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(found))
    trace.set_tracer_provider(provider)
    yield found
    provider.shutdown()


def test_a_span_has_the_outcomes_and_the_line_its_ids(
    tmp_path: Path, exporter: InMemorySpanExporter
) -> None:
    logged = POLICY.logged(tmp_path, telemetry=True)
    with trace.get_tracer("test").start_as_current_span("request"):
        logged.decide(FACTS)
    with pytest.raises(specdsl.BadInput):
        logged.decide({"card": "4111"})
    logged.sink.close()
    span, request, failed = exporter.get_finished_spans()
    assert span.attributes is not None
    assert span.attributes["specdsl.outcome.refund"] == "ask"
    assert span.attributes["specdsl.version"] == "2.1"
    assert span.context is not None
    assert request.context is not None
    assert span.context.trace_id == request.context.trace_id
    first, second = read(tmp_path)
    assert first["trace_id"] == format(span.context.trace_id, "032x")
    assert first["span_id"] == format(span.context.span_id, "016x")
    assert second["span_id"] is not None
    assert not failed.status.is_ok
    assert "4111" not in failed.to_json()
