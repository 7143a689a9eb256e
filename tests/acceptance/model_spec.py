"""`python -m tests.acceptance.model_spec FILE.jsonl`: cases of the Model Spec against its encoding.

A case names the version of the text that it follows from; its situation is decided with the
encoding of that version (of each that is encoded, where it names several). It passes where each
expected decision has an outcome that is expected or acceptable, and none has a forbidden one.
A fact that the encoding does not declare is left out. Beside it stands what the declarations alone,
without a rule, decide: what they get wrong only rules can get right.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import specdsl
from specdsl.runtime.results import Explanation

ROOT = Path(__file__).resolve().parent.parent.parent
ENCODING = ROOT / "rules" / "model_spec"
NEWEST = "2025-12-18"

Case = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Miss:
    """A case that was not decided as demanded: what differs, and how it came about."""

    case: Case
    version: str
    faults: tuple[str, ...]
    explanation: str

    def __str__(self) -> str:
        head = f"MISS {self.case['id']} [{self.version}]: {'; '.join(self.faults)}"
        note = f"  demanded: {self.case['note']}"
        lines = (f"  {line}" for line in self.explanation.splitlines())
        return "\n".join((head, f"  {self.case['situation']}", note, *lines))


def main(arguments: list[str] | None = None) -> int:
    """0 where at least 95 % are decided as demanded, of all and of those that take a rule."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.acceptance.model_spec", description=__doc__
    )
    parser.add_argument("file", type=Path, help="cases, one a line, as JSON")
    args = parser.parse_args(arguments)
    cases = [json.loads(line) for line in args.file.read_text("utf-8").splitlines() if line]
    misses = {case["id"]: found for case in cases if (found := misses_of(case))}
    for found in misses.values():
        print(*found, sep="\n")
    hard = [case["id"] for case in cases if any(faults_without_rules(case))]
    all_right = summary(args.file.name, [case["id"] for case in cases], misses)
    hard_right = summary("of those that declarations without rules get wrong", hard, misses)
    return int(not (all_right and hard_right))


def summary(name: str, cases: list[str], misses: Mapping[str, Any]) -> bool:
    """Print how many of the cases are decided as demanded; true where they are enough."""
    right = sum(case not in misses for case in cases)
    share = 100 * right / len(cases) if cases else 100.0
    print(f"{name}: {right}/{len(cases)} decided as demanded, {share:.1f} %")
    return share >= 95


def misses_of(case: Case) -> tuple[Miss, ...]:
    """Where it is not decided as demanded, by each version that it names and that is encoded."""
    named = [case["version"]] if isinstance(case["version"], str) else case["version"]
    encoded = [version for version in named if path_of(version).is_file()]
    if not encoded:
        return (Miss(case, named[0], ("no text that it names is encoded",), ""),)
    return tuple(found for version in encoded for found in judge(case, version))


def path_of(version: str) -> Path:
    """The encoding of a version: the newest is the layer that adds the last chapter."""
    dated = ENCODING / "versions" / f"{version}.spec"
    return ENCODING / "under_18.spec" if version == NEWEST else dated


def judge(case: Case, version: str) -> Iterator[Miss]:
    """The miss, if it is one."""
    try:
        decision = decide(path_of(version), case)
    except (specdsl.BadInput, specdsl.Contradiction) as error:
        yield Miss(case, version, (type(error).__name__,), str(error))
        return
    faults = tuple(faults_of(case, decision))
    if faults:
        named = {*case["expected"], *case["forbidden"]} & {*decision}
        traces = tuple(trace for trace in decision.traces if trace.name in named)
        yield Miss(case, version, faults, str(Explanation(traces, {})))


def decide(path: Path, case: Case) -> specdsl.Decision:
    """The situation of the case, decided by the spec at `path`."""
    known, policy = encoding(path)
    facts = {name: value for name, value in case["facts"].items() if name in known}
    says = [specdsl.Instruction(**said) for said in case["says"]]
    return policy.decide(facts, says)


def faults_of(case: Case, decision: Mapping[str, str]) -> Iterator[str]:
    """What was decided otherwise than demanded, a decision each."""
    for name, outcome in case["expected"].items():
        right = [outcome, *case["acceptable"].get(name, ())]
        if decision.get(name) not in right:
            yield f"{name} is {decision.get(name)}, demanded {' or '.join(right)}"
    for name, outcomes in case["forbidden"].items():
        if decision.get(name) in outcomes:
            yield f"{name} is {decision[name]}, which is forbidden"


def faults_without_rules(case: Case) -> Iterable[str]:
    """What the declarations alone decide otherwise than demanded."""
    try:
        return faults_of(case, decide(ENCODING / "vocabulary.spec", case))
    except (specdsl.BadInput, specdsl.Contradiction) as error:
        return (str(error),)


@cache
def encoding(path: Path) -> tuple[frozenset[str], specdsl.Policy]:
    """The facts that a spec declares, and what decides by it."""
    spec = specdsl.load(path)
    facts = frozenset(fact.name for fact in spec.model.facts)
    return facts, specdsl.compile(spec, checked=False)


if __name__ == "__main__":
    sys.exit(main())
