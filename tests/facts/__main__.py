"""Open facts of random specs and random partial situations, against enumeration; and look-ups,
each of which has to be of a fact that matters at that time."""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from tests.facts.comparison import disagreements

EVERY = 100  # specs, a line of progress


def main(arguments: list[str] | None = None) -> int:
    """0 where all agree, else 1, after the first spec on which they do not."""
    parser = argparse.ArgumentParser(prog="python -m tests.facts", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="the first spec")
    parser.add_argument("--count", type=int, default=500, metavar="N", help="specs")
    args = parser.parse_args(arguments)
    seen = Counter[str]()
    for number in range(args.count):
        if found := list(disagreements(args.seed + number, seen)):
            print(f"seed {args.seed + number}:", *found, sep="\n  ")
            return 1
        if (number + 1) % EVERY == 0:
            print(_figures(number + 1, seen), file=sys.stderr)
    print(f"{_figures(args.count, seen)}: all agree")
    return 0


def _figures(specs: int, seen: Counter[str]) -> str:
    return f"{specs} specs, " + ", ".join(f"{seen[key]} {key}" for key in sorted(seen))


if __name__ == "__main__":
    sys.exit(main())
