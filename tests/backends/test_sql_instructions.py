"""Instructions in SQL: lists of them are folded as the policy hears them, and edits are refuted."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

import duckdb
import pyarrow as pa
import pytest

import specdsl
from specdsl import BadInput, Contradiction
from specdsl.api import Policy
from specdsl.backends.artifact_proof import UnsupportedArtifact
from specdsl.backends.sql.decision_query import QueryOptions, emit_query
from specdsl.backends.sql.query_proof import prove_query
from specdsl.backends.sql.sql_dialects import dialect_named
from specdsl.pipeline import load_text
from specdsl.semantics.circuit import Circuit
from tests.agreement.tables import SAYS
from tests.backends.test_sql import mutants_of

SPEC = """
authority owner > operator > customer
principal boss at owner
principal agent at operator implied at customer
principal client at customer
principal tool without authority
fact open: bool
fact late: bool?
decision trust: none_of_it > some
decision refund: pay > ask > decline
decision tone: warm > plain steered by agent, client
delegate tool at customer on refund when trust is some
delegate tool at operator on refund when open
rule first at owner when late then refund is not pay
rule opened at owner when open then refund may be decline and trust is some
rule second at operator when open then refund is ask
rule third at customer when possibly late then tone is plain
rule fourth at customer when late then tone is warm
"""


@pytest.fixture(scope="module")
def circuit() -> Circuit:
    return load_text(SPEC, "a.spec").require_circuit()


def query_of(circuit: Circuit, dialect: str = "duckdb") -> str:
    return emit_query(circuit, QueryOptions(dialect_named(dialect), says=True))


def said(by: str, effect: Any, implied: Any = None, at: Any = None) -> dict[str, Any]:
    return {"by": by, "effect": effect, "implied": implied, "at": at}


SPOKEN = (
    said("boss", "refund is not ask"),
    said("boss", "refund is ask", at="customer"),
    said("agent", "refund may be pay or decline"),
    said("agent", "refund is pay", True),
    said("client", "refund is decline"),
    said("client", "tone is warm"),
    said("tool", "refund in {pay, decline}"),
    said("tool", "refund is pay", None, "customer"),
)


def rows_of_lists() -> list[dict[str, Any]]:
    """Every valuation of the facts with every list of up to two instructions, and one of three."""
    lists = [list(one) for n in range(3) for one in product(SPOKEN, repeat=n)]
    lists.append([SPOKEN[6], SPOKEN[2], SPOKEN[4]])
    return [
        {"open": is_open, "late": late, "says": says}
        for is_open, late, says in product((True, False), (True, False, None), lists)
    ]


def table_of(rows: list[dict[str, Any]]) -> pa.Table:
    kinds = {"open": pa.bool_(), "late": pa.bool_(), "says": SAYS}
    return pa.table({n: pa.array([row[n] for row in rows], kind) for n, kind in kinds.items()})


def answers(text: str, table: pa.Table) -> list[Any]:
    session = duckdb.connect()
    session.register("situations", table)
    names = "decidable, trust, refund, refund_decided, refund_conflicted, tone, tone_decided"
    return session.sql(f"SELECT {names} FROM ({text})").fetchall()


def answer_of_call(policy: Policy, row: dict[str, Any]) -> Any:
    """The same of one call."""
    facts = {"open": row["open"], "late": row["late"]}
    try:
        traces = policy.decide(facts, row["says"] or ()).traces
    except BadInput:
        return (False, *[None] * 6)
    except Contradiction as problem:
        traces = problem.traces
    trust, refund, tone = traces
    flags = (refund.decided, refund.conflicted)
    return (True, trust.outcome, refund.outcome, *flags, tone.outcome, tone.decided)


def test_lists_are_folded_as_calls_hear_them(circuit: Circuit) -> None:
    rows, policy = rows_of_lists(), Policy(circuit)
    found = answers(query_of(circuit), table_of(rows))
    assert found == [answer_of_call(policy, row) for row in rows]
    assert {row[2] for row in found} == {"pay", "ask", "decline"}
    assert {row[5] for row in found} == {"warm", "plain", None}  # And a contradiction.


EFFECTS = (
    "refund is pay",
    "  refund\tis\nnot   ask ",
    "refund in {pay,ask}",
    "refund in{ decline }",
    "refund not in { pay , pay }",
    "refund not  in {pay, ask}",
    "refund may be pay",
    "refund  may  be pay or ask  or decline",
    "refund in {pay, ask, decline}",
    "refund not in {pay, ask, decline}",
    "refund in {}",
    "refund in {pay,}",
    "refund in {pay ask}",
    "refund is paying",
    "refund ispay",
    "refund is not",
    "refund may be payor ask",
    "refund may be pay or",
    "refund is pay.",
    "Refund is pay",
    "refund is\u00a0pay",
    "refund is pay\0",
    "tone is warm",
    "trust is none_of_it",
    "fee is high",
    "",
    None,
)
SPEAKERS: tuple[dict[str, Any], ...] = (
    {},
    {"implied": True},
    {"at": "customer"},
    {"at": "owner"},
    {"at": "nowhere"},
    {"by": "nobody"},
    {"by": None},
    {"by": "agent", "at": "operator", "implied": True},
    {"by": "agent", "at": "customer", "implied": True},
    {"by": "tool", "at": "owner"},
    {"by": "tool", "implied": True},
)


def test_effects_are_read_as_in_a_call(circuit: Circuit) -> None:
    """However they are spelled; what is at fault is not decided."""
    policy = Policy(circuit)
    base = said("client", "refund is decline")
    spoken: list[Any] = [base | {"effect": effect} for effect in EFFECTS]
    spoken += [base | speaker for speaker in SPEAKERS]
    rows = [{"open": True, "late": None, "says": [base, one]} for one in spoken]
    rows += [{"open": True, "late": True, "says": says} for says in (None, [], [None])]
    found = answers(query_of(circuit), table_of(rows))
    assert found == [answer_of_call(policy, row) for row in rows]
    assert sum(row[0] for row in found) == 17
    assert policy.decide_many(table_of(rows)).faults.keys() == {
        i for i, row in enumerate(found) if not row[0]
    }


def test_instructions_without_some_fields_are_read(circuit: Circuit) -> None:
    policy = Policy(circuit)
    spoken = [[{"effect": "refund is ask", "by": "boss"}], None, [], [{"by": "x", "effect": "y"}]]
    table = pa.table({"open": [True] * 4, "late": [None] * 4, "says": spoken})
    found = policy.decide_many(table)
    assert found.table.column("refund").to_pylist() == ["ask", "ask", "ask", None]
    assert found.table.column("refund_decided").to_pylist() == [True, True, True, None]
    assert [fault.name for fault in found.faults[3]] == ["x", "x"]


def test_of_edited_folds_none_that_decides_otherwise_is_proved(circuit: Circuit) -> None:
    text, table = query_of(circuit), table_of(rows_of_lists())
    assert prove_query(text, circuit).faults == ()
    expected = answers(text, table)
    start = text.index("LAMBDA _state")
    refuted, kept = 0, 0
    for mutant in mutants_of(text, Random(1), start, 1):
        if prove_query(mutant, circuit).faults:
            refuted += 1
        else:
            assert answers(mutant, table) == expected, mutant
            kept += 1
    assert refuted > 10
    assert kept < 3


REJECTED = {
    "another list": (
        'LIST_REDUCE(\n        "_said"',
        'LIST_REDUCE(\n        LIST_REVERSE("_said")',
    ),
    "how instructions are read": ("'refund is pay'", "'refund is paid'"),
    "who is silent": ('"says" IS NULL OR', '"says" IS NULL AND'),
    "the order": ("LIST_REVERSE(", "("),
    "no instructions": ("-- instructions: says\n", ""),
}


@pytest.mark.parametrize("what", REJECTED)
def test_what_is_not_known_is_rejected(circuit: Circuit, what: str) -> None:
    text, (old, new) = query_of(circuit), REJECTED[what]
    assert old in text
    assert prove_query(text.replace(old, new, 1), circuit).faults != ()


@pytest.mark.parametrize("dialect", ["postgres", "trino"])
def test_a_dialect_that_folds_no_lists_says_so(circuit: Circuit, dialect: str) -> None:
    with pytest.raises(UnsupportedArtifact, match="lists are not folded in it"):
        query_of(circuit, dialect)


def test_spark_says_the_same(circuit: Circuit) -> None:
    assert prove_query(query_of(circuit, "spark"), circuit).faults == ()


def test_many_ranks_leave_instructions_to_calls() -> None:
    """A query of them would have a step for each rank; the rows are decided one by one."""
    rules = "\n".join(
        f"rule r{i} at owner when p = {i} then d is {'ab'[i % 2]}"
        + (f" overrides r{i - 1}" if i else "")
        for i in range(70)
    )
    spec = f"authority owner > low\nprincipal user at low\nfact p: int 0..99\n{rules}\n"
    policy = specdsl.compile(specdsl.loads(f"{spec}decision d: a > b"), checked=False)
    with pytest.raises(UnsupportedArtifact, match="more than 60 ranks"):
        policy.to_sql(says=True)
    table = pa.table({"p": [0, 80], "says": [[{"by": "user", "effect": "d is b"}]] * 2})
    assert policy.decide_many(table).table.column("d").to_pylist() == ["a", "b"]
