"""Ranks, what stands, contradictions and who wins."""

from __future__ import annotations

import pytest

from tests.semantics.reference.small import ask, outcome, say, verdict

DECISION = "decision d: a > b > c\n"
SETTLED = "decision d: a > b > c on conflict {}\n"
VALUES = "value high value middle value low priority high > middle priority middle > low\n"


def rules(*effects: str, head: str = "at root") -> str:
    """Rules r0, r1 … with these effects; `for …` and `overrides …` may follow an effect."""
    return "".join(
        f"rule r{i} {head} {value} then {effect} {clause}\n"
        for i, (effect, value, clause) in enumerate(map(_split, effects))
    )


def _split(text: str) -> tuple[str, str, str]:
    effect, _, value = text.partition(" for ")
    effect, _, pierced = effect.partition(" overrides ")
    return effect, f"for {value}" if value else "", f"overrides {pierced}" if pierced else ""


# --- rank ---


def test_values_rank_through_others() -> None:
    """An edge where one value is above the other in the transitive closure of `priority`."""
    text = DECISION + VALUES
    assert outcome(text + rules("d is c for low", "d is b for high")) == "b"
    assert outcome(text + rules("d is c for high", "d is b for low")) == "c"


def test_an_override_takes_the_place_of_the_edge_between_the_two() -> None:
    """A carve-out beats the general order: but for the pair alone."""
    text = DECISION + VALUES
    assert outcome(text + rules("d is c overrides r1 for low", "d is b for high")) == "c"
    three = rules("d is c overrides r1 for low", "d is b for high", "d is a for low")
    found = verdict(text + three)
    assert (found.outcome, found.overridden) == ("c", ("r1", "r2"))  # r0 > r1 > r2


def test_a_path_counts_where_the_rules_on_it_do_not_apply() -> None:
    """Rank belongs to the spec, not to the situation."""
    text = (
        DECISION
        + """
    fact on_now: bool
    rule r0 at root then d is c overrides r1
    rule r1 at root when on_now then d is a overrides r2
    rule r2 at root then d is b
    """
    )
    assert verdict(text, on_now=False).because == ("r0",)
    assert outcome(text, on_now=False) == "c"
    apart = text.replace("overrides r2", "")
    assert verdict(apart, on_now=False).failed


def test_a_path_leads_through_rules_on_the_decision_only() -> None:
    """The graph of a decision holds the rules with an effect on it."""
    text = (
        DECISION
        + """
    decision e: x > y
    rule r0 at root then d is c and e is y overrides r1
    rule r1 at root then e is x overrides r2
    rule r2 at root then d is b and e is y
    """
    )
    found = ask(text)
    assert found["d"].failed
    assert found["e"].outcome == "y"


# --- what stands ---


def test_a_restriction_stands_where_it_meets_what_is_left_above() -> None:
    """If the two do not meet, the candidates above override it."""
    found = verdict(DECISION, say("boss", "d in {b, c}"), say("asker", "d in {a, b}"))
    assert (found.outcome, found.standing) == ("b", (0, 1))
    lost = verdict(DECISION, say("boss", "d in {b, c}"), say("asker", "d is a"))
    assert (lost.outcome, lost.overridden) == ("b", (1,))


def test_what_it_leaves_is_not_cut_to_what_is_left_above() -> None:
    """A restriction leaves A, though only A ∩ U(c) counts for its standing, as the winners show."""
    said = say("boss", "d in {a, b}"), say("asker", "d in {a, c}")
    assert verdict(DECISION, *said).because == ("boss", "asker")


def test_a_permission_lifts_what_lower_ones_say_without_asking_for_it() -> None:
    """A standing restriction leaves A ∪ P(c)."""
    text = DECISION + "rule low_one at user then d is c\n"
    assert outcome(text, say("coder", "d may be a")) == "a"
    assert outcome(text, say("coder", "d may be b")) == "b"
    assert outcome(DECISION, say("coder", "d may be c")) == "a"


def test_a_permission_says_nothing_against_peers_or_higher_ones() -> None:
    """Only strictly higher candidates count in U and P."""
    assert outcome(DECISION + rules("d is c", "d may be a")) == "c"
    assert outcome(DECISION, say("boss", "d is c"), say("coder", "d may be a")) == "c"


def test_a_permission_stands_for_what_is_left_to_it() -> None:
    """The permission stands for P ∩ U(c), and is overridden if that is empty."""
    text = DECISION + "rule low_one at user then d is c\n"
    said = say("boss", "d is not a"), say("coder", "d may be a or b")
    found = verdict(text, *said)
    assert (found.outcome, found.standing) == ("b", (0, 1, "low_one"))
    gone = say("boss", "d is c"), say("coder", "d may be a or b")
    assert verdict(text, *gone).overridden == (1,)


def test_a_permission_opens_and_does_not_choose() -> None:
    """A wish of a lower level stays, unless somebody still lower asks for what is permitted."""
    permitted = say("boss", "d may be a"), say("coder", "d is b")
    assert outcome(DECISION, *permitted) == "b"
    assert outcome(DECISION, *permitted, say("asker", "d is a")) == "a"
    assert outcome(DECISION, *permitted, say("asker", "d in {a, c}")) == "a"
    assert outcome(DECISION, *permitted, say("asker", "d is c")) == "b"  # not what is permitted
    assert outcome(DECISION, *permitted, say("asker", "d may be a")) == "b"  # not asked for


def test_only_what_is_stated_asks_for_what_is_permitted() -> None:
    """A principal states at its own level: no implied, lowered or lent instruction counts."""
    permitted = say("boss", "d may be a"), say("coder", "d is b")
    assert outcome(DECISION, *permitted, say("asker", "d is a", implied=True)) == "b"
    assert outcome(DECISION, *permitted, say("coder", "d is a", at="user")) == "b"


def test_what_is_asked_for_counts_whether_it_stands_or_not() -> None:
    said = say("boss", "d may be b"), say("coder", "d is c")
    taken_back = say("asker", "d is b"), say("asker", "d is c")
    found = verdict(DECISION, *said, *taken_back)
    assert (found.outcome, found.superseded) == ("c", (2,))
    assert verdict(DECISION, *said, say("asker", "d is b")).outcome == "b"
    rule = "rule middle at dev then d in {b, c}\n"  # `coder` leaves b and c to it
    assert verdict(DECISION + rule, *said, *taken_back).standing == (0, 1, "middle", 3)


def test_who_speaks_later_takes_back() -> None:
    """A permission lifts what was said before it at its own level."""
    assert outcome(DECISION, say("coder", "d is c"), say("coder", "d may be a")) == "a"
    assert outcome(DECISION, say("coder", "d may be a"), say("coder", "d is c")) == "c"
    lowered = say("coder", "d may be a", at="user"), say("asker", "d is c")
    assert outcome(DECISION, *lowered) == "c"  # what is lowered ranks below what is stated


def test_a_restriction_needs_to_meet_what_is_left_whatever_is_permitted() -> None:
    """The restriction stands by A ∩ U(c), not by A ∪ P(c)."""
    said = say("boss", "d is not a"), say("coder", "d may be b"), say("asker", "d is a")
    found = verdict(DECISION, *said)
    assert (found.outcome, found.overridden) == ("b", (2,))


def test_what_a_permission_permits_is_left_by_those_below() -> None:
    """P ∩ U(c), not all of P; an overridden one nothing. Shown by who leaves the fewest."""
    text = DECISION + "rule low_one at user then d is a\n"
    said = say("boss", "d in {a, b}"), say("coder", "d may be b or c")
    assert verdict(text, *said).because == ("boss", "low_one")  # both leave a, b
    gone = say("boss", "d is a"), say("coder", "d may be b")
    assert verdict(text, *gone).because == ("boss", "low_one")  # both leave a


# --- outcome and contradiction ---


def test_default_and_decided() -> None:
    """Decided when at least one restriction stands, else the default; a permission is none."""
    assert not verdict(DECISION).decided
    assert not verdict(DECISION + rules("d may be c")).decided
    assert not verdict(DECISION).conflicted
    assert verdict(DECISION + rules("d in {a, b}")).decided


def test_peers_that_do_not_meet_are_a_contradiction() -> None:
    found = verdict(DECISION + rules("d is a", "d is b"))
    assert (found.failed, found.conflicted, found.outcome) == (True, True, None)
    assert found.clashes == {frozenset({"r0", "r1"})}


def test_three_may_clash_where_no_two_do() -> None:
    """Per minimal set of standing restrictions whose leavings do not meet."""
    found = verdict(DECISION + rules("d in {a, b}", "d in {b, c}", "d in {a, c}"))
    assert found.clashes == {frozenset({"r0", "r1", "r2"})}
    found = verdict(DECISION + rules("d is not a", "d is a", "d is b"))
    assert found.clashes == {frozenset({"r0", "r1"}), frozenset({"r1", "r2"})}


def test_an_instruction_may_complete_a_clash() -> None:
    """The rules of it are named, the instruction is not."""
    found = verdict(DECISION + rules("d in {a, b}", "d in {a, c}"), say("boss", "d is not a"))
    assert found.clashes == {frozenset({"r0", "r1"})}
    assert verdict(DECISION + rules("d in {a, b}", "d in {a, c}")).outcome == "a"


@pytest.mark.parametrize(
    ("settled", "above", "clash", "expected"),
    [
        ("b", "d not in {c}", ("d is a", "d is b"), "b"),
        ("c", "d is not c", ("d is a", "d is b"), "a"),  # X ∉ H: the most preferred in H
        ("c", "d is not a", ("d is b", "d is c"), "c"),
        ("a", "d is not a", ("d is b", "d is c"), "b"),
    ],
)
def test_on_conflict_never_undoes_what_stands_above(
    settled: str, above: str, clash: tuple[str, str], expected: str
) -> None:
    """X if X ∈ H, else the most preferred in H; conflicted, and decided too."""
    text = SETTLED.format(settled) + rules(*clash, head="at dev")
    found = verdict(text, say("boss", above, at="user"))
    assert found.outcome == settled  # what is said below the clash makes no difference
    found = verdict(text, say("boss", above))
    assert found.outcome == expected
    assert (found.conflicted, found.decided, found.failed) == (True, True, False)
    assert found.because == ()


def test_a_permission_above_can_dissolve_a_clash() -> None:
    """Each of the two then leaves what the other asks for."""
    found = verdict(SETTLED.format("c") + rules("d is a", "d is b"), say("boss", "d may be a"))
    assert (found.outcome, found.conflicted, found.because) == ("a", False, ("boss", "r0"))


def test_the_clash_is_at_the_highest_place_that_leaves_nothing() -> None:
    """H is what the places above L leave; each place counts, of one level too."""
    text = SETTLED.format("c") + rules("d is a", "d is b", head="at user")
    assert outcome(text, say("asker", "d is not c")) == "a"  # stated at user, above its rules
    assert outcome(text, say("coder", "d is not c", implied=True)) == "a"  # implied there
    upper = SETTLED.format("c") + rules("d is a", "d is b") + "rule low at user then d is not c"
    assert outcome(upper) == "c"  # nothing stands above root's rules


def test_below_a_clash_nothing_is_left_to_meet() -> None:
    """U(c) is empty there, so what is below is overridden."""
    found = verdict(SETTLED.format("c") + rules("d is a", "d is b"), say("asker", "d is b"))
    assert (found.outcome, found.overridden) == ("c", (0,))


def test_readers_of_a_failed_decision_are_not_taken() -> None:
    """The decision may be read in any condition, relevant or not, directly or through others."""
    text = (
        DECISION
        + rules("d is a", "d is b")
        + """
    fact p: bool
    define reached = d is a
    decision reader: x > y
    rule reads at root when p and reached then reader is y
    decision second: x > y
    rule reads_too at user unless reader is y then second is y
    decision third: x > y
    delegate tool at user on third when d is b
    decision apart: x > y
    rule free at root then apart is y
    """
    )
    found = ask(text, p=False)
    assert found.any_failed
    assert found["d"].failed
    for name in ("reader", "second", "third"):
        assert (found[name].was_taken, found[name].failed, found[name].conflicted) == (False,) * 3
    assert found["apart"].outcome == "y"


def test_readers_of_a_settled_contradiction_go_on() -> None:
    text = SETTLED.format("b") + rules("d is a", "d is b")
    text += "decision reader: x > y rule reads at root when d is b then reader is y"
    found = ask(text)
    assert (found.any_failed, found["reader"].outcome) == (False, "y")


# --- winners ---


def test_winners_exclude_what_is_preferred() -> None:
    """Each candidate that excludes a further preferred outcome wins, from the highest rank down."""
    said = say("asker", "d is not b"), say("coder", "d is not a"), say("boss", "d is not a")
    found = verdict(DECISION, *said)
    assert (found.outcome, found.because) == ("c", ("boss", "asker"))


def test_winners_that_are_peers_come_by_name() -> None:
    """The first by name comes next among the candidates with no other above them."""
    text = (
        DECISION
        + """
    rule zeta at root then d is not a overrides alpha
    rule alpha at root then d is not b
    rule beta at root then d is not b
    """
    )
    assert verdict(text).because == ("beta", "zeta")
    assert verdict(text.replace(" overrides alpha", "")).because == ("alpha", "zeta")
    two = "rule yb at root then d is not a\nrule za at root then d is not b\n"
    assert verdict(DECISION + two).because == ("yb", "za")


def test_winners_of_the_best_outcome_leave_the_fewest() -> None:
    said = say("asker", "d is a"), say("boss", "d in {a, b}"), say("coder", "d is a")
    assert verdict(DECISION, *said).because == ("coder", "asker")
    assert verdict(DECISION, say("boss", "d in {a, b}")).because == ("boss",)
    assert verdict(DECISION).because == ()


def test_winners_count_what_is_left_with_permissions() -> None:
    """The outcomes that they leave count, A ∪ P(c)."""
    said = say("boss", "d may be b"), say("coder", "d is c"), say("asker", "d in {b, c}")
    found = verdict(DECISION, *said)
    assert (found.outcome, found.because) == ("b", ("boss", "asker"))


def test_winners_that_name_the_outcome_come_before_those_whose_word_was_lifted() -> None:
    """The winners are in the order of rank in the end."""
    said = say("coder", "d is c"), say("asker", "d is not a")
    found = verdict(DECISION, say("boss", "d may be b"), *said)
    assert (found.outcome, found.because) == ("b", ("boss", "asker"))
    alone = verdict(DECISION + "rule r at dev then d is c\n", say("boss", "d may be b"))
    assert (alone.outcome, alone.because) == ("b", ("boss", "r"))


def test_a_permission_wins_only_where_it_let_the_outcome_in() -> None:
    """The permission stands above a restriction that does not name the outcome."""
    named = verdict(DECISION, say("boss", "d may be b"), say("asker", "d is b"))
    assert (named.outcome, named.because) == ("b", ("asker",))
    first = verdict(DECISION + "rule r at dev then d is c\n", say("boss", "d may be a"))
    assert (first.outcome, first.because) == ("a", ("boss",))


# --- the others ---


def test_superseded_would_stand_without_the_others_of_its_place() -> None:
    said = say("asker", "d is b"), say("asker", "d is c")
    found = verdict(DECISION, *said)
    assert (found.superseded, found.overridden) == ((0,), ())
    below = verdict(DECISION, say("boss", "d is not b"), *said)
    assert (below.superseded, below.overridden) == ((), (1,))
