"""Times `check` on generated specs, stage by stage, and tests what it finds against what was
planted: `python benchmarks/check.py`. The status is 1 where that differs; never for being slow."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.checking import Measured, Task, measure
from benchmarks.generate import MAX_RULES
from benchmarks.stages import Stage, fresh, total
from specdsl.api import process_count
from specdsl.base.diagnostics import Severity

SECONDS = {300: 0.5, 1_000: 2.0, 10_000: 10.0, 50_000: 120.0}
"""What all errors of so many rules, none of them tangled, may take from the parsed spec on."""
MAX_WRONG = 20  # that are shown
MEMORY = {10_000: 500.0}  # in MB, that is 10^6 bytes


def shown(measured: Measured) -> str:
    """A table of the stages, then what was found."""
    task, all_of_it = measured.task, total(measured.stages, "from the parsed spec to the report")
    kind = "tangled rules" if task.tangled else "rules"
    wanted = "errors only" if task.least is Severity.ERROR else "errors, warnings and notes"
    head = f"{task.rules:,} {kind}, seed {task.seed}: {wanted}"
    columns = f"{head:46} {'CPU s':>9} {'wall s':>9} {'questions':>10}"
    rows = [_row(one) for one in (*measured.stages, all_of_it)]
    parsed = f"parsing before that {measured.parse.cpu:.2f} s of CPU"
    memory = f"  {parsed}; peak of the process, with it, {measured.memory:.0f} MiB"
    return "\n".join([columns, *rows, memory, *_found(measured), ""])


def _row(stage: Stage) -> str:
    return f"  {stage.name:44} {stage.cpu:9.3f} {stage.wall:9.3f} {stage.questions:10,}"


def _found(measured: Measured) -> list[str]:
    found = ", ".join(f"{count:,} {name}" for name, count in measured.found) or "nothing"
    chance = f", and {measured.by_chance} unreachable by chance" if measured.by_chance else ""
    planted = f": all that was planted{chance}"
    verdict = "" if measured.task.tangled or measured.wrong else planted
    unproved = [f"  unproved: {name}" for name in measured.unproved]
    wrong = [f"  {fault}" for fault in measured.wrong[:MAX_WRONG]]
    more = len(measured.wrong) - len(wrong)
    rest = [f"  and {more:,} more that are missing or not planted"] if more else []
    return [f"  found {found}{verdict}", *wrong, *rest, *unproved]


def summary(runs: Sequence[Measured]) -> str:
    """A row a size: what `shown` says of it, from the parsed spec to the report."""
    head = (
        f"{'rules':>7} {'CPU s':>9} {'wall s':>9} {'questions':>10} {'peak MiB':>9}  of its limit"
    )
    return "\n".join([head, *map(_summed, runs)])


def _summed(run: Measured) -> str:
    spent = total(run.stages, "all")
    numbers = f"{spent.cpu:9.2f} {spent.wall:9.2f} {spent.questions:10,} {run.memory:9.0f}"
    used = [f"{of:.2f} of {name}" for name, of in used_up(run)]
    return f"{run.task.rules:7,} {numbers}  {', '.join(used) or '-'}"


def used_up(run: Measured) -> list[tuple[str, float]]:
    """Of each limit that is set for this task, by its name, the part that was used: 1.0 is all."""
    task, spent = run.task, total(run.stages, "all")
    if task.tangled or task.least is not Severity.ERROR:
        return []
    found = []
    if task.rules in SECONDS:
        most = SECONDS[task.rules]
        found += [
            (f"{most:g} s (wall)", spent.wall / most),
        ]
        if task.jobs == 1:
            found.insert(0, (f"{most:g} s (CPU)", spent.cpu / most))
    if task.rules in MEMORY and task.jobs == 1:
        most = MEMORY[task.rules]
        found.append((f"{most:g} MB", run.memory * 2**20 / 1e6 / most))
    return found


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("sizes", nargs="*", type=_size, default=[100, 300, 1000], metavar="SIZE")
    made.add_argument("--all", action="store_true", help="warnings and notes too")
    made.add_argument("--random", action="store_true", help="specs with very many contradictions")
    made.add_argument(
        "--jobs", type=int, help="at most so many processes; without it, as `specdsl check`"
    )
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--print", action="store_true", help="print the specs and measure nothing")
    return made


def _size(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= MAX_RULES:
        return int(text)
    raise argparse.ArgumentTypeError(f"`{text}` is no number from 1 to {MAX_RULES:,}")


def main(argv: Sequence[str] | None = None) -> int:
    """1 where what was planted was not what was found, or a check was left unproved."""
    args = parser().parse_args(argv)
    least = Severity.NOTE if args.all else Severity.ERROR
    runs: list[Measured] = []
    for size in args.sizes:
        jobs = args.jobs or process_count(size)
        task = Task(size, args.seed, least, args.random, jobs)
        if args.print:
            print(task.generated.text)
            continue
        runs.append(fresh(measure, task))
        print(shown(runs[-1]), flush=True)
    if len(runs) > 1:
        print(summary(runs))
    return int(any(run.wrong or run.unproved for run in runs))


if __name__ == "__main__":
    sys.exit(main())
