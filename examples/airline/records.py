"""The airline's records, in the form that the τ-bench benchmark gives them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Database:
    """Users, reservations and flights by their ids, and the time by their clock."""

    users: dict[str, Record]
    reservations: dict[str, Record]
    flights: dict[str, Record]

    def status(self, segment: Mapping[str, Any]) -> str | None:
        """Of a flight on its day: available, delayed, on time, flying, landed or cancelled; None
        where the records do not have it."""
        flight = self.flights.get(segment["flight_number"], {})
        found: str | None = flight.get("dates", {}).get(segment["date"], {}).get("status")
        return found

    def some(self, segments: list[Record], *statuses: str) -> bool | None:
        """Whether one of the flights has such a status; None where that is not known."""
        found = [self.status(one) for one in segments]
        return True if set(found) & set(statuses) else None if None in found else False


def read(path: Path) -> Database:
    """The records of a file."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return Database(data["users"], data["reservations"], data["flights"])
