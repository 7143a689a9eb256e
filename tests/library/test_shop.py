"""The shop's agent: what the facts of a call are, and what becomes of it, at every limit of the
policy, against the records of the example."""

from __future__ import annotations

import copy
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.library.example_modules import EXAMPLES, modules

SHOP = modules("shop")
Call, Talk, Turn = SHOP.facts.Call, SHOP.facts.Talk, SHOP.facts.Turn
MIA, JON = "mia_lind_4410", "jon_berg_7702"

Words = dict[str, Any]

CANCEL: Words = {"order_id": "#K1001", "reason": "no longer needed"}
ADDRESS: Words = {"order_id": "#K1001", "address1": "1 New Street"}
PROFILE: Words = {"user_id": MIA, "address1": "1 New Street"}
PAYMENT: Words = {"order_id": "#K1001", "payment_method_id": "paypal_1002"}
ITEMS: Words = {
    "order_id": "#K1001",
    "item_ids": ["K10"],
    "new_item_ids": ["K11"],
    "payment_method_id": "credit_card_1001",
}
EXCHANGE: Words = {**ITEMS, "order_id": "#K1002"}
RETURN: Words = {"order_id": "#K1002", "item_ids": ["S20"], "payment_method_id": "paypal_1002"}
IN_ORDER: dict[str, Words] = {
    "cancel_pending_order": CANCEL,
    "modify_pending_order_address": ADDRESS,
    "modify_user_address": PROFILE,
    "modify_pending_order_payment": PAYMENT,
    "modify_pending_order_items": ITEMS,
    "exchange_delivered_order_items": EXCHANGE,
    "return_delivered_order_items": RETURN,
}
STATUSES: dict[str, set[str]] = {
    "pending": {"cancel", "modify"},
    "pending (items modified)": set(),
    "processed": set(),
    "delivered": {"exchange", "return"},
    "cancelled": set(),
    "return requested": set(),
    "exchange requested": set(),
    "lost at sea": set(),
}


@pytest.fixture
def database() -> Any:
    return SHOP.records.read(EXAMPLES / "shop" / "database.json")


@cache
def policy() -> Any:
    """A guard whose policy is compiled once."""
    return SHOP.agent.Guard(None)


def tried(database: Any, call: Any, talk: Any = None, turn: Any = None, wish: str = "") -> Any:
    """What comes of a call that the user agreed to, where nothing else is said."""
    guard = copy.copy(policy())
    guard._database = database
    talk = talk or agreed(call)
    return guard.call(call, talk, turn or Turn(), wish or None)


def agreed(call: Any, user: str | None = MIA) -> Any:
    return Talk(user=user, listed=call, confirmed=True, reminded=True)


def rules(found: Any) -> tuple[str, ...]:
    """Against the call; none where it was made."""
    return () if isinstance(found, str) else found.rules


# --- any call ------------------------------------------------------------------------------------


@pytest.mark.parametrize("tool", IN_ORDER)
def test_a_call_in_order_is_made_and_the_records_change(tool: str, database: Any) -> None:
    before = copy.deepcopy(database)
    assert isinstance(tried(database, Call(tool, IN_ORDER[tool])), str)
    assert database != before


BREACHES: dict[str, tuple[Callable[[Any], Any], Any, set[str]]] = {
    "nobody was found": (lambda c: agreed(c, None), None, {"authenticated_first", "own_data_only"}),
    "somebody else was found": (lambda c: agreed(c, JON), None, {"own_data_only"}),
    "nothing was put to the user": (
        lambda c: Talk(MIA, None, True, True),
        None,
        {"confirmation_first"},
    ),
    "the user has not answered": (
        lambda c: Talk(MIA, c, False, True),
        None,
        {"confirmation_first"},
    ),
    "something else was put to the user": (
        lambda c: Talk(MIA, Call(c.tool, {**c.arguments, "more": "1"}), True, True),
        None,
        {"confirmation_first"},
    ),
    "two calls": (agreed, Turn(calls=2), {"one_call_at_a_time"}),
    "twenty calls": (agreed, Turn(calls=20), {"one_call_at_a_time"}),
    "a message": (agreed, Turn(text="Done!"), {"one_call_at_a_time"}),
}


@pytest.mark.parametrize("tool", IN_ORDER)
@pytest.mark.parametrize("breach", BREACHES)
def test_no_call_is_made_against_what_comes_first(tool: str, breach: str, database: Any) -> None:
    call, before = Call(tool, IN_ORDER[tool]), copy.deepcopy(database)
    talk, turn, against = BREACHES[breach]
    found = tried(database, call, talk(call), turn)
    assert set(rules(found)) == against
    assert len(found.tell) == len(against)
    assert database == before


@pytest.mark.parametrize("tool", IN_ORDER)
def test_the_users_wish_stops_a_call_and_opens_none(tool: str, database: Any) -> None:
    call = Call(tool, IN_ORDER[tool])
    assert rules(tried(database, call, wish="deny")) == ("user",)
    assert "confirmation_first" in rules(tried(database, call, Talk(MIA), wish="allow"))


@pytest.mark.parametrize("tool", [tool for tool in IN_ORDER if "user" not in tool])
@pytest.mark.parametrize("status", STATUSES)
def test_an_order_is_touched_only_in_its_status(tool: str, status: str, database: Any) -> None:
    call = Call(tool, IN_ORDER[tool])
    database.orders[call.arguments["order_id"]]["status"] = status
    made = isinstance(tried(database, call), str)
    assert made == (tool.split("_", maxsplit=1)[0] in STATUSES[status])


@pytest.mark.parametrize("tool", [tool for tool in IN_ORDER if "user" not in tool])
def test_an_order_that_is_not_there_is_not_touched(tool: str, database: Any) -> None:
    found = tried(database, Call(tool, {**IN_ORDER[tool], "order_id": "#X"}))
    assert "own_data_only" in found.rules
    assert not isinstance(found, str)


@pytest.mark.parametrize("tool", ["cancel_pending_order", "exchange_delivered_order_items"])
def test_what_is_done_once_is_not_done_again(tool: str, database: Any) -> None:
    call = Call(tool, IN_ORDER[tool])
    assert isinstance(tried(database, call), str)
    again = Call(tool, {**IN_ORDER[tool], "new_item_ids": ["K10"], "item_ids": ["K11"]})
    assert len(rules(tried(database, again if "exchange" in tool else call))) == 1


def test_an_order_whose_items_were_modified_stays_as_it_is(database: Any) -> None:
    assert isinstance(tried(database, Call("modify_pending_order_items", ITEMS)), str)
    for tool in ("cancel_pending_order", "modify_pending_order_address"):
        assert rules(tried(database, Call(tool, IN_ORDER[tool]))) == ("once_items_are_modified",)


# --- who it is -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("email", "user"),
    [
        ("mia.lind@example.com", MIA),
        (" Mia.Lind@Example.com ", MIA),
        ("mia@example.com", None),
        ("", None),
    ],
)
def test_a_user_is_found_by_email(email: str, user: str | None, database: Any) -> None:
    assert database.by_email(email) == user


def test_a_user_is_found_by_name_and_zip_code_and_only_if_there_is_one(database: Any) -> None:
    assert database.by_name("mia", "LIND", "04101") == MIA
    assert database.by_name("Mia", "Lind", "04102") is None
    database.users["mia_lind_2"] = database.users[MIA]
    assert database.by_name("Mia", "Lind", "04101") is None


# --- reasons -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "fact"),
    [
        ("no longer needed", "no_longer_needed"),
        ("ordered by mistake", "ordered_by_mistake"),
        ("Ordered by mistake ", "ordered_by_mistake"),
        ("found it cheaper", "other"),
        ("no longer needed, found it cheaper", "other"),
        ("", "not_obtained"),
        (None, "not_obtained"),
        (7, "other"),
    ],
)
def test_the_reason_is_one_of_two(reason: Any, fact: str, database: Any) -> None:
    call = Call("cancel_pending_order", {"order_id": "#K1001", "reason": reason})
    assert SHOP.facts.facts_of(call, agreed(call), database)["cancel_reason"] == fact
    made = fact in ("no_longer_needed", "ordered_by_mistake")
    assert isinstance(tried(database, call), str) == made


# --- items and money -----------------------------------------------------------------------------

REPLACING = ["modify_pending_order_items", "exchange_delivered_order_items"]


@pytest.mark.parametrize("tool", REPLACING)
@pytest.mark.parametrize(
    ("new", "against"),
    [
        ("K11", ()),
        ("K12", ("only_available_items",)),
        ("K10", ("another_option",)),
        ("S20", ("same_kind_of_product",)),
        ("nowhere", ("only_available_items", "same_kind_of_product")),
    ],
)
def test_an_item_is_replaced_by_another_of_its_product_that_is_there(
    tool: str, new: str, against: tuple[str, ...], database: Any
) -> None:
    assert rules(tried(database, Call(tool, {**IN_ORDER[tool], "new_item_ids": [new]}))) == against


@pytest.mark.parametrize("tool", REPLACING)
@pytest.mark.parametrize(
    ("new", "card", "difference", "made"),
    [
        ("K11", "gift_card_1003", 1500, True),
        ("K13", "gift_card_1003", 4990, True),  # it holds 49.90
        ("K14", "gift_card_1003", 4991, False),
        ("K15", "gift_card_1004", -1000, True),  # it is empty, and gets money back
        ("K11", "gift_card_1004", 1500, False),
        ("K14", "paypal_1002", 4991, True),
        ("K15", "gift_card_9", -1000, True),  # nobody knows what it holds, and it does not matter
        ("K11", "gift_card_9", 1500, False),
    ],
)
def test_a_gift_card_covers_the_difference_to_the_cent(
    tool: str, new: str, card: str, difference: int, made: bool, database: Any
) -> None:
    call = Call(tool, {**IN_ORDER[tool], "new_item_ids": [new], "payment_method_id": card})
    facts = SHOP.facts.facts_of(call, agreed(call), database)
    assert facts["price_difference_cents"] == difference
    against = () if made else ("gift_card_covers_the_difference",)
    assert rules(tried(database, call)) == against


@pytest.mark.parametrize("tool", REPLACING)
def test_somebody_pays_the_difference_and_was_reminded(tool: str, database: Any) -> None:
    for method in ({"payment_method_id": ""}, {"payment_method_id": "my wallet"}):
        call = Call(tool, {**IN_ORDER[tool], **method})
        assert rules(tried(database, call)) == ("difference_has_a_method",)
    call = Call(tool, IN_ORDER[tool])
    assert rules(tried(database, call, Talk(MIA, call, True, False))) == ("reminded_of_all_items",)


@pytest.mark.parametrize(
    ("order", "card", "against"),
    [
        ("#K1001", "gift_card_1003", ()),  # 49.90, and it holds 49.90
        ("#K1004", "gift_card_1003", ("gift_card_covers_the_order",)),  # 49.91
        ("#K1001", "gift_card_1004", ("gift_card_covers_the_order",)),
        ("#K1001", "credit_card_1001", ("another_method",)),
        ("#K1001", "paypal_1002", ()),
        ("#K1001", "", ("another_method",)),
    ],
)
def test_another_method_differs_and_covers_the_order(
    order: str, card: str, against: tuple[str, ...], database: Any
) -> None:
    words = {"order_id": order, "payment_method_id": card}
    assert rules(tried(database, Call("modify_pending_order_payment", words))) == against


@pytest.mark.parametrize(
    ("card", "made"),
    [
        ("paypal_1002", True),
        ("gift_card_1003", True),
        ("gift_card_1004", True),
        ("credit_card_1001", False),
        ("gift_card_9", False),
        ("credit_card_2001", False),
        ("", False),
    ],
)
def test_a_refund_goes_where_it_came_from_or_onto_a_gift_card(
    card: str, made: bool, database: Any
) -> None:
    call = Call("return_delivered_order_items", {**RETURN, "payment_method_id": card})
    assert rules(tried(database, call)) == (() if made else ("refund_where_it_came_from",))


def test_after_the_method_was_changed_the_new_one_is_the_one_that_paid(database: Any) -> None:
    assert isinstance(tried(database, Call("modify_pending_order_payment", PAYMENT)), str)
    again = Call("modify_pending_order_payment", PAYMENT)
    assert rules(tried(database, again)) == ("another_method",)


def test_what_a_gift_card_pays_and_gets_back_is_exact(database: Any) -> None:
    card = database.users[MIA]["payment_methods"]["gift_card_1003"]
    words = {"order_id": "#K1001", "payment_method_id": "gift_card_1003"}
    assert isinstance(tried(database, Call("modify_pending_order_payment", words)), str)
    assert card["balance"] == 0
    assert isinstance(tried(database, Call("cancel_pending_order", CANCEL)), str)
    assert card["balance"] == Decimal("49.90")


# --- calls that make no sense --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tool", "words", "why"),
    [
        ("delete_everything", {}, "there is no tool `delete_everything`"),
        ("cancel_pending_order", {}, "the call has no `order_id`"),
        ("cancel_pending_order", {"order_id": 7}, "the call has no `order_id`"),
        ("modify_user_address", {"address1": "x"}, "the call has no `user_id`"),
        ("return_delivered_order_items", {**RETURN, "item_ids": []}, "no list `item_ids`"),
        ("return_delivered_order_items", {**RETURN, "item_ids": ["K11"]}, "does not have `K11`"),
        ("return_delivered_order_items", {**RETURN, "item_ids": ["S20"] * 2}, "`S20` so often"),
        ("exchange_delivered_order_items", {**EXCHANGE, "new_item_ids": ["K11"] * 2}, "1 items"),
        ("return_delivered_order_items", {**RETURN, "payment_method_id": 3}, "is no text"),
        ("cancel_pending_order", {**CANCEL, "twice": True}, "unexpected keyword argument 'twice'"),
    ],
)
def test_a_call_that_makes_no_sense_is_not_made(
    tool: str, words: dict[str, Any], why: str, database: Any
) -> None:
    before = copy.deepcopy(database)
    found = tried(database, Call(tool, words))
    assert why in found.tell[0]
    assert database == before


VALUES = st.one_of(st.none(), st.integers(), st.text(max_size=5), st.lists(st.text(max_size=3)))
WORDS = st.sampled_from(sorted({name for words in IN_ORDER.values() for name in words}))


@given(st.sampled_from(sorted(IN_ORDER)), st.dictionaries(WORDS, VALUES, max_size=3), st.booleans())
def test_no_call_however_garbled_brings_the_guard_down(
    tool: str, garbled: dict[str, Any], confirmed: bool
) -> None:
    database = SHOP.records.read(EXAMPLES / "shop" / "database.json")
    call = Call(tool, {**IN_ORDER[tool], **garbled})
    before = copy.deepcopy(database)
    found = tried(database, call, Talk(MIA, call, confirmed, True))
    assert isinstance(found, str | SHOP.agent.Refusal)
    assert isinstance(found, str) or database == before
    assert confirmed or not isinstance(found, str)


def test_every_reason_is_a_sentence_for_the_user() -> None:
    for rule in policy()._rules.values():
        assert rule.doc, rule.name
        assert rule.because.endswith("."), rule.name
