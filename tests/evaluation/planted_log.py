"""Logs of any length with planted disagreements and planted drift, written by DuckDB."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

import specdsl

SPEC = """\
spec shop version "2"
authority owner > clerk
fact topic: {orders, refunds, returns, other}
fact amount: int 0..1000
fact days: int 0..400
fact member: bool?
fact vip: bool
fact country: {de, fr, us, uk}
fact paid: {card, bill}
decision refund: pay > ask > refuse
decision tone: warm > plain
rule large at owner when topic is refunds and amount > 500 then refund is ask
rule late at owner when days > 30 and not vip then refund is not pay
rule stranger at clerk when possibly not member and amount > 100 then refund is refuse
rule abroad at clerk when country is us and days > 14 then refund is not pay
rule billed at clerk when paid is bill then refund is not pay
rule brief at owner when topic is other then tone is plain
rule stiff at clerk when amount > 900 then tone is plain
"""

REGIONS = (
    ("refund", "pay", "topic is refunds and amount > 500 and vip"),
    ("refund", "refuse", "days > 30 and not vip and country is uk and paid is card"),
    ("refund", "ask", "topic is orders and amount > 100 and member is unknown and country is fr"),
    ("refund", "pay", "days <= 14 and country is us and paid is bill and topic is returns"),
    ("tone", "warm", "topic is other and country is de"),
    ("tone", "plain", "topic is orders and amount <= 900 and vip and country is us"),
    ("tone", "warm", "amount > 900 and topic is returns and paid is bill"),
)
"""Decision, observed outcome, and where it is observed instead of what the spec gives."""

SITUATIONS = """
SELECT ['orders', 'refunds', 'returns', 'other'][1 + (hash(i) % 4)::INT] AS topic,
  (hash(i * 7 + 1) % 1001)::INT AS amount, (hash(i * 11 + 2) % 401)::INT AS days,
  CASE hash(i * 13 + 3) % 3 WHEN 0 THEN true WHEN 1 THEN false END AS member,
  hash(i * 17 + 4) % 5 = 0 AS vip,
  ['de', 'fr', 'us', 'uk'][1 + (hash(i * 19 + 5) % 4)::INT] AS country,
  ['card', 'bill'][1 + (hash(i * 23 + 6) % 2)::INT] AS paid,
  TIMESTAMP '2025-01-06' + INTERVAL (i % 84) DAY AS "timestamp",
  hash(i * 29 + 7) % 1000 AS chance, ['m1', 'm2'][1 + (i % 2)] AS model
FROM range({rows}) t(i)
"""


def spec() -> specdsl.Spec:
    return specdsl.loads(SPEC, "shop.spec")


def sql_of(condition: str) -> str:
    """A condition of the language in SQL, for the few forms above."""
    parts = []
    for part in condition.split(" and "):
        fact, _, value = part.partition(" is ")
        if not value:
            parts.append(part)
        else:
            parts.append(f"{fact} IS NULL" if value == "unknown" else f"{fact} = '{value}'")
    return " AND ".join(parts)


def write_planted(path: Path, rows: int) -> set[tuple[str, str, int]]:
    """Write a Parquet file in which the outcomes of some regions are wrong. Return of each region
    the decision, the outcome, and in how many rows the spec gives another one."""
    wrong: dict[str, list[str]] = {"refund": [], "tone": []}
    place: dict[str, list[str]] = {"refund": [], "tone": []}
    for number, (decision, outcome, condition) in enumerate(REGIONS):
        wrong[decision].append(f"WHEN {sql_of(condition)} THEN '{outcome}'")
        place[decision].append(f"WHEN {sql_of(condition)} THEN {number}")
    columns = [
        *(f"CASE {' '.join(cases)} ELSE {name} END AS {name}" for name, cases in wrong.items()),
        *(f"{name} AS given_{name}" for name in wrong),
        *(f"CASE {' '.join(cases)} END AS place_{name}" for name, cases in place.items()),
    ]
    session = _write(path, rows, ", ".join(columns))
    counts: dict[int, int] = {}
    for name in wrong:
        counts |= session.execute(
            f"SELECT place_{name}, count(*) FROM '{path}' "
            f"WHERE place_{name} IS NOT NULL AND {name} <> given_{name} GROUP BY 1"
        ).fetchall()
    return {(*REGIONS[number][:2], count) for number, count in counts.items()}


DRIFTING = {"late": ("refund", "pay"), "abroad": ("refund", "pay"), "brief": ("tone", "warm")}
"""Rules that the second model breaks more often, and the outcome that it gives then."""
ALONE = {
    "late": "days > 30 AND NOT vip AND NOT (country = 'us') AND paid = 'card'",
    "abroad": "country = 'us' AND days > 14 AND (days <= 30 OR vip) AND paid = 'card'",
    "brief": "topic = 'other' AND amount <= 900",
}


def write_drifting(path: Path, rows: int) -> None:
    """Write a Parquet file in which the model m2 breaks three rules in 8 % of the rows where each
    stands alone; both models break all in 1 %.
    """
    often = "CASE model WHEN 'm2' THEN 80 ELSE 10 END"
    others = "(topic <> 'refunds' OR amount <= 500) AND (amount <= 100 OR member)"
    cases: dict[str, list[str]] = {"refund": [], "tone": []}
    for rule, (decision, outcome) in DRIFTING.items():
        free = f" AND {others}" if decision == "refund" else ""
        where = f"{ALONE[rule]}{free} AND chance < {often}"
        cases[decision].append(f"WHEN {where} THEN '{outcome}'")
    shown = ", ".join(
        f"CASE {' '.join(some)} ELSE {name} END AS {name}" for name, some in cases.items()
    )
    _write(path, rows, shown)


def _write(path: Path, rows: int, shown: str) -> Any:
    policy = specdsl.Policy(spec().circuit)
    session: Any = duckdb.connect()
    session.execute("SET max_expression_depth = 10000")
    session.execute(f"CREATE VIEW situations AS {SITUATIONS.format(rows=rows)}")
    facts = ", ".join(fact.name for fact in policy.facts)
    query = policy.to_sql("duckdb").strip().rstrip(";")
    session.execute(
        f'COPY (SELECT {facts}, "timestamp", model, {shown} FROM ({query})) TO '
        f"'{path}' (FORMAT parquet)"
    )
    return session
