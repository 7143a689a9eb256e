"""Queries in SQL: they decide as the policy does, and what is edited in them is refuted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from random import Random

import duckdb
import pytest

from specdsl.backends.artifact_proof import UnsupportedArtifact
from specdsl.backends.registry import target_named
from specdsl.backends.settled_decisions import settled_decisions
from specdsl.backends.sql import fact_columns
from specdsl.backends.sql.decision_query import QueryOptions, emit_query
from specdsl.backends.sql.query_proof import prove_query
from specdsl.backends.sql.sql_dialects import dialect_named
from specdsl.pipeline import load_text
from specdsl.semantics.circuit import Circuit
from tests.random_specs import random_draft
from tests.seeds import seeds

SHOP = """
spec shop "A shop"
authority owner > customer
principal customer at customer
value safety value service
priority safety > service
fact topic: {orders, refunds, other}
fact amount: int 0..1000
fact weight: number?
fact vip: bool?
fact tags: set of {new, fraud_watch}?
fact words: text?
fact sent, today: date
assume in_order: sent <= today
decision refund: pay > ask > decline on conflict decline
decision tone: warm > plain default plain
rule cap at owner for safety
  when topic is refunds and amount > 500 unless vip then refund is not pay
rule old at owner when today - sent > 30d then refund in {ask, decline}
rule fraud at owner for service when tags has fraud_watch and weight <= 0.3 then refund is pay
rule asked at owner for service when words like "*50%_\\\\\\*?" then refund may be decline
rule sorry at owner when refund is decline and possibly vip then tone is warm
"""


def query_of(circuit: Circuit) -> str:
    options = QueryOptions(dialect_named("duckdb"))
    return emit_query(circuit, options, settled=settled_decisions(circuit))


def faults_of(text: str, circuit: Circuit) -> list[str]:
    return [fault.message for fault in prove_query(text, circuit).faults]


@pytest.mark.parametrize("many", [0, 1_000])
def test_random_queries_are_proved(many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With bits for the members of enumerations, which specs of many rules have, and without."""
    monkeypatch.setattr(fact_columns, "MANY_RULES", many)
    proved: Counter[str] = Counter()
    for seed in seeds(many, many + 15):
        draft = random_draft(seed, small=seed % 2 == 0)
        circuit = load_text(draft.text, "a.spec").require_circuit()
        settled = settled_decisions(circuit)
        for name in target_named("sql").dialects:
            try:
                dialect = dialect_named(name)
                says = dialect.lists is not None and seed % 3 > 0
                text = emit_query(circuit, QueryOptions(dialect, says=says), settled=settled)
            except UnsupportedArtifact:
                continue
            assert faults_of(text, circuit) == [], text
            proved[name] += 1
    assert min(proved.values()) > 5


def test_a_query_of_another_spec_is_no_query_of_this_one() -> None:
    text = query_of(load_text(SHOP, "shop.spec").require_circuit())
    other = load_text(SHOP.replace("500", "600"), "shop.spec").require_circuit()
    assert faults_of(text, other) == ["it was made from another spec, as its `spec_digest` says"]


def test_a_difference_is_shown_with_a_situation() -> None:
    circuit = load_text(SHOP, "shop.spec").require_circuit()
    text = query_of(circuit).replace('"amount" > 500', '"amount" > 499')
    (first, *_) = prove_query(text, circuit).faults
    assert first.message == "`refund` differs from the spec"
    shown = {fact.name: value for fact, value in (first.facts or {}).items()}
    assert (shown["topic"], shown["amount"]) == (1, 500)
    assert first.got != first.expected


REJECTED = {
    "another statement": ("\nFROM step_", "; DROP TABLE x; SELECT 1\nFROM step_"),
    "rows are left out": ('FROM "situations"', 'FROM "situations" WHERE "amount" > 3'),
    "a sample": ('FROM "situations"', 'FROM "situations" USING SAMPLE 10'),
    "no such function": ('"amount" > 500', 'ABS("amount") > 500'),
    "a subquery": ('"amount" > 500', '"amount" > (SELECT 500)'),
    "how a fact is read": ('CAST("weight" AS DOUBLE)', 'CAST("weight" AS REAL)'),
    "which rows fit": ('"amount" <= 1000', '"amount" <= 2000'),
    "rows that do not fit": ('WHEN "_is_decidable"\n', 'WHEN "_is_decidable" OR "amount" > 7\n'),
    "a column is replaced": ('AS "_refund_leaves_1"', 'AS "amount"'),
    "an aggregate": ('"amount" > 500', 'MAX("amount") > 500'),
    "a distinct": ("SELECT\n    *,", "SELECT DISTINCT\n    *,"),
}


@pytest.mark.parametrize("what", REJECTED)
def test_what_is_not_known_is_rejected(what: str) -> None:
    circuit = load_text(SHOP, "shop.spec").require_circuit()
    text, (old, new) = query_of(circuit), REJECTED[what]
    assert old in text
    assert faults_of(text.replace(old, new, 1), circuit) != []


MUTATIONS = (
    (r"<= ", "< "), (r" > ", " >= "), (r" = ", " <> "), (r" <> ", " = "), (r" AND ", " OR "),
    (r" OR ", " AND "), (r"\bNOT ", ""), (r" IS NULL", " IS NOT NULL"), (r"\bTRUE\b", "FALSE"),
    (r"\bFALSE\b", "TRUE"), (r" & ", " | "), (r"\b1\b", "2"), (r"\b7\b", "6"), (r"\b0\b", "1"),
    (r"'(orders|refunds)'", "'other'"), (r"'(pay|ask)'", "'decline'"), (r" - ", " + "),
    (r"LIKE '%", "LIKE '"), (r" ELSE ", " ELSE 3 + "), (r"THEN (?=\d)", "THEN 1 + "),
)  # fmt: skip
ROWS = """
SELECT topic, amount, weight, vip, tags, words, sent, sent + gap AS today FROM
(VALUES ('orders'), ('refunds'), ('other'), ('none')) AS a(topic),
(VALUES (0), (500), (501), (1000), (1001)) AS b(amount),
(VALUES (0.3), (0.30000000000000004), (NULL)) AS c(weight),
(VALUES (TRUE), (FALSE), (NULL)) AS d(vip),
(VALUES (['new']), (['fraud_watch']), ([]), (['x']), (NULL)) AS e(tags),
(VALUES ('a50%_*b'), ('50%_*'), (NULL)) AS f(words),
(VALUES (DATE '2025-01-01')) AS g(sent),
(VALUES (-1), (0), (30), (31)) AS h(gap)
"""


def mutants_of(text: str, random: Random, start: int = 0, most: int = 4) -> Iterator[str]:
    """Texts in which one token is another, from a place on: at most so many of a kind."""
    start = start or text.index("WITH")
    for pattern, new in MUTATIONS:
        places = [one.span() for one in re.finditer(pattern, text[start:])]
        for begin, end in random.sample(places, min(len(places), most)):
            yield text[: start + begin] + new + text[start + end :]


def test_of_edited_queries_none_that_decides_otherwise_is_proved() -> None:
    circuit = load_text(SHOP, "shop.spec").require_circuit()
    text = query_of(circuit)
    session = duckdb.connect()
    session.sql(f"CREATE TABLE situations AS {ROWS}")
    expected = session.sql(text).fetchall()
    assert sum(row[8] for row in expected) > 1_000
    refuted, kept = 0, 0
    for mutant in mutants_of(text, Random(1)):
        if faults_of(mutant, circuit):
            refuted += 1
        else:
            assert session.sql(mutant).fetchall() == expected, mutant
            kept += 1
    assert refuted > 40
    assert kept < 20
