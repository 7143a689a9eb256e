"""Random specs about a decision of many outcomes, of which each rule leaves some. Where somebody
may speak about it they are fewer, since all sets of them may then be asked for."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.random_specs import one_decision
from tests.random_specs.conditions import Conditions
from tests.random_specs.declarations import declared
from tests.random_specs.draft import Draft
from tests.random_specs.drawing import Draw
from tests.random_specs.vocabulary import DecisionDraft, FactDraft, Vocabulary

OUTCOMES = tuple(f"way_{number}" for number in range(1, 13))
READER = DecisionDraft("access", ("yes", "no"))


def widening(random: Random) -> Draft:
    """One that loads."""
    draw = Draw(random)
    facts = [FactDraft(f"flag_{i}", "bool", (), "", draw.chance(20)) for i in range(2)]
    facts += [FactDraft("kind", "enum", ("red", "blue"))] if draw.chance(40) else []
    heard = draw.chance(25)
    several = draw.number(4, 5) if heard else draw.number(8, 12)
    words = one_decision.vocabulary(draw, facts, OUTCOMES[:several], 100 if heard else 0)
    conditions = Conditions(draw, words)
    made = [_rule(draw, words, conditions, number) for number in range(draw.number(3, 7))]
    if draw.chance(40):
        words = replace(words, decisions=(*words.decisions, READER))
        read = Conditions(draw, words, words.decisions[:1])
        made += [f"rule reads at {words.levels[-1]}\n  when {read.test()}\n  then access is no"]
    claimed = one_decision.claims(draw, words, conditions.test)
    return Draft("spec widening", (*declared(draw, words), *made, *claimed))


def _rule(draw: Draw, words: Vocabulary, conditions: Conditions, number: int) -> str:
    outcomes = words.decisions[0].outcomes
    some = draw.some(outcomes, 2, len(outcomes) - 2)
    word = (
        "in" if len(some) * 2 < len(outcomes) and draw.chance(70) else draw.pick(("in", "not in"))
    )
    asked = f"{words.decisions[0].name} {word} {{{', '.join(some)}}}"
    if draw.chance(15):
        asked = f"{words.decisions[0].name} may be {' or '.join(some[:3])}"
    when = f"\n  when {conditions.condition(draw.number(0, 1))}" if draw.chance(70) else ""
    return f"rule rule_{number} at {draw.pick(words.levels)}{when}\n  then {asked}"
