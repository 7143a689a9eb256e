"""The second opinion where two situations, or two specs, are compared: its answers are those that
`semantics.md` gives by hand, and those of the checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import product

import pytest

from specdsl.api import Spec, loads
from specdsl.base.diagnostics import Diagnostic, Report
from specdsl.checks.catalogue import codes
from specdsl.second_opinion.all_questions import report_questions
from specdsl.second_opinion.question import SmtQuestion
from specdsl.second_opinion.slicing import slice_lines
from tests.random_specs import random_clash, random_layer, random_spec, random_talk
from tests.seeds import seeds

pytest.importorskip("cvc5", reason="cvc5 is not installed: THE SECOND OPINION WAS NOT TESTED")

from specdsl.second_opinion.cvc5 import ask_cvc5
from tests.second_opinion.test_second_opinion import assert_agree, everything, opinion, without

PARTS = """
authority root > developer > attic > spare > user
principal user at user
value safety
value service
value privacy
priority safety > service
priority service > privacy
priority safety > privacy
fact amount: int 0..1000
fact loyal: bool
fact mood: {calm, angry}
fact opened: bool?
fact checked: bool?
decision refund: pay > voucher > decline steered by nobody
decision fee: free > charged steered by nobody
decision tone: warm > cold
policy refunds at developer {
  rule big for safety when amount > 500 then refund is decline
  rule huge for safety when amount > 800 then refund is not pay
  rule twice for safety when amount > 500 and (checked or not checked) then refund is decline
  rule friend for service when loyal and amount <= 1000 then refund is pay
  rule worn for privacy when opened unless opened is unknown then refund in {voucher, decline}
  rule kind for safety when loyal then refund may be pay or voucher
}
policy fees at developer {
  rule charge for safety when amount > 100 then fee is charged
  rule waive for service when loyal and amount > 200 then fee is free overrides charge
  rule tiny for service when amount < 50 then fee is free overrides charge
}
rule polite at spare then tone is warm
rule lift at root then tone may be cold
"""

SOMETHING = """
rule `big`|rule `friend`|rule `worn`|rule `charge`|rule `waive`|rule `tiny`|rule `polite`
`tone may be cold` of rule `lift`|`safety > service`
`overrides charge` of rule `waive`|level `root`|level `developer`|level `spare`
`when amount > 500` of rule `big`|`when loyal` of rule `friend`|`when opened` of rule `worn`
`when amount > 100` of rule `charge`|`when loyal` of rule `waive`
`when amount > 200` of rule `waive`|`when amount < 50` of rule `tiny`
fact `amount`|fact `loyal`|fact `opened`
"""
# Where `friend` meets `worn`, `kind` lets both stand, or the priority has `friend` win: either way
# it comes to `pay`, so either could go.
NOTHING = """
`service > privacy`
rule `huge`|rule `twice`|`refund may be pay or voucher` of rule `kind`|`safety > privacy`
`overrides charge` of rule `tiny`|level `attic`|`when amount <= 1000` of rule `friend`
`unless opened is unknown` of rule `worn`|fact `mood`|fact `checked`
"""

CODES = {
    "redundant-rule",
    "idle-permission",
    "idle-priority",
    "idle-override",
    "idle-fact",
    "idle-level",
    "dead-conjunct",
    "sensitive-to-unknown",
}


def names(text: str) -> set[str]:
    return {f"what {name} changes" for line in text.split("\n") for name in line.split("|") if name}


def asked(spec: Spec, wanted: set[str]) -> Mapping[str, SmtQuestion]:
    found = report_questions(spec.model, everything(spec)).asked
    return {q.wording.about: q for q in found if q.wording.code in wanted}


def answers(spec: Spec, *wanted: str) -> Mapping[str, str | None]:
    return {about: ask_cvc5(q, 60) for about, q in asked(spec, set(wanted)).items()}


def test_each_part_of_a_spec_as_by_hand() -> None:
    found = answers(loads(PARTS), *CODES)
    by_hand = {**dict.fromkeys(names(SOMETHING), "sat"), **dict.fromkeys(names(NOTHING), "unsat")}
    by_hand["`refund` where `opened` is unknown"] = "sat"
    by_hand["`refund` where `checked` is unknown"] = "unsat"
    assert found == by_hand


def test_the_check_says_the_same_of_each() -> None:
    found = opinion(loads(PARTS), seconds=60)
    assert not found.differing
    assert not found.unanswered
    assert {question.wording.code for question in found.agreed} >= CODES


# --- a wrong answer is noticed -------------------------------------------------------------------


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_finding_that_is_kept_back_is_noticed(code: str) -> None:
    spec = loads(PARTS)
    report = everything(spec)
    kept_back = {d.message for d in report.diagnostics if d.code.name == code}
    differing = opinion(spec, without(report, code)).differing
    assert len([q for q, _ in differing if q.wording.code == code]) == len(kept_back) > 0


MADE_UP: Mapping[str, tuple[Mapping[str, object], str]] = {
    "redundant-rule": ({"rules": ["big"]}, "what rule `big` changes"),
    "idle-permission": (
        {"rules": ["lift"], "decision": "tone"},
        "what `tone may be cold` of rule `lift` changes",
    ),
    "idle-priority": ({"priority": ["safety", "service"]}, "what `safety > service` changes"),
    "idle-override": (
        {"rules": ["waive", "charge"]},
        "what `overrides charge` of rule `waive` changes",
    ),
    "idle-fact": ({"fact": "loyal"}, "what fact `loyal` changes"),
    "idle-level": ({"level": "spare"}, "what level `spare` changes"),
    "dead-conjunct": (
        {"rules": ["friend"], "clause": "when loyal"},
        "what `when loyal` of rule `friend` changes",
    ),
    "sensitive-to-unknown": (
        {"fact": "checked", "decision": "refund"},
        "`refund` where `checked` is unknown",
    ),
}


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_finding_that_is_made_up_is_noticed(code: str) -> None:
    fields, about = MADE_UP[code]
    spec = loads(PARTS)
    report = everything(spec)
    found = opinion(spec, with_more(report, code, fields))
    assert [q.wording.about for q, _ in found.differing if q.wording.code == code] == [about]


def with_more(report: Report, code: str, fields: Mapping[str, object]) -> Report:
    made_up = Diagnostic(next(one for one in codes() if one.name == code), "made up", fields=fields)
    return replace(report, diagnostics=(*report.diagnostics, made_up))


# --- layers --------------------------------------------------------------------------------------

BASE = """
authority root > shop > low
principal user at shop
fact late: bool
decision refund: pay > voucher > decline
decision tone: warm > cold
rule limit at root when late then refund is not pay
rule calm at low then tone is cold
"""
LAYER = """
layer shop on "base.spec" tightening
fact regular: bool?
rule strict at shop when late then refund is decline
rule regulars at shop when regular then tone may be warm
"""


def layered(text: str = LAYER) -> Spec:
    return loads(text, "layer.spec", {"base.spec": BASE})


def test_what_a_layer_may_loosen() -> None:
    """What `regulars` permits, the base rule below cannot close."""
    found = answers(layered(), "loosening-layer")
    assert found == {"`refund` with the layer": "unsat", "`tone` with the layer": "sat"}
    assert_agree(layered())


def test_a_layer_without_a_promise_is_not_asked_about() -> None:
    assert not answers(layered(LAYER.replace(" tightening", "")), "loosening-layer")


# --- what one situation does not show ------------------------------------------------------------


@pytest.mark.parametrize("outcomes", ["a > b > c", "a > b > e > f > c"])
def test_it_takes_several_instructions_to_see_what_a_permission_does(outcomes: str) -> None:
    """The user asks for c. With the permission `d is b` then leaves b and c, and `d is c`, which
    the developer said before, stands too: c. Without it the first of them to be said is superseded,
    and what the user asks for is overridden: b."""
    spec = loads(
        f"authority root > dev > user\nprincipal developer at dev\nprincipal user at user\n"
        f"decision d: {outcomes}\nrule opens at root then d may be c\n"
    )
    assert answers(spec, "idle-permission") == {"what `d may be c` of rule `opens` changes": "sat"}


def test_a_permission_opens_nothing_where_nobody_asks_for_it() -> None:
    """Nobody has less authority than the user."""
    spec = loads(
        "authority root > user\nprincipal user at user\ndecision d: a > b > c\n"
        "rule opens at root then d may be c\n"
    )
    asked = answers(spec, "idle-permission")
    assert asked == {"what `d may be c` of rule `opens` changes": "unsat"}


def test_it_takes_two_with_lent_authority_too() -> None:
    """Whether it is lent is the same whatever `f` is; that is for the solver to find out."""
    spec = loads(
        "authority root > dev > user\nprincipal page without authority\nprincipal user at user\n"
        "fact f: bool\ndecision d: a > b > c\ndelegate page at dev when f or not f\n"
        "rule opens at root when f then d may be c\n"
    )
    (question,) = asked(spec, {"idle-fact"}).values()
    assert "says.lent.2/a" in question.script_text
    assert ask_cvc5(question, 60) == "sat"


LENT = """
authority root > low
principal page without authority
fact trusted: bool
decision d: yes > no
"""


@pytest.mark.parametrize(
    ("rest", "answer"),
    [
        ("delegate page at root when trusted\nrule keep at low then d is yes", "sat"),
        # What it says `at root` counts only where that is lent.
        ("delegate page at root when trusted\ndelegate page at low when not trusted", "sat"),
        # Only that it is decided: what it asks for is permitted from above, with its opposite.
        ("delegate page at low when trusted\nrule opens at root then d may be yes or no", "sat"),
        ("delegate page at low when trusted\nrule limit at root then d is yes", "unsat"),
    ],
)
def test_what_is_lent_may_differ_between_two_situations(rest: str, answer: str) -> None:
    spec = loads(f"{LENT}{rest}\n")
    (question,) = asked(spec, {"idle-fact"}).values()
    assert "says.lent.1/yes" in question.script_text
    assert ask_cvc5(question, 60) == answer
    assert_agree(spec)


def test_a_rule_may_order_others_where_it_does_not_apply() -> None:
    """Without `between`, `one` and `two` are peers that clash where it never applies."""
    spec = loads(
        "authority top\nfact f: bool\ndecision d: a > b steered by nobody\n"
        "rule one at top when f then d is a overrides between\n"
        "rule between at top when not f then d is b overrides two\n"
        "rule two at top when f then d is b\n"
        "rule again at top when not f then d is b\n"
    )
    assert answers(spec, "redundant-rule") == {
        "what rule `one` changes": "sat",
        "what rule `between` changes": "sat",
        "what rule `again` changes": "unsat",
    }
    assert_agree(spec)


def test_a_condition_may_matter_by_what_it_reads() -> None:
    """It is true whatever `d` is, but `d` may fail: without it `e` is taken all the same."""
    spec = loads(
        "authority top\nfact f: bool\n"
        "decision d: a > b steered by nobody\ndecision e: a > b steered by nobody\n"
        "rule one at top when f then d is a\nrule two at top when f then d is b\n"
        "rule reads at top when d is a or d is b then e is b\n"
    )
    found = answers(spec, "dead-conjunct")
    assert found["what `when d is a or d is b` of rule `reads` changes"] == "sat"
    assert_agree(spec)


def test_an_override_that_keeps_a_circle_open_changes_everything() -> None:
    spec = loads(
        "authority top\nvalue care\nvalue thrift\npriority care > thrift\n"
        "decision d: a > b > c steered by nobody\n"
        "rule one at top for thrift then d is a overrides two, three\n"
        "rule two at top then d is b overrides three\n"
        "rule three at top for care then d is c\n"
    )
    found = answers(spec, "idle-override")
    assert found["what `overrides three` of rule `one` changes"] == "sat"
    assert_agree(spec)


@pytest.mark.parametrize("outcomes", [2, 3])
def test_two_situations_need_two_instructions_an_outcome(outcomes: int) -> None:
    """From every pair of (what is left, what of it is permitted) they lead wherever any do."""
    every = range(1 << outcomes)
    states = [(u, p) for u in every if u for p in every if not p & ~u]
    for pair in product(states, states):
        reached, newest = {pair}, {pair}
        for _ in range(2 * outcomes):
            newest = further(newest, every) - reached
            reached |= newest
        assert not further(newest, every) - reached


State = tuple[int, int]


def further(pairs: set[tuple[State, State]], every: range) -> set[tuple[State, State]]:
    """Where one more instruction leads both."""
    told = product(every[1:], (False, True))
    return {(said(one, *t), said(other, *t)) for t in told for one, other in pairs}


def said(state: State, effect: int, permits: bool) -> State:
    left, permitted = state
    if not effect & left:
        return state
    if permits:
        return left, permitted | (effect & left)
    return left & (effect | permitted), permitted


# --- what is not asked ---------------------------------------------------------------------------


def test_a_part_is_not_asked_about_where_the_report_does_not_say_that_it_takes_effect() -> None:
    spec = loads(PARTS)
    report = everything(spec)
    checks = tuple(
        replace(c, result="not_run") if c.code.name == "dead-rule" else c for c in report.checks
    )
    found = report_questions(spec.model, replace(report, checks=checks))
    about = {q.wording.about for q in found.asked}
    assert "what rule `huge` changes" in about  # it was found
    assert "what rule `big` changes" not in about
    assert ("what rule `big` changes", "whether it takes effect is not settled") in (
        found.uncovered
    )


def test_every_check_is_covered() -> None:
    for spec in (loads(PARTS), layered()):
        assert not report_questions(spec.model, everything(spec)).uncovered


def test_a_question_holds_only_what_it_needs() -> None:
    lines = [
        "",
        "; facts",
        "(declare-const a Bool)",
        "(declare-const b Bool)",
        "(declare-const c Bool)",
        "(declare-const d Bool)",
        "(assert (or c d))",
        "(assert (not b))",
        "",
        "; rules",
        "(define-fun r () Bool (and a b))",
        "(define-fun s () Bool (not r))",
    ]
    shapes = {"(assert (or c d))", "(assert (not b))"}
    kept = slice_lines(lines, ["(not a)"], shapes)
    assert kept == ("", "; facts", "(declare-const a Bool)")
    kept = slice_lines(lines, ["r"], shapes)
    assert kept == (*lines[:4], lines[7], *lines[8:11])
    kept = slice_lines(lines, ["(not a)"], {"(assert (not b))"})
    assert kept == ("", "; facts", lines[2], lines[4], lines[5], lines[6])


# --- random specs --------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("draw", [random_spec, random_clash, random_talk])
def test_agree_on_random_specs(draw: Callable[[int], str], seed: int) -> None:
    assert assert_agree(loads(draw(200 + seed))) > 0


@pytest.mark.parametrize("seed", range(8))
def test_agree_on_random_layers(seed: int) -> None:
    found = random_layer(seed)
    assert assert_agree(loads(found.text, "layer.spec", found.library)) > 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(300, 306))
@pytest.mark.parametrize("draw", [random_spec, random_clash, random_talk])
def test_agree_on_more_random_specs(draw: Callable[[int], str], seed: int) -> None:
    assert assert_agree(loads(draw(seed))) > 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(300, 306))
def test_agree_on_more_random_layers(seed: int) -> None:
    found = random_layer(seed)
    assert assert_agree(loads(found.text, "layer.spec", found.library)) > 0
