"""The two airline policies: where the first contradicts itself, and how they differ."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import specdsl
from specdsl.base.diagnostics import Severity
from specdsl.frontend.model.nodes import Fact, Kind
from specdsl.runtime.results import DecisionTrace
from tests.seeds import TIMES

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "examples" / "airline"

GRANTS = (
    "business_can_always_be_cancelled",
    "cancelled_by_the_airline",
    "insured_for_this_reason",
    "within_a_day_of_booking",
)
NEW = {
    "compensation_for_no_other_reason",
    "no_bags_that_nobody_needs",
    "no_other_cabin_once_flown",
}
CHANGED = {"compensation_only_when_asked", "flights_paid_by_one_card", "no_cancellation_once_flown"}

Facts = dict[str, Any]


@cache
def spec(name: str) -> specdsl.Spec:
    return specdsl.load(FOLDER / f"{name}.spec")


@cache
def policy(name: str) -> specdsl.Policy:
    return specdsl.compile(spec(name), checked=False)


# --- what the check says -------------------------------------------------------------------------


def test_the_first_version_contradicts_itself_on_cancellations_and_nowhere_else() -> None:
    errors = [d for d in specdsl.check(spec("airline_v1")).findings if d.severity is Severity.ERROR]
    assert {d.code.name for d in errors} == {"contradiction"}
    found = sorted(tuple(d.fields["rules"]) for d in errors)
    assert found == [tuple(sorted((grant, "no_cancellation_once_flown"))) for grant in GRANTS]


def test_the_corrected_version_has_no_contradiction_not_even_a_settled_one() -> None:
    report = specdsl.check(spec("airline"))
    assert [d.message for d in report.findings if d.severity is Severity.ERROR] == []
    assert [d.message for d in report.findings if d.code.name == "contradiction"] == []
    assert report.ok
    assert not report.unproved


def test_every_rule_wins_in_an_example() -> None:
    """Those that both versions have in calls.spec, the new ones in airline.spec."""
    winners: dict[str, set[str]] = {"calls.spec": set(), "airline.spec": set()}
    for example in spec("airline").model.examples:
        names = {winner.name for e in example.expectations for winner in e.because}
        winners[Path(example.span.source.name).name] |= names
    assert {rule.name for rule in spec("airline_v1").model.rules} - winners["calls.spec"] == set()
    assert NEW - winners["airline.spec"] == set()


LITERAL = """
use "airline.spec"

rule other_reservations_can_be_modified at developer
  when changes_flights and cabin is not basic_economy
    and origin_destination_same and trip_type_same
  then call is allow
"""


def test_the_corrected_version_read_literally_clashes_where_the_document_says() -> None:
    """The grant without its terms, against all that the text does not put `first`."""
    library = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.spec")}
    report = specdsl.check(specdsl.loads(LITERAL, "literal.spec", library))
    found = [d for d in report.findings if d.code.name == "contradiction"]
    clashes = {rule for contradiction in found for rule in contradiction.fields["rules"]}
    first = {"user_id_first", "reservation_id_first", "confirmation_first"}
    assert clashes - first - {"other_reservations_can_be_modified"} == {
        "flights_paid_by_one_card",
        "no_other_cabin_once_flown",
        "only_available_flights",
    }


# --- how the versions differ ---------------------------------------------------------------------


def test_the_files_differ_in_the_rules_that_the_correction_touches() -> None:
    first, corrected = rules("airline_v1"), rules("airline")
    assert corrected.keys() - first.keys() == NEW
    assert first.keys() - corrected.keys() == set()
    assert {name for name in first if first[name] != corrected[name]} == CHANGED
    old, new = defines("airline_v1"), defines("airline")
    assert {n for n in old | new if old.get(n) != new.get(n)} == {"free_for_gold", "way_to_pay"}


def rules(name: str) -> dict[str, str]:
    """The text of every rule but its source: sections have other names in the two texts."""
    spans = {rule.name: rule.span for rule in spec(name).model.rules}
    texts = {rule: span.source.text[span.start : span.end] for rule, span in spans.items()}
    return {rule: re.sub(r'\s*source ".*"', "", text) for rule, text in texts.items()}


def defines(name: str) -> dict[str, str]:
    text = (FOLDER / f"{name}.spec").read_text(encoding="utf-8")
    return dict(re.findall(r"^define (\w+) = (.*\n(?:  .*\n)*)", text, re.MULTILINE))


def of_tool(*names: str) -> Callable[[Facts], bool]:
    return lambda facts: facts["tool"] in names


books, cancels = of_tool("book_reservation"), of_tool("cancel_reservation")
changes, compensates = of_tool("update_reservation_flights"), of_tool("send_certificate")
charges_bags = of_tool("book_reservation", "update_reservation_baggages")

CORRECTIONS: dict[str, tuple[Callable[[Facts], bool], set[tuple[str, str]]]] = {
    "cancelling once flown": (
        lambda f: cancels(f) and f["any_segment_flown"] is not False,
        {("contradiction", "deny")},
    ),
    "another cabin once flown": (
        lambda f: (
            changes(f) and f["cabin_after"] != f["cabin"] and f["any_segment_flown"] is not False
        ),
        {("allow", "deny")},
    ),
    "bags of gold in business": (
        lambda f: charges_bags(f) and (f["membership"], f["cabin"]) == ("gold", "business"),
        {("allow", "deny"), ("deny", "allow")},
    ),
    "bags that nobody asked for": (
        lambda f: books(f) and f["bags_total"] > (f["bags_requested"] or 0),
        {("allow", "deny")},
    ),
    "changes paid from outside the profile": (
        lambda f: changes(f) and f["flights_changed"] and f["payment_in_profile"] is not True,
        {("allow", "deny")},
    ),
    "compensation for other reasons": (
        lambda f: compensates(f) and f["complaint"] == "other",
        {("allow", "deny")},
    ),
}


def test_every_difference_between_the_versions_is_one_of_the_corrections() -> None:
    seen: set[str] = set()
    for facts in drawn(5_000 * TIMES):
        before, after = (policy(name).trace(facts)[0] for name in ("airline_v1", "airline"))
        if summary(before) == summary(after):
            continue
        which = [name for name, (about, _) in CORRECTIONS.items() if about(facts)]
        assert which, facts
        flips = set().union(*(CORRECTIONS[name][1] for name in which))
        assert (outcome(before), outcome(after)) in flips, facts
        seen |= set(which) if len(which) == 1 else set()
    assert seen == set(CORRECTIONS)


def summary(taken: DecisionTrace) -> tuple[str, bool, bool]:
    return outcome(taken), taken.decided, taken.conflicted


def outcome(taken: DecisionTrace) -> str:
    return taken.outcome or "contradiction"


def drawn(count: int) -> Iterator[Facts]:
    """Situations near the examples: what one gives, a few facts of it and all others drawn."""
    rng = random.Random(20240515)
    model = spec("airline").model
    for _ in range(count):
        given = {g.fact: outside(g.fact, g.value) for g in rng.choice(model.examples).given}
        anew = set(rng.sample(model.facts, rng.randint(0, 3)))
        yield {
            f.name: any_value(rng, f) if f in anew or f not in given else given[f]
            for f in model.facts
        }


def outside(fact: Fact, value: Any) -> Any:
    """A value of an example as a caller would give it."""
    match fact.type.kind:
        case _ if value is None:
            return None
        case Kind.ENUM:
            return fact.type.members[value]
        case Kind.INT:
            return int(value)
        case _:
            return value


def any_value(rng: random.Random, fact: Fact) -> Any:
    if fact.optional and rng.random() < 0.2:
        return None
    match fact.type.kind:
        case Kind.BOOL:
            return rng.random() < 0.5
        case Kind.ENUM:
            return rng.choice(fact.type.members)
        case Kind.INT:
            assert fact.type.low is not None
            assert fact.type.high is not None
            return rng.randint(int(fact.type.low), int(fact.type.high))
        case kind:
            raise AssertionError(kind)
