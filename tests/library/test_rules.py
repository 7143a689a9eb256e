"""The shipped rules: proved, documented, shown by examples, and what a spec gets that uses them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

import specdsl
from specdsl.base.diagnostics import Severity
from specdsl.base.resources import library_names, library_path, library_text
from specdsl.base.source import Source, Span
from specdsl.frontend.model import nodes as m
from specdsl.frontend.syntax.canonical_layout import format_text

BRINGS = {
    "chain_of_command": {
        "levels": "root system developer user guideline",
        "principals": "system developer user tool quoted",
    },
    "answering": {
        "facts": "grave_harm style_lent_to",
        "decisions": "answer_substance answer_style",
    },
    "honesty": {
        "values": "honesty confidentiality",
        "facts": "instructions_kept setting asked_whether_ai sincere_question judges_own_work",
        "defines": "in_fiction",
        "decisions": "disclosure identity_answer judgement_of_work",
    },
    "uncertain_audience": {
        "facts": "subject_kind asker_age",
        "defines": "not_for_every_age",
        "decisions": "audience_answer",
    },
    "untrusted_input": {
        "facts": "embedded_wishes claims_authority side_effects action_wanted_by action_consent",
        "decisions": "text_report outside_action",
    },
}
USES = {
    "chain_of_command": (),
    "answering": ("chain_of_command",),
    "honesty": ("chain_of_command",),
    "uncertain_audience": ("chain_of_command",),
    "untrusted_input": ("chain_of_command", "answering"),
}
KINDS = ("levels", "principals", "values", "facts", "defines", "assumes", "decisions")
DECIDING = sorted(BRINGS.keys() - {"chain_of_command"})

every_file = pytest.mark.parametrize("name", sorted(BRINGS))
every_deciding_file = pytest.mark.parametrize("name", DECIDING)


@cache
def spec(name: str) -> specdsl.Spec:
    return specdsl.load(library_path(name))


@cache
def report(name: str) -> specdsl.Report:
    return specdsl.check(spec(name))


def text(span: Span) -> str:
    return span.source.text[span.start : span.end]


def here(name: str, *things: m.Rule | m.Example | m.Assertion) -> list[str]:
    """The texts of those that are in the file itself, not in one that it uses."""
    return [text(t.span) for t in things if Path(t.span.source.name).stem == name]


# --- each file by itself -------------------------------------------------------------------------


def test_these_are_all() -> None:
    assert library_names() == tuple(sorted(BRINGS))


@every_file
def test_it_passes_the_check(name: str) -> None:
    assert [f.message for f in report(name).findings if f.severity is Severity.ERROR] == []
    assert report(name).unproved == ()
    assert report(name).ok


@every_file
def test_it_is_in_the_canonical_layout(name: str) -> None:
    text = library_text(name)
    assert text is not None
    assert format_text(Source(name, text)) == text


@every_file
def test_what_it_declares_is_documented(name: str) -> None:
    model = spec(name).model
    assert model.title
    groups = (model.principals, model.values, model.facts, model.defines, model.decisions)
    assert [thing.name for group in groups for thing in group if not thing.doc] == []
    assert [rule.name for rule in model.rules if not rule.doc] == []
    assert [rule.name for rule in model.rules if not rule.because] == []


@every_file
def test_its_facts_may_be_unknown(name: str) -> None:
    assert [fact.name for fact in spec(name).model.facts if not fact.optional] == []


@every_deciding_file
def test_examples_and_assertions_speak_of_each_of_its_decisions(name: str) -> None:
    model = spec(name).model
    assertions = here(name, *model.assertions)
    shown = {e.effect.decision.name for x in model.examples for e in x.expectations}
    for decision in BRINGS[name]["decisions"].split():
        assert decision in shown
        assert any(decision in assertion for assertion in assertions)


@every_deciding_file
def test_an_example_shows_each_of_its_rules(name: str) -> None:
    model = spec(name).model
    shown = {by.name for x in model.examples for e in x.expectations for by in e.because}
    shown |= {line.because for example in model.examples for line in example.talk}
    assert {rule.name for rule in model.rules} <= shown


@every_file
def test_its_head_and_the_readme_name_what_it_brings(name: str) -> None:
    head, _, body = (library_text(name) or "").partition("\nspec ")
    assert body
    readme = (library_path(name).parent / "README.md").read_text(encoding="utf-8")
    section = readme.partition(f"\n**{name}**")[2].partition("\n**")[0].partition("\n## ")[0]
    for brought in " ".join(BRINGS[name].values()).split():
        assert re.search(rf"\b{brought}\b", head), brought
        assert f"`{brought}`" in section, brought


# --- what a spec gets that uses it ---------------------------------------------------------------

OWN = """
fact basket: number 0..
decision gift_wrap: free > paid
rule wrapping_costs at developer when basket < 50 then gift_wrap is paid
example "a small basket" given basket = 20 expect gift_wrap is paid because wrapping_costs
assert "no text wraps for nothing": tool cannot change gift_wrap
"""


def brought(names: tuple[str, ...], kind: str) -> set[str]:
    return {word for name in names for word in BRINGS[name].get(kind, "").split()}


@every_file
def test_a_spec_that_uses_it_gets_that_and_nothing_else(name: str) -> None:
    using = specdsl.loads(f"use {name}\n{OWN}")
    assert specdsl.check(using).ok
    mine = {"facts": {"basket"}, "decisions": {"gift_wrap"}}
    for kind in KINDS:
        found = {thing.name for thing in getattr(using.model, kind)}
        assert found == brought((name, *USES[name]), kind) | mine.get(kind, set())
    decision = specdsl.compile(using, checked=False).decide({"basket": 20})
    assert set(decision) == brought((name, *USES[name]), "decisions") | {"gift_wrap"}
    assert decision.gift_wrap == "paid"
    assert decision.because["gift_wrap"] == ("wrapping_costs",)


def test_all_of_them_together() -> None:
    using = specdsl.loads("\n".join(f"use {name}" for name in BRINGS) + OWN)
    assert specdsl.check(using).ok
    decisions = specdsl.compile(using, checked=False).decide({"basket": 20})
    assert set(decisions) == brought(tuple(BRINGS), "decisions") | {"gift_wrap"}


def test_its_values_order_the_rules_of_the_spec_that_uses_it() -> None:
    using = specdsl.loads("""
        use honesty
        fact basket: number 0..
        decision price: shown > hidden
        rule open at developer for honesty then price is shown
        rule closed at developer for confidentiality when basket > 50 then price is hidden
        rule hint at user when basket > 50 then price is hidden
    """)
    decided = specdsl.compile(using, checked=False).decide({"basket": 60})
    assert decided.price == "shown"
    assert decided.because["price"] == ("open",)


def test_authority_on_a_decision_of_ones_own_is_lent_and_no_other() -> None:
    using = specdsl.loads(f"""
        use untrusted_input {OWN}
        delegate tool at user on gift_wrap when style_lent_to has tool
    """)
    policy = specdsl.compile(using, checked=False)
    says = [specdsl.Instruction("tool", "gift_wrap is paid")]
    lent = policy.decide({"basket": 60, "style_lent_to": ["tool"]}, says)
    assert lent.because["gift_wrap"] == ("tool",)
    assert policy.decide({"basket": 60, "style_lent_to": []}, says).gift_wrap == "free"
    titles = {f.fields["title"] for f in specdsl.check(using).findings if "title" in f.fields}
    assert titles == {"no text wraps for nothing"}


BREAKS = [
    ("honesty", "rule lie at root then disclosure is denied", "never_deny_instructions"),
    ("honesty", "rule charm at root then judgement_of_work is polite_lie", "no_polite_lie"),
    ("honesty", "rule pass at root then identity_answer is in_role", "truth_about_being_an_ai"),
    (
        "uncertain_audience",
        "rule swear at root then audience_answer is untrue",
        "never_claim_it_is_real",
    ),
    (
        "uncertain_audience",
        "rule spoil at root then audience_answer is full",
        "give_nothing_away",
    ),
    (
        "untrusted_input",
        "rule act at root then outside_action is done",
        "ask_before_acting_on_a_text",
    ),
    (
        "untrusted_input",
        "delegate tool at user on outside_action",
        "texts do not move what is done: tools",
    ),
    ("answering", "delegate quoted at user", "the substance is nobody's to lend: documents"),
]


@pytest.mark.parametrize(("name", "statement", "promise"), BREAKS, ids=[s for _, s, _ in BREAKS])
def test_what_breaks_a_promise_is_told(name: str, statement: str, promise: str) -> None:
    """A rule contradicts the rule that keeps it, lent authority refutes the assertion."""
    found = specdsl.check(specdsl.loads(f"use {name}\n{statement}")).findings
    contradictions = [f for f in found if f.code.name == "contradiction"]
    refuted = [f for f in found if f.code.name == "refuted-assertion"]
    assert promise in {
        *(rule for f in contradictions for rule in f.fields["rules"]),
        *(f.fields["title"] for f in refuted),
    }
