"""Files of rows: the same decisions from Parquet, CSV and JSON lines, in the order of the rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import specdsl
from specdsl.apps.cli import group
from specdsl.batch import duckdb_batches, table_files

SPEC = """
authority owner > customer
principal customer at customer
fact kind: {book, medicine}
fact days: int 0..100
fact open: bool?
decision refund: pay > inspect > decline
rule late at owner when days > 30 unless open then refund is not pay
rule never at owner when kind is medicine then refund is decline
"""
ROWS: list[dict[str, Any]] = [
    {
        "id": i,
        "kind": ("book", "medicine", "none")[i % 7 % 3],
        "days": i % 103,
        "open": (True, False, None)[i % 3],
        "says": [{"by": "customer", "effect": "refund is inspect"}] if i % 11 == 0 else None,
    }
    for i in range(500)
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(duckdb_batches, "ROWS", 64)
    monkeypatch.setattr(table_files, "ROWS", 64)
    Path("a.spec").write_text(SPEC)
    table = pa.Table.from_pylist(ROWS)
    pq.write_table(table, "rows.parquet", row_group_size=100)
    said = [json.dumps(row["says"]) if row["says"] else None for row in ROWS]
    pc.write_csv(table.set_column(4, "says", pa.array(said, pa.string())), "rows.csv")
    named = ({k: v for k, v in row.items() if k != "id"} for row in ROWS)
    Path("rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in named))
    return tmp_path


def run(*args: str) -> tuple[int, str]:
    found = CliRunner().invoke(group, args)
    return found.exit_code, found.output


def results(path: str) -> list[Any]:
    names = ("refund", "refund_decided", "refund_conflicted", "faults")
    if path.endswith(".jsonl"):
        lines = [json.loads(line) for line in Path(path).read_text().splitlines()]
        rows = [line.get("results", line) for line in lines]
    elif path.endswith(".csv"):
        options = pc.ConvertOptions(strings_can_be_null=True)
        rows = pc.read_csv(path, convert_options=options).to_pylist()
    else:
        rows = pq.read_table(path).to_pylist()
    return [[row[name] for name in names] for row in rows]


@pytest.mark.parametrize("kind", ["parquet", "csv", "jsonl"])
def test_each_kind_of_file_has_the_decisions_of_its_rows(folder: Path, kind: str) -> None:
    policy = specdsl.compile(specdsl.load("a.spec"), checked=False)
    expected = policy.decide_many([{k: v for k, v in row.items() if k != "id"} for row in ROWS])
    for target in ("parquet", "csv", "jsonl"):
        status, said = run("decide", "a.spec", "--table", f"rows.{kind}", "-o", f"out.{target}")
        bad = len(expected.faults)
        where = f"column `faults` of out.{target}"
        assert (status, said) == (
            1,
            f"out.{target}: {len(ROWS) - bad} rows decided, {bad} bad and not decided: {where}\n",
        )
        for i, (found, row) in enumerate(
            zip(results(f"out.{target}"), expected.table, strict=True)
        ):
            if row is None:
                assert found[:3] == [None] * 3
                names = [one["name"] for one in json.loads(found[3])]
                assert names == [fault.name for fault in expected.faults[i]]
            else:
                assert found == [*row.values(), None]


def test_bad_rows_have_a_file_of_their_own(folder: Path) -> None:
    status, _ = run("decide", "a.spec", "--table", "rows.parquet", "-o", "o.parquet", "--bad", "b")
    assert status == 1
    kept = pq.read_table("o.parquet")
    bad = [json.loads(line) for line in Path("b").read_text().splitlines()]
    assert kept.num_rows + len(bad) == len(ROWS)
    assert "faults" not in kept.column_names
    assert sorted([*kept.column("id").to_pylist(), *(one["row"] - 1 for one in bad)]) == list(
        range(len(ROWS))
    )


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--table", "none.csv", "-o", "x.csv"), "none.csv: there is no such file"),
        (("--table", "rows.csv", "-o", "x.xls"), "`.xls` is none of .parquet, .csv, .jsonl"),
        (("--table", "a.spec", "-o", "x.csv"), "`.spec` is none of .parquet, .csv, .jsonl"),
        (("--table", "text.parquet", "-o", "x.csv"), "text.parquet: it is no Parquet file"),
        (("--table", "rows.csv", "-o", "none/x.csv"), "No such file or directory"),
        (("--table", "rows.csv"), "--table needs the file of its decisions"),
        (("--table", "rows.csv", "-o", "rows.csv"), "rows.csv: it is named twice"),
        (("--table", "rows.csv", "-o", "x.csv", "--bad", "./x.csv"), "x.csv: it is named twice"),
        (("days=3", "--bad", "x.csv"), "--output, --bad and --prefix are of --table"),
        (("--table", "rows.csv", "-o", "x.csv", "days=3"), "from the file alone"),
        (("--table", "days.csv", "-o", "x.csv"), "kind: the table has no such column"),
    ],
)
def test_what_cannot_be_decided_is_told(folder: Path, args: tuple[str, ...], said: str) -> None:
    Path("text.parquet").write_text("no")
    Path("days.csv").write_text("days\n3\n")
    status, output = run("decide", "a.spec", *args)
    assert status != 0
    assert said in output
    assert "Traceback" not in output
