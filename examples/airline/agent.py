"""An airline's agent: every tool call passes through the policy before it is made.

    python agent.py [POLICY.spec]

The conversation and the records are made up, and a script stands where the language model would.
The policy is checked when the agent starts; on one that fails, no agent starts.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from typing import Any

import specdsl

NOW = datetime(2024, 5, 15, 20, 0, tzinfo=UTC)
FLOWN = {"flying", "landed"}

# Facts of other tools: no rule looks at them, but the policy wants a value.
UNUSED: dict[str, Any] = {
    "passenger_details_complete": True,
    **dict.fromkeys(("certificates", "credit_cards", "gift_cards"), 0),
    **dict.fromkeys(("bags_before", "bags_total", "bags_nonfree", "free_bags_allowed"), 0),
    **dict.fromkeys(("origin_destination_same", "trip_type_same"), True),
    "payment_source": "credit_card",
    "cabin_after": "economy",
    "flights_changed": False,
    "passengers_after": 1,
    "amount": 0,
}


@dataclass(frozen=True, slots=True)
class Trip:
    """A reservation. `statuses` of its flights: None until the agent has looked them up."""

    cabin: str
    passengers: int
    booked: datetime
    statuses: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """What has happened in the conversation so far, as the agent's own code keeps track of it."""

    user_id: str | None = None
    reason: str = "not_obtained"
    details_listed: bool = False
    confirmed: bool = False
    complaint: str = "none"


class Guard:
    """Makes the tool calls that the policy allows. Raises `specdsl.CheckFailed` where the policy
    does not pass `specdsl check`."""

    def __init__(self, path: Path) -> None:
        spec = specdsl.load(path)
        self._policy = specdsl.compile(spec)
        self._rules = {rule.name: rule for rule in spec.model.rules}

    def call(self, tool: Callable[[], str], **facts: Any) -> str:
        """What the tool returns; or why it was not called: each rule against it, and each fact
        that nobody knows and that alone could change the answer."""
        made = {"tool": tool.__name__, "tool_calls_in_turn": 1, "text_with_call": False}
        decision = self._policy.decide({**UNUSED, **made, **facts})
        if decision["call"] == "allow":
            return f"    done: {tool()}"
        return "\n".join(self._refusal(decision))

    def _refusal(self, decision: specdsl.Decision) -> Iterator[str]:
        why = decision.explain().to_dict()["decisions"]["call"]
        yield "    not called:"
        for standing in why["standing"]:
            rule = self._rules[standing["name"]]
            yield f"      {rule.name}: {rule.doc}" + (f" ({rule.because})" if rule.because else "")
        for fact in why["unknown"]:
            yield f"      not known, and it matters: {fact}"


def cancel_reservation() -> str:
    """The tool as the airline's system offers it; it checks nothing."""
    return "cancelled"


def send_certificate() -> str:
    """Likewise."""
    return "sent"


def cancellation(talk: Talk, trip: Trip) -> dict[str, Any]:
    """The facts of a cancellation, from the conversation and the records."""
    known = trip.statuses is not None
    statuses = set(trip.statuses or ())
    return {
        **_said(talk),
        "reservation_id_obtained": True,
        "cancel_reason": talk.reason,
        "cabin": trip.cabin,
        "passengers": trip.passengers,
        "insurance": False,
        "hours_since_booking": ceil((NOW - trip.booked).total_seconds() / 3600),
        "any_segment_flown": bool(statuses & FLOWN) if known else None,
        "any_segment_airline_cancelled": "cancelled" in statuses if known else None,
    }


def certificate(talk: Talk, trip: Trip, amount: int) -> dict[str, Any]:
    """The facts of a certificate over so many dollars."""
    return {
        **_said(talk),
        "membership": "silver",
        "cabin": trip.cabin,
        "passengers": trip.passengers,
        "compensation_requested": True,
        "complaint": talk.complaint,
        "amount": amount,
    }


def _said(talk: Talk) -> dict[str, Any]:
    return {
        "user_id_obtained": talk.user_id is not None,
        "details_listed": talk.details_listed,
        "user_confirmed": talk.confirmed,
    }


def converse(guard: Guard) -> Iterator[str]:
    """A conversation: what is said, what the agent tries, what comes of it."""
    talk = Talk(user_id="ada_9120", reason="change_of_plan")
    denver = Trip("business", 1, datetime(2024, 5, 2, 9, 0, tzinfo=UTC))
    boston = Trip("economy", 2, datetime(2024, 5, 14, 22, 30, tzinfo=UTC), ("available",))

    yield "user: My plans have changed, I am ada_9120. Cancel my trip to Denver and back."
    yield "agent calls cancel_reservation"
    yield guard.call(cancel_reservation, **cancellation(talk, denver))

    yield "agent: That is both flights, and the refund goes to your card. Shall I?"
    yield "user: Yes."
    yield "agent calls cancel_reservation"
    talk = replace(talk, details_listed=True, confirmed=True)
    yield guard.call(cancel_reservation, **cancellation(talk, denver))

    yield "agent looks the flights up: landed, available"
    yield "agent calls cancel_reservation"
    denver = replace(denver, statuses=("landed", "available"))
    yield guard.call(cancel_reservation, **cancellation(talk, denver))

    yield "agent: The first flight has landed, so a colleague has to take over. Anything else?"
    yield "user: The trip to Boston that I booked last night. Yes, both of us, cancel it."
    yield "agent calls cancel_reservation"
    yield guard.call(cancel_reservation, **cancellation(talk, boston))

    yield "user: And I want a compensation for the cold meal."
    yield "agent calls send_certificate"
    talk = replace(talk, complaint="other")
    yield guard.call(send_certificate, **certificate(talk, denver, 100))


def main(arguments: list[str]) -> int:
    path = Path(arguments[0]) if arguments else Path(__file__).with_name("airline.spec")
    try:
        guard = Guard(path)
    except specdsl.CheckFailed as failed:
        print(f"no agent starts on {path.name}:")
        for finding in failed.report.findings:
            if str(finding.severity) == "error":
                print(f"  {finding.message}")
        return 1
    print("\n".join(converse(guard)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
