"""Tests of the places of a level: who speaks there, what they outrank, and what is ignored."""

from __future__ import annotations

from typing import Any

import pytest

from tests.semantics.reference.small import ask, outcome, say, verdict

DECISION = "decision d: a > b > c\n"
LENT = DECISION + "delegate tool at dev delegate tool at user\n"

STATED = say("asker", "d is b")
LOWERED = say("boss", "d is c", at="user")
IMPLIED = say("coder", "d is b", implied=True)
SPOKEN_LENT = say("tool", "d is c", at="user")
RULE = "rule here at user then d is a\n"


@pytest.mark.parametrize(
    ("higher", "lower"),
    [
        (STATED, LOWERED),
        (STATED, IMPLIED | {"effect": "d is c"}),
        (STATED, SPOKEN_LENT),
        (LOWERED, IMPLIED),
        (LOWERED, SPOKEN_LENT | {"effect": "d is a"}),
        (IMPLIED, SPOKEN_LENT),
    ],
)
def test_places_of_a_level(higher: dict[str, Any], lower: dict[str, Any]) -> None:
    """Highest first: stated, lowered, implied, lent. Across places the order of saying is
    nothing."""
    chosen = higher["effect"].split()[-1]
    assert outcome(LENT, higher, lower) == chosen
    assert outcome(LENT, lower, higher) == chosen


@pytest.mark.parametrize("said", [STATED, LOWERED, IMPLIED, SPOKEN_LENT])
def test_rules_come_last(said: dict[str, Any]) -> None:
    """A policy's default yields to someone of the same authority who asks otherwise."""
    assert outcome(LENT + RULE, said) == said["effect"].split()[-1]


def test_rules_outrank_what_is_below_their_level() -> None:
    """… and to no one below."""
    assert outcome(LENT + "rule here at dev then d is a", STATED) == "a"
    assert outcome(LENT + "rule here at root then d is a", say("coder", "d is b")) == "a"


def test_ones_own_level_is_stated_whether_named_or_not() -> None:
    """Stated: by a principal whose own level this is, `at` it or not."""
    named, unnamed = say("coder", "d is b", at="dev"), say("coder", "d is c")
    assert outcome(DECISION, named, unnamed) == "c"
    assert outcome(DECISION, unnamed, named) == "b"


def test_within_a_place_the_later_ranks_higher() -> None:
    """Whoever of the place gives it; the earlier still counts where both can be kept."""
    second = "principal editor at user\n"
    said = say("asker", "d is b"), say("editor", "d is c")
    assert outcome(DECISION + second, *said) == "c"
    assert outcome(DECISION + second, *reversed(said)) == "b"
    kept = say("asker", "d in {b, c}"), say("editor", "d is not b")
    assert outcome(DECISION + second, *kept) == "c"


def test_lowered_and_implied_share_no_place() -> None:
    """Boss and coder both speak at user; what boss says lowered outranks what coder implies."""
    said = say("boss", "d is b", at="user"), say("coder", "d is c", at="user", implied=True)
    assert outcome(DECISION, *said) == "b"
    assert outcome(DECISION, *reversed(said)) == "b"


def test_implied_below_its_usual_level() -> None:
    """Implied also: who implies `at` this level below its `implied at`."""
    text = DECISION + "principal chief at root implied at dev\nrule here at dev then d is a\n"
    assert outcome(text, say("chief", "d is b", implied=True)) == "b"
    assert outcome(text, say("chief", "d is b", at="user", implied=True)) == "a"


def test_who_cannot_imply_is_ignored() -> None:
    """Implied by a principal that has no `implied at`, whatever level it is `at`; one without
    authority never has one."""
    answer = ask(
        LENT,
        say("boss", "d is c", implied=True),
        say("boss", "d is c", at="user", implied=True),
        say("tool", "d is c", implied=True),
    )
    assert answer["d"].ignored == (0, 1, 2)
    assert answer["d"].outcome == "a"


def test_who_does_not_steer_is_ignored() -> None:
    """Default: everyone with authority, lent authority included."""
    steered = "decision d: a > b > c steered by asker\n"
    found = verdict(steered, say("boss", "d is c"), say("asker", "d is b"))
    assert (found.outcome, found.ignored) == ("b", (0,))
    nobody = "decision d: a > b > c steered by nobody\n"
    assert verdict(nobody, say("boss", "d is c")).ignored == (0,)
    assert outcome(DECISION + "delegate tool at user", say("tool", "d is b")) == "b"


def test_lent_authority_is_active_when_its_condition_is_true() -> None:
    """Active when its `when` is true (unknown is not), for the decisions that it names."""
    text = DECISION + "decision e: x > y fact asked: bool? delegate tool at user on d when asked\n"
    said = say("tool", "d is b"), say("tool", "e is y")
    found = ask(text, *said, asked=True)
    assert (found["d"].outcome, found["e"].ignored) == ("b", (1,))
    for unheard in (False, None):
        assert verdict(text, *said, asked=unheard).ignored == (0,)


def test_of_several_delegations_the_highest_counts() -> None:
    """Lends this level, or a higher one while it speaks `at` this."""
    text = (
        DECISION
        + """
    fact high: bool
    delegate tool at user
    delegate tool at dev when high
    rule here at dev then d is a
    """
    )
    assert outcome(text, say("tool", "d is b"), high=True) == "b"
    assert outcome(text, say("tool", "d is b"), high=False) == "a"
    assert outcome(text, say("tool", "d is b", at="user"), high=True) == "a"
    assert verdict(text, say("tool", "d is b", at="dev"), high=False).ignored == (0,)
    lowered = say("tool", "d is b", at="user")
    assert outcome(text.replace("rule here at dev", "rule here at user"), lowered, high=True) == "b"


def test_a_delegation_may_read_a_decision() -> None:
    text = (
        DECISION
        + """
    decision trust: none_at_all > some
    fact vouched: bool
    rule vouch at root when vouched then trust is some
    delegate tool at user on d when trust is some
    """
    )
    assert outcome(text, say("tool", "d is b"), vouched=True) == "b"
    assert verdict(text, say("tool", "d is b"), vouched=False).ignored == (0,)
