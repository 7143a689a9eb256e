"""What the shipped rules decide: situation by situation, written from what they promise."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

import specdsl
from specdsl.base.resources import library_path

Facts = Mapping[str, Any]


@cache
def shipped(name: str) -> specdsl.Policy:
    return specdsl.compile(specdsl.load(library_path(name)), checked=False)


def case(title: str, facts: Facts, says: tuple[str, ...], *expected: str) -> Any:
    """`says`: "developer: D is o", "developer implies: D is o". `expected`: "D: o because A, B",
    with all its winners, or "D: o by default"."""
    return pytest.param(facts, says, expected, id=title)


def table(*cases: Any) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("facts", "says", "expected"), cases)


def judge(
    policy: specdsl.Policy, facts: Facts, says: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    decision = policy.decide(facts, [instruction(text) for text in says])
    assert [line(decision, text.partition(":")[0]) for text in expected] == list(expected)


def instruction(text: str) -> specdsl.Instruction:
    who, _, effect = text.partition(": ")
    return specdsl.Instruction(who.removesuffix(" implies"), effect, who.endswith(" implies"))


def line(decision: specdsl.Decision, name: str) -> str:
    """What was decided, in the words of `expected`."""
    winners = ", ".join(sorted(set(decision.because[name])))
    assert decision.decided[name] == bool(winners)
    return f"{name}: {decision[name]}" + (f" because {winners}" if winners else " by default")


# --- chain of command ----------------------------------------------------------------------------

HARMLESS = {"grave_harm": False}
PARTIAL = "developer: answer_substance is partial"
HINTED = "developer implies: answer_substance is partial"
FULL = "user: answer_substance is full"
BRIEF, FORMAL = "user: answer_style is brief", "user: answer_style is formal"
ANY_OF_TWO, NOT_BRIEF = "user: answer_style in {brief, formal}", "user: answer_style is not brief"
TOOL = ("tool: answer_substance is declined", "tool: answer_style is playful")
QUOTED = ("quoted: answer_substance is declined", "quoted: answer_style is playful")
WHOLE = "answer_substance: full by default"
UNMOVED = (WHOLE, "answer_style: plain because plain_by_default")
SYSTEM = "system: answer_substance is full"


@table(
    case("limit", HARMLESS, (PARTIAL, FULL), "answer_substance: partial because developer"),
    case("wish, limit", HARMLESS, (FULL, PARTIAL), "answer_substance: partial because developer"),
    case("wish alone", HARMLESS, (FULL,), "answer_substance: full because user"),
    case("implied limit", HARMLESS, (HINTED, FULL), "answer_substance: full because user"),
    case("implied later", HARMLESS, (FULL, HINTED), "answer_substance: full because user"),
    case("implied alone", HARMLESS, (HINTED,), "answer_substance: partial because developer"),
    case("later of two", {}, (BRIEF, FORMAL), "answer_style: formal because user"),
    case("turned round", {}, (FORMAL, BRIEF), "answer_style: brief because user"),
    case("both of two", {}, (ANY_OF_TWO, NOT_BRIEF), "answer_style: formal because user"),
    case("both, turned round", {}, (NOT_BRIEF, ANY_OF_TWO), "answer_style: formal because user"),
    case(
        "root against system",
        {"grave_harm": True},
        (SYSTEM,),
        "answer_substance: declined because no_grave_harm",
    ),
    case("system", HARMLESS, (PARTIAL, SYSTEM), "answer_substance: full because system"),
    case("no hint", {}, (), "answer_style: plain because plain_by_default"),
    case(
        "hint against guideline",
        {},
        ("user implies: answer_style is formal",),
        "answer_style: formal because user",
    ),
    case("tool", {"style_lent_to": []}, TOOL, *UNMOVED),
    case("tool, nobody knows", {}, TOOL, *UNMOVED),
    case("document", {"style_lent_to": []}, QUOTED, *UNMOVED),
    case("lent to the other", {"style_lent_to": ["tool"]}, QUOTED, *UNMOVED),
    case(
        "lent to the tool",
        {"style_lent_to": ["tool"]},
        TOOL,
        "answer_style: playful because tool",
        WHOLE,
    ),
    case(
        "lent to the document",
        {"style_lent_to": ["quoted"]},
        QUOTED,
        "answer_style: playful because quoted",
        WHOLE,
    ),
)
def test_answering(facts: Facts, says: tuple[str, ...], expected: tuple[str, ...]) -> None:
    judge(shipped("answering"), facts, says, expected)


OWN = """
use chain_of_command
fact style_asked_for: bool?
decision reply: full > partial > declined
decision tone: plain > formal
delegate tool at user on tone when style_asked_for
rule cap at root when style_asked_for is known then reply is not full
"""
ITS_WISHES = ("tool: tone is formal", "tool: reply is declined")


@table(
    case(
        "limit",
        {},
        ("user: reply is full", "developer: reply is partial"),
        "reply: partial because developer",
    ),
    case(
        "implied limit",
        {},
        ("developer implies: reply is partial", "user: reply is full"),
        "reply: full because user",
    ),
    case(
        "root against system",
        {"style_asked_for": True},
        ("system: reply is full",),
        "reply: partial because cap",
    ),
    case("not lent", {}, ITS_WISHES, "tone: plain by default", "reply: full by default"),
    case(
        "lent",
        {"style_asked_for": True},
        ITS_WISHES,
        "tone: formal because tool",
        "reply: partial because cap",
    ),
)
def test_chain_of_command_on_decisions_of_ones_own(
    facts: Facts, says: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    judge(specdsl.compile(specdsl.loads(OWN), checked=False), facts, says, expected)


# --- honesty -------------------------------------------------------------------------------------

PRIVATE = {"instructions_kept": "private", "setting": "conversation"}
SHOW, DENY = "user: disclosure is told", "developer: disclosure is denied"
OPEN, CLOSE = "developer: disclosure is told", "developer: disclosure is not told"
DECLINED = "disclosure: declined because keep_instructions_private"

ASKED = {"asked_whether_ai": True, "setting": "conversation"}
PLAY, STORY = {**ASKED, "setting": "play"}, {**ASKED, "setting": "story"}
SINCERE, JEST = {"sincere_question": True}, {"sincere_question": False}
PERSONA = "developer: identity_answer is in_role"
TRUTH = "identity_answer: truth because truth_about_being_an_ai"
ROLE = "identity_answer: in_role because stay_in_role"

OWN_WORK, LIE = {"judges_own_work": True}, "user: judgement_of_work is polite_lie"
KIND, BLUNT = "user: judgement_of_work is kind_truth", "user: judgement_of_work is blunt_truth"
NO_LIE = "judgement_of_work: kind_truth because no_polite_lie"


@table(
    case("private", PRIVATE, (SHOW,), DECLINED),
    case("private, as said", {}, (CLOSE, SHOW), "disclosure: declined because developer"),
    case("open", {"instructions_kept": "open"}, (SHOW,), "disclosure: told because user"),
    case("nobody knows", {}, (SHOW,), DECLINED),
    case("to be denied", PRIVATE, (DENY, SHOW), DECLINED),
    case("to be denied, system", PRIVATE, ("system: disclosure is denied",), DECLINED),
    case("secret", {**PRIVATE, "instructions_kept": "secret"}, (SHOW,), DECLINED),
    case("opened", PRIVATE, (OPEN,), "disclosure: told because developer"),
    case("closed, opened", PRIVATE, (CLOSE, OPEN), "disclosure: told because developer"),
    case("sincere", {**ASKED, **SINCERE}, (PERSONA,), TRUTH),
    case("tone unknown", ASKED, (PERSONA,), TRUTH),
    case("nothing known", {}, (PERSONA,), TRUTH),
    case(
        "not asked",
        {"asked_whether_ai": False, "setting": "conversation"},
        (PERSONA,),
        "identity_answer: in_role because developer",
    ),
    case("play", {**PLAY, **JEST}, (), ROLE),
    case("play, sincere", {**PLAY, **SINCERE}, (PERSONA,), TRUTH),
    case("story", {**STORY, **JEST}, (), ROLE),
    case("story, sincere", {**STORY, **SINCERE}, (PERSONA,), TRUTH),
    case("polite lie", OWN_WORK, (LIE,), NO_LIE),
    case("polite lie, perhaps", {}, (LIE,), NO_LIE),
    case("kind truth", OWN_WORK, (KIND,), "judgement_of_work: kind_truth because user"),
    case("blunt truth", OWN_WORK, (BLUNT,), "judgement_of_work: blunt_truth because user"),
    case(
        "somebody else's work",
        {"judges_own_work": False},
        (LIE,),
        "judgement_of_work: polite_lie because user",
    ),
)
def test_honesty(facts: Facts, says: tuple[str, ...], expected: tuple[str, ...]) -> None:
    judge(shipped("honesty"), facts, says, expected)


# --- uncertain audience --------------------------------------------------------------------------

VEILED = "audience_answer: veiled because give_nothing_away"
ALL = "audience_answer: full because never_claim_it_is_real"
TELL = ("developer: audience_answer is full", "user: audience_answer is full")
CLAIM = tuple(f"{who}: audience_answer is untrue" for who in ("system", "developer", "user"))


def about(subject: str | None, age: str | None) -> Facts:
    return {"subject_kind": subject, "asker_age": age}


@table(
    case("folklore, unknown", about("folklore", None), (), VEILED),
    case("folklore, unknown, to be told", about("folklore", None), TELL, VEILED),
    case("folklore, unknown, to be claimed", about("folklore", None), CLAIM, VEILED),
    case("folklore, child", about("folklore", "child"), (), VEILED),
    case("folklore, child, to be claimed", about("folklore", "child"), CLAIM, VEILED),
    case("folklore, adult", about("folklore", "adult"), (), ALL),
    case("folklore, adult, to be claimed", about("folklore", "adult"), CLAIM, ALL),
    case("harmless, unknown", about("harmless", None), (), ALL),
    case("harmless, child", about("harmless", "child"), (), ALL),
    case("harmless, adult", about("harmless", "adult"), (), ALL),
    case("for adults, unknown", about("adults_only", None), (), VEILED),
    case("for adults, child", about("adults_only", "child"), (), VEILED),
    case("for adults, adult", about("adults_only", "adult"), (), ALL),
    case("nobody knows what, nor who", about(None, None), (), VEILED),
    case("nobody knows what, adult", about(None, "adult"), (), ALL),
)
def test_uncertain_audience(facts: Facts, says: tuple[str, ...], expected: tuple[str, ...]) -> None:
    judge(shipped("uncertain_audience"), facts, says, expected)


# --- untrusted input -----------------------------------------------------------------------------

IGNORE = {"embedded_wishes": ["substance"]}
OBEYED = "answer_substance: full because user"
REPORT = "text_report: told because report_the_attempt"
STYLED = {"embedded_wishes": ["style"], "style_lent_to": ["quoted"]}
BOTH = {"embedded_wishes": ["style", "substance"], "style_lent_to": ["quoted"]}
ITS_STYLE = "answer_style: playful because quoted"
DEED = {"side_effects": True, "action_wanted_by": "only_a_text"}
DO_IT = "outside_action is done"
ASK = "outside_action: ask_first because ask_before_acting_on_a_text"
DONE = "outside_action: done by default"


@table(
    case("ignore, document", IGNORE, (FULL, QUOTED[0]), OBEYED, REPORT),
    case("ignore, tool", IGNORE, (FULL, TOOL[0]), OBEYED, REPORT),
    case("act, document", {"embedded_wishes": ["action"]}, (FULL, QUOTED[0]), OBEYED, REPORT),
    case("no wish", {"embedded_wishes": []}, (FULL,), OBEYED, "text_report: silent by default"),
    case("poses as developer", {"claims_authority": True}, (TOOL[0],), WHOLE, REPORT),
    case("the developer", {}, (PARTIAL, FULL), "answer_substance: partial because developer"),
    case("style, lent", STYLED, QUOTED, ITS_STYLE, WHOLE, "text_report: silent by default"),
    case("style, not lent", {**STYLED, "style_lent_to": []}, QUOTED, *UNMOVED),
    case("style and substance", BOTH, QUOTED, ITS_STYLE, WHOLE, REPORT),
    case("deed, document", DEED, (f"quoted: {DO_IT}",), ASK),
    case("deed, tool", DEED, (f"tool: {DO_IT}",), ASK),
    case("deed, allowed wholesale", DEED, (f"developer: {DO_IT}",), ASK),
    case("deed, perhaps a text's", {"side_effects": True}, (), ASK),
    case("deed, confirmed", {**DEED, "action_consent": "yes"}, (), DONE),
    case(
        "deed, refused",
        {**DEED, "action_consent": "no"},
        (),
        "outside_action: not_done because a_no_is_a_no, ask_before_acting_on_a_text",
    ),
    case("deed, the user's", {**DEED, "action_wanted_by": "somebody_entitled"}, (), DONE),
    case("no side effects", {**DEED, "side_effects": False}, (), DONE),
)
def test_untrusted_input(facts: Facts, says: tuple[str, ...], expected: tuple[str, ...]) -> None:
    judge(shipped("untrusted_input"), facts, says, expected)
