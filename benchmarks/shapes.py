"""Times `specdsl check` on policies of the shapes in which people write them, at several sizes:
`python -m benchmarks.shapes`. Each run is the command itself in a process of its own, so start and
imports are in the figures. The status is 1 where something was left unproved, a run was stopped at
the limit, or one did not end as a check does; otherwise never for being slow."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.policies import FEWEST_RULES, SHAPES, write_policy
from benchmarks.running import Spent, run_specdsl

RULES = (20, 50, 100, 200, 500, 2_000)
LIMIT = 120
MODES = {"errors": ("--only", "errors"), "everything": ()}
"""What is asked for, and how the command line is told."""


@dataclass(frozen=True, slots=True)
class Run:
    """One policy, checked once."""

    shape: str
    rules: int
    seed: int
    mode: str
    spent: Spent

    @property
    def unproved(self) -> int | None:
        """How many checks were left unproved; None where the run says nothing of it."""
        found = re.findall(r"([\d,]+) unproved", self.spent.output)
        return int(found[-1].replace(",", "")) if found else None

    @property
    def fault(self) -> str:
        """In words, what is wrong with it; empty for a run that settled everything."""
        if self.spent.stopped:
            return "stopped at the limit"
        if self.spent.status not in (0, 1) or self.unproved is None:
            last = (self.spent.output.strip().splitlines() or ["nothing was printed"])[-1]
            return f"ended with {self.spent.status}: {last}"
        return f"{self.unproved} unproved" if self.unproved else ""


def measure(shape: str, rules: int, seed: int, mode: str, limit: int) -> Run:
    """The check of that policy."""
    with TemporaryDirectory() as folder:
        path = Path(folder, f"{shape}.spec")
        path.write_text(write_policy(shape, rules, seed).text, encoding="utf-8")
        options = ("--jobs", "1", "--no-cache", "--fail-on", "error", *MODES[mode])
        return Run(shape, rules, seed, mode, run_specdsl(["check", str(path), *options], limit))


def measure_all(args: argparse.Namespace) -> Iterator[Run]:
    """Every shape in both modes, smallest first; one that was stopped is not tried any larger."""
    for mode in args.only:
        for shape in args.shapes:
            for rules in sorted(args.rules):
                runs = [
                    measure(shape, rules, seed, mode, args.limit)
                    for seed in range(args.seed, args.seed + args.seeds)
                ]
                yield from runs
                if any(run.spent.stopped for run in runs):
                    break


def table(runs: Sequence[Run], mode: str, rules: Sequence[int], limit: int) -> str:
    """A row a shape, as `benchmarks/README.md` has it: of several seeds the slowest."""
    head = f"| CPU s, {mode} | {' | '.join(f'{size:,}' for size in rules)} | MiB |"
    lines = [head, "| --- |" + " --- |" * (len(rules) + 1)]
    for shape in dict.fromkeys(run.shape for run in runs):
        of_shape = [run for run in runs if (run.shape, run.mode) == (shape, mode)]
        cells = [_cell([run for run in of_shape if run.rules == size], limit) for size in rules]
        most = max((run.spent.memory for run in of_shape), default=0)
        lines.append(f"| {shape} | {' | '.join(cells)} | {most:,.0f} |")
    return "\n".join(lines)


def _cell(runs: Sequence[Run], limit: int) -> str:
    """The slowest of several seeds, and the most checks that one left unproved."""
    if not runs:
        return "–"
    if any(run.spent.stopped for run in runs):
        return f"> {limit}"
    seconds = f"{max(run.spent.cpu for run in runs):.1f}"
    unproved = max(run.unproved or 0 for run in runs)
    if any(run.unproved is None for run in runs):
        return f"{seconds} (failed)"
    return f"{seconds} ({unproved} unproved)" if unproved else seconds


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__)
    shapes, modes = ", ".join(SHAPES), ", ".join(MODES)
    made.add_argument("--shapes", type=names_from(SHAPES), default=[*SHAPES], help=shapes)
    made.add_argument("--rules", type=_sizes, default=RULES, metavar="N,N…")
    made.add_argument("--seeds", type=count_from(1), default=1, metavar="N", help="of each size")
    made.add_argument("--seed", type=count_from(0), default=1, metavar="N", help="the first one")
    made.add_argument("--limit", type=count_from(1), default=LIMIT, metavar="SECONDS", help="a run")
    made.add_argument("--only", type=names_from(MODES), default=[*MODES], help=modes)
    made.add_argument("--print", action="store_true", help="print the specs and measure nothing")
    return made


def count_from(least: int) -> Callable[[str], int]:
    """Reads a number of at least so many."""

    def read(text: str) -> int:
        if text.isdecimal() and int(text) >= least:
            return int(text)
        raise argparse.ArgumentTypeError(f"`{text}` is no number from {least} on")

    return read


def names_from(known: Iterable[str]) -> Callable[[str], list[str]]:
    """Reads some of the names, with commas between them."""

    def read(text: str) -> list[str]:
        for name in text.split(","):
            if name not in known:
                raise argparse.ArgumentTypeError(f"`{name}` is none of {', '.join(known)}")
        return text.split(",")

    return read


def _sizes(text: str) -> list[int]:
    return [count_from(FEWEST_RULES)(part) for part in text.split(",")]


def main(argv: Sequence[str] | None = None) -> int:
    """1 where not all was settled."""
    args = parser().parse_args(argv)
    if args.print:
        for shape in args.shapes:
            print(*(write_policy(shape, rules, args.seed).text for rules in args.rules), sep="\n")
        return 0
    runs = []
    for run in measure_all(args):
        runs.append(run)
        _report(run)
    for mode in args.only:
        print(f"\n{table(runs, mode, args.rules, args.limit)}")
    faults = [run for run in runs if run.fault]
    print("", *(f"{_name(run)}: {run.fault}" for run in faults), sep="\n")
    print(f"{len(runs)} runs, {len(faults)} of them did not settle everything")
    return int(bool(faults))


def _name(run: Run) -> str:
    return f"{run.shape}, {run.rules:,} rules, seed {run.seed}, {run.mode}"


def _report(run: Run) -> None:
    """A line as soon as it is known, beside the tables."""
    print(f"{_name(run)}: {run.spent.cpu:.2f} s {run.fault}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
