"""Reports of several commands in one process, so that they share a session of Spark.

The arguments of the commands are JSON on standard input, their outputs and statuses on standard
output, in its last line. It has a process of its own, since a session of Spark leaves threads and
sockets behind.
"""

from __future__ import annotations

import json
import sys

from click.testing import CliRunner

from specdsl.apps.cli import group


def main() -> None:
    """Run the commands."""
    found = [CliRunner().invoke(group, words) for words in json.load(sys.stdin)]
    print(json.dumps([[one.stdout, one.stderr, one.exit_code] for one in found]))


if __name__ == "__main__":
    main()
