"""Logs on Spark: the report is that of DuckDB, word for word."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.evaluation.test_logs import SMALL, random_rows, write_log


def report(spec: Path, log: Path, engine: str) -> Any:
    """In a process of its own, since a session of Spark leaves threads and sockets behind."""
    program = str(Path(sys.executable).with_name("specdsl"))
    columns = ["--time", "day", "--by", "model", "--by", "says.by"]
    words = ["--spec", str(spec), *columns, "--engine", engine, "--output-format", "json"]
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    found = subprocess.run(
        [program, "eval", str(log), *words],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert found.returncode == 0, found.stderr[-2_000:]
    return json.loads(found.stdout)


@pytest.mark.skipif(shutil.which("java") is None, reason="Spark takes Java: IT WAS NOT ASKED")
def test_a_log_on_spark_has_the_same_report(tmp_path: Path) -> None:
    """With rows that are no situations, instructions, texts, sets, and no time in some."""
    rows = random_rows(400, seed=2)
    for number, row in enumerate(rows):
        row["day"] = None if number % 50 == 0 else f"2025-03-{1 + number % 28:02}"
    spec, log = tmp_path / "till.spec", write_log(rows, "parquet", tmp_path)
    spec.write_text(SMALL, encoding="utf-8")
    expected = report(spec, log, "duckdb")
    assert expected["bad_rows"] > 10
    assert {one["name"] for one in expected["decisions"][0]["by"]["says.by"]} == {"buyer", ""}
    assert report(spec, log, "spark") == expected
