"""Random specs in which much is said: few facts, many who may speak and at many places, many
permissions. What instructions can and cannot lead to is then what matters."""

from __future__ import annotations

from random import Random

from tests.random_specs.claims import asserts
from tests.random_specs.declarations import declared, delegates
from tests.random_specs.draft import Draft
from tests.random_specs.drawing import Draw
from tests.random_specs.rules import effect
from tests.random_specs.vocabulary import (
    LEVELS,
    POWERLESS,
    SPEAKERS,
    DecisionDraft,
    FactDraft,
    SpeakerDraft,
    Vocabulary,
)

CONDITIONS = ("", "", " when late", " when vip", " unless late", " when late and not vip")


def talkative(random: Random) -> Draft:
    """One that loads."""
    draw = Draw(random)
    words = _words(draw)
    found = declared(draw, words)
    found += [one for _ in range(2) for one in delegates(draw, words, one_level=draw.chance(40))]
    found += [_rule(draw, words, number) for number in range(draw.number(1, 6))]
    found += asserts(draw, words, draw.pick((1, 2, 3)))
    found += _claims(draw, words)
    return Draft("spec talkative", tuple(found))


def _words(draw: Draw) -> Vocabulary:
    levels = LEVELS[: draw.number(2, 3)]
    outcomes = ("full", "part", "hint")[: draw.pick((2, 3, 3))]
    settled = draw.pick(outcomes) if draw.chance(50) else ""
    default = draw.pick(outcomes) if draw.chance(40) else ""
    decisions = [DecisionDraft("reply", outcomes, None, settled, default)]
    if draw.chance(25):
        decisions.append(DecisionDraft("access", ("yes", "no")))
    facts = (FactDraft("late", "bool"), FactDraft("vip", "bool", optional=draw.chance(50)))
    return Vocabulary(levels, _speakers(draw, len(levels)), (), facts, tuple(decisions))


def _speakers(draw: Draw, levels: int) -> tuple[SpeakerDraft, ...]:
    found = []
    for name in draw.some(SPEAKERS, 0, 2):
        level = draw.number(0, levels - 1)
        implied = draw.number(level, levels - 1) if draw.chance(50) else None
        found.append(SpeakerDraft(name, level, implied))
    powerless = draw.some(POWERLESS, 1, 2)
    return (*found, *(SpeakerDraft(name, None) for name in powerless))


def _rule(draw: Draw, words: Vocabulary, number: int) -> str:
    decision = draw.pick(words.decisions)
    condition = draw.pick(CONDITIONS)
    if decision is not words.decisions[0] and draw.chance(50):
        condition = f" when reply is {draw.pick(words.decisions[0].outcomes)}"
    asked = effect(draw, decision, permits=40)
    return f"rule rule_{number} at {draw.pick(words.levels)}{condition}\n  then {asked}"


def _claims(draw: Draw, words: Vocabulary) -> list[str]:
    """That this or that cannot change a decision."""
    subjects = ["late", "vip", *(speaker.name for speaker in words.speakers)]
    found = []
    for number, subject in enumerate(draw.some(subjects, 1, 3)):
        scope = draw.pick(("", "", " when vip", f" when reply is {words.decisions[0].outcomes[0]}"))
        name = draw.pick(words.decisions).name
        found.append(f'assert "change {number}": {subject} cannot change {name}{scope}')
    return found
