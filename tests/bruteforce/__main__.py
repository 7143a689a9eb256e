"""`python -m tests.bruteforce --seed N --count 2000`: random specs, their findings compared.

Spec number i of a run is that of `seed + i`; of fifteen, one has many patterns of one text, in two
much is said, in two rules clash, one is a layer with its base, two relate numbers, one relates
dates and durations, one is a chain of overrides, and one has a decision of many outcomes. `--kind`
makes them all of one. The last line sums up. Exit status 1 where the check and the enumeration of
all situations differ, or where either breaks down.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.bruteforce.compare import Case, Compared, compare
from tests.bruteforce.smallest import smallest
from tests.bruteforce.total import Total
from tests.random_specs import KINDS as SPECS
from tests.random_specs import random_of_kind


def main(arguments: list[str] | None = None) -> int:
    args = _parser().parse_args(arguments)
    seeds = range(args.seed, args.seed + args.count)
    total = Total(seeds)
    case = partial(of_one_kind, args.kind) if args.kind else Case.of_seed
    all_compared = _all(seeds, partial(_compared, case, args.most), args.processes)
    for seed, compared in zip(seeds, all_compared, strict=True):
        total.add(seed, compared)
        if compared.misses:
            _show(seed, case(seed), compared, args.most)
    print("\n".join(total.lines()))
    return int(total.disagree > 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bruteforce", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the first spec")
    parser.add_argument("--count", type=int, default=200, metavar="N", help="of specs")
    parser.add_argument("--kind", choices=SPECS, help="of all of them; default: all in turn")
    parser.add_argument("--most", type=int, default=3_000, metavar="N", help="valuations of a spec")
    parser.add_argument("-j", dest="processes", type=int, default=1, metavar="N", help="processes")
    return parser


def _all(seeds: range, compared: Callable[[int], Compared], processes: int) -> Iterator[Compared]:
    if processes < 2:
        yield from map(compared, seeds)
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(compared, seeds, chunksize=8)


def of_one_kind(kind: str, seed: int) -> Case:
    return Case(random_of_kind(kind, seed))


def _compared(case: Callable[[int], Case], most: int, seed: int) -> Compared:
    return guarded(case(seed), most)


def guarded(case: Case, most: int) -> Compared:
    """A breakdown of either side is a disagreement too."""
    try:
        return compare(case, most)
    except Exception as error:
        return Compared(misses=(f"{type(error).__name__}: {error}",))


def _show(seed: int, case: Case, compared: Compared, most: int) -> None:
    """Every difference, and the smallest spec found that has the first of them."""
    for miss in compared.misses:
        print(f"DISAGREE seed {seed}: {miss}", flush=True)
    kind = _kind(compared.misses[0])

    def still(text: str) -> bool:
        one = Case.of_joined(text)
        return one.loads and kind in map(_kind, guarded(one, most).misses)

    text = smallest(case.joined, still)
    print(f"  smallest spec with a difference in {kind}:", flush=True)
    print("\n".join(f"    {line}" for line in text.rstrip().split("\n")))
    for miss in guarded(Case.of_joined(text), most).misses:
        print(f"  there: {miss}", flush=True)


def _kind(miss: str) -> str:
    """The key, or the breakdown."""
    return miss.split(":", maxsplit=1)[0]


if __name__ == "__main__":
    sys.exit(main())
