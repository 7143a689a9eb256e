"""Spark: the same rows have the same answers as those of the reference, in one local session."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest


@pytest.mark.skipif(shutil.which("java") is None, reason="Spark takes Java: IT WAS NOT ASKED")
def test_random_specs_on_spark() -> None:
    """Rows of tables, and of a Parquet file that DuckDB decides as well, instructions included: in
    a process of its own, since the session leaves threads and sockets behind.
    """
    command = ["-m", "tests.agreement", "--engines", "spark", "--count", "3", "--files", "1"]
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    found = subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, env=environment, check=False
    )
    assert found.stdout.endswith("all agree\n"), found.stdout + found.stderr[-2_000:]
