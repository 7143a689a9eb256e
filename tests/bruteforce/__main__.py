"""`python -m tests.bruteforce --seed N --count 2000`: random specs, their findings compared.

Spec number i of a run is that of `seed + i`; of ten, one has many patterns of one text, in two much
is said, in two rules clash, and one is a layer with its base. The last line sums up. Exit status 1
where the check and the enumeration of all situations differ, or where either breaks down.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.bruteforce.compare import Case, Compared, compare
from tests.bruteforce.smallest import smallest
from tests.bruteforce.total import Total


def main(arguments: list[str] | None = None) -> int:
    args = _parser().parse_args(arguments)
    seeds = range(args.seed, args.seed + args.count)
    total = Total(seeds)
    for seed, compared in zip(seeds, _all(seeds, args.most, args.processes), strict=True):
        total.add(seed, compared)
        if compared.misses:
            _show(seed, compared, args.most)
    print("\n".join(total.lines()))
    return int(total.disagree > 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bruteforce", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the first spec")
    parser.add_argument("--count", type=int, default=200, metavar="N", help="of specs")
    parser.add_argument("--most", type=int, default=3_000, metavar="N", help="valuations of a spec")
    parser.add_argument("-j", dest="processes", type=int, default=1, metavar="N", help="processes")
    return parser


def _all(seeds: range, most: int, processes: int) -> Iterator[Compared]:
    one = partial(of_seed, most=most)
    if processes < 2:
        yield from map(one, seeds)
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(one, seeds, chunksize=8)


def of_seed(seed: int, most: int) -> Compared:
    return guarded(Case.of_seed(seed), most)


def guarded(case: Case, most: int) -> Compared:
    """A breakdown of either side is a disagreement too."""
    try:
        return compare(case, most)
    except Exception as error:
        return Compared(misses=(f"{type(error).__name__}: {error}",))


def _show(seed: int, compared: Compared, most: int) -> None:
    """Every difference, and the smallest spec found that has the first of them."""
    for miss in compared.misses:
        print(f"DISAGREE seed {seed}: {miss}", flush=True)
    kind = _kind(compared.misses[0])

    def still(text: str) -> bool:
        case = Case.of_joined(text)
        return case.loads and kind in map(_kind, guarded(case, most).misses)

    text = smallest(Case.of_seed(seed).joined, still)
    print(f"  smallest spec with a difference in {kind}:", flush=True)
    print("\n".join(f"    {line}" for line in text.rstrip().split("\n")))
    for miss in guarded(Case.of_joined(text), most).misses:
        print(f"  there: {miss}", flush=True)


def _kind(miss: str) -> str:
    """The key, or the breakdown."""
    return miss.split(":", maxsplit=1)[0]


if __name__ == "__main__":
    sys.exit(main())
