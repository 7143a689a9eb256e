"""Planted disagreements and planted drift in logs of any length, found by the command:

python -m tests.evaluation --rows 10000000
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click

from tests.evaluation import planted_log


@click.command()
@click.option("--rows", type=int, default=1_000_000, show_default=True)
@click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb")
def main(rows: int, engine: str) -> None:
    """Write logs, evaluate them, and compare with what was planted."""
    with tempfile.TemporaryDirectory() as folder:
        spec, log = Path(folder, "shop.spec"), Path(folder, "log.parquet")
        spec.write_text(planted_log.SPEC, encoding="utf-8")
        planted = planted_log.write_planted(log, rows)
        found = _run("eval", log, spec, "--engine", engine)
        regions = {
            (one["decision"], region["observed"], region["rows"])
            for one in found["decisions"]
            for region in one["regions"]
        }
        print(f"planted and not found: {sorted(planted - regions)}")
        print(f"found and not planted: {sorted(regions - planted)}")
        planted_log.write_drifting(log, rows)
        rules = _run("drift", log, spec, "--by", "model")["rules"]
        moved = {rule["rule"] for rule in rules if rule["moved"]}
        print(f"moved: {sorted(moved)}; planted: {sorted(planted_log.DRIFTING)}")
    sys.exit(0 if regions == planted and moved == {*planted_log.DRIFTING} else 1)


def _run(command: str, log: Path, spec: Path, *more: str) -> Any:
    start = time.monotonic()
    program = str(Path(sys.executable).with_name("specdsl"))
    words = [program, command, str(log), "--spec", str(spec), *more, "--output-format", "json"]
    run = subprocess.run(words, check=False, capture_output=True, encoding="utf-8")
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds, peak = time.monotonic() - start, usage.ru_maxrss // 1024
    print(f"{command}: {seconds:.1f} s, at most {peak} MiB", run.stderr)
    return json.loads(run.stdout)


if __name__ == "__main__":
    main()
