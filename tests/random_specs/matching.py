"""Random specs with many patterns of one text, which overlap, hold each other, or exclude each
other."""

from __future__ import annotations

from random import Random

from tests.random_specs.declarations import declared
from tests.random_specs.draft import Draft
from tests.random_specs.drawing import Draw
from tests.random_specs.vocabulary import LEVELS, DecisionDraft, FactDraft, Vocabulary

OUTCOMES = ("full", "part", "hint")
DECISION = "reply"
PIECES = ("*", "*", "a", "b", "ab", "ba", "?")
NAME = "written"


def matching(random: Random) -> Draft:
    """One that loads."""
    draw = Draw(random)
    kind = "text ignoring case" if draw.chance(20) else "text"
    facts = [FactDraft(NAME, kind, optional=draw.chance(20))]
    facts += [FactDraft("asked", "bool")] if draw.chance(50) else []
    outcomes = OUTCOMES[: draw.number(2, 3)]
    settled = draw.pick(outcomes) if draw.chance(50) else ""
    decision = DecisionDraft(DECISION, outcomes, None, settled)
    words = Vocabulary(LEVELS[: draw.number(1, 2)], (), (), tuple(facts), (decision,))
    rules = [_rule(draw, words, number) for number in range(draw.number(3, 8))]
    return Draft("spec matching", (*declared(draw, words), *rules))


def _rule(draw: Draw, words: Vocabulary, number: int) -> str:
    tests = [_test(draw) for _ in range(draw.pick((1, 1, 2, 3)))]
    tests += [draw.pick(("asked", "not asked"))] if len(words.facts) > 1 and draw.chance(30) else []
    one = draw.pick(words.decisions[0].outcomes)
    form = draw.pick((f"is {one}", f"is {one}", f"is not {one}"))
    level = draw.pick(words.levels)
    return f"rule rule_{number} at {level}\n  when {' and '.join(tests)}\n  then {DECISION} {form}"


def _test(draw: Draw) -> str:
    if draw.chance(15):
        value = draw.pick(("", "a", "ab", "b"))
        return f'{NAME} {draw.pick(("=", "!=", "<", ">="))} "{value}"'
    pattern = "".join(draw.pick(PIECES) for _ in range(draw.number(1, 4)))
    return f'{draw.maybe(35, "not ")}{NAME} like "{pattern}"'
