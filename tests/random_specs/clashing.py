"""Random specs whose rules clash: one decision of four outcomes, and peers that rule them out, so
that it takes several of them, and instructions besides, to leave nothing."""

from __future__ import annotations

from random import Random

from tests.random_specs.declarations import declared
from tests.random_specs.draft import Draft
from tests.random_specs.drawing import Draw
from tests.random_specs.vocabulary import (
    LEVELS,
    SPEAKERS,
    DecisionDraft,
    FactDraft,
    SpeakerDraft,
    Vocabulary,
)

OUTCOMES = ("full", "part", "hint", "none_at_all")
DECISION = "reply"


def clashing(random: Random) -> Draft:
    """One that loads."""
    draw = Draw(random)
    words = _words(draw)
    home = draw.pick(words.levels)
    rules = [_rule(draw, words, home, number) for number in range(draw.number(3, 6))]
    return Draft("spec clashing", (*declared(draw, words), *rules))


def _words(draw: Draw) -> Vocabulary:
    levels = LEVELS[: draw.number(2, 3)]
    speakers = []
    for name in draw.some(SPEAKERS, 1, 2):
        level = draw.number(0, len(levels) - 1)
        implied = draw.number(level, len(levels) - 1) if draw.chance(50) else None
        speakers.append(SpeakerDraft(name, level, implied))
    settled = draw.pick(OUTCOMES) if draw.chance(60) else ""
    default = draw.pick(OUTCOMES) if draw.chance(40) else ""
    facts = tuple(FactDraft(f"fact_{i}", "bool") for i in range(draw.number(1, 3)))
    decision = DecisionDraft(DECISION, OUTCOMES, None, settled, default)
    values = tuple(draw.some(("safety", "honesty"), 0, 2))
    return Vocabulary(levels, tuple(speakers), values, facts, (decision,))


def _rule(draw: Draw, words: Vocabulary, home: str, number: int) -> str:
    level = home if draw.chance(70) else draw.pick(words.levels)
    value = f" for {draw.pick(words.values)}" if words.values and draw.chance(60) else ""
    fact = draw.pick(words.facts).name
    condition = draw.pick(("", "", f" when {fact}", f" unless {fact}"))
    one, other = draw.some(OUTCOMES, 2, 2)
    forms = (f"is {one}", f"is not {one}", f"is not {one}", f"in {{{one}, {other}}}")
    form = f"may be {one}" if draw.chance(15) else draw.pick(forms)
    return f"rule rule_{number} at {level}{value}{condition}\n  then {DECISION} {form}"
