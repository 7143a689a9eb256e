"""Random examples and asserts."""

from __future__ import annotations

from tests.random_specs.conditions import Conditions
from tests.random_specs.drawing import Draw
from tests.random_specs.rules import RuleDraft, effect, restriction
from tests.random_specs.vocabulary import CONSTANTS, FactDraft, SpeakerDraft, Vocabulary


def examples(draw: Draw, words: Vocabulary, rules: list[RuleDraft], count: int) -> list[str]:
    return [_example(draw, words, rules, number) for number in range(count)]


def _example(draw: Draw, words: Vocabulary, rules: list[RuleDraft], number: int) -> str:
    lines = [f'example "case {number}"']
    if number and draw.chance(30):
        lines.append(f'  like "case {draw.number(0, number - 1)}"')
    given = [_given(draw, fact) for fact in draw.some(words.facts, 0, len(words.facts))]
    lines += [f"  given {', '.join(given)}"] if given else []
    if words.speakers:
        lines += [f"  {says(draw, words)}" for _ in range(draw.pick((0, 0, 1, 2)))]
    for decision in draw.some(words.decisions, 1, 2 if draw.chance(20) else 1):
        names = [r.name for r in rules if decision.name in r.decisions]
        names += [speaker.name for speaker in words.speakers]
        because = f" because {draw.pick(names)}" if names and draw.chance(15) else ""
        lines.append(f"  expect {restriction(draw, decision)}{because}")
    lines += [f'  {draw.pick(("good", "ok", "bad"))}: "Well."'] if draw.chance(10) else []
    return "\n".join(lines)


def _given(draw: Draw, fact: FactDraft) -> str:
    if fact.optional and draw.chance(25):
        return f"{fact.name} is unknown"
    match fact.kind:
        case "bool":
            return draw.pick((fact.name, f"not {fact.name}"))
        case "enum":
            return f"{fact.name} is {draw.pick(fact.members)}"
        case "set":
            listed = draw.some(fact.members, 0, len(fact.members))
            return f"{fact.name} = {{{', '.join(listed)}}}"
        case "int" | "number":
            return f"{fact.name} = {draw.pick(('0', '1'))}"
        case _:
            return f"{fact.name} = {CONSTANTS[fact.kind][-1]}"


def says(draw: Draw, words: Vocabulary) -> str:
    """An instruction as an example says it."""
    speaker, decision = draw.pick(words.speakers), draw.pick(words.decisions)
    verb = "implies" if draw.chance(25) else "says"
    at = f" at {_level(draw, words, speaker, verb)}" if draw.chance(30) else ""
    return f"{speaker.name} {verb} {effect(draw, decision, 30)}{at}"


def _level(draw: Draw, words: Vocabulary, speaker: SpeakerDraft, verb: str) -> str:
    """One at which the speaker may speak; for one without authority, the lowest."""
    if speaker.level is None:
        return words.levels[-1]
    usual = speaker.level if speaker.implied is None else speaker.implied
    highest = usual if verb == "implies" else speaker.level
    return draw.pick(words.levels[highest:])


def asserts(draw: Draw, words: Vocabulary, count: int) -> list[str]:
    return [_assert(draw, words, number) for number in range(count)]


def _assert(draw: Draw, words: Vocabulary, number: int) -> str:
    conditions = Conditions(draw, words, words.decisions)
    facts_only = Conditions(draw, words)
    when = draw.pick((facts_only, facts_only, conditions))
    scope = f" when {when.condition(1)}" if draw.chance(40) else ""
    return f'assert "claim {number}": {_claim(draw, words, conditions)}{scope}'


def _claim(draw: Draw, words: Vocabulary, conditions: Conditions) -> str:
    decision = draw.pick(words.decisions)
    name = decision.name
    subjects = [fact.name for fact in words.facts] + [s.name for s in words.speakers]
    forms = [
        restriction(draw, decision),
        f"not ({restriction(draw, decision)} and {conditions.test()})",
        conditions.condition(2),
        f"{name} can be {draw.pick(decision.outcomes)}",
        f"{name} is decided",
        f"{draw.pick(subjects)} cannot change {name}",
        f"{draw.pick(subjects)} cannot change {name}",
    ]
    return draw.pick(forms)
