"""Logs on Spark: the reports are those of DuckDB, word for word."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

import specdsl
from specdsl.apps.cli import group
from tests.evaluation.test_decision_logs import DOOR
from tests.evaluation.test_logs import SMALL, Row, random_rows, write_log

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = ("--time", "day", "--by", "model", "--by", "says.by")


def rows_of_the_till() -> list[Row]:
    """With rows that are no situations, instructions, texts, sets, and no time in some."""
    rows, chosen = random_rows(300, seed=2), Random(3)
    for number, row in enumerate(rows):
        row["day"] = None if number % 50 == 0 else f"2025-03-{1 + number % 28:02}"
        row["note"] = chosen.choice([row["note"], "2025-03-01", 'é, "quoted"', "two\nlines"])
    return rows


def write_decisions(folder: Path) -> None:
    """A decision log in which principals speak, trial rules are tried, and a call fails."""
    chosen = Random(5)
    policy = specdsl.compile(specdsl.loads(DOOR, "door.spec"), checked=False)
    logged = policy.logged(folder)
    for _ in range(60):
        facts = {"late": chosen.random() < 0.5, "vip": chosen.random() < 0.3}
        speakers = chosen.choice([[], ["visitor"], ["porter", "visitor"]])
        says = [specdsl.Instruction(one, "door is shut") for one in speakers]
        logged.decide(facts | {"staff": chosen.choice([True, False, None])}, says)
    with pytest.raises(specdsl.BadInput):
        logged.decide({"late": "much"})
    logged.sink.close()


def commands(folder: Path) -> list[list[str]]:
    """Commands on logs of every form, which they write first."""
    till, newer, door, opened = (
        folder / f"{name}.spec" for name in ("till", "newer", "door", "opened")
    )
    till.write_text(SMALL, encoding="utf-8")
    newer.write_text(SMALL.replace("amount > 500", "amount > 900"), encoding="utf-8")
    door.write_text(DOOR, encoding="utf-8")
    opened.write_text(DOOR.replace("when late then", "when late and vip then"), encoding="utf-8")
    rows, odd = rows_of_the_till(), folder / "odd"
    odd.mkdir()
    parquet, text, lines = (write_log(rows, form, folder) for form in ("parquet", "csv", "jsonl"))
    mixed = [{**row, "amount": "many"} if i % 40 == 0 else row for i, row in enumerate(rows)]
    several = write_log(mixed, "jsonl", odd)
    large = folder / "large"
    large.mkdir()
    many = write_log(random_rows(100_000, seed=7), "parquet", large)
    decisions = folder / "decisions"
    write_decisions(decisions)

    def evaluate(*logs: Path, spec: Path = till, more: Sequence[str] = COLUMNS) -> list[str]:
        return ["eval", *map(str, logs), "--spec", str(spec), *more]

    by_speaker = ("--by", "says.by")
    found = [
        *(evaluate(log) for log in (parquet, text, several)),
        evaluate(lines, several),
        evaluate(decisions, spec=door, more=by_speaker),
        ["whatif", str(till), str(newer), "--log", str(several), *COLUMNS],
        ["whatif", str(door), str(opened), "--log", str(decisions), *by_speaker],
        ["drift", str(text), "--spec", str(till), "--by", "model"],
        ["drift", str(decisions), "--spec", str(door), "--by", "spec"],
        ["drift", str(lines), "--spec", str(till), "--by", "says.by"],
        ["drift", str(parquet), "--spec", str(till), "--since", "2025-03-12", "--time", "day"],
        evaluate(many, more=("--by", "model")),
    ]
    return [[*words, "--output-format", "json"] for words in found]


@pytest.mark.skipif(shutil.which("java") is None, reason="Spark takes Java: IT WAS NOT ASKED")
def test_logs_on_spark_have_the_same_reports(tmp_path: Path) -> None:
    asked = commands(tmp_path)
    expected = [CliRunner().invoke(group, words) for words in asked]
    assert [one.exit_code for one in expected] == [0] * 5 + [1, 1, 0, 2, 0, 0, 0]
    reports = [json.loads(one.stdout) for one in expected if one.stdout]
    assert all(one["bad_rows"] > 10 for one in reports[:4])
    assert {one["name"] for one in reports[0]["decisions"][0]["by"]["says.by"]} == {"buyer", ""}
    assert len(reports[4]["trials"]) == 2
    assert all(sum(one["changed"].values()) > 3 for one in reports[5:7])
    assert reports[-1]["rows"] == 100_000
    run = subprocess.run(
        [sys.executable, "-m", "tests.evaluation.spark_reports"],
        input=json.dumps([[*words, "--engine", "spark"] for words in asked]),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2_000:]
    on_spark = json.loads(run.stdout.splitlines()[-1])
    for words, one, (output, problem, status) in zip(asked, expected, on_spark, strict=True):
        assert (output, status) == (one.stdout, one.exit_code), (words, problem[-2_000:])
