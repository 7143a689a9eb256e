"""The airline's agent: what the facts of a call are, and what becomes of it, at every limit of the
policy, against the records of the example; and against the benchmark's, where they are there."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.library.example_modules import EXAMPLES, modules

FOLDER = EXAMPLES / "airline"
TAU = Path(os.environ.get("SPECDSL_TAU", EXAMPLES.parent.parent / "shared/data/tau"))
AIRLINE = modules("airline")
Call, Talk, Turn = AIRLINE.facts.Call, AIRLINE.facts.Talk, AIRLINE.facts.Turn
NOW = AIRLINE.agent.NOW
ADA, MAX = "ada_holm_9120", "max_roth_3308"

Words = dict[str, Any]
PERSON = {"first_name": "Ada", "last_name": "Holm", "dob": "1980-02-01"}
OUT = {"flight_number": "KF101", "date": "2024-05-20"}
BACK = {"flight_number": "KF102", "date": "2024-05-22"}
BOOK: Words = {
    "user_id": ADA,
    "origin": "BOS",
    "destination": "DEN",
    "flight_type": "round_trip",
    "cabin": "economy",
    "flights": [OUT, BACK],
    "passengers": [PERSON, PERSON],
    "payment_methods": [{"payment_id": "credit_card_11", "amount": 500}],
    "total_baggages": 0,
    "nonfree_baggages": 0,
    "insurance": "no",
}
CANCEL: Words = {"reservation_id": "SUMMIT"}
CHANGE: Words = {
    "reservation_id": "SUMMIT",
    "cabin": "economy",
    "flights": [{**OUT, "date": "2024-05-21"}, BACK],
    "payment_id": "credit_card_11",
}
BAGS: Words = {
    "reservation_id": "SUMMIT",
    "total_baggages": 4,
    "nonfree_baggages": 0,
    "payment_id": "credit_card_11",
}
PEOPLE: Words = {"reservation_id": "SUMMIT", "passengers": [PERSON, PERSON]}
GESTURE: Words = {"user_id": ADA, "amount": 200}
IN_ORDER: dict[str, Words] = {
    "book_reservation": BOOK,
    "cancel_reservation": CANCEL,
    "update_reservation_flights": CHANGE,
    "update_reservation_baggages": BAGS,
    "update_reservation_passengers": PEOPLE,
    "send_certificate": GESTURE,
}
UPDATES = [tool for tool in IN_ORDER if tool != "send_certificate"]


@pytest.fixture
def database() -> Any:
    return AIRLINE.records.read(FOLDER / "database.json")


@cache
def policy() -> Any:
    """A guard whose policy is compiled once."""
    return AIRLINE.agent.Guard(None)


def tried(database: Any, call: Any, talk: Any = None, turn: Any = None) -> Any:
    """What comes of a call that the user agreed to, where nothing else is said."""
    guard = copy.copy(policy())
    guard._database = database
    return guard.call(call, talk or agreed(call), turn or Turn())


def agreed(call: Any, **more: Any) -> Any:
    said: Words = {
        "user": ADA,
        "listed": call,
        "confirmed": True,
        "asked_for_trip": True,
        "asked_about_insurance": True,
        "bags": 30,
        "reason": "change_of_plan",
        "complaint": "cancelled_flight",
        "about": "MIAMI",
        "wants_compensation": True,
    }
    return Talk(**{**said, **more})


def rules(found: Any) -> tuple[str, ...]:
    """Against the call; none where it was made."""
    return () if isinstance(found, str) else found.rules


def against(database: Any, tool: str, words: Words | None = None, **talk: Any) -> tuple[str, ...]:
    call = Call(tool, {**IN_ORDER[tool], **(words or {})})
    return rules(tried(database, call, agreed(call, **talk)))


# --- any call ------------------------------------------------------------------------------------


@pytest.mark.parametrize("tool", IN_ORDER)
def test_a_call_in_order_is_made_and_the_records_change(tool: str, database: Any) -> None:
    before = copy.deepcopy(database)
    assert isinstance(tried(database, Call(tool, IN_ORDER[tool])), str)
    assert database != before


@pytest.mark.parametrize("tool", UPDATES)
def test_nothing_is_updated_before_a_yes_to_this_very_call(tool: str, database: Any) -> None:
    call, before = Call(tool, IN_ORDER[tool]), copy.deepcopy(database)
    other = Call(tool, {**IN_ORDER[tool], "more": 1})
    for said in ({"listed": None}, {"confirmed": False}, {"listed": other}):
        assert rules(tried(database, call, agreed(call, **said))) == ("confirmation_first",)
    for user in (None, MAX, "nobody"):
        assert rules(tried(database, call, agreed(call, user=user))) == ("user_id_first",)
    assert database == before


@pytest.mark.parametrize("tool", IN_ORDER)
@pytest.mark.parametrize("turn", [Turn(calls=2), Turn(calls=9), Turn(text="Done!")])
def test_there_is_one_call_in_a_turn_and_no_message(tool: str, turn: Any, database: Any) -> None:
    call = Call(tool, IN_ORDER[tool])
    assert rules(tried(database, call, None, turn)) == ("one_call_at_a_time",)


# --- booking -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "ok"), [(1, True), (5, True), (6, False), (9, False)])
def test_five_passengers_at_most(count: int, ok: bool, database: Any) -> None:
    found = against(database, "book_reservation", {"passengers": [PERSON] * count})
    assert found == (() if ok else ("at_most_five_passengers",))


@pytest.mark.parametrize("gone", ["first_name", "last_name", "dob"])
@pytest.mark.parametrize("instead", [None, "", "someday"])
def test_every_passenger_is_known(gone: str, instead: str | None, database: Any) -> None:
    person = {**PERSON, gone: instead}
    fine = instead == "someday" and gone != "dob"
    found = against(database, "book_reservation", {"passengers": [PERSON, person]})
    assert found == (() if fine else ("passenger_details",))


METHODS = {
    "at_most_one_certificate": (["certificate_17", "certificate_18"], 1),
    "at_most_one_credit_card": (["credit_card_11", "credit_card_12"], 1),
    "at_most_three_gift_cards": ([f"gift_card_1{n}" for n in range(3, 7)], 3),
}


@pytest.mark.parametrize("rule", METHODS)
def test_methods_of_each_kind_are_limited(rule: str, database: Any) -> None:
    ids, most = METHODS[rule]
    for count in range(1, len(ids) + 1):
        methods = [{"payment_id": id_, "amount": 1} for id_ in ids[:count]]
        found = against(database, "book_reservation", {"payment_methods": methods})
        assert found == (() if count <= most else (rule,))


@pytest.mark.parametrize("id_", ["credit_card_21", "gift_card_99", "cash"])
def test_a_booking_is_paid_from_the_profile(id_: str, database: Any) -> None:
    methods = [{"payment_id": id_, "amount": 1}]
    found = against(database, "book_reservation", {"payment_methods": methods})
    assert found == ("paid_from_the_profile",)


@pytest.mark.parametrize("status", ["available", "delayed", "on time", "flying", "cancelled", None])
@pytest.mark.parametrize("tool", ["book_reservation", "update_reservation_flights"])
def test_only_seats_on_sale_are_booked(tool: str, status: str | None, database: Any) -> None:
    segment = IN_ORDER[tool]["flights"][0]
    database.flights["KF101"]["dates"][segment["date"]] = {"status": status} if status else {}
    found = against(database, tool)
    assert found == (() if status == "available" else ("only_available_flights",))


@pytest.mark.parametrize(("wanted", "ok"), [(1, False), (2, True), (3, True), (None, False)])
def test_no_bag_that_nobody_asked_for(wanted: int | None, ok: bool, database: Any) -> None:
    found = against(database, "book_reservation", {"total_baggages": 2}, bags=wanted)
    assert found == (() if ok else ("no_bags_that_nobody_needs",))
    assert against(database, "book_reservation", {"total_baggages": 0}, bags=None) == ()


def test_a_booking_asks_first(database: Any) -> None:
    assert against(database, "book_reservation", asked_for_trip=False) == ("trip_details",)
    found = against(database, "book_reservation", asked_about_insurance=False)
    assert found == ("insurance_is_offered",)


TIERS = {"regular": (0, 1, 2), "silver": (1, 2, 3), "gold": (2, 3, 4)}  # as published
CABINS = ("basic_economy", "economy", "business")


@pytest.mark.parametrize("membership", TIERS)
@pytest.mark.parametrize("cabin", CABINS)
@pytest.mark.parametrize("passengers", [1, 3])
def test_bags_beyond_the_free_ones_are_paid_for_and_only_those(
    membership: str, cabin: str, passengers: int, database: Any
) -> None:
    free = TIERS[membership][CABINS.index(cabin)] * passengers
    database.users[ADA]["membership"] = membership
    trip = database.reservations["SUMMIT"]
    people = [PERSON] * passengers
    trip.update(cabin=cabin, passengers=people, total_baggages=0)
    for total in (max(0, free - 1), free, free + 1, free + 2):
        for charged in range(3):
            right = charged == max(0, total - free)
            bags = {"total_baggages": total, "nonfree_baggages": charged}
            expected = () if right else ("extra_bags_at_their_price",)
            booking = {**bags, "cabin": cabin, "passengers": people}
            assert against(copy.deepcopy(database), "book_reservation", booking) == expected
            assert against(copy.deepcopy(database), "update_reservation_baggages", bags) == expected


# --- changing ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("total", "ok"), [(1, False), (2, True), (3, True)])
def test_bags_are_added_and_not_removed(total: int, ok: bool, database: Any) -> None:
    found = against(database, "update_reservation_baggages", {"total_baggages": total})
    assert found == (() if ok else ("no_bags_removed",))


@pytest.mark.parametrize(("count", "ok"), [(1, False), (2, True), (3, False)])
def test_there_are_as_many_passengers_as_before(count: int, ok: bool, database: Any) -> None:
    found = against(database, "update_reservation_passengers", {"passengers": [PERSON] * count})
    assert found == (() if ok else ("as_many_passengers_as_before",))


ROUTES = {
    "over Chicago": (
        [("KF201", "2024-05-20"), ("KF202", "2024-05-20"), ("KF102", "2024-05-22")],
        (),
    ),
    "one way": ([("KF101", "2024-05-20")], ("same_type_of_trip",)),
    "elsewhere": (
        [("KF301", "2024-05-20"), ("KF302", "2024-05-27")],
        ("same_origin_and_destination",),
    ),
    "the other way round": (
        [("KF102", "2024-05-22"), ("KF101", "2024-05-20")],
        ("same_origin_and_destination",),
    ),
}


@pytest.mark.parametrize("route", ROUTES)
def test_a_trip_keeps_its_ends_and_its_type(route: str, database: Any) -> None:
    segments, expected = ROUTES[route]
    flights = [{"flight_number": number, "date": date} for number, date in segments]
    assert against(database, "update_reservation_flights", {"flights": flights}) == expected


@pytest.mark.parametrize(
    ("id_", "ok"),
    [
        ("credit_card_12", True),
        ("gift_card_13", True),
        ("certificate_17", False),
        ("credit_card_21", False),
        ("cash", False),
    ],
)
def test_a_change_is_paid_by_one_card_of_the_profile(id_: str, ok: bool, database: Any) -> None:
    found = against(database, "update_reservation_flights", {"payment_id": id_})
    assert found == (() if ok else ("flights_paid_by_one_card",))


@pytest.mark.parametrize("cabin", CABINS)
def test_basic_economy_keeps_its_flights_and_may_change_its_cabin(
    cabin: str, database: Any
) -> None:
    trip = database.reservations["SUMMIT"]
    trip["cabin"] = cabin
    found = against(copy.deepcopy(database), "update_reservation_flights", {"cabin": cabin})
    assert found == (("basic_economy_flights_stay",) if cabin == "basic_economy" else ())
    other = {"cabin": "business", "flights": trip["flights"]}
    assert against(database, "update_reservation_flights", other) == ()


@pytest.mark.parametrize(
    ("status", "flown"),
    [
        ("flying", True),
        ("landed", True),
        ("available", False),
        ("delayed", False),
        ("on time", False),
        ("cancelled", False),
        (None, True),
    ],
)
def test_once_a_part_has_been_flown_neither_cabin_nor_trip(
    status: str | None, flown: bool, database: Any
) -> None:
    dates = database.flights["KF101"]["dates"]
    dates["2024-05-20"] = {"status": status} if status else {}
    trip = database.reservations["SUMMIT"]
    cabin = {"cabin": "business", "flights": trip["flights"]}
    found = against(copy.deepcopy(database), "update_reservation_flights", cabin)
    assert found == (("no_other_cabin_once_flown",) if flown else ())
    assert against(database, "cancel_reservation") == (
        ("no_cancellation_once_flown",) if flown else ()
    )


# --- cancelling ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ago", "ok"),
    [
        (timedelta(0), True),
        (timedelta(hours=23, minutes=59, seconds=59), True),
        (timedelta(hours=24), True),
        (timedelta(hours=24, seconds=1), False),
        (timedelta(hours=25), False),
        (timedelta(days=400), False),
    ],
)
def test_within_a_day_of_booking(ago: timedelta, ok: bool, database: Any) -> None:
    database.reservations["SUMMIT"]["created_at"] = (NOW - ago).isoformat()
    assert against(database, "cancel_reservation") == (() if ok else ("only_on_these_grounds",))


REASONS = ("change_of_plan", "airline_cancelled", "health", "weather", "other")


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("insurance", ["yes", "no"])
def test_insurance_covers_health_and_weather(reason: str, insurance: str, database: Any) -> None:
    trip = database.reservations["SUMMIT"]
    trip.update(insurance=insurance, created_at="2024-05-01T00:00:00")
    ok = insurance == "yes" and reason in ("health", "weather")
    found = against(database, "cancel_reservation", reason=reason)
    assert found == (() if ok else ("only_on_these_grounds",))


@pytest.mark.parametrize("cabin", CABINS)
def test_business_can_always_be_cancelled_and_a_reason_is_needed(cabin: str, database: Any) -> None:
    database.reservations["SUMMIT"].update(cabin=cabin, created_at="2024-05-01T00:00:00")
    ok = cabin == "business"
    assert against(database, "cancel_reservation", reason="not_obtained") == (
        ("reason_first",) if ok else ("only_on_these_grounds", "reason_first")
    )
    assert against(database, "cancel_reservation") == (() if ok else ("only_on_these_grounds",))


def test_what_the_airline_cancelled_counts_by_the_records(database: Any) -> None:
    assert against(database, "cancel_reservation", {"reservation_id": "MIAMI"}) == ()
    database.flights["KF301"]["dates"]["2024-05-23"]["status"] = "available"
    found = against(
        database, "cancel_reservation", {"reservation_id": "MIAMI"}, reason="airline_cancelled"
    )
    assert found == ("only_on_these_grounds",)


# --- compensation --------------------------------------------------------------------------------

LATE: Words = {
    "complaint": "delayed_flight",
    "about": "LATE",
    "wants_change": True,
    "done": frozenset({"LATE"}),
}


@pytest.mark.parametrize(("amount", "ok"), [(199, False), (200, True), (201, False), (100, False)])
def test_a_hundred_dollars_a_passenger(amount: int, ok: bool, database: Any) -> None:
    found = against(database, "send_certificate", {"amount": amount})
    assert found == (() if ok else ("the_right_amount",))


@pytest.mark.parametrize(("amount", "ok"), [(49, False), (50, True), (51, False), (100, False)])
def test_fifty_for_a_delay(amount: int, ok: bool, database: Any) -> None:
    found = against(database, "send_certificate", {"amount": amount}, **LATE)
    assert found == (() if ok else ("the_right_amount",))


@pytest.mark.parametrize(
    "said", [{"wants_change": False}, {"done": frozenset()}, {"done": frozenset({"MIAMI"})}]
)
def test_for_a_delay_only_after_the_change(said: Words, database: Any) -> None:
    found = against(database, "send_certificate", {"amount": 50}, **{**LATE, **said})
    assert found == ("delay_compensated_after_the_change",)


@pytest.mark.parametrize("membership", TIERS)
@pytest.mark.parametrize("cabin", CABINS)
@pytest.mark.parametrize("insurance", ["yes", "no"])
def test_who_is_compensated(membership: str, cabin: str, insurance: str, database: Any) -> None:
    database.users[ADA]["membership"] = membership
    database.reservations["MIAMI"].update(cabin=cabin, insurance=insurance)
    ok = membership != "regular" or cabin == "business" or insurance == "yes"
    assert against(database, "send_certificate") == (() if ok else ("compensation_only_for_some",))


def test_compensation_is_asked_for_and_confirmed_by_the_records(database: Any) -> None:
    found = against(database, "send_certificate", wants_compensation=False)
    assert found == ("compensation_only_when_asked",)
    assert against(database, "send_certificate", complaint="other") == (
        "compensation_for_no_other_reason",
    )
    assert against(database, "send_certificate", about="SUMMIT") == ("facts_before_compensation",)
    found = against(
        database,
        "send_certificate",
        {"amount": 50},
        **{**LATE, "about": "SUMMIT", "done": frozenset({"SUMMIT"})},
    )
    assert "facts_before_compensation" in found


# --- calls that make no sense --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tool", "words", "why"),
    [
        ("fly", {}, "there is no tool `fly`"),
        ("cancel_reservation", {}, "the call has no `reservation_id`"),
        ("cancel_reservation", {"reservation_id": "GONE"}, "there is no reservation `GONE`"),
        ("book_reservation", {**BOOK, "cabin": "first"}, "there is no cabin `first`"),
        ("book_reservation", {**BOOK, "passengers": []}, "no list `passengers`"),
        ("book_reservation", {**BOOK, "flights": [{"date": "x"}]}, "flight_number, date"),
        ("book_reservation", {**BOOK, "passengers": [PERSON] * 10}, "out of range"),
        (
            "update_reservation_flights",
            {**CHANGE, "flights": [OUT, OUT]},
            "does not leave from DEN",
        ),
        ("update_reservation_baggages", {**BAGS, "total_baggages": True}, "no number"),
        ("update_reservation_baggages", {**BAGS, "total_baggages": 31}, "out of range"),
        ("send_certificate", {**GESTURE, "user_id": MAX}, "not a reservation of"),
        ("cancel_reservation", {**CANCEL, "twice": True}, "unexpected keyword argument 'twice'"),
    ],
)
def test_a_call_that_makes_no_sense_is_not_made(
    tool: str, words: Words, why: str, database: Any
) -> None:
    before = copy.deepcopy(database)
    found = tried(database, Call(tool, words))
    assert why in found.tell[0]
    assert database == before


VALUES = st.one_of(st.none(), st.integers(), st.text(max_size=5), st.lists(st.text(max_size=3)))
NAMES = st.sampled_from(sorted({name for words in IN_ORDER.values() for name in words}))


@given(st.sampled_from(sorted(IN_ORDER)), st.dictionaries(NAMES, VALUES, max_size=3), st.booleans())
def test_no_call_however_garbled_brings_the_guard_down(
    tool: str, garbled: Words, confirmed: bool
) -> None:
    database = AIRLINE.records.read(FOLDER / "database.json")
    call = Call(tool, {**IN_ORDER[tool], **garbled})
    before = copy.deepcopy(database)
    found = tried(database, call, agreed(call, confirmed=confirmed))
    assert isinstance(found, str) or database == before
    assert confirmed or tool == "send_certificate" or not isinstance(found, str)


# --- the benchmark's own records -----------------------------------------------------------------


@cache
def benchmark() -> Any:
    if not (TAU / "db").is_dir():
        pytest.skip(f"no {TAU.resolve()}: THE BENCHMARK'S RECORDS WERE NOT READ")
    names = ("users", "reservations", "flights")
    tables = (json.loads((TAU / "db" / f"{name}.json").read_text("utf-8")) for name in names)
    return AIRLINE.records.Database(*tables)


def labelled(name: str) -> Any:
    return json.loads((TAU / f"{name}.dev.json").read_text(encoding="utf-8"))


# One was labelled after the cabin had been changed in the same conversation.
AFTER_ANOTHER_CALL = {"air-0102": {"cabin"}}


def test_the_facts_of_the_benchmarks_calls_are_those_of_the_labels() -> None:
    database = benchmark()
    cases = [one for one in labelled("airline_cases")["cases"] if "call" in one]
    assert len(cases) > 40
    for case in cases:
        got = AIRLINE.facts.facts_of(*of_case(database, case), database, datetime(2024, 5, 15, 15))
        other = {name for name, value in case["facts"].items() if got[name] != value}
        assert other <= AFTER_ANOTHER_CALL.get(case["id"], set()), (case["id"], other)


def of_case(database: Any, case: Mapping[str, Any]) -> Iterator[Any]:
    """The call of a case, and the conversation before it, of which the label has what was said."""
    facts, call = case["facts"], Call(case["tool"], case["call"])
    user = case["call"].get("user_id")
    about = next(alike(database, user, facts), None) if user else None
    trip = database.reservations.get(case["call"].get("reservation_id"), {})
    yield call
    yield Talk(
        user=user or trip["user_id"],
        listed=call,
        confirmed=True,
        asked_for_trip=facts.get("trip_details_obtained", False),
        asked_about_insurance=facts.get("insurance_offered", False),
        bags=facts.get("bags_requested"),
        reason=facts.get("cancel_reason", "not_obtained"),
        complaint=facts.get("complaint", "none"),
        about=about,
        wants_compensation=facts.get("compensation_requested", False),
        wants_change=facts.get("wants_change_or_cancel", False),
    )


def alike(database: Any, user: str, facts: Mapping[str, Any]) -> Iterator[str]:
    """The reservations of a user that a certificate can be about: the label does not name it."""
    for id_ in database.users[user]["reservations"]:
        trip = database.reservations[id_]
        same = (len(trip["passengers"]), trip["cabin"], trip["insurance"] == "yes")
        if same == (facts["passengers"], facts["cabin"], facts["insurance"]):
            yield id_


def test_the_cancellations_that_an_agent_made_are_judged_from_the_records() -> None:
    """Some depend on the reason alone, others are fine or not whatever it is."""
    database, decides = benchmark(), policy()._policy.decide
    for one in labelled("airline_cancellations"):
        call = Call("cancel_reservation", {"reservation_id": one["reservation_id"]})
        user = database.reservations[one["reservation_id"]]["user_id"]
        talks = [Talk(user=user, listed=call, confirmed=True, reason=r) for r in REASONS]
        facts = (AIRLINE.facts.facts_of(call, talk, database, NOW) for talk in talks)
        outcomes = {decides(each).call for each in facts}
        assert (outcomes.pop() if len(outcomes) == 1 else "reason") == one["verdict"], one


# --- the script ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("words", "status"), [([], 0), ([FOLDER / "airline_v1.spec"], 1)])
def test_the_agent_starts_where_the_policy_is_sound(
    words: list[Path], status: int, tmp_path: Path
) -> None:
    command = [sys.executable, str(FOLDER / "agent.py"), *map(str, words)]
    run = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, encoding="utf-8")
    assert (run.returncode, run.stderr) == (status, "")


def test_every_rule_against_a_call_has_words_for_the_user() -> None:
    for rule in policy()._rules.values():
        denies = not any(effect.outcomes & 1 for effect in rule.effects)
        assert rule.because.endswith("."), rule.name
        assert rule.doc or not denies, rule.name
