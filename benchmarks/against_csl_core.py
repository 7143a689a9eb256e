"""Our check against that of csl-core on the same rules: `python benchmarks/against_csl_core.py`.

The same on both sides: the facts and their ranges, the conditions, what each rule asks for, the
order of the rules; parsing and imports are not timed. What each side proves:

- both: that a rule can apply, that what it asks for can be, and every pair of rules that apply
  together and cannot both have what they ask for;
- csl-core only: the pairs one by one, and for each decision whether all its rules can hold at once;
- ours only: that no set of three or more rules contradicts, that every rule can ever matter, and
  the simplest situation of each contradiction, which the decision function has replayed.

Levels, values, instructions and unknown facts, which csl-core has not, are not in these rules. The
status is 1 where either side finds other contradictions than the planted ones.
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

from benchmarks.flat import as_csl, as_spec, flat
from benchmarks.stages import fresh

MISSING = """csl-core is not installed; this benchmark compares with it:

    pip install 'csl-core==0.6.9'        or, in a checkout of specdsl:  pip install -e '.[bench]'"""

Pairs = frozenset[frozenset[str]]


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds from what was parsed to the verdict, of the process's own work and on the clock, and
    the contradictions found, as sets of the names of rules."""

    cpu: float
    wall: float
    found: Pairs


def ours(rules: int, seed: int) -> Run:
    """Resolve, rank, lower and all checks that find errors."""
    from benchmarks.checking import prepare, timed
    from benchmarks.stages import total
    from specdsl.diagnostics import Severity

    prepare()
    stages, report = timed(as_spec(flat(rules, seed).rules), Severity.ERROR)
    spent = total(stages[1:], "all")
    clashes = [f.fields["rules"] for f in report.findings if f.code.name == "contradiction"]
    return Run(spent.cpu, spent.wall, frozenset(frozenset(names) for names in clashes))


def theirs(rules: int, seed: int) -> Run:
    """The verification that `cslcore verify` and `CSLCompiler.compile` run."""
    from chimera_core.engines.z3_engine import LogicVerifier
    from chimera_core.language.parser import parse_csl

    constitution = parse_csl(as_csl(flat(rules, seed).rules))
    cpu, wall = time.process_time(), time.perf_counter()
    _, issues = LogicVerifier().verify(constitution)
    spent = (time.process_time() - cpu, time.perf_counter() - wall)
    errors = [issue for issue in issues if issue["severity"] == "error"]
    unexpected = [issue["message"] for issue in errors if issue["kind"] != "CONTRADICTION"]
    if unexpected:
        raise RuntimeError(f"csl-core could not verify these rules: {unexpected[0]}")
    return Run(*spent, frozenset(frozenset(issue["rules"]) for issue in errors))


def shown(rules: int, our: Run, their: Run, planted: Pairs) -> str:
    """A row: seconds of CPU and on the clock, how many times ours theirs took."""
    return (
        f"{rules:6} {our.cpu:9.3f} {their.cpu:12.3f} {their.cpu / our.cpu:9.1f} "
        f"{our.wall:9.3f} {their.wall:12.3f} {their.wall / our.wall:9.1f}   "
        f"{_verdict(our.found, planted):>8} {_verdict(their.found, planted):>10}"
    )


def _verdict(found: Pairs, planted: Pairs) -> str:
    """How many of the planted pairs were found, with what else was."""
    more = len(found - planted)
    return f"{len(found & planted)}/{len(planted)}" + (f" +{more}" if more else "")


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
    made.add_argument("--print", choices=("spec", "csl"), help="print the rules, measure nothing")
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """2 without csl-core, 1 where the contradictions found are not the planted ones."""
    args = parser().parse_args(argv)
    if args.print:
        say = as_spec if args.print == "spec" else as_csl
        print("\n".join(say(flat(size, args.seed).rules) for size in args.sizes))
        return 0
    if find_spec("chimera_core") is None:
        print(MISSING, file=sys.stderr)
        return 2
    print(f"specdsl against csl-core {version('csl-core')}, the same rules, seed {args.seed}")
    print(HEAD, flush=True)
    agreed = [_compared(size, args.seed) for size in args.sizes]
    return int(not all(agreed))


def _compared(rules: int, seed: int) -> bool:
    """Whether both found what was planted and nothing else."""
    planted = flat(rules, seed).clashes
    our, their = fresh(ours, rules, seed), fresh(theirs, rules, seed)
    print(shown(rules, our, their, planted), flush=True)
    return our.found == their.found == planted


if __name__ == "__main__":
    sys.exit(main())
