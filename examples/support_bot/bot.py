"""The Acme shop's assistant: reads the turns of a conversation, decides each, and keeps a log.

    python bot.py TURNS.jsonl LOG.jsonl

A turn is `{"customer": text, "facts": {…}, "says": [{"by": …, "effect": …}]}`: what was written,
and what a classifier and the shop's records made of it. The words of an answer would be a language
model's; this tells it how far to go. `support_policy.py` is compiled from support.spec and needs
nothing but Python.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import support_policy as policy

# What a turn does not speak of: nothing to pay back, an account without tags.
NOTHING: dict[str, Any] = {"refund_amount": 0, "days_since_delivery": 0, "tags": []}

# The facts that support.spec calls secret. The log says that they were given, not what they were.
SECRET = frozenset({"asker_is_child", "tags"})
DECLARED = policy.Facts.__required_keys__ | policy.Facts.__optional_keys__


@dataclass(frozen=True, slots=True)
class Turn:
    """What a customer wrote, and what is known of it. An absent fact is unknown."""

    customer: str
    facts: Mapping[str, Any]
    says: list[Any] = field(default_factory=list)


def respond(turn: Turn) -> tuple[str, dict[str, Any]]:
    """What the bot does and why, in lines, and the entry for its log. Where the facts make no
    sense it decides nothing and leaves the turn to a person."""
    facts = {**NOTHING, **turn.facts}
    entry = {"policy": policy.SPEC_VERSION, "facts": masked(facts), "says": turn.says}
    try:
        decision = policy.decide(facts, turn.says)
    except policy.BadInput as problem:
        faults = [told(fault) for fault in problem.faults]
        return "\n  ".join(("left to a person:", *faults)), {**entry, "faults": faults}
    asked = "refund" if facts["topic"] == "refunds" else "reply"
    taken = next(taken for taken in decision.traces if taken.name == asked)
    return str(policy.Explanation((taken,), {})), {**entry, asked: taken.to_dict()}


def masked(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that the spec declares, without the values of secret ones."""
    return {
        name: "(secret)" if name in SECRET else value
        for name, value in facts.items()
        if name in DECLARED
    }


def told(fault: policy.Fault) -> str:
    """What is wrong with a fact, without the value of a secret one."""
    return f"{fault.name}: expected {fault.expected}" if fault.name in SECRET else str(fault)


def main(turns: str, log: str) -> int:
    """Answer every turn of a file, on standard output; write the log."""
    entries: list[str] = []
    for line in Path(turns).read_text(encoding="utf-8").splitlines():
        turn = Turn(**json.loads(line))
        text, entry = respond(turn)
        print(f"customer: {turn.customer}", *text.splitlines(), sep="\n    ")
        entries.append(json.dumps(entry))
    Path(log).write_text("".join(f"{entry}\n" for entry in entries), encoding="utf-8")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python bot.py TURNS.jsonl LOG.jsonl")
    sys.exit(main(*sys.argv[1:]))
