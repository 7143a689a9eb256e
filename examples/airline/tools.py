"""The airline's tools as the model is given them. They check nothing: the policy does that."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any

from facts import Call, Malformed
from records import Database, Record


def run(call: Call, database: Database) -> str:
    """Does what the call says; a sentence on what has become of it. Raises `Malformed`."""
    tool = TOOLS[call.tool]
    try:
        signature(tool).bind(database, **call.arguments)
    except TypeError as problem:
        raise Malformed(f"{call.tool}: {problem}") from None
    return tool(database, **call.arguments)


def book_reservation(database: Database, user_id: str, flights: list[Record], **call: Any) -> str:
    id_ = f"NEW{len(database.reservations):03}"
    trip = {"reservation_id": id_, "user_id": user_id, "flights": flights, **call}
    database.reservations[id_] = trip
    return f"{id_} is booked"


def cancel_reservation(database: Database, reservation_id: str) -> str:
    database.reservations[reservation_id]["status"] = "cancelled"
    return f"{reservation_id} is cancelled"


def update_reservation_flights(
    database: Database, reservation_id: str, cabin: str, flights: list[Record], payment_id: str
) -> str:
    database.reservations[reservation_id].update(cabin=cabin, flights=flights)
    return f"{reservation_id} is changed, at the expense of {payment_id}"


def update_reservation_baggages(
    database: Database,
    reservation_id: str,
    total_baggages: int,
    nonfree_baggages: int,
    payment_id: str,
) -> str:
    trip = database.reservations[reservation_id]
    trip.update(total_baggages=total_baggages, nonfree_baggages=nonfree_baggages)
    return f"{reservation_id} has {total_baggages} bags, {nonfree_baggages} paid by {payment_id}"


def update_reservation_passengers(
    database: Database, reservation_id: str, passengers: list[Record]
) -> str:
    database.reservations[reservation_id]["passengers"] = passengers
    return f"{reservation_id} is for {len(passengers)}"


def send_certificate(database: Database, user_id: str, amount: int) -> str:
    methods = database.users[user_id]["payment_methods"]
    id_ = f"certificate_{len(methods) + 1}"
    methods[id_] = {"source": "certificate", "amount": amount, "id": id_}
    return f"{user_id} has a certificate of {amount} dollars"


TOOLS: dict[str, Callable[..., str]] = {
    tool.__name__: tool
    for tool in (
        book_reservation,
        cancel_reservation,
        update_reservation_flights,
        update_reservation_baggages,
        update_reservation_passengers,
        send_certificate,
    )
}
