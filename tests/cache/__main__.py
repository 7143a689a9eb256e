"""Random edits of random specs, each checked with what is known of its parts and without, and in a
session of edits: a line of figures, or the first text of which the reports differ."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from specdsl.apps.cache import Cache
from specdsl.apps.cache.report_key import program_digest
from specdsl.apps.cache.store import FolderStore
from specdsl.apps.edit_session import Session
from specdsl.frontend.model.files import InMemoryFiles
from tests.cache.edits import NAME, history, loaded
from tests.cache.warm import cold, told, warm

IN_A_ROW = 25  # edits of one spec
FIRST = "decision door: open > shut"  # The text with which the session of edits begins.


def main(arguments: list[str] | None = None) -> int:
    """0 where all reports are the same, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.cache", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--count", type=int, default=1_000, metavar="N", help="edits")
    args = parser.parse_args(arguments)
    start, done = time.perf_counter(), 0
    with TemporaryDirectory() as folder:
        here = Path(folder)
        cache = Cache(
            FolderStore(here / "check"), program_digest() or "", FolderStore(here / "units")
        )
        session = Session(NAME, loaded(FIRST), InMemoryFiles({}), {})
        for text in _texts(args.seed, args.count):
            session.update(text)
            if {warm(text, cache), told(session.report)} != {cold(text)}:
                print(f"edit {done} of seed {args.seed} is not reported as it is without:\n{text}")
                return 1
            done += 1
    took = time.perf_counter() - start
    print(f"seed {args.seed}: {done} texts, {took:.0f} s, all reports the same")
    return 0


def _texts(seed: int, count: int) -> Iterator[str]:
    """Of as many specs as it takes."""
    number = 0
    while count > 0:
        for text in history(seed * 1_000 + number, min(IN_A_ROW, count)):
            yield text
            count -= 1
        number += 1


if __name__ == "__main__":
    sys.exit(main())
