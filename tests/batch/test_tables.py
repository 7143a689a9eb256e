"""Tables in memory: the same decisions, flags and faults as one call for each row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product
from random import Random
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import specdsl
from benchmarks.decide_many import table_of
from benchmarks.prioritised import first_outcome, prioritised_rules, spec_text
from specdsl import BadInput
from specdsl.backends.sql import fact_columns
from specdsl.batch import frames, vector_decisions
from specdsl.batch.vector_tables import decide_by_vectors
from tests.agreement.asked import Asked, asked_at_random
from tests.agreement.tables import duckdb_differences
from tests.seeds import seeds

SPEC = """
spec shop "A shop"
authority owner > customer
principal customer at customer
fact topic: {orders, refunds}
fact amount: int 0..1000
fact weight: number?
fact name: text ignoring case?
fact tags: set of {new, old}?
fact at_time: time?
decision refund: pay > ask > decline
decision tone: warm > plain
rule cap at owner when topic is refunds and amount > 500 then refund is not pay
rule heavy at owner when weight > 0.3 or name = "STRAẞE" then refund is decline
rule new_ones at owner when tags has new then refund is ask
rule late at owner when at_time > 2025-01-01T00:00:00.5Z and refund is decline then tone is plain
rule never at owner when refund is ask and amount = 7 then tone is plain
rule always at owner when amount = 7 then tone is warm
"""


def said(text: str) -> dict[str, str]:
    return {"by": "customer", "effect": text}


ROWS: list[dict[str, Any]] = [
    {"topic": "refunds", "amount": 501},
    {"topic": "refunds", "amount": 500, "weight": 0.30000000000000004},
    {"topic": "orders", "amount": 1, "name": "strasse"},
    {"topic": "orders", "amount": 1, "name": "STRASSE", "says": [said("refund is ask")]},
    {"topic": "orders", "amount": 7, "tags": ["new"]},  # A contradiction.
    {"topic": "orders", "amount": 7, "tags": ["new"], "weight": 1.0},
    {"topic": "orders", "amount": 1001},
    {"topic": "none", "amount": 3},
    {"topic": None, "amount": 3, "tags": ["new", "what"]},
    {"topic": "orders", "amount": 3, "at_time": datetime(2025, 1, 2, tzinfo=UTC), "weight": 2.0},
    {"topic": "orders", "amount": 3, "says": [said("refund is nothing")]},
]


@pytest.fixture(scope="module")
def policy() -> specdsl.Policy:
    return specdsl.compile(specdsl.loads(SPEC), checked=False)


def columns() -> dict[str, list[Any]]:
    names = ("topic", "amount", "weight", "name", "tags", "at_time", "says")
    return {name: [row.get(name) for row in ROWS] for name in names}


def answers(table: Any, faults: Any) -> list[Any]:
    rows = list(table)
    for at, some in faults.items():
        rows[at] = sorted(fault.name for fault in some)
    return rows


def test_a_frame_is_decided_as_its_rows_are(policy: specdsl.Policy) -> None:
    one = policy.decide_many(ROWS)
    expected = answers(one.table, one.faults)
    assert expected[4]["refund_conflicted"] is False
    assert [row for row in expected if isinstance(row, list)] == [
        ["amount"],
        ["topic"],
        ["tags", "topic"],
        ["refund"],
    ]
    arrow = pa.table({**columns(), "id": range(len(ROWS))})
    for kind in (arrow, pl.from_arrow(arrow), arrow.to_batches()[0]):
        found = policy.decide_many(kind)
        rows = found.table.to_dicts() if isinstance(kind, pl.DataFrame) else found.table.to_pylist()
        assert answers(rows, found.faults) == expected
    frame = pd.DataFrame(columns(), index=range(10, 10 + len(ROWS)))
    decided = policy.decide_many(frame)
    assert list(decided.table.index) == list(frame.index)
    records = decided.table.astype(object).where(decided.table.notna(), None).to_dict("records")
    assert answers(records, decided.faults) == expected


def test_a_contradiction_leaves_its_decision_open(policy: specdsl.Policy) -> None:
    found = policy.decide_many(pa.table({"topic": ["orders"], "amount": [7], "tags": [["new"]]}))
    assert found.table.to_pylist() == [
        {
            "refund": "ask",
            "refund_decided": True,
            "refund_conflicted": False,
            "tone": None,
            "tone_decided": False,
            "tone_conflicted": True,
        }
    ]


@pytest.mark.parametrize(
    ("amount", "fits"),
    [
        (pa.array([3.0]), True),
        (pa.array([3.5]), False),
        (pa.array([float("nan")]), False),
        (pa.array([3], pa.uint64()), True),
        (pa.array([Decimal("3.00")]), True),
        (pa.array(["3"]), False),
        (pa.array([True]), False),
        (pa.array([None], pa.int64()), False),
    ],
)
def test_unusual_types_are_read_as_by_a_call(
    policy: specdsl.Policy, amount: pa.Array, fits: bool
) -> None:
    found = policy.decide_many(pa.table({"topic": ["refunds"], "amount": amount}))
    assert bool(found.faults) is not fits
    assert found.table.column("refund").to_pylist() == ["pay" if fits else None]


def test_a_missing_column_is_told_before_any_row(policy: specdsl.Policy) -> None:
    with pytest.raises(BadInput, match="the table has no such column"):
        policy.decide_many(pa.table({"topic": ["orders"], "amounts": [3]}))


@pytest.mark.parametrize("read", [lambda table: table, pl.from_arrow, pa.Table.to_pandas])
def test_a_table_without_rows_has_the_columns_of_the_results(
    policy: specdsl.Policy, read: Callable[[pa.Table], Any]
) -> None:
    empty = pa.table({"topic": pa.array([], pa.string()), "amount": pa.array([], pa.int64())})
    found = policy.decide_many(read(empty))
    named = [
        f"{name}{flag}" for name in ("refund", "tone") for flag in ("", "_decided", "_conflicted")
    ]
    assert [*getattr(found.table, "column_names", found.table.columns)] == named
    assert (len(found.table), found.faults) == (0, {})
    with pytest.raises(BadInput, match="the table has no such column"):
        policy.decide_many(read(empty.select(["topic"])))


@pytest.mark.parametrize("many", [0, 1_000])
def test_random_specs_on_duckdb(many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With bits for the members of enumerations, which specs of many rules have, and without."""
    monkeypatch.setattr(fact_columns, "MANY_RULES", many)
    asked = [asked_at_random(seed, seed % 2 == 0, 12) for seed in seeds(many, many + 50)]
    assert list(duckdb_differences(asked)) == []


@pytest.mark.parametrize("first", [2_000, 2_100])
def test_random_specs_are_decided_by_words_of_bits(
    first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As decisions of many rules are, where nobody gives an instruction: with a query, and alone
    where the columns are plain.
    """
    monkeypatch.setattr(vector_decisions, "LEAST_VECTOR_RULES", 1)
    if first == 2_000:
        monkeypatch.setattr(frames, "decide_by_vectors", lambda decider, table: None)
    for seed in seeds(first, first + 15):
        asked = asked_at_random(seed, seed % 2 == 0, 12)
        silent = [{"facts": one["facts"], "says": []} for one in asked.situations]
        assert list(duckdb_differences([Asked(asked.text, asked.circuit, silent)])) == []


PLAIN = """
authority owner
fact kind: {book, medicine, other}?
fact days: int 0..1000
fact weight: number 0..9.5?
fact open: bool
decision refund: pay > ask > decline
rule one at owner when kind is medicine and weight > 0.3 then refund is decline overrides two, three
rule two at owner when days >= 500 and not open then refund is ask overrides three
rule three at owner when kind is unknown then refund is pay
"""


def test_plain_columns_are_decided_as_by_calls() -> None:
    """Whatever stands in them; NULL and values that do not fit as well."""
    kinds = ["book", "medicine", "other", "none", None]
    weights = [0.3, 0.30000000000000004, 9.5, 9.6, -0.0, float("nan"), float("inf"), None]
    facts = product(kinds, [0, 499, 500, 1000, 1001, -1, None], weights, [True, False, None])
    rows = [dict(zip(("kind", "days", "weight", "open"), row, strict=True)) for row in facts]
    policy = specdsl.compile(specdsl.loads(PLAIN), checked=False)
    one = policy.decide_many(rows)
    expected = answers(one.table, one.faults)
    for days in (pa.int16(), pa.int64()):
        kept = [row for row in rows if days == pa.int64() or row["days"] is not None]
        columns = {name: [row[name] for row in kept] for name in rows[0]}
        table = pa.table(columns | {"days": pa.array(columns["days"], days)})
        assert decide_by_vectors(policy.row_decider(), table) is not None
        found = policy.decide_many(table)
        wanted = [some for some, row in zip(expected, rows, strict=True) if row in kept]
        assert answers(found.table.to_pylist(), found.faults) == wanted


@pytest.mark.parametrize("count", [255, 256, 257, 300])
def test_members_are_numbered_in_a_byte_or_in_more(count: int) -> None:
    """The last number is that of what is unknown."""
    chosen, members = Random(count), [f"m{i}" for i in range(count)]
    levels = [f"l{i}" for i in range(60)]
    rules = (
        f"rule r{i} at {level} when f is {members[-1 - i]} and e is not {chosen.choice(members)} "
        f"then d is {chosen.choice('abc')}"
        for i, level in enumerate(levels)
    )
    listed = ", ".join(members)
    head = f"authority {' > '.join(levels)}\nfact e: {{{listed}}}\nfact f: {{{listed}}}?\n"
    text = "\n".join((head, "decision d: a > b > c", *rules))
    policy = specdsl.compile(specdsl.loads(text), checked=False)
    given = {
        "e": chosen.choices([*members, "none"], k=1_000),
        "f": chosen.choices([*members[-70:], "none", None], k=1_000),
    }
    table = pa.table(given)
    rows = [dict(zip(given, row, strict=True)) for row in zip(*given.values(), strict=True)]
    assert decide_by_vectors(policy.row_decider(), table) is not None
    found, wanted = policy.decide_many(table), policy.decide_many(rows)
    assert answers(found.table.to_pylist(), found.faults) == answers(wanted.table, wanted.faults)


@pytest.mark.parametrize("kind", ["uniform", "scoped"])
def test_many_rules_are_decided_by_the_first_that_applies(kind: str) -> None:
    rules = prioritised_rules(kind, 400)
    policy = specdsl.compile(specdsl.loads(spec_text(tuple(rules))), checked=False)
    table = table_of(1_000)
    found = policy.decide_many(table).table.column("answer").to_pylist()
    assert found == [first_outcome(rules, row) for row in table.to_pylist()]
    assert len(set(found)) > 2
