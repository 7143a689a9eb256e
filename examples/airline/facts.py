"""The facts of a tool call: from the records, and from what was said and done in the conversation.

`facts_of` gives airline.spec all that it asks for. What the records do not have is unknown (None),
which counts against the call; a call that makes no sense at all is `Malformed`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from records import Database, Record

TIER = {"regular": 0, "silver": 1, "gold": 2}
CABIN = {"basic_economy": 0, "economy": 1, "business": 2}
FLOWN = ("flying", "landed")
COMPLAINTS = {"cancelled_flight": "cancelled", "delayed_flight": "delayed"}
KINDS = ("credit_card", "gift_card", "certificate")
PERSON = ("first_name", "last_name", "dob")
MAX_CALLS, MAX_METHODS, MAX_HOURS = 5, 5, 400

# What is of no concern to a tool: no rule looks at it, but the policy wants a value.
UNUSED: dict[str, Any] = {
    "passengers": 1,
    "passengers_after": 1,
    "passenger_details_complete": True,
    **dict.fromkeys(("certificates", "credit_cards", "gift_cards", "amount"), 0),
    **dict.fromkeys(("bags_before", "bags_total", "bags_nonfree", "free_bags_allowed"), 0),
    **dict.fromkeys(("origin_destination_same", "trip_type_same"), True),
    "payment_source": "credit_card",
    "cabin_after": "economy",
    "flights_changed": False,
}


class Malformed(ValueError):
    """A call that no tool understands, in words."""


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call as the model writes it."""

    tool: str
    arguments: Mapping[str, Any]

    def text(self, name: str) -> str:
        value = self.arguments.get(name)
        if not isinstance(value, str):
            raise Malformed(f"the call has no `{name}`")
        return value

    def number(self, name: str) -> int:
        value = self.arguments.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise Malformed(f"the call has no number `{name}`")
        return value

    def records(self, name: str, *keys: str) -> list[Record]:
        """A list of records, each with a text for each key."""
        found = self.arguments.get(name)
        if not isinstance(found, list) or not found:
            raise Malformed(f"the call has no list `{name}`")
        for one in found:
            if not isinstance(one, dict) or not all(isinstance(one.get(k), str) for k in keys):
                raise Malformed(f"each of `{name}` has {', '.join(keys)}")
        return found


@dataclass(frozen=True, slots=True)
class Talk:
    """What has happened in the conversation, as the agent's own code keeps track of it: the id that
    the user gave; the call that was put to them in every detail, and whether they said yes to it;
    what they were asked and what they answered. `about`: the reservation that they complain of;
    `done`: those that were changed or cancelled."""

    user: str | None = None
    listed: Call | None = None
    confirmed: bool = False
    asked_for_trip: bool = False
    asked_about_insurance: bool = False
    bags: int | None = None
    reason: str = "not_obtained"
    complaint: str = "none"
    about: str | None = None
    wants_compensation: bool = False
    wants_change: bool = False
    done: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Turn:
    """What the agent does at once: so many calls, and the text beside them."""

    calls: int = 1
    text: str = ""


ONE_CALL = Turn()


def facts_of(
    call: Call, talk: Talk, database: Database, now: datetime, turn: Turn = ONE_CALL
) -> dict[str, Any]:
    """All that airline.spec asks for. `now` is by the clock of the records. Raises `Malformed`."""
    if call.tool not in OF_TOOL:
        raise Malformed(f"there is no tool `{call.tool}`")
    said = {
        "tool": call.tool,
        "tool_calls_in_turn": min(turn.calls, MAX_CALLS),
        "text_with_call": bool(turn.text.strip()),
        "details_listed": talk.listed == call,
        "user_confirmed": talk.listed == call and talk.confirmed,
    }
    return {**UNUSED, **said, **OF_TOOL[call.tool](Case(call, talk, database, now))}


@dataclass(frozen=True, slots=True)
class Case:
    """A call with the records around it."""

    call: Call
    talk: Talk
    database: Database
    now: datetime

    def reservation(self) -> Record:
        return self.found(self.call.text("reservation_id"))

    def found(self, id_: str) -> Record:
        if id_ not in self.database.reservations:
            raise Malformed(f"there is no reservation `{id_}`")
        return self.database.reservations[id_]

    def user(self, id_: str) -> Record:
        """Nothing is known of somebody who is not in the records."""
        return self.database.users.get(id_, {})


# --- by tool -------------------------------------------------------------------------------------


def _of_booking(case: Case) -> dict[str, Any]:
    call, talk = case.call, case.talk
    user, people = call.text("user_id"), call.records("passengers")
    segments = call.records("flights", "flight_number", "date")
    methods = [one["payment_id"] for one in call.records("payment_methods", "payment_id")]
    return {
        "user_id_obtained": talk.user == user,
        "trip_details_obtained": talk.asked_for_trip,
        "insurance_offered": talk.asked_about_insurance,
        "insurance": call.arguments.get("insurance") == "yes",
        "cabin": _cabin(call),
        "passengers": len(people),
        "passenger_details_complete": all(map(_complete, people)),
        "new_segments_available": _available(case, segments),
        **_methods(case, user, methods),
        "bags_requested": talk.bags,
        **_bags(case, user, _cabin(call), len(people)),
    }


def _of_cancellation(case: Case) -> dict[str, Any]:
    trip = case.reservation()
    booked = datetime.fromisoformat(trip["created_at"])
    hours = ceil((case.now - booked).total_seconds() / 3600)
    return {
        **_of_trip(case, trip),
        "any_segment_airline_cancelled": case.database.some(trip["flights"], "cancelled"),
        "hours_since_booking": min(max(hours, 0), MAX_HOURS),
        "cancel_reason": case.talk.reason,
    }


def _of_flights(case: Case) -> dict[str, Any]:
    trip, call = case.reservation(), case.call
    segments = call.records("flights", "flight_number", "date")
    kept = set(map(_key, trip["flights"]))
    ends = _ends(case, segments)
    return {
        **_of_trip(case, trip),
        **_method(case, trip),
        "flights_changed": [_key(one) for one in segments]
        != [_key(one) for one in trip["flights"]],
        "cabin_after": _cabin(call),
        "origin_destination_same": ends[0] == trip["origin"] and trip["destination"] in ends[1:],
        "trip_type_same": _same_type(trip, ends),
        "new_segments_available": _available(case, [s for s in segments if _key(s) not in kept]),
    }


def _of_bags(case: Case) -> dict[str, Any]:
    trip = case.reservation()
    of_bags = _bags(case, trip["user_id"], trip["cabin"], len(trip["passengers"]))
    return {
        **_of_trip(case, trip),
        **_method(case, trip),
        **of_bags,
        "bags_before": trip["total_baggages"],
    }


def _of_passengers(case: Case) -> dict[str, Any]:
    trip = case.reservation()
    return {**_of_trip(case, trip), "passengers_after": len(case.call.records("passengers"))}


def _of_certificate(case: Case) -> dict[str, Any]:
    call, talk = case.call, case.talk
    user = call.text("user_id")
    if talk.about is None:
        raise Malformed("nobody knows which reservation the complaint is about")
    trip = case.found(talk.about)
    if trip["user_id"] != user:
        raise Malformed(f"`{talk.about}` is not a reservation of `{user}`")
    return {
        **_of_trip(case, trip),
        "membership": case.user(user).get("membership"),
        "compensation_requested": talk.wants_compensation,
        "complaint": talk.complaint,
        "complaint_confirmed": _confirmed(case, trip),
        "wants_change_or_cancel": talk.wants_change,
        "change_or_cancel_done": talk.about in talk.done,
        "amount": call.number("amount"),
    }


OF_TOOL: dict[str, Callable[[Case], dict[str, Any]]] = {
    "book_reservation": _of_booking,
    "cancel_reservation": _of_cancellation,
    "update_reservation_flights": _of_flights,
    "update_reservation_baggages": _of_bags,
    "update_reservation_passengers": _of_passengers,
    "send_certificate": _of_certificate,
}


# --- the trip ------------------------------------------------------------------------------------


def _of_trip(case: Case, trip: Record) -> dict[str, Any]:
    """Of a reservation as it is before the call. The id of whoever booked it has to be given."""
    return {
        "user_id_obtained": case.talk.user == trip["user_id"],
        "reservation_id_obtained": True,
        "cabin": trip["cabin"],
        "passengers": len(trip["passengers"]),
        "insurance": trip["insurance"] == "yes",
        "any_segment_flown": case.database.some(trip["flights"], *FLOWN),
    }


def _confirmed(case: Case, trip: Record) -> bool | None:
    """Whether the records have what the user complains about."""
    status = COMPLAINTS.get(case.talk.complaint)
    return case.database.some(trip["flights"], status) if status else False


def _cabin(call: Call) -> str:
    cabin = call.text("cabin")
    if cabin not in CABIN:
        raise Malformed(f"there is no cabin `{cabin}`")
    return cabin


def _key(segment: Record) -> tuple[str, str]:
    return segment["flight_number"], segment["date"]


def _ends(case: Case, segments: list[Record]) -> list[str]:
    """The airports of a trip, in the order in which they are reached. Flights that do not meet are
    no trip."""
    found: list[str] = []
    for one in segments:
        flight = case.database.flights.get(one["flight_number"])
        if flight is None:
            raise Malformed(f"there is no flight `{one['flight_number']}`")
        if found and found[-1] != flight["origin"]:
            raise Malformed(f"`{one['flight_number']}` does not leave from {found[-1]}")
        found += [flight["destination"]] if found else [flight["origin"], flight["destination"]]
    return found


def _same_type(trip: Record, ends: list[str]) -> bool:
    """A round trip comes back, one way does not, unless it was to where it started."""
    comes_back = ends[0] == ends[-1]
    return trip["origin"] == trip["destination"] or comes_back == (
        trip["flight_type"] == "round_trip"
    )


def _available(case: Case, segments: Iterable[Record]) -> bool | None:
    """Whether seats of every flight are on sale; None where the records do not have it."""
    found = [case.database.status(one) for one in segments]
    return None if None in found else all(status == "available" for status in found)


# --- bags, people and money ----------------------------------------------------------------------


def _bags(case: Case, user: str, cabin: str, passengers: int) -> dict[str, Any]:
    """Of a call that says how many bags there are then, and for how many it charges."""
    membership = case.user(user).get("membership")
    each = TIER[membership] + CABIN[cabin] if membership in TIER else 0
    return {
        "membership": membership,
        "bags_total": case.call.number("total_baggages"),
        "bags_nonfree": case.call.number("nonfree_baggages"),
        "free_bags_allowed": each * passengers,
    }


def _complete(person: Any) -> bool:
    """First name, last name and a date of birth."""
    if not isinstance(person, dict) or not all(isinstance(person.get(k), str) for k in PERSON):
        return False
    try:
        datetime.strptime(person["dob"], "%Y-%m-%d")
    except ValueError:
        return False
    return all(person[key].strip() for key in PERSON)


def _methods(case: Case, user: str, ids: list[str]) -> dict[str, Any]:
    """Of the methods that pay for a booking."""
    own = case.user(user).get("payment_methods", {})
    kinds = [_kind(own, id_) for id_ in ids]
    return {
        "certificates": min(kinds.count("certificate"), MAX_METHODS),
        "credit_cards": min(kinds.count("credit_card"), MAX_METHODS),
        "gift_cards": min(kinds.count("gift_card"), MAX_METHODS),
        "payment_in_profile": all(id_ in own for id_ in ids),
    }


def _method(case: Case, trip: Record) -> dict[str, Any]:
    """Of the method that pays for a change, or gets the money back."""
    own = case.user(trip["user_id"]).get("payment_methods", {})
    id_ = case.call.text("payment_id")
    return {"payment_source": _kind(own, id_), "payment_in_profile": id_ in own}


def _kind(own: Mapping[str, Record], id_: str) -> str:
    """By the profile; of a method that is not in it by its name."""
    if id_ in own:
        source: str = own[id_]["source"]
        return source
    return next((kind for kind in KINDS if id_.startswith(kind)), "unknown_method")
