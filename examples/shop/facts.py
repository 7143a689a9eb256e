"""The facts of a tool call: from the records, and from what was said and done in the conversation.

`facts_of` gives shop.spec all that it asks for. What the records do not have is unknown (None),
which counts against the call; a call that makes no sense at all is `Malformed`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from records import Database, Record, cents, paid

STATUS = {
    "pending": "pending",
    "pending (items modified)": "pending_items_modified",
    "processed": "processed",
    "delivered": "delivered",
    "cancelled": "cancelled",
    "return requested": "return_requested",
    "exchange requested": "exchange_requested",
}
REASON = {
    "no longer needed": "no_longer_needed",
    "ordered by mistake": "ordered_by_mistake",
    "": "not_obtained",
}
METHODS = ("gift_card", "paypal", "credit_card")
MAX_CALLS = 5

# What is of no concern to a tool: no rule looks at it, but the policy wants a value.
UNUSED: dict[str, Any] = {
    "items": 1,
    "new_items_differ": True,
    "payment_source": "none",
    "price_difference_cents": 0,
    "order_total_cents": 0,
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

    def texts(self, name: str) -> list[str]:
        values = self.arguments.get(name)
        if (
            not isinstance(values, list)
            or not values
            or not all(isinstance(v, str) for v in values)
        ):
            raise Malformed(f"the call has no list `{name}`")
        return values


@dataclass(frozen=True, slots=True)
class Talk:
    """What has happened in the conversation, as the agent's own code keeps track of it: who was
    found, by email or by name and zip code; the call that was put to the user in every detail, and
    whether they said yes to it; whether they were asked for all that they want changed."""

    user: str | None = None
    listed: Call | None = None
    confirmed: bool = False
    reminded: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """What the agent does at once: so many calls, and the text beside them."""

    calls: int = 1
    text: str = ""


ONE_CALL = Turn()


def facts_of(call: Call, talk: Talk, database: Database, turn: Turn = ONE_CALL) -> dict[str, Any]:
    """All that shop.spec asks for. Raises `Malformed`."""
    if call.tool not in OF_TOOL:
        raise Malformed(f"there is no tool `{call.tool}`")
    said = {
        "tool": call.tool,
        "tool_calls_in_turn": min(turn.calls, MAX_CALLS),
        "text_with_call": bool(turn.text.strip()),
        "authenticated": talk.user is not None,
        "details_listed": talk.listed == call,
        "user_confirmed": talk.listed == call and talk.confirmed,
    }
    return {**UNUSED, **said, **OF_TOOL[call.tool](_Case(call, talk, database))}


@dataclass(frozen=True)
class _Case:
    """A call with the records around it."""

    call: Call
    talk: Talk
    database: Database
    order: Record | None = field(init=False)

    def __post_init__(self) -> None:
        about_order = self.call.tool != "modify_user_address"
        order = self.database.orders.get(self.call.text("order_id")) if about_order else None
        object.__setattr__(self, "order", order)

    def user(self) -> Record:
        """Whose order it is; else the one who was found."""
        owner = self.order["user_id"] if self.order else self.talk.user
        return self.database.users.get(owner or "", {})

    def method(self) -> str:
        """The id of the method that the call names; empty where it names none."""
        value = self.call.arguments.get("payment_method_id") or ""
        if not isinstance(value, str):
            raise Malformed("`payment_method_id` is no text")
        return value


# --- by tool -------------------------------------------------------------------------------------


def _of_order(case: _Case) -> dict[str, Any]:
    order, user = case.order, case.talk.user
    return {
        "target_is_own": order["user_id"] == user if order and user else None,
        "order_status": STATUS.get(order["status"]) if order else None,
    }


def _of_profile(case: _Case) -> dict[str, Any]:
    user = case.talk.user
    return {"target_is_own": case.call.text("user_id") == user if user else None}


def _of_cancellation(case: _Case) -> dict[str, Any]:
    reason = str(case.call.arguments.get("reason") or "").strip().lower()
    return {**_of_order(case), "cancel_reason": REASON.get(reason, "other")}


def _of_payment(case: _Case) -> dict[str, Any]:
    total = cents(paid(case.order)["amount"]) if case.order else 0
    return {**_of_order(case), **_of_method(case), "order_total_cents": total}


def _of_return(case: _Case) -> dict[str, Any]:
    items = _ordered(case)
    return {**_of_order(case), **_of_method(case), "items": len(items)}


def _of_replacement(case: _Case) -> dict[str, Any]:
    """Of items that take the place of others."""
    old, new = _ordered(case), case.call.texts("new_item_ids")
    if len(old) != len(new):
        raise Malformed(f"{len(old)} items are to be replaced by {len(new)}")
    sold = [case.database.variant(item) for item in new]
    pairs = list(zip(old, sold, strict=True))
    known = all(sold) and case.order is not None
    return {
        **_of_order(case),
        **_of_method(case),
        "items": len(new),
        "same_product": all(o["product_id"] == s[0] for o, s in pairs if s) if known else None,
        "new_items_available": all(s[1]["available"] for s in sold if s) if known else None,
        "new_items_differ": all(o["item_id"] != n for o, n in zip(old, new, strict=True)),
        "price_difference_cents": sum(cents(s[1]["price"] - o["price"]) for o, s in pairs if s),
        "reminded_all_items": case.talk.reminded,
    }


OF_TOOL: dict[str, Callable[[_Case], dict[str, Any]]] = {
    "cancel_pending_order": _of_cancellation,
    "modify_pending_order_items": _of_replacement,
    "modify_pending_order_address": _of_order,
    "modify_pending_order_payment": _of_payment,
    "modify_user_address": _of_profile,
    "return_delivered_order_items": _of_return,
    "exchange_delivered_order_items": _of_replacement,
}


# --- items and money -----------------------------------------------------------------------------


def _ordered(case: _Case) -> list[Record]:
    """The items of the order that the call names, each as it was bought."""
    wanted = case.call.texts("item_ids")
    if case.order is None:
        return [{"item_id": item, "product_id": None, "price": 0} for item in wanted]
    bought = {item["item_id"]: item for item in case.order["items"]}
    counts = Counter(item["item_id"] for item in case.order["items"])
    for item, count in Counter(wanted).items():
        if count > counts[item]:
            raise Malformed(f"the order does not have `{item}`{' so often' * (counts[item] > 0)}")
    return [bought[item] for item in wanted]


def _of_method(case: _Case) -> dict[str, Any]:
    """Of the method of payment that the call names."""
    id_ = case.method()
    own = case.user().get("payment_methods", {}).get(id_)
    kind = own["source"] if own else next((m for m in METHODS if id_.startswith(m)), "none")
    used = paid(case.order)["payment_method_id"] if case.order else None
    return {
        "payment_source": kind,
        "payment_in_profile": own is not None,
        "payment_is_original": id_ == used if used else None,
        "gift_card_balance_cents": _balance(kind, own),
    }


def _balance(kind: str, method: Record | None) -> int | None:
    """What a gift card holds: unknown of one that is not in the records."""
    if kind != "gift_card":
        return 0
    return cents(method["balance"]) if method else None
