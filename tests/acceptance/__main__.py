"""`python -m tests.acceptance [FOLDER]`: a line of figures a file, each miss on its own line."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.acceptance import suites
from tests.acceptance.run import Options, Verdict, judge
from tests.acceptance.suites import SuitePolicy


def main(arguments: list[str] | None = None) -> int:
    """0 when everything agrees, 1 on any miss, 2 where there is nothing to run."""
    args = _parser().parse_args(arguments)
    where = suites.folder(args.folder)
    paths = [path for path in suites.files(where) if args.file in path.name]
    if not paths:
        print(f"no suites in {where}: NOTHING WAS RUN", file=sys.stderr)
        return 2
    missed = 0
    passed_over: Counter[str] = Counter()
    for path in paths:
        verdicts = tuple(_verdicts(_chosen(path, args.only), args))
        missed += sum(len(verdict.misses) for verdict in verdicts)
        passed_over.update(key for verdict in verdicts for key in verdict.passed_over)
        print(_figures(path, verdicts), flush=True)
        for verdict in verdicts:
            for miss in verdict.misses[: args.misses]:
                print(f"  MISS {verdict.id}: {miss}", flush=True)
            if len(verdict.misses) > args.misses:
                print(f"  MISS {verdict.id}: and {len(verdict.misses) - args.misses} more")
            for dispute in verdict.disputed:
                print(f"  DISPUTED {verdict.id}: {dispute}")
    _say_what_was_passed_over(passed_over, args.no_findings)
    print("everything agrees" if not missed else f"{missed} misses")
    return int(missed > 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance", description=__doc__)
    parser.add_argument("folder", nargs="?", help="default: $SPECDSL_SUITES or ../shared/suites")
    parser.add_argument("--only", metavar="ID", default="", help="policies whose id contains this")
    parser.add_argument("--file", metavar="NAME", default="", help="files whose name contains this")
    parser.add_argument("--no-findings", action="store_true", help="decide only, check nothing")
    parser.add_argument("-j", dest="processes", type=int, default=1, metavar="N", help="processes")
    parser.add_argument("--misses", type=int, default=5, metavar="N", help="shown for one policy")
    parser.add_argument("--seconds", type=float, default=120, metavar="S", help="for one policy")
    return parser


def _chosen(path: Path, only: str) -> tuple[SuitePolicy, ...]:
    return tuple(policy for policy in suites.read(path) if only in policy.id)


def _verdicts(policies: tuple[SuitePolicy, ...], args: argparse.Namespace) -> Iterator[Verdict]:
    options = Options(check=not args.no_findings, seconds=args.seconds)
    if args.processes < 2:
        yield from (judge(policy, options) for policy in policies)
        return
    with ProcessPoolExecutor(args.processes) as pool:
        yield from pool.map(judge, policies, [options] * len(policies), chunksize=4)


def _figures(path: Path, verdicts: Iterable[Verdict]) -> str:
    all_of = tuple(verdicts)
    right = sum(v.right for v in all_of)
    asked = sum(v.situations for v in all_of)
    parts = [f"{len(all_of)} policies", f"{right}/{asked} answers"]
    if refused := sum(v.refused for v in all_of):
        parts.append(f"{refused} refused as they must be")
    if agreed := sum(v.findings for v in all_of):
        parts.append(f"{agreed} keys of findings agree")
    missed = sum(len(v.misses) for v in all_of)
    parts += [f"{missed} misses", f"{sum(v.seconds for v in all_of):.1f} s"]
    return f"{path.name:40} " + " · ".join(parts)


def _say_what_was_passed_over(keys: Counter[str], no_findings: bool) -> None:
    if no_findings:
        print("PASSED OVER: all findings (--no-findings)")
    elif keys:
        told = ", ".join(f"{key} ({count})" for key, count in sorted(keys.items()))
        print(f"PASSED OVER, for want of a check: {told}")


if __name__ == "__main__":
    sys.exit(main())
