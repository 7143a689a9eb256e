"""`python -m tests.second_opinion --each N`: N specs of every shape of the benchmarks, checked, and
judged by another solver. Each spec has a line, and so has each answer that differs; those that are
missing are counted; the last line sums up. Exit status 1 where an answer differs, or where either
side breaks down.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from benchmarks.policies import FEWEST_RULES, SHAPES
from tests.second_opinion.judged import Judged, Written, judge


def main(arguments: list[str] | None = None) -> int:
    args = _parser().parse_args(arguments)
    seeds = range(args.seed, args.seed + args.each)
    several = [Written(shape, args.rules, seed) for shape in args.shapes for seed in seeds]
    judged = []
    for one in _all(several, args.seconds, args.processes):
        print("\n".join(one.lines()), flush=True)
        judged.append(one)
    print(summary(judged))
    return int(any(one.differing for one in judged))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.second_opinion", description=__doc__)
    parser.add_argument(
        "--shapes", type=_shapes, default=tuple(SHAPES), metavar="SHAPES", help=", ".join(SHAPES)
    )
    parser.add_argument("--each", type=int, default=4, metavar="N", help="specs of each shape")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the first of each")
    parser.add_argument("--rules", type=int, default=FEWEST_RULES, metavar="N", help="of a spec")
    parser.add_argument("--seconds", type=float, default=3, metavar="S", help="for a question")
    parser.add_argument("-j", dest="processes", type=int, default=1, metavar="N", help="processes")
    return parser


def _shapes(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if unknown := [name for name in names if name not in SHAPES]:
        raise argparse.ArgumentTypeError(f"there is no shape {', '.join(unknown)}")
    return names


def _all(several: Sequence[Written], seconds: float, processes: int) -> Iterator[Judged]:
    one = partial(_guarded, seconds)
    if processes < 2:
        yield from map(one, several)
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(one, several)


def _guarded(seconds: float, written: Written) -> Judged:
    """A breakdown of either side is a disagreement too."""
    try:
        return judge(written, seconds)
    except Exception as error:
        broken = (f"{type(error).__name__}: {error}",)
        return Judged(written.name, 0, broken, (), (), (), 0, 0)


def summary(judged: Sequence[Judged]) -> str:
    """In one line, to be quoted."""
    differ = sum(bool(one.differing) for one in judged)
    verdict = f"{differ} DISAGREE" if differ else "no disagreement"
    silent = sum(len(one.silent) for one in judged)
    left_open = sum(len(one.left_open) for one in judged)
    check = sum(one.check_seconds for one in judged)
    opinion = sum(one.opinion_seconds for one in judged)
    return (
        f"{len(judged)} specs: {verdict}; {sum(one.agreed for one in judged):,} answers agree, "
        f"{silent} not given, {left_open} left unproved by the check; check {check:.0f} s, "
        f"opinion {opinion:.0f} s"
    )


if __name__ == "__main__":
    sys.exit(main())
