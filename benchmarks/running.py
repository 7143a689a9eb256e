"""The command line, run in a process of its own with a limit to the seconds of CPU."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

ROOT = Path(__file__).resolve().parent.parent
STARTED = """\
import resource, sys
most = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_CPU, (most, most + 5))
from specdsl.apps.cli import main
main()
"""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a process took: seconds of CPU (user and system, start and imports included) and the
    most memory that it had, in MiB; `status` is negative where a signal ended it."""

    cpu: float
    memory: float
    status: int
    output: str

    @property
    def stopped(self) -> bool:
        """The limit ended the process."""
        return self.status == -signal.SIGXCPU


def run_specdsl(arguments: Sequence[str], limit: int) -> Spent:
    """`specdsl` with these arguments, ended after so many seconds of CPU."""
    command = [sys.executable, "-c", STARTED, str(limit), *arguments]
    environment = {**os.environ, "SPECDSL_CACHE": "0", "NO_COLOR": "1", "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # only the first run compiles what it imports
    with TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
        )
        _, ended, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(ended)
        output.seek(0)
        text = output.read().decode(errors="replace")
    memory = used.ru_maxrss / 1024
    return Spent(used.ru_utime + used.ru_stime, memory, process.returncode, text)
