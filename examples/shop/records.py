"""The shop's records, in the form that the τ-bench benchmark gives them, and who is found in them.

Amounts are exact: a balance of 49.90 is 4990 cents, and nothing is rounded on the way.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Database:
    """Users, orders and products by their ids."""

    users: dict[str, Record]
    orders: dict[str, Record]
    products: dict[str, Record]

    def by_email(self, email: str) -> str | None:
        """The id of the user with that address, whatever its case."""
        wanted = email.strip().casefold()
        return _only([id_ for id_, u in self.users.items() if u["email"].casefold() == wanted])

    def by_name(self, first: str, last: str, zip_code: str) -> str | None:
        """The id of the user of that name who lives there; None where there are two."""
        wanted = (first.strip().casefold(), last.strip().casefold(), zip_code.strip())
        return _only([id_ for id_, user in self.users.items() if _named(user) == wanted])

    def variant(self, item: str) -> tuple[str, Record] | None:
        """The product of an item, and the item as it is sold now."""
        for id_, product in self.products.items():
            if item in product["variants"]:
                return id_, product["variants"][item]
        return None


def read(path: Path) -> Database:
    """The records of a file."""
    data = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    return Database(data["users"], data["orders"], data["products"])


def cents(amount: Decimal | int) -> int:
    """An amount of dollars in cents."""
    return int(amount * 100)


def paid(order: Mapping[str, Any]) -> Record:
    """The payment that pays for an order: the last one, after others were given back."""
    payments = [one for one in order["payment_history"] if one["transaction_type"] == "payment"]
    last: Record = payments[-1]
    return last


def _named(user: Record) -> tuple[str, str, str]:
    name = user["name"]
    return name["first_name"].casefold(), name["last_name"].casefold(), user["address"]["zip"]


def _only(found: Sequence[str]) -> str | None:
    return found[0] if len(found) == 1 else None
