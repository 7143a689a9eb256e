"""Who takes out what a finding says could go has a spec that loads and decides the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest

import specdsl
from specdsl.api import Spec, check
from specdsl.base.diagnostics import Diagnostic, Severity
from specdsl.frontend.model import nodes as m
from specdsl.pipeline import load_text
from specdsl.semantics import reference
from tests.random_specs import random_situation, random_spec, random_talk
from tests.verification.following import IDLE, followed

SITUATIONS = 60

ISSUE = """
authority boss > staff > rest
principal chief at boss
principal clerk at rest
decision door: open > shut
example "the chief leaves it to the staff's level"
  clerk says door is open  chief says door is shut at staff
  expect door is shut because chief
"""
NAMED = """
authority top > owner
fact a, b, spare: bool
fact mood: {calm, angry}
assume moody: mood is calm or mood is angry
decision door: open > shut
rule one at owner when a then door is shut
rule two at owner when a and not b then door is shut
rule three at owner when b and a then door is open overrides two, one
policy p at top { }
example "both" given a, b, not spare, mood is calm expect door is open because three
example "only a" like "both" given not b expect door is shut because one bad: "no" because two
assert spare cannot change door
"""
TWICE = """
authority top > owner
fact a, b: bool
decision door: open > shut
policy p at owner { rule one when a then door is shut }
rule two at owner when a and b then door is shut
rule three at owner when a then door is open and door_two may be open overrides p
decision door_two: open > shut
"""


RANKS = """
authority owner
fact a, b: bool
decision door: open > shut
rule top at owner when a then door is shut overrides middle
rule middle at owner when a and not a then door is open overrides low
rule low at owner when b then door is open
"""
WAITS = """
authority owner
fact a, b: bool
decision door: open > shut
decision light: bright > dim
rule one at owner when a then door is shut
rule two at owner when b then door is open
rule waits at owner when door is shut and a and not a then light is dim
"""


def found(text: str) -> Iterator[Diagnostic]:
    report = check(Spec(load_text(text, "random.spec"), None), least=Severity.WARNING)
    yield from (d for d in report.findings if d.code.name in IDLE)


def otherwise(old: m.SpecModel, new: m.SpecModel, random: Random) -> Iterator[str]:
    """Situations that are decided otherwise."""
    gone = {fact.name for fact in old.facts} - {fact.name for fact in new.facts}
    for _ in range(SITUATIONS):
        situation = random_situation(random, old)
        before = reference.decide(old, situation["facts"], situation["says"])
        if not before.faults:
            facts = {name: one for name, one in situation["facts"].items() if name not in gone}
            after = reference.decide(new, facts, situation["says"])
            if after.faults or _told(before) != _told(after):
                yield f"{situation}: {_told(before)} becomes {_told(after)} {after.faults}"


def _told(answer: reference.ReferenceAnswer) -> list[tuple[object, ...]]:
    return [(v.decision, v.outcome, v.decided, v.conflicted, v.failed) for v in answer.verdicts]


def judged(text: str, seed: int) -> Counter[str]:
    """By code, how many findings were followed."""
    loaded, counts = load_text(text, "random.spec"), Counter[str]()
    assert loaded.spec is not None
    for finding in found(text):
        without = followed(loaded, finding)
        if without is not None:
            counts[finding.code.name] += 1
            other = load_text(without, "random.spec")
            assert other.circuit is not None, (finding.message, without, other.diagnostics)
            assert other.spec is not None
            told = list(otherwise(loaded.spec, other.spec, Random(seed)))
            assert not told, (finding.message, text, without, told)
    return counts


@pytest.mark.parametrize("seed", range(6))
def test_what_could_go_can_go(seed: int) -> None:
    judged(random_spec(seed), seed)
    judged(random_talk(seed), seed)


def test_what_names_it_goes_with_it() -> None:
    counts = judged(NAMED, 1) + judged(TWICE, 2)
    assert set(counts) >= {"redundant-rule", "idle-fact", "idle-level"}
    (two,) = (d for d in found(NAMED) if d.fields.get("rules", [""])[0] == "two")
    said = {label.span.text: label.text for label in two.labels}
    assert said["two"] == "names it: delete this, too"  # after `overrides`
    assert said['bad: "no" because two'] == "its `because` names it: delete that, too"


@pytest.mark.parametrize("text", [RANKS, WAITS])
def test_a_dead_rule_that_others_need_is_not_to_be_deleted(text: str) -> None:
    """Others rank by it, or are not decided where what it reads fails."""
    (dead,) = (d for d in found(text) if d.code.name == "dead-rule")
    helps = [note.text for note in dead.notes if note.title == "help"]
    assert helps
    assert "delete it" not in helps[0]
    assert followed(load_text(text, "random.spec"), dead) is None


def test_a_level_at_which_somebody_of_a_higher_one_speaks_is_not_idle() -> None:
    assert not [d for d in found(ISSUE) if d.code.name == "idle-level"]
    assert specdsl.check(specdsl.loads(ISSUE)).ok
