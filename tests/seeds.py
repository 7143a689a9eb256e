"""How many random specs a sweep goes through: a few each time that the suite runs, and ten times as
many, the same ones among them, with `TEST_SEEDS=10` in the environment."""

from __future__ import annotations

import os

TIMES = int(os.environ.get("TEST_SEEDS", "1"))


def seeds(start: int, stop: int) -> range:
    """The seeds from one to another, or so many times more."""
    return range(start, start + (stop - start) * TIMES)
