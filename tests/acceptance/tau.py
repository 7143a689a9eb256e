"""`python -m tests.acceptance.tau FILE.json`: labelled tool calls against an example's spec.

A case's facts, filled up with the schema's defaults, are decided, with what the user says about
the call; its label is the outcome of the decision `call`. A spec's rules name in their `source` the
rules of the file: those that the case violates have to be the ones that stand against `allow`, each
of them and no other.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import specdsl
from specdsl.runtime.results import DecisionTrace

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLES = {"airline": "airline", "retail": "shop"}
ID = re.compile(r"\(([A-Z]+(?:-[A-Z]+)+)\)$")  # at the end of a rule's `source`


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
    """The spec of the example for a domain: `examples/airline/airline.spec`."""
    name = EXAMPLES.get(domain, domain)
    return ROOT / "examples" / name / f"{name}.spec"


def score(path: Path, data: Mapping[str, Any]) -> Iterator[Miss]:
    """What of every case is decided otherwise than labelled."""
    spec = specdsl.load(path)
    policy, ids = specdsl.compile(spec, checked=False), labels(spec)
    wanted = {rule["id"] for rule in data.get("rules", ())}
    if missing := wanted.difference(ids.values()):
        yield Miss("rules", f"no rule of the spec names {', '.join(sorted(missing))}")
    defaults = {fact["name"]: fact.get("default") for fact in data["facts_schema"]}
    for case in data["cases"]:
        facts = {**defaults, **case["facts"]}
        try:
            taken = policy.trace(facts, said(case))[0]
        except Exception as error:
            yield Miss(case["id"], f"{type(error).__name__}: {' '.join(str(error).split())}")
            continue
        yield from compare(case, taken, ids)


def compare(
    case: Mapping[str, Any], taken: DecisionTrace, ids: Mapping[str, str]
) -> Iterator[Miss]:
    """Where the outcome of a case is another one, or the rules against the call are others."""
    if taken.outcome != case["expected"]:
        yield Miss(case["id"], f"{taken.outcome}, expected {case['expected']}")
    against = {ids[rule] for rule in rules_against(taken) if rule in ids}
    if against != set(case["violated_rules"]):
        names = (", ".join(sorted(some)) or "none" for some in (against, case["violated_rules"]))
        yield Miss(case["id"], "denied for {}, expected {}".format(*names))


def labels(spec: specdsl.Spec) -> Mapping[str, str]:
    """By rule the name that it has in the file of cases."""
    found = ((rule.name, ID.search(rule.reference)) for rule in spec.model.rules)
    return {name: match.group(1) for name, match in found if match}


def rules_against(taken: DecisionTrace) -> set[str]:
    """The rules that stand against the call."""
    return {
        part.name for part in taken.parts if part.status == "standing" and "allow" in part.excludes
    }


def said(case: Mapping[str, Any]) -> list[dict[str, str]]:
    """What the user of a case wants of the call, as an instruction."""
    return [
        {"by": one["level"], "effect": f"call is {one['stance']}"}
        for one in case.get("instructions", ())
    ]


if __name__ == "__main__":
    sys.exit(main())
