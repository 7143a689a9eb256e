"""Times one decision by our emitted module and by other engines, on the same prioritised rules:
`python -m benchmarks.decide`. All engines are timed in turns, in rounds, in seconds of CPU of this
process; each decision of each engine is compared with the first rule that applies. The status is 1
where an engine decides otherwise, never for being slow."""

from __future__ import annotations

import argparse
import platform
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.c_extension import has_compiler
from benchmarks.decision_engines import ENGINES, Decide, Engine
from benchmarks.decision_picture import write_picture
from benchmarks.prioritised import first_outcome, prioritised_rules, requests
from benchmarks.shapes import count_from, names_from

WORKLOADS = ("uniform", "scoped")
ROUNDS = 7


@dataclass(eq=False)
class Contestant:
    """An engine with the rules of a workload, and what its rounds took, in µs a decision."""

    engine: Engine
    decide: Decide
    given: list[Any]
    expected: list[str]
    times: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    def wrong_answers(self) -> int:
        """Return how many requests it decides otherwise than the first rule that applies."""
        pairs = zip(self.given, self.expected, strict=True)
        return sum(self.decide(one) != outcome for one, outcome in pairs)

    def run_round(self) -> None:
        decide, given = self.decide, self.given
        start = time.process_time()
        for one in given:
            decide(one)
        self.times.append((time.process_time() - start) / len(given) * 1e6)


def contestants(kind: str, count: int, engines: Sequence[Engine]) -> Iterator[Contestant]:
    """Yield the engines that are tried on so many rules of a workload."""
    rules = prioritised_rules(kind, count)
    facts = requests(max(engine.calls for engine in engines))
    for engine in engines:
        if count <= engine.most:
            some = facts[: engine.calls]
            decide, request_of = engine.make(rules)
            expected = [first_outcome(rules, one) for one in some]
            yield Contestant(engine, decide, [request_of(one) for one in some], expected)


def installed(engine: Engine) -> str | None:
    """Return the version of the engine's package; None if what it needs is not there."""
    if engine.compiler and not has_compiler():
        return None
    try:
        return version(engine.package)
    except PackageNotFoundError:
        return None


def table(found: dict[tuple[str, int], list[Contestant]], engines: Sequence[Engine]) -> str:
    """Return the medians in µs, and how many times ours they are."""
    head = " | ".join(f"{kind} {count:,}" for kind, count in found)
    lines = [f"| µs a decision (times ours) | {head} |", f"| --- |{' --- |' * len(found)}"]
    for engine in engines:
        cells = []
        for some in found.values():
            ours = some[0].median
            mine = [one.median for one in some if one.engine is engine]
            cells.append(f"{mine[0]:,.2f} ({mine[0] / ours:,.1f})" if mine else "–")
        lines.append(f"| {engine.name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--rules", type=_sizes, default=[10, 100, 1_000, 5_000], metavar="N,N…")
    made.add_argument("--workloads", type=names_from(WORKLOADS), default=[*WORKLOADS])
    made.add_argument("--rounds", type=count_from(1), default=ROUNDS, metavar="N")
    made.add_argument("--ours", action="store_true", help="without other engines")
    made.add_argument("--picture", type=Path, metavar="FILE", help="write a picture, too (SVG)")
    return made


def _sizes(text: str) -> list[int]:
    return [count_from(1)(part) for part in text.split(",")]


def main(argv: Sequence[str] | None = None) -> int:
    """Return 1 if an engine decides otherwise than the rules say."""
    args = parser().parse_args(argv)
    wanted = [one for one in ENGINES if one.package == "specdsl" or not args.ours]
    engines = [one for one in wanted if installed(one)]
    for engine in ENGINES:
        if not installed(engine):
            how = "gcc and Python's headers" if engine.compiler else "pip install -e '.[bench]'"
            print(f"{engine.name}: not installed ({how})", file=sys.stderr)
    found: dict[tuple[str, int], list[Contestant]] = {}
    wrong = 0
    for kind in args.workloads:
        for count in args.rules:
            some = found[kind, count] = list(contestants(kind, count, engines))
            for one in some:
                missed = one.wrong_answers()
                wrong += missed
                if missed:
                    print(f"{kind} {count}: {one.engine.name} decides {missed} otherwise")
            for _ in range(args.rounds):
                for one in some:
                    one.run_round()
            print(f"{kind}, {count:,} rules: done", file=sys.stderr, flush=True)
    print(table(found, engines))
    if args.picture:
        write_picture(
            {case: {one.engine.name: one.median for one in some} for case, some in found.items()},
            args.picture,
        )
    versions = sorted({f"{one.package} {installed(one)}" for one in engines})
    print(f"\nPython {platform.python_version()}, {platform.machine()}; {', '.join(versions)}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
