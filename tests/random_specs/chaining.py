"""Random specs that are an ordered list: rules of one level, each of which overrides the next, or
all that follow, with gaps."""

from __future__ import annotations

from random import Random

from tests.random_specs import one_decision
from tests.random_specs.conditions import Conditions
from tests.random_specs.declarations import declared
from tests.random_specs.draft import Draft
from tests.random_specs.drawing import Draw
from tests.random_specs.rules import effect
from tests.random_specs.vocabulary import MEMBERS, FactDraft, Vocabulary

VALUES = ("safety", "thrift")


def chaining(random: Random) -> Draft:
    """One that loads, save where a value closes a circle with what is overridden."""
    draw = Draw(random)
    outcomes = one_decision.OUTCOMES[: draw.number(2, 3)]
    words = one_decision.vocabulary(draw, _facts(draw), outcomes)
    conditions = Conditions(draw, words)
    valued = draw.chance(30)
    declared_values = [*map("value {}".format, VALUES), f"priority {' > '.join(VALUES)}"]
    made = _list(draw, words, conditions, valued)
    claimed = one_decision.claims(draw, words, conditions.test)
    values = declared_values if valued else []
    return Draft("spec chaining", (*declared(draw, words), *values, *made, *claimed))


def _facts(draw: Draw) -> list[FactDraft]:
    facts = [FactDraft(f"flag_{i}", "bool", (), "", draw.chance(20)) for i in range(2)]
    facts += [FactDraft("kind", "enum", MEMBERS[0])] if draw.chance(60) else []
    facts += [FactDraft("count", "int", (), " 0..2", draw.chance(20))] if draw.chance(50) else []
    return facts


def _list(draw: Draw, words: Vocabulary, conditions: Conditions, valued: bool) -> list[str]:
    """The last of a list often has no condition: it is what holds otherwise."""
    count, reach = draw.number(4, 10), draw.pick((1, 1, 2, 10))
    level, found = draw.pick(words.levels), []
    for number in range(count):
        away = level if draw.chance(92) else draw.pick(words.levels)
        found.append((number, away))
    return [_rule(draw, words, conditions, found, number, reach, valued) for number in range(count)]


def _rule(
    draw: Draw,
    words: Vocabulary,
    conditions: Conditions,
    found: list[tuple[int, str]],
    number: int,
    reach: int,
    valued: bool,
) -> str:
    level = found[number][1]
    below = [n for n, other in found[number + 1 : number + 1 + reach] if other == level]
    over = ", ".join(f"rule_{n}" for n in below if draw.chance(90))
    value = f" for {draw.pick(VALUES)}" if valued and draw.chance(50) else ""
    last = number == len(found) - 1 and draw.chance(70)
    when = "" if last else f"\n  when {conditions.condition(draw.number(0, 1))}"
    overrides = f"\n  overrides {over}" if over else ""
    asked = effect(draw, words.decisions[0], permits=12)
    return f"rule rule_{number} at {level}{value}{when}\n  then {asked}{overrides}"
