"""Which calls of recorded conversations the policy allows: an audit of an agent that had no guard.

    python audit.py TRAJECTORIES.json --db FOLDER [--spec FILE] [--output-format text|json]

The conversations and the records have the form of the τ-bench benchmark; README.md says what of a
conversation counts as settled.
"""

from __future__ import annotations

import argparse
import copy
import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from agent import HERE, NOW
from facts import OF_TOOL, Call, Malformed, Talk, facts_of
from records import Database, Record, read
from tools import run

import specdsl
from specdsl.evaluation.audit_text import audit_json, audit_text
from specdsl.evaluation.call_audit import CallAuditor, SettledFacts
from specdsl.evaluation.trajectories import (
    ExecutedCall,
    TalkMessage,
    ToolRequest,
    UnreadableTrajectories,
    read_trajectories,
)

# What was said, and so what a reader has to judge where the words alone do not settle it.
JUDGED = frozenset(
    {
        *("user_id_obtained", "details_listed", "user_confirmed", "cancel_reason"),
        *("trip_details_obtained", "insurance_offered", "bags_requested"),
        *("compensation_requested", "complaint", "complaint_confirmed"),
        *("wants_change_or_cancel", "change_or_cancel_done"),
    }
)
# Where an agent finds what only the records have.
IN_RESERVATION = frozenset(
    {
        *("cabin", "passengers", "insurance", "hours_since_booking", "any_segment_flown"),
        *("bags_before", "flights_changed", "origin_destination_same", "trip_type_same"),
    }
)
IN_PROFILE = frozenset(
    {
        *("membership", "free_bags_allowed", "payment_in_profile", "payment_source"),
        *("certificates", "credit_cards", "gift_cards"),
    }
)
IN_SEARCH = frozenset({"new_segments_available", "any_segment_airline_cancelled"})
YES = re.compile(r"\W*(yes|yeah|yep|sure|oui)\b", re.IGNORECASE)


@dataclass(frozen=True)
class AirlineRecords:
    """The airline's domain: records that each conversation begins with."""

    database: Database

    def open_records(self) -> TalkRecords:
        return TalkRecords(self.database, replace(self.database))


class TalkRecords:
    """The records around one conversation: as it began, and as its calls have changed them."""

    def __init__(self, began: Database, database: Database) -> None:
        self._began, self._now = began, _shallow_copy(database)

    def subject(self, request: ToolRequest) -> dict[str, str | None]:
        id_ = request.arguments.get("reservation_id")
        return {"reservation_id": id_ if isinstance(id_, str) else None}

    def settled_facts(self, call: ExecutedCall) -> SettledFacts | None:
        """Return the facts that the records and the words of the conversation settle."""
        if call.request.tool not in OF_TOOL:
            return None
        request = Call(call.request.tool, call.request.arguments)
        try:
            found = [self._facts(request, about) for about in self._complained_of(call)]
        except Malformed as problem:
            return SettledFacts({}, problem=str(problem))
        of_records = {k: v for k, v in _agreed(found).items() if k not in JUDGED}
        known = {**of_records, **self._said(call)}
        return SettledFacts(known, frozenset(of_records) & self._unseen(call))

    def _facts(self, call: Call, about: str | None) -> dict[str, Any]:
        """Return the facts as if nothing had been said. A cancellation is judged by the trip as it
        was when the conversation began: a ground that the agent makes for it just before is none.
        A text beside a call counts as none: the benchmark never showed it to the user.
        """
        id_ = call.arguments.get("reservation_id")
        cancelled = call.tool == "cancel_reservation" and id_ in self._began.reservations
        database = self._began if cancelled else self._now
        return facts_of(call, Talk(about=about), database, NOW)

    def _complained_of(self, call: ExecutedCall) -> list[str | None]:
        """Return the reservations that a certificate may be about: those of the user that were
        named, or else all.
        """
        if call.request.tool != "send_certificate":
            return [None]
        user = self._now.users.get(str(call.request.arguments.get("user_id")), {})
        own: list[str] = user.get("reservations", [])
        text = "\n".join(_texts(call.before))
        return [*([id_ for id_ in own if id_ in text] or own)] or [None]

    def _owner(self, request: ToolRequest) -> str | None:
        """Return the id of whoever booked, or books, the trip."""
        trip = self._now.reservations.get(str(request.arguments.get("reservation_id")), {})
        owner = request.arguments.get("user_id", trip.get("user_id"))
        return owner if isinstance(owner, str) else None

    # --- what was said ---------------------------------------------------------------------------

    def _said(self, call: ExecutedCall) -> dict[str, Any]:
        """Return the facts that the words settle: each only in the call's favour, since what is not
        said in these words may have been said in others.
        """
        user, agent = list(_texts(call.before, "user")), list(_texts(call.before, "assistant"))
        owner, found = self._owner(call.request), dict[str, Any]()
        if owner and any(owner in text for text in user):
            found["user_id_obtained"] = True
        if any("insurance" in text.lower() and "?" in text for text in agent):
            found["insurance_offered"] = True
        if user and YES.match(user[-1]):
            found["user_confirmed"] = True
            if agent and _names_all(agent[-1], call.request.arguments):
                found["details_listed"] = True
        return found

    def _unseen(self, call: ExecutedCall) -> frozenset[str]:
        """Return the facts in the records that no tool's answer has shown to the agent."""
        arguments, answers = call.request.arguments, list(_texts(call.before, "tool"))
        found: frozenset[str] = frozenset()
        id_ = arguments.get("reservation_id")
        if id_ and not any(f'"reservation_id": "{id_}"' in text for text in answers):
            found |= IN_RESERVATION
        profile = self._now.users.get(self._owner(call.request) or "", {})
        methods = profile.get("payment_methods", {})
        if not any('"membership"' in text and all(m in text for m in methods) for text in answers):
            found |= IN_PROFILE
        searches = "\n".join(text for text in answers if "available_seats" in text)
        trip = self._now.reservations.get(str(id_), {})
        flights = arguments.get("flights", trip.get("flights", []))
        if not all(one.get("flight_number", "") in searches for one in flights):
            found |= IN_SEARCH
        return found

    # --- what becomes of it ----------------------------------------------------------------------

    def apply(self, request: ToolRequest, answer: str | None) -> None:
        """Change the records as the tool did: by its answer, or else by the example's own tools."""
        trip = _record_in(answer)
        if trip is not None:
            self._now.reservations[trip["reservation_id"]] = trip
            return
        id_, user = request.arguments.get("reservation_id"), request.arguments.get("user_id")
        for table, key in ((self._now.reservations, id_), (self._now.users, user)):
            if key in table:
                table[key] = copy.deepcopy(table[key])
        with suppress(KeyError, Malformed):  # Then the action is reported as one without facts.
            run(Call(request.tool, request.arguments), self._now)


def _shallow_copy(database: Database) -> Database:
    return replace(database, users=dict(database.users), reservations=dict(database.reservations))


def _record_in(answer: str | None) -> Record | None:
    """Return the reservation that a tool answered with."""
    try:
        found = json.loads(answer or "")
    except ValueError:
        return None
    return found if isinstance(found, dict) and "reservation_id" in found else None


def _agreed(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the facts that several readings have in common."""
    first, *others = found
    return {k: v for k, v in first.items() if all(one[k] == v for one in others)}


def _texts(messages: tuple[TalkMessage, ...], role: str | None = None) -> Iterator[str]:
    """Yield what was said, by one role or by user and assistant."""
    roles = ("user", "assistant") if role is None else (role,)
    return (one.text for one in messages if one.role in roles and one.text)


def _names_all(text: str, arguments: Mapping[str, Any]) -> bool:
    """Return whether a text has every id, flight and number of a call."""
    return all(leaf in text for leaf in map(str, _leaves(arguments)))


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _leaves(one)
    else:
        yield value


def read_records(path: Path) -> Database:
    """Read the records of a file, or of a folder with a file for each table."""
    if not path.is_dir():
        return read(path)
    names = ("users", "reservations", "flights")
    return Database(*(json.loads((path / f"{name}.json").read_text("utf-8")) for name in names))


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("trajectories", type=Path, metavar="TRAJECTORIES.json")
    parser.add_argument("--db", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--spec", type=Path, default=HERE / "airline.spec", metavar="FILE")
    parser.add_argument("--output-format", choices=("text", "json"), default="text")
    chosen = parser.parse_args(words)
    try:
        talks = read_trajectories(chosen.trajectories.read_bytes())
        domain = AirlineRecords(read_records(chosen.db))
        spec = specdsl.load(chosen.spec)
    except OSError as problem:
        parser.error(f"{problem.filename}: {problem.strerror}")
    except (ValueError, UnreadableTrajectories, specdsl.SpecError) as problem:
        parser.error(str(problem))
    audit = CallAuditor(spec, "call", against="deny").audit(talks, domain)
    print(audit_json(audit) if chosen.output_format == "json" else audit_text(audit, "deny"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
