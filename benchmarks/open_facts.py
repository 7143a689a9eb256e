"""How long it takes to find the facts that can still change an outcome, and how many of them are
looked up: `python -m benchmarks.open_facts`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import specdsl
from specdsl.api import Policy
from specdsl.facts.open_facts import OpenFactsAnalysis
from specdsl.situations.situation import default_of, to_json

ROOT = Path(__file__).resolve().parent.parent
POLICIES = (
    "examples/support_bot/support.spec",
    "examples/shop/shop.spec",
    "examples/airline/airline.spec",
    "rules/model_spec/model_spec.spec",
)
SITUATIONS = 20
HEAD = ("policy", "rules", "facts", "3 unknown", "half", "look-ups", "asked", "wrong")


def main() -> int:
    """0 where `decide_with` decides as `decide` does with all facts."""
    rows = [_row(path) for path in POLICIES]
    widths = [max(len(row[i]) for row in (HEAD, *rows)) for i in range(len(HEAD))]
    print(f"ms of CPU, the median of {SITUATIONS} calls: the open facts with three facts unknown,")
    print("and with half of them; a decision with look-ups of all facts; how many these are.\n")
    for row in (HEAD, *rows):
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))
    return int(any(row[-1] != "0" for row in rows))


def _row(path: str) -> tuple[str, ...]:
    policy = specdsl.compile(specdsl.load(ROOT / path), checked=False)
    random, names = Random(1), [fact.name for fact in policy.facts]
    whole = [_situation(random, policy) for _ in range(SITUATIONS)]
    policy.open_facts({})
    parts = [
        _median(_time_open_facts(policy, [_without(facts, random, count) for facts in whole]))
        for count in (3, len(names) // 2)
    ]
    decisions = [_timed(partial(_look_up, policy, facts)) for facts in whole]
    asked = sum(len(found.looked_up) for found, _ in decisions) / SITUATIONS
    pairs = zip(decisions, whole, strict=True)
    wrong = sum(dict(found) != dict(policy.decide(facts)) for (found, _), facts in pairs)
    spent = _median([seconds for _, seconds in decisions])
    counts = str(len(policy.model.rules)), str(len(names))
    return (Path(path).stem, *counts, *parts, spent, f"{asked:.1f}", str(wrong))


def _situation(random: Random, policy: Policy) -> dict[str, Any]:
    """Random values of all facts that make no assumption false."""
    while True:
        facts = {fact.name: _value(random, fact) for fact in policy.facts}
        try:
            policy.decide(facts)
        except specdsl.BadInput:
            continue
        return facts


def _value(random: Random, fact: Any) -> Any:
    kind = fact.type.kind.value
    if kind == "bool":
        return random.random() < 0.5
    if kind == "enum":
        return random.choice(fact.type.members)
    if kind == "set":
        return [member for member in fact.type.members if random.random() < 0.3]
    if kind in ("int", "number"):
        low = int(fact.type.low or 0)
        return random.randint(low, low + 10 if fact.type.high is None else int(fact.type.high))
    return to_json(fact, default_of(fact))


def _without(facts: Mapping[str, Any], random: Random, count: int) -> dict[str, Any]:
    dropped = random.sample(sorted(facts), min(count, len(facts)))
    return {name: value for name, value in facts.items() if name not in dropped}


def _time_open_facts(policy: Policy, situations: Sequence[Mapping[str, Any]]) -> list[float]:
    """Each for the first time: a result is kept for the next call."""
    made = OpenFactsAnalysis(policy.circuit, policy.tables)
    made.find({}, (), (), None)
    return [_timed(partial(made.find, facts, (), (), None))[1] for facts in situations]


def _look_up(policy: Policy, facts: Mapping[str, Any]) -> Any:
    return policy.decide_with({name: partial(facts.get, name) for name in facts})


def _timed(call: Callable[[], Any]) -> tuple[Any, float]:
    start = time.process_time()
    return call(), time.process_time() - start


def _median(seconds: Sequence[float]) -> str:
    return f"{sorted(seconds)[len(seconds) // 2] * 1_000:.1f}"


if __name__ == "__main__":
    sys.exit(main())
