"""`python -m tests.bruteforce --seed N --count 2000`: random specs, their findings compared.

Spec number i of a run is that of `seed + i`; of ten, in two much is said, in two rules clash, and
one is a layer with its base. Exit status 1 where the check and the enumeration of all situations
differ, or where either breaks down.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.bruteforce.compare import Case, Compared, compare
from tests.bruteforce.smallest import smallest


def main(arguments: list[str] | None = None) -> int:
    args = _parser().parse_args(arguments)
    seeds = range(args.seed, args.seed + args.count)
    agree: Counter[str] = Counter()
    passed_over: Counter[str] = Counter()
    missed = 0
    seconds = [0.0, 0.0]
    for seed, compared in zip(seeds, _all(seeds, args.most, args.processes), strict=True):
        agree.update(compared.agree)
        passed_over.update(f"{key}: {why}" for key, why in compared.passed_over.items())
        passed_over.update([f"whole specs: {compared.too_large}"] if compared.too_large else [])
        seconds[0] += compared.check_seconds
        seconds[1] += compared.enumeration_seconds
        missed += bool(compared.misses)
        if compared.misses:
            _show(seed, compared, args.most)
    _sum_up(args, agree, passed_over, seconds)
    print("everything agrees" if not missed else f"{missed} specs on which they DISAGREE")
    return int(missed > 0)


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
        print(f"DISAGREE seed {seed}: {miss}")
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


def _sum_up(
    args: argparse.Namespace, agree: Counter[str], passed_over: Counter[str], seconds: list[float]
) -> None:
    print(f"{args.count} specs from seed {args.seed}; findings compared, by kind:")
    for key, count in agree.items():
        print(f"  {key:34} {count:7}")
    for what, count in sorted(passed_over.items()):
        print(f"PASSED OVER {count} times: {what}")
    print(f"check {seconds[0]:.0f} s, enumeration {seconds[1]:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
