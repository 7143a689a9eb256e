"""Standard input, read in the same way as files."""

from __future__ import annotations

import sys
from typing import BinaryIO

from specdsl.apps.cli.output import exit_on_file


def input_stream() -> BinaryIO:
    """Return the bytes of standard input; the command ends with 2 if it is closed."""
    if sys.stdin is None or sys.stdin.closed:
        exit_on_file("-", "it is closed")
    return sys.stdin.buffer


def read_input(most: int = -1) -> bytes:
    """Return all of it, or its first `most` bytes; the command ends with 2 if it cannot be read."""
    try:
        return input_stream().read(most)
    except (OSError, ValueError) as problem:
        exit_on_file("-", getattr(problem, "strerror", None) or "it cannot be read")
