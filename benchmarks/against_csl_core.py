"""Our check against that of csl-core on the same rules: `python benchmarks/against_csl_core.py`.

The same on both sides: the facts and their ranges, the conditions, what each rule asks for, the
order of the rules; parsing and imports are not timed. What each side proves:

- both: that a rule can apply, that what it asks for can be, and every pair of rules that apply
  together and cannot both have what they ask for;
- csl-core only: the pairs one by one, and for each decision whether all its rules can hold at once;
- ours only: that no set of three or more rules contradicts, that every rule can ever matter, and
  the simplest situation of each contradiction, which the decision function has replayed.

Levels, values, instructions and unknown facts, which csl-core has not, are not in these rules. The
planted pairs are few and all other rules agree, which costs us nothing and csl-core a question a
pair; with `--random` each rule asks for any outcome, and many contradict. The status
is 1 where a side finds other contradictions than the planted ones, or at random the two differ.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.flat import FlatRule, as_csl, as_spec, flat, tangled
from benchmarks.stages import fresh

MISSING = """csl-core is not installed; this benchmark compares with it:

    pip install 'csl-core==0.6.9'        or, in a checkout of specdsl:  pip install -e '.[bench]'"""

Sets = frozenset[frozenset[str]]


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds from what was parsed to the verdict, of the process's own work and on the clock, and
    the contradictions found, as sets of the names of rules."""

    cpu: float
    wall: float
    found: Sets


@dataclass(frozen=True, slots=True)
class Task:
    """So many rules of a seed: with planted pairs, or each asking for any outcome."""

    size: int
    seed: int
    random: bool = False

    @property
    def rules(self) -> tuple[FlatRule, ...]:
        if self.random:
            return tangled(self.size, self.seed)
        return flat(self.size, self.seed).rules


def ours(task: Task) -> Run:
    """Resolve, rank, lower and all checks that find errors."""
    from benchmarks.checking import prepare, timed
    from benchmarks.stages import total
    from specdsl.base.diagnostics import Severity

    prepare()
    stages, report = timed(as_spec(task.rules), Severity.ERROR)
    spent = total(stages[1:], "all")
    clashes = [f for f in report.findings if f.code.name == "contradiction"]
    # A finding that stands for many names no rules: then the sets differ, and the run fails.
    sets = frozenset(frozenset(f.fields.get("rules", ("many",))) for f in clashes)
    return Run(spent.cpu, spent.wall, sets)


def theirs(task: Task) -> Run:
    """The verification that `cslcore verify` and `CSLCompiler.compile` run."""
    from chimera_core.engines.z3_engine import LogicVerifier
    from chimera_core.language.parser import parse_csl

    constitution = parse_csl(as_csl(task.rules))
    cpu, wall = time.process_time(), time.perf_counter()
    _, issues = LogicVerifier().verify(constitution)
    spent = (time.process_time() - cpu, time.perf_counter() - wall)
    errors = [issue for issue in issues if issue["severity"] == "error"]
    unexpected = [issue["message"] for issue in errors if issue["kind"] != "CONTRADICTION"]
    if unexpected:
        raise RuntimeError(f"csl-core could not verify these rules: {unexpected[0]}")
    return Run(*spent, minimal({frozenset(issue["rules"]) for issue in errors}))


def minimal(sets: set[frozenset[str]]) -> Sets:
    """Those with no other one within."""
    return frozenset(one for one in sets if not any(other < one for other in sets))


def shown(rules: int, our: Run, their: Run, expected: Sets) -> str:
    """A row: seconds of CPU and on the clock, how many times ours theirs took."""
    return (
        f"{rules:6} {our.cpu:9.3f} {their.cpu:12.3f} {their.cpu / our.cpu:9.1f} "
        f"{our.wall:9.3f} {their.wall:12.3f} {their.wall / our.wall:9.1f}   "
        f"{_verdict(our.found, expected):>8} {_verdict(their.found, expected):>10}"
    )


def _verdict(found: Sets, expected: Sets) -> str:
    """How many of the expected ones were found, with what else was."""
    more = len(found - expected)
    return f"{len(found & expected)}/{len(expected)}" + (f" +{more}" if more else "")


HEAD = (
    "              CPU seconds               times       wall seconds            times   "
    "contradictions\n"
    " rules   specdsl     csl-core              specdsl     csl-core              "
    "specdsl   csl-core"
)


def parser() -> argparse.ArgumentParser:
    first, _, rest = (__doc__ or "").partition("\n\n")
    layout = argparse.RawDescriptionHelpFormatter
    made = argparse.ArgumentParser(description=first, epilog=rest, formatter_class=layout)
    made.add_argument("sizes", nargs="*", type=int, default=[25, 50, 100, 200], metavar="SIZE")
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--random", action="store_true", help="rules that ask for any outcome")
    made.add_argument("--print", choices=("spec", "csl"), help="print the rules, measure nothing")
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """2 without csl-core, 1 where the contradictions found are not the expected ones."""
    args = parser().parse_args(argv)
    tasks = [Task(size, args.seed, args.random) for size in args.sizes]
    if args.print:
        say = as_spec if args.print == "spec" else as_csl
        print("\n".join(say(task.rules) for task in tasks))
        return 0
    if find_spec("chimera_core") is None:
        print(MISSING, file=sys.stderr)
        return 2
    print(f"specdsl against csl-core {version('csl-core')}, the same rules, seed {args.seed}")
    print(HEAD, flush=True)
    agreed = [_compared(task) for task in tasks]
    return int(not all(agreed))


def _compared(task: Task) -> bool:
    """Whether both found what was planted, or at random the same, and nothing else."""
    our, their = fresh(ours, task), fresh(theirs, task)
    expected = our.found if task.random else flat(task.size, task.seed).clashes
    print(shown(task.size, our, their, expected), flush=True)
    return our.found == their.found == expected


if __name__ == "__main__":
    sys.exit(main())
