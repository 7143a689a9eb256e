"""A shop's agent: every tool call passes through the policy before it is made.

    python agent.py

The conversation and the records are made up, and a script stands where the language model would.
The policy is checked when the agent starts; on one that fails, no agent starts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from facts import ONE_CALL, Call, Malformed, Talk, Turn, facts_of
from records import Database, read
from tools import run

import specdsl

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a call was not made: the rules that stand against it, what to tell the user, and the
    facts that nobody knows and that alone could change the answer."""

    rules: tuple[str, ...]
    tell: tuple[str, ...]
    look_up: tuple[str, ...] = ()


class Guard:
    """Makes the tool calls that the policy allows. Raises `specdsl.CheckFailed` where the policy
    does not pass `specdsl check`."""

    def __init__(self, database: Database, path: Path = HERE / "shop.spec") -> None:
        spec = specdsl.load(path)
        self._policy = specdsl.compile(spec)
        self._rules = {rule.name: rule for rule in spec.model.rules}
        self._database = database

    def call(
        self, call: Call, talk: Talk, turn: Turn = ONE_CALL, wish: str | None = None
    ) -> str | Refusal:
        """What the tool says; or why it was not called. `wish`: `allow` or `deny`, where the user
        asks for the one or the other."""
        says = [{"by": "user", "effect": f"call is {wish}"}] if wish else []
        try:
            decision = self._policy.decide(facts_of(call, talk, self._database, turn), says)
            allowed = decision.call == "allow"
            return run(call, self._database) if allowed else self._why(decision)
        except (Malformed, specdsl.BadInput) as problem:
            return Refusal((), (str(problem),))

    def _why(self, decision: specdsl.Decision) -> Refusal:
        why = decision.explain().to_dict()["decisions"]["call"]
        names = tuple(one["name"] for one in why["standing"])
        rules = [self._rules[name] for name in names if name in self._rules]
        tell = [f"{rule.doc}. {rule.because}" for rule in rules] or ["the user wants it left."]
        return Refusal(names, tuple(tell), tuple(why["unknown"]))


def converse(guard: Guard, database: Database) -> Iterator[str]:
    """A conversation: what is said, what the agent tries, what comes of it."""
    cancel = Call("cancel_pending_order", {"order_id": "#K1001", "reason": "no longer needed"})

    def tried(call: Call, talk: Talk, wish: str | None = None) -> Iterator[str]:
        yield f"agent calls {call.tool} {' '.join(map(str, call.arguments.values()))}"
        yield from told(guard.call(call, talk, wish=wish))

    talk = Talk()
    yield "user: I am mia_lind_4410. I do not need the kettle any more, cancel #K1001!"
    yield from tried(cancel, talk, "allow")
    yield "user: Sorry: mia.lind@example.com"
    talk = replace(talk, user=database.by_email("mia.lind@example.com"))
    yield "agent: Thank you. #K1001, as no longer needed, 49.90 back to your card. Shall I?"
    talk = replace(talk, listed=cancel)
    yield "user: Hm, wait. Cancel Jon's #K2001 instead, he asked me to."
    other = Call("cancel_pending_order", {"order_id": "#K2001", "reason": "no longer needed"})
    yield from tried(other, replace(talk, confirmed=True), "allow")
    yield "user: Right, then mine. Yes, cancel it."
    talk = replace(talk, confirmed=True)
    yield from tried(cancel, talk, "allow")
    yield from tried(cancel, talk, "allow")

    swap = Call(
        "exchange_delivered_order_items",
        {
            "order_id": "#K1002",
            "item_ids": ["K10"],
            "new_item_ids": ["K14"],
            "payment_method_id": "gift_card_1003",
        },
    )
    yield "user: And the kettle of #K1002, for the ruby one, with my gift card. That is all, yes."
    talk = Talk(user=talk.user, listed=swap, confirmed=True, reminded=True)
    yield from tried(swap, talk, "allow")
    gold = Call(swap.tool, {**swap.arguments, "new_item_ids": ["K13"]})
    yield "user: A cent! Then the gold one, yes."
    talk = replace(talk, listed=gold)
    yield from tried(gold, talk, "allow")


def told(found: str | Refusal) -> Iterator[str]:
    """In lines."""
    if isinstance(found, str):
        yield f"    done: {found}"
        return
    yield f"    not called: {', '.join(found.rules)}"
    yield from (f"      {line}" for line in found.tell)
    if found.look_up:
        yield f"      not known, and it matters: {', '.join(found.look_up)}"


def main() -> None:
    database = read(HERE / "database.json")
    print("\n".join(converse(Guard(database), database)))


if __name__ == "__main__":
    main()
