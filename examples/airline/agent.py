"""An airline's agent: every tool call passes through the policy before it is made.

    python agent.py [POLICY.spec]

The conversation and the records are made up, and a script stands where the language model would.
The policy is checked when the agent starts; on one that fails, no agent starts.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from facts import ONE_CALL, Call, Malformed, Talk, Turn, facts_of
from records import Database, read
from tools import run

import specdsl

HERE = Path(__file__).parent
NOW = datetime(2024, 5, 15, 15)  # by the clock of the records


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

    def __init__(self, database: Database, path: Path = HERE / "airline.spec") -> None:
        spec = specdsl.load(path)
        self._policy = specdsl.compile(spec)
        self._rules = {rule.name: rule for rule in spec.model.rules}
        self._database = database

    def call(self, call: Call, talk: Talk, turn: Turn = ONE_CALL) -> str | Refusal:
        """What the tool says; or why it was not called."""
        try:
            decision = self._policy.decide(facts_of(call, talk, self._database, NOW, turn))
            allowed = decision.call == "allow"
            return run(call, self._database) if allowed else self._why(decision)
        except (Malformed, specdsl.BadInput) as problem:
            return Refusal((), (str(problem),))

    def _why(self, decision: specdsl.Decision) -> Refusal:
        why = decision.explain().to_dict()["decisions"]["call"]
        rules = [self._rules[one["name"]] for one in why["standing"]]
        tell = tuple(f"{rule.doc}. {rule.because}".strip() for rule in rules)
        return Refusal(tuple(rule.name for rule in rules), tell, tuple(why["unknown"]))


def converse(guard: Guard, database: Database) -> Iterator[str]:
    """A conversation: what is said, what the agent tries, what comes of it."""

    def tried(call: Call, talk: Talk) -> Iterator[str]:
        yield f"agent calls {call.tool} {' '.join(map(str, call.arguments.values()))}"
        yield from told(guard.call(call, talk))

    def cancel(trip: str) -> Call:
        return Call("cancel_reservation", {"reservation_id": trip})

    talk = Talk(user="ada_holm_9120", reason="change_of_plan")
    yield "user: I am ada_holm_9120, and my plans have changed. Cancel SUMMIT, please."
    yield from tried(cancel("SUMMIT"), talk)
    yield "agent: That is both flights for the two of you; the money goes to your card. Shall I?"
    yield "user: Yes."
    talk = replace(talk, listed=cancel("SUMMIT"), confirmed=True)
    yield from tried(cancel("SUMMIT"), talk)

    yield "user: And DENVER too. It is business, that can always be cancelled. Yes!"
    talk = replace(talk, listed=cancel("DENVER"))
    yield from tried(cancel("DENVER"), talk)

    yield "user: Then a compensation for MIAMI: you cancelled my flight. 300 dollars."
    talk = replace(talk, complaint="cancelled_flight", about="MIAMI", wants_compensation=True)
    words = {"user_id": "ada_holm_9120", "amount": 300}
    yield from tried(Call("send_certificate", words), talk)
    yield from tried(Call("send_certificate", {**words, "amount": 200}), talk)
    yield "user: And one for the cold meal."
    talk = replace(talk, complaint="other")
    yield from tried(Call("send_certificate", {**words, "amount": 100}), talk)


def told(found: str | Refusal) -> Iterator[str]:
    """In lines."""
    if isinstance(found, str):
        yield f"    done: {found}"
        return
    yield f"    not called: {', '.join(found.rules)}"
    yield from (f"      {line}" for line in found.tell)
    if found.look_up:
        yield f"      not known, and it matters: {', '.join(found.look_up)}"


def main(arguments: list[str]) -> int:
    path = Path(arguments[0]) if arguments else HERE / "airline.spec"
    database = read(HERE / "database.json")
    try:
        guard = Guard(database, path)
    except specdsl.CheckFailed as failed:
        print(f"no agent starts on {path.name}:")
        for finding in failed.report.findings:
            if str(finding.severity) == "error":
                print(f"  {finding.message}")
        return 1
    print("\n".join(converse(guard, database)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
