"""`python -m tests.acceptance.tau FILE.json`: labelled tool calls against an example's spec.

A case's facts, filled up with the schema's defaults, are decided; its label is the outcome of the
decision `call`. Where the spec's rules name in their `source` the rules of the file, the rules that
the case violates have to be those that ask for `deny`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import specdsl

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Miss:
    """A case that was not decided as labelled, in words."""

    case: str
    what: str

    def __str__(self) -> str:
        return f"MISS {self.case}: {self.what}"


def main(arguments: list[str] | None = None) -> int:
    """0 when every case is decided as labelled, else 1; 2 where the spec is not there."""
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance.tau", description=__doc__)
    parser.add_argument("file", type=Path, help="cases, in the form of airline_cases.dev.json")
    parser.add_argument("--spec", type=Path, help="default: that of the example for its domain")
    args = parser.parse_args(arguments)
    data = json.loads(args.file.read_text(encoding="utf-8"))
    path = args.spec or spec_for(data["domain"])
    if not path.is_file():
        print(f"no spec {path}", file=sys.stderr)
        return 2
    cases = data["cases"]
    misses = tuple(score(path, data))
    for miss in misses:
        print(miss)
    wrong = len({miss.case for miss in misses})
    print(f"{args.file.name}: {len(cases) - wrong}/{len(cases)} cases as labelled by {path}")
    return int(wrong > 0)


def spec_for(domain: str) -> Path:
    """The example's corrected spec: `examples/airline/airline.spec`."""
    return ROOT / "examples" / domain / f"{domain}.spec"


def score(path: Path, data: Mapping[str, Any]) -> Iterator[Miss]:
    """Every case that the spec decides otherwise than labelled."""
    policy = specdsl.compile(specdsl.load(path), checked=False)
    defaults = {fact["name"]: fact.get("default") for fact in data["facts_schema"]}
    for case in data["cases"]:
        try:
            got = policy.decide({**defaults, **case["facts"]})["call"]
        except Exception as error:
            yield Miss(case["id"], f"{type(error).__name__}: {' '.join(str(error).split())}")
            continue
        if got != case["expected"]:
            violated = ", ".join(case["violated_rules"]) or "none"
            yield Miss(case["id"], f"{got}, expected {case['expected']} (violated: {violated})")


if __name__ == "__main__":
    sys.exit(main())
