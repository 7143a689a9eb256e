"""The example agents' policies against a second reading of the published texts, in plain Python.

A fact that is unknown may have any of its values: a rule is violated where one of them violates it.
The labelled tool calls, which are kept beside the repository, are decided as labelled.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import specdsl
from specdsl.frontend.model.nodes import Fact, Kind
from tests.acceptance.tau import labels, rules_against, score, spec_for

ROOT = Path(__file__).resolve().parents[2]
CASES = Path(os.environ.get("SPECDSL_TAU", ROOT.parent / "shared/data/tau"))

Facts = Mapping[str, Any]
Kept = Callable[[Facts], bool]
"""Whether a call keeps to a rule."""

BOOK, CANCEL, CERTIFICATE = "book_reservation", "cancel_reservation", "send_certificate"
FLIGHTS, BAGS = "update_reservation_flights", "update_reservation_baggages"
PASSENGERS = "update_reservation_passengers"
TRIPS = (CANCEL, FLIGHTS, BAGS, PASSENGERS)
AIRLINE: dict[str, tuple[tuple[str, ...], Kept]] = {
    "A-ONE-CALL": (
        (BOOK, *TRIPS, CERTIFICATE),
        lambda f: f["tool_calls_in_turn"] == 1 and not f["text_with_call"],
    ),
    "A-USER-ID": ((BOOK, *TRIPS), lambda f: f["user_id_obtained"]),
    "A-RES-ID": (TRIPS, lambda f: f["reservation_id_obtained"]),
    "A-CONFIRM": ((BOOK, *TRIPS), lambda f: f["details_listed"] and f["user_confirmed"]),
    "A-BOOK-TRIP": ((BOOK,), lambda f: f["trip_details_obtained"]),
    "A-BOOK-PAX-MAX": ((BOOK,), lambda f: f["passengers"] <= 5),
    "A-BOOK-PAX-INFO": ((BOOK,), lambda f: f["passenger_details_complete"]),
    "A-BOOK-CERT": ((BOOK,), lambda f: f["certificates"] <= 1),
    "A-BOOK-CC": ((BOOK,), lambda f: f["credit_cards"] <= 1),
    "A-BOOK-GC": ((BOOK,), lambda f: f["gift_cards"] <= 3),
    "A-BOOK-PAY-PROFILE": ((BOOK,), lambda f: f["payment_in_profile"]),
    "A-SEG-STATUS": (
        (BOOK, FLIGHTS),
        lambda f: (
            not (f["tool"] == BOOK or f["flights_changed"]) or bool(f["new_segments_available"])
        ),
    ),
    "A-BAG-FEE": (
        (BOOK, BAGS),
        lambda f: f["bags_nonfree"] == max(0, f["bags_total"] - f["free_bags_allowed"]),
    ),
    "A-BAG-NEED": ((BOOK,), lambda f: f["bags_total"] <= f["bags_requested"]),
    "A-INS-OFFER": ((BOOK,), lambda f: f["insurance_offered"]),
    "A-MOD-BASIC": (
        (FLIGHTS,),
        lambda f: not f["flights_changed"] or f["cabin"] != "basic_economy",
    ),
    "A-MOD-OD": ((FLIGHTS,), lambda f: not f["flights_changed"] or f["origin_destination_same"]),
    "A-MOD-TRIPTYPE": ((FLIGHTS,), lambda f: not f["flights_changed"] or f["trip_type_same"]),
    "A-MOD-PAY": (
        (FLIGHTS,),
        lambda f: (
            not f["flights_changed"]
            or (
                f["payment_source"] in ("gift_card", "credit_card")
                and bool(f["payment_in_profile"])
            )
        ),
    ),
    "A-CABIN-FLOWN": (
        (FLIGHTS,),
        lambda f: f["cabin_after"] == f["cabin"] or not f["any_segment_flown"],
    ),
    "A-BAG-REMOVE": ((BAGS,), lambda f: f["bags_total"] >= f["bags_before"]),
    "A-PAX-COUNT": ((PASSENGERS,), lambda f: f["passengers_after"] == f["passengers"]),
    "A-CANCEL-REASON": ((CANCEL,), lambda f: f["cancel_reason"] != "not_obtained"),
    "A-CANCEL-FLOWN": ((CANCEL,), lambda f: not f["any_segment_flown"]),
    "A-CANCEL-ELIG": (
        (CANCEL,),
        lambda f: (
            f["hours_since_booking"] <= 24
            or f["any_segment_airline_cancelled"]
            or f["cabin"] == "business"
            or (f["insurance"] and f["cancel_reason"] in ("health", "weather"))
        ),
    ),
    "A-COMP-ASKED": ((CERTIFICATE,), lambda f: f["compensation_requested"]),
    "A-COMP-ELIG": (
        (CERTIFICATE,),
        lambda f: f["membership"] != "regular" or f["insurance"] or f["cabin"] == "business",
    ),
    "A-COMP-CAUSE": (
        (CERTIFICATE,),
        lambda f: f["complaint"] in ("cancelled_flight", "delayed_flight"),
    ),
    "A-COMP-CONFIRMED": (
        (CERTIFICATE,),
        lambda f: (
            f["complaint"] not in ("cancelled_flight", "delayed_flight")
            or bool(f["complaint_confirmed"])
        ),
    ),
    "A-COMP-DELAY": (
        (CERTIFICATE,),
        lambda f: (
            f["complaint"] != "delayed_flight"
            or bool(f["wants_change_or_cancel"] and f["change_or_cancel_done"])
        ),
    ),
    "A-COMP-AMOUNT": (
        (CERTIFICATE,),
        lambda f: (
            (f["complaint"] != "cancelled_flight" or f["amount"] == 100 * f["passengers"])
            and (f["complaint"] != "delayed_flight" or f["amount"] == 50 * f["passengers"])
        ),
    ),
}

CANCEL_ORDER, RETURN = "cancel_pending_order", "return_delivered_order_items"
ITEMS, ADDRESS = "modify_pending_order_items", "modify_pending_order_address"
PAYMENT, PROFILE = "modify_pending_order_payment", "modify_user_address"
EXCHANGE = "exchange_delivered_order_items"
ALL = (CANCEL_ORDER, ITEMS, ADDRESS, PAYMENT, PROFILE, RETURN, EXCHANGE)
PENDING = ("pending", "pending_items_modified")
SHOP: dict[str, tuple[tuple[str, ...], Kept]] = {
    "R-ONE-CALL": (ALL, lambda f: f["tool_calls_in_turn"] == 1 and not f["text_with_call"]),
    "R-AUTH": (ALL, lambda f: f["authenticated"]),
    "R-OWN": (ALL, lambda f: f["target_is_own"]),
    "R-CONFIRM": (ALL, lambda f: f["details_listed"] and f["user_confirmed"]),
    "R-CANCEL-STATUS": ((CANCEL_ORDER,), lambda f: f["order_status"] in PENDING),
    "R-CANCEL-REASON": (
        (CANCEL_ORDER,),
        lambda f: f["cancel_reason"] in ("no_longer_needed", "ordered_by_mistake"),
    ),
    "R-MOD-STATUS": ((ITEMS, ADDRESS, PAYMENT), lambda f: f["order_status"] in PENDING),
    "R-AFTER-ITEMS": (
        (CANCEL_ORDER, ITEMS, ADDRESS, PAYMENT),
        lambda f: f["order_status"] != "pending_items_modified",
    ),
    "R-ITEM-PRODUCT": ((ITEMS, EXCHANGE), lambda f: f["same_product"]),
    "R-ITEM-AVAIL": ((ITEMS, EXCHANGE), lambda f: f["new_items_available"]),
    "R-ITEM-DIFF": ((ITEMS, EXCHANGE), lambda f: f["new_items_differ"]),
    "R-ITEM-PAY": ((ITEMS, EXCHANGE), lambda f: f["payment_source"] != "none"),
    "R-ITEM-GC": (
        (ITEMS, EXCHANGE),
        lambda f: (
            f["payment_source"] != "gift_card"
            or f["gift_card_balance_cents"] >= f["price_difference_cents"]
        ),
    ),
    "R-ITEM-REMIND": ((ITEMS, EXCHANGE), lambda f: f["reminded_all_items"]),
    "R-PAY-DIFF": (
        (PAYMENT,),
        lambda f: f["payment_source"] != "none" and not f["payment_is_original"],
    ),
    "R-PAY-GC": (
        (PAYMENT,),
        lambda f: (
            f["payment_source"] != "gift_card"
            or f["gift_card_balance_cents"] >= f["order_total_cents"]
        ),
    ),
    "R-RET-STATUS": ((RETURN,), lambda f: f["order_status"] == "delivered"),
    "R-RET-PAY": (
        (RETURN,),
        lambda f: (
            f["payment_is_original"]
            or (f["payment_source"] == "gift_card" and bool(f["payment_in_profile"]))
        ),
    ),
    "R-EXCH-STATUS": ((EXCHANGE,), lambda f: f["order_status"] == "delivered"),
}
READINGS = {"airline": AIRLINE, "retail": SHOP}


# --- drawn calls ---------------------------------------------------------------------------------


@cache
def policy(domain: str) -> specdsl.Policy:
    return specdsl.compile(spec(domain), checked=False)


@cache
def spec(domain: str) -> specdsl.Spec:
    return specdsl.load(spec_for(domain))


@pytest.mark.parametrize("domain", READINGS)
def test_a_call_is_denied_for_exactly_the_rules_that_it_may_violate(domain: str) -> None:
    ids = labels(spec(domain))
    assert sorted(ids.values()) == sorted(READINGS[domain])
    seen: dict[frozenset[str], int] = {}
    for facts in drawn(domain, 4_000):
        violated = frozenset(violations(domain, facts))
        taken = policy(domain).trace(facts, [{"by": "user", "effect": "call is allow"}])[0]
        assert {ids[rule] for rule in rules_against(taken) if rule in ids} == violated, facts
        assert taken.outcome == ("deny" if violated else "allow"), facts
        seen[violated] = seen.get(violated, 0) + 1
    alone = {next(iter(some)) for some in seen if len(some) == 1}
    assert alone == set(READINGS[domain])
    assert seen[frozenset()] > 100


def violations(domain: str, facts: Facts) -> Iterator[str]:
    """The rules that some completion of the facts violates."""
    for name, (tools, kept) in READINGS[domain].items():
        if facts["tool"] in tools and not all(kept(f) for f in completions(domain, facts)):
            yield name


def completions(domain: str, facts: Facts) -> Iterator[Facts]:
    """The facts with every value of those that are unknown; of a number the ends of its range."""
    model = {fact.name: fact for fact in spec(domain).model.facts}
    unknown = [name for name, value in facts.items() if value is None]
    for chosen in product(*(values(model[name]) for name in unknown)):
        yield {**facts, **dict(zip(unknown, chosen, strict=True))}


def drawn(domain: str, count: int) -> Iterator[dict[str, Any]]:
    """Calls near the examples that are allowed: a few facts are drawn, some become unknown."""
    rng = random.Random(20240515)
    model = spec(domain).model
    bases = [one for one in model.examples if "in order" in one.title]
    assert len(bases) > 5
    for _ in range(count):
        given = dict(given_by(rng.choice(bases)))
        # What an example leaves open is as the example before it would have it: drawn.
        facts = {f.name: given.get(f.name, rng.choice(values(f))) for f in model.facts}
        for fact in rng.sample(model.facts, rng.randint(0, 3)):
            unknown = fact.optional and rng.random() < 0.5
            facts[fact.name] = None if unknown else rng.choice(values(fact))
        yield settled(domain, facts, rng)


def given_by(example: Any) -> Iterator[tuple[str, Any]]:
    for one in example.given:
        value = one.value
        if one.fact.type.kind is Kind.ENUM and value is not None:
            value = one.fact.type.members[value]
        yield one.fact.name, int(value) if one.fact.type.kind is Kind.INT and value else value


def settled(domain: str, facts: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Facts that follow from others do; amounts are often what they have to be, or a cent off."""
    if domain == "retail":
        if rng.random() < 0.5:
            sum_ = rng.choice(("price_difference_cents", "order_total_cents"))
            balance = facts["gift_card_balance_cents"]
            if balance is not None:
                facts[sum_] = min(1_000_000, max(0, balance + rng.choice((-1, 0, 1, 1))))
        return facts
    tier = {"regular": 0, "silver": 1, "gold": 2}.get(facts["membership"])
    cabin = {"basic_economy": 0, "economy": 1, "business": 2}.get(facts["cabin"])
    if tier is not None and cabin is not None:
        facts["free_bags_allowed"] = (tier + cabin) * facts["passengers"]
    over = max(0, facts["bags_total"] - facts["free_bags_allowed"])
    facts["bags_nonfree"] = min(30, max(0, over + rng.choice((0, 0, 0, 0, -1, 1))))
    if rng.random() < 0.8:
        each = 50 if facts["complaint"] == "delayed_flight" else 100
        facts["amount"] = each * facts["passengers"]
    return facts


NUMBERS = {"hours_since_booking": (0, 23, 24, 25, 400), "passengers": (1, 2, 5, 6)}


def values(fact: Fact) -> tuple[Any, ...]:
    match fact.type.kind:
        case Kind.BOOL:
            return (False, True)
        case Kind.ENUM:
            return fact.type.members
        case _:
            assert fact.type.low is not None
            assert fact.type.high is not None
            low, high = int(fact.type.low), int(fact.type.high)
            near = (low, min(low + 1, high), min(low + 4, high), high)
            return NUMBERS.get(fact.name, near)


# --- labelled calls ------------------------------------------------------------------------------


@pytest.mark.parametrize("domain", READINGS)
def test_every_labelled_call_is_decided_as_labelled(domain: str) -> None:
    path = CASES / f"{domain}_cases.dev.json"
    if not path.is_file():
        pytest.skip(f"no {path.resolve()}: THE LABELLED TOOL CALLS WERE NOT RUN")
    data = json.loads(path.read_text(encoding="utf-8"))
    assert [str(miss) for miss in score(spec_for(domain), data)] == []
