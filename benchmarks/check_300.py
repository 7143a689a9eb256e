"""Times `check` on generated specs and prints what it found: `python benchmarks/check_300.py`."""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.generate import Generated, spec
from specdsl.diagnostics import Report


@dataclass(frozen=True, slots=True)
class Timing:
    """Wall seconds to load and to check, and the peak of the process's memory, in MiB."""

    rules: int
    load: float
    check: float
    memory: float
    report: Report
    wrong: tuple[str, ...]  # planted but not found, or found but not planted


def measure(rules: int, seed: int) -> Timing:
    """One size, in this process: run it in a fresh one where the memory matters."""
    import specdsl

    generated = spec(rules, seed)
    start = time.perf_counter()
    loaded = specdsl.loads(generated.text, name=f"bench_{rules}.spec")
    between = time.perf_counter()
    report = specdsl.check(loaded)
    end = time.perf_counter()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    wrong = faults(generated, report)
    return Timing(rules, between - start, end - between, memory, report, wrong)


def faults(generated: Generated, report: Report) -> tuple[str, ...]:
    """In words: what was planted and is not reported, and clashes that were not planted."""
    clashes = {
        frozenset(finding.fields["rules"])
        for finding in report.findings
        if finding.code.name == "contradiction"
    }
    unreachable = {
        finding.fields["rules"][0]
        for finding in report.findings
        if finding.code.name in {"unreachable-rule", "dead-rule"}
    }
    planted = {frozenset(pair) for pair in generated.clashes}
    lost = [f"missing clash {'/'.join(sorted(pair))}" for pair in planted - clashes]
    more = [f"clash not planted {'/'.join(sorted(pair))}" for pair in clashes - planted]
    hidden = [f"missing {name}" for name in generated.shadowed if name not in unreachable]
    return tuple(sorted([*lost, *more, *hidden]))


def shown(timing: Timing) -> str:
    """A line for people."""
    counts = Counter(finding.code.name for finding in timing.report.findings)
    found = ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "nothing"
    return (
        f"{timing.rules:6} rules: load {timing.load:.2f} s, check {timing.check:.2f} s, "
        f"peak {timing.memory:.0f} MiB; found {found}; {len(timing.report.unproved)} unproved"
    )


def main() -> int:
    """1 where what was planted was not what was found, or a check was left unproved."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[100, 300], help="numbers of rules")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--print", action="store_true", help="print the specs and measure nothing")
    args = parser.parse_args()
    wrong = False
    for rules in args.sizes:
        if args.print:
            print(spec(rules, args.seed).text)
            continue
        with multiprocessing.get_context("spawn").Pool(1) as fresh:
            timing = fresh.apply(measure, (rules, args.seed))
        print(shown(timing), flush=True)
        wrong = wrong or bool(timing.wrong or timing.report.unproved)
        for fault in timing.wrong:
            print(f"        {fault}")
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
