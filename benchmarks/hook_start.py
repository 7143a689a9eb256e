"""What a hook costs a tool call: `specdsl hook claude`, start and imports included.

    python -m benchmarks.hook_start [--calls 20] [--spec FILE]

Each call is a process of its own. The first one checks and compiles the spec; the others find it
compiled. Seconds of CPU are the user's and the system's, medians.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "examples" / "agent_guard" / "agent.spec"
CALLS = {
    "allowed": ("Read", {"file_path": "notes.md"}),
    "denied, with facts unknown": ("Bash", {"command": "cat .env"}),
}


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run_hook(
    spec: Path, tool: str, arguments: Mapping[str, Any], cache: str
) -> tuple[float, float]:
    """The CPU and wall seconds of one call."""
    event = {
        "hook_event_name": "PreToolUse",
        "session_id": f"{time.monotonic_ns()}",
        "tool_name": tool,
        "tool_input": arguments,
    }
    environment = {**os.environ, "SPECDSL_CACHE": "1", "SPECDSL_CACHE_DIR": cache}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [
        str(Path(sys.executable).with_name("specdsl")),
        "hook",
        "claude",
        "--spec",
        str(spec),
    ]
    before, started = cpu_seconds(), time.perf_counter()
    done = subprocess.run(
        command,
        input=json.dumps(event),
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "permissionDecision" in done.stdout, done.stderr
    return cpu_seconds() - before, time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--calls", type=int, default=20)
    parser.add_argument("--spec", type=Path, default=SPEC)
    given = parser.parse_args()
    print(f"{'':28}{'CPU ms':>8}{'wall ms':>9}")
    with tempfile.TemporaryDirectory() as cache:
        for name, (tool, arguments) in CALLS.items():
            first = run_hook(given.spec, tool, arguments, cache)
            rest = [run_hook(given.spec, tool, arguments, cache) for _ in range(given.calls)]
            if name == "allowed":
                print_row("the first call", *first)
            print_row(name, *(statistics.median(column) for column in zip(*rest, strict=True)))


def print_row(name: str, cpu: float, wall: float) -> None:
    print(f"{name:28}{cpu * 1000:8.0f}{wall * 1000:9.0f}")


if __name__ == "__main__":
    main()
