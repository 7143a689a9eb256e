"""Random specs put to reference interpreter, emitted module and circuit: a line of figures, or the
smallest spec and situation on which they disagree."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from random import Random

from specdsl.semantics import reference
from tests.agreement.asked import Asked, asked_at_random, asked_of_suites
from tests.agreement.engines import BATCH, ENGINES, first_difference
from tests.agreement.judges import Judges, Situation
from tests.agreement.parquet_files import file_difference
from tests.agreement.smallest import smallest
from tests.random_specs import Draft, random_draft, random_situation

SITUATIONS = 20  # of a spec
EVERY = 500  # specs, a line of progress
MANY = 1_000_000  # seeds of specs between two seeds of a run


def main(arguments: list[str] | None = None) -> int:
    """0 where all agree, else 1, after the first disagreement."""
    parser = argparse.ArgumentParser(prog="python -m tests.agreement", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--count", type=int, default=1_000, metavar="N", help="specs")
    parser.add_argument(
        "--engines", default="", metavar="NAMES", help=f"instead of these: {', '.join(ENGINES)}"
    )
    parser.add_argument("--files", type=int, default=0, metavar="N", help="Parquet files, as well")
    parser.add_argument("--suites", action="store_true", help="the suites for the engines, as well")
    args = parser.parse_args(arguments)
    if args.engines:
        return _ask_engines(args)
    start, seen = time.perf_counter(), Counter[str]()
    for number in range(args.count):
        seed = args.seed * MANY + number
        draft = random_draft(seed, small=number % 2 == 0)
        found = _disagreement(draft, Random(seed), seen)
        if found is not None:
            print(f"seed {args.seed}, spec {number}: they disagree\n{_shown(draft, found)}")
            return 1
        if (number + 1) % EVERY == 0:
            print(_figures(seen, start), file=sys.stderr)
    print(f"seed {args.seed}: {_figures(seen, start)}, all agree")
    return 0


def _ask_engines(args: argparse.Namespace) -> int:
    """Random specs, and suites, put to engines that answer many at once."""
    start, seen, engines = time.perf_counter(), Counter[str](), args.engines.split(",")
    numbers = range(args.count)
    batches = [numbers[i : i + BATCH] for i in range(0, args.count, BATCH)]
    for batch in (*batches, *([None] if args.suites else [])):
        if batch is None:
            asked = asked_of_suites()
            if not asked:
                print("no suites: THEY WERE NOT ASKED", file=sys.stderr)
        else:
            seeds = [(args.seed * MANY + i, i % 2 == 0) for i in batch]
            asked = [asked_at_random(seed, small, SITUATIONS) for seed, small in seeds]
        found = first_difference(asked, engines)
        if found:
            print(f"seed {args.seed}: they disagree\n{found}")
            return 1
        found = _difference_of_files(asked[: max(args.files - seen["specs"], 0)])
        if found:
            print(f"seed {args.seed}: a file differs on DuckDB and Spark\n{found}")
            return 1
        seen["specs"] += len(asked)
        seen["situations"] += sum(len(one.situations) for one in asked)
        print(f"{seen['specs']} specs, {seen['situations']} situations", file=sys.stderr)
    took = time.perf_counter() - start
    figures = f"{seen['specs']} specs, {seen['situations']} situations, {took:.0f} s"
    print(f"seed {args.seed}: {args.engines}: {figures}, all agree")
    return 0


def _difference_of_files(asked: Sequence[Asked]) -> str:
    """The first row that differs on DuckDB and Spark, with its spec; empty where all agree."""
    for one in asked:
        found = file_difference(one)
        if found:
            return f"{one.text}\n{found}"
    return ""


def _disagreement(draft: Draft, random: Random, seen: Counter[str]) -> Situation | None:
    judges = Judges(draft.text)
    seen["specs"] += 1
    for _ in range(SITUATIONS):
        situation = random_situation(random, judges.spec)
        if judges.differences(situation):
            return situation
        seen["situations"] += 1
        answer = reference.decide(judges.spec, situation["facts"], situation["says"])
        seen["bad input"] += bool(answer.faults)
        seen["failed"] += answer.any_failed
    return None


def _shown(draft: Draft, situation: Situation) -> str:
    small, shows = smallest(draft, situation, lambda judges, s: bool(judges.differences(s)))
    return "\n".join((*Judges(small.text).differences(shows), small.text, str(shows)))


def _figures(seen: Counter[str], start: float) -> str:
    kinds = f"{seen['bad input']} bad input, {seen['failed']} contradictions"
    took = time.perf_counter() - start
    return f"{seen['specs']} specs, {seen['situations']} situations ({kinds}), {took:.0f} s"


if __name__ == "__main__":
    sys.exit(main())
