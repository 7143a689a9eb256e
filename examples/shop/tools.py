"""The shop's tools as the model is given them. They check nothing: the policy does that."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from inspect import signature
from typing import Any

from facts import Call, Malformed
from records import Database, Record, paid


def run(call: Call, database: Database) -> str:
    """Does what the call says; a sentence on what has become of it. Raises `Malformed`."""
    tool = TOOLS[call.tool]
    try:
        signature(tool).bind(database, **call.arguments)
    except TypeError as problem:
        raise Malformed(f"{call.tool}: {problem}") from None
    return tool(database, **call.arguments)


def cancel_pending_order(database: Database, order_id: str, reason: str) -> str:
    order = database.orders[order_id]
    payment = paid(order)
    order["status"], order["cancel_reason"] = "cancelled", reason
    _pay(database, order, -payment["amount"], payment["payment_method_id"])
    return f"{order_id} is cancelled"


def modify_pending_order_address(database: Database, order_id: str, **address: str) -> str:
    database.orders[order_id]["address"] = address
    return f"{order_id} goes to {address.get('address1')}"


def modify_user_address(database: Database, user_id: str, **address: str) -> str:
    database.users[user_id]["address"] = address
    return f"{user_id} lives at {address.get('address1')}"


def modify_pending_order_payment(database: Database, order_id: str, payment_method_id: str) -> str:
    order = database.orders[order_id]
    before = paid(order)
    _pay(database, order, before["amount"], payment_method_id)
    _pay(database, order, -before["amount"], before["payment_method_id"])
    return f"{order_id} is paid with {payment_method_id}"


def modify_pending_order_items(database: Database, order_id: str, **call: Any) -> str:
    order = database.orders[order_id]
    difference = _replaced(database, order, call["item_ids"], call["new_item_ids"])
    order["status"] = "pending (items modified)"
    _pay(database, order, difference, call["payment_method_id"])
    return f"{order_id} is modified, for {difference:+}"


def exchange_delivered_order_items(database: Database, order_id: str, **call: Any) -> str:
    order = database.orders[order_id]
    difference = _replaced(database, order, call["item_ids"], call["new_item_ids"])
    order["status"] = "exchange requested"
    _pay(database, order, difference, call["payment_method_id"])
    return f"{order_id} is to be exchanged, for {difference:+}"


def return_delivered_order_items(database: Database, order_id: str, **call: Any) -> str:
    order = database.orders[order_id]
    order["status"], order["return_items"] = "return requested", call["item_ids"]
    return f"{order_id} comes back, and the money goes to {call['payment_method_id']}"


TOOLS: dict[str, Callable[..., str]] = {
    tool.__name__: tool
    for tool in (
        cancel_pending_order,
        modify_pending_order_address,
        modify_user_address,
        modify_pending_order_payment,
        modify_pending_order_items,
        exchange_delivered_order_items,
        return_delivered_order_items,
    )
}


def _replaced(database: Database, order: Record, old: list[str], new: list[str]) -> Decimal:
    """Puts new items into the order; what they cost more."""
    difference = Decimal(0)
    for before, after in zip(old, new, strict=True):
        item = next(one for one in order["items"] if one["item_id"] == before)
        found = database.variant(after)
        assert found is not None
        difference += found[1]["price"] - item["price"]
        item.update(item_id=after, price=found[1]["price"])
    return difference


def _pay(database: Database, order: Record, amount: Decimal, method: str) -> None:
    """Takes an amount from a method, or gives it back where it is negative."""
    kind = "payment" if amount >= 0 else "refund"
    entry = {"transaction_type": kind, "amount": abs(amount), "payment_method_id": method}
    order["payment_history"].append(entry)
    own = database.users[order["user_id"]]["payment_methods"].get(method, {})
    if "balance" in own:
        own["balance"] -= amount
