"""Shapes that cost much, put to every command: `python -m tests.hostile [--count N] [--seed N]`.

Each command must end by itself, with 0 or 1, within a limit that is generous; never with an
internal error. Prints each that does not, and what took longest.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from click.testing import CliRunner

from specdsl.apps.cli import group
from tests.hostile.shapes import SHAPES

LIMIT = 120.0  # seconds of the processor, for one command
COMMANDS = (
    ("check", "--no-cache"),
    ("compile", "-o", "made.py"),
    ("test",),
    ("fmt", "--check"),
    ("decide", "--fill"),
    ("examples", "--missing"),
)


def drawn(seed: int, most: int) -> tuple[str, str]:
    """The name of a shape with its size, and the spec."""
    random = Random(seed)
    name = random.choice(sorted(SHAPES))
    size = random.choice((2, 3, 5, most // 2, most))
    return f"{name} {size}", SHAPES[name](size)


def faults(seed: int, most: int) -> Iterator[tuple[str, float, str]]:
    """By command: how long it took, and what is wrong with how it ended."""
    name, text = drawn(seed, most)
    with TemporaryDirectory() as folder, chdir(folder):
        Path("a.spec").write_text(text, encoding="utf-8")
        for command, *words in COMMANDS:
            start = time.process_time()
            file = ["a.spec", *words] if command == "decide" else [*words, "a.spec"]
            result = CliRunner().invoke(group, [command, *file])
            took = time.process_time() - start
            wrong = "" if result.exit_code in (0, 1) else f"{result.output[-300:]}"
            wrong = wrong or (f"more than {LIMIT:g} s" if took > LIMIT else "")
            yield f"seed {seed}: {name}: {command}", took, wrong


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--count", type=int, default=200, metavar="N", help="specs")
    parser.add_argument("--size", type=int, default=40, metavar="N", help="of the largest")
    args = parser.parse_args(arguments)
    longest, failed = (0.0, ""), 0
    for seed in range(args.seed, args.seed + args.count):
        for name, took, wrong in faults(seed, args.size):
            longest = max(longest, (took, name))
            failed += bool(wrong)
            if wrong:
                print(f"{name}: {wrong}")
    print(f"{args.count} specs: {failed} failed; {longest[1]} took {longest[0]:.1f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
