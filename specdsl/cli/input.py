"""Standard input, read as files are."""

from __future__ import annotations

import sys
from typing import BinaryIO

import click


def stream() -> BinaryIO:
    """The bytes of standard input; where it is closed, the command ends with 2."""
    if sys.stdin is None or sys.stdin.closed:
        raise click.UsageError("`-`: standard input is closed")
    return sys.stdin.buffer


def data(most: int = -1) -> bytes:
    """All of it, or its first `most` bytes; where it cannot be read, the command ends with 2."""
    try:
        return stream().read(most)
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or "it cannot be read"
        raise click.UsageError(f"`-`: standard input: {why}") from None
