"""The statements that declare a vocabulary, and those that bind it: priorities, delegations."""

from __future__ import annotations

from tests.random_specs.conditions import Conditions, kind_of_define
from tests.random_specs.drawing import Draw
from tests.random_specs.vocabulary import (
    DecisionDraft,
    DefineDraft,
    FactDraft,
    SpeakerDraft,
    Vocabulary,
)


def with_defines(draw: Draw, words: Vocabulary, most: int) -> Vocabulary:
    """The vocabulary with defines, each of which may use those before it."""
    for number in range(draw.number(0, most)):
        kind = kind_of_define(draw, words)
        reads = draw.number(0, len(words.decisions) - 1) if draw.chance(40) else 0
        conditions = Conditions(draw, words, words.decisions[:reads])
        text = conditions.condition(2) if kind == "bool" else conditions.term(kind, 2)
        define = DefineDraft(f"named_{number}", kind, text, reads)
        words = words.with_defines((*words.defines, define))
    return words


def declared(draw: Draw, words: Vocabulary) -> list[str]:
    """A statement for everything that is declared."""
    found = [f"authority {' > '.join(words.levels)}" + draw.maybe(5, ' "who is above whom"')]
    found += [_speaker(words, speaker) for speaker in words.speakers]
    found += [f"value {value}" + draw.maybe(20, ' "what it asks"') for value in words.values]
    found += priorities(draw, words.values)
    found += facts_declared(draw, words)
    found += [f"define {define.name} = {define.text}" for define in words.defines]
    found += [_decision(draw, decision) for decision in words.decisions]
    return found


def facts_declared(draw: Draw, words: Vocabulary) -> list[str]:
    """A statement for each fact."""
    return [_fact(draw, fact) for fact in words.facts]


def _speaker(words: Vocabulary, speaker: SpeakerDraft) -> str:
    if speaker.level is None:
        return f"principal {speaker.name} without authority"
    implied = speaker.implied
    at = "" if implied is None else f" implied at {words.levels[implied]}"
    return f"principal {speaker.name} at {words.levels[speaker.level]}{at}"


def priorities(draw: Draw, values: tuple[str, ...]) -> list[str]:
    """Chains that run one way through the values, so that they make no circle."""
    found = []
    for _ in range(draw.number(0, 2)):
        kept = [value for value in values if draw.chance(70)]
        found += [f"priority {' > '.join(kept)}"] if len(kept) > 1 else []
    return found


def _fact(draw: Draw, fact: FactDraft) -> str:
    listed = f"{{{', '.join(fact.members)}}}"
    kinds = {"enum": listed, "set": f"set of {listed}"}
    text = f"fact {fact.name}: {kinds.get(fact.kind, fact.kind)}{fact.range}"
    text += "?" if fact.optional else ""
    return text + draw.maybe(10, " secret") + draw.maybe(10, ' "what it is about"')


def _decision(draw: Draw, decision: DecisionDraft) -> str:
    text = f"decision {decision.name}" + draw.maybe(10, ' "What is done"')
    text += f": {' > '.join(decision.outcomes)}"
    text += f" default {decision.default}" if decision.default else ""
    if decision.steered is not None:
        text += f" steered by {', '.join(decision.steered) or 'nobody'}"
    return text + (f" on conflict {decision.settled}" if decision.settled else "")


def delegates(draw: Draw, words: Vocabulary, one_level: bool) -> list[str]:
    """Delegations to those without authority. With `one_level` all of a speaker lend the same."""
    found = []
    for speaker in words.speakers:
        if speaker.level is None:
            lent = draw.pick(words.levels)
            for _ in range(draw.pick((0, 1, 1, 2))):
                level = lent if one_level else draw.pick(words.levels)
                found += _delegate(draw, words, speaker.name, level)
    return found


def _delegate(draw: Draw, words: Vocabulary, name: str, level: str) -> list[str]:
    able = [d for d in words.decisions if d.steered is None or name in d.steered]
    if not able:
        return []
    chosen = draw.some(able, 1, len(able)) if draw.chance(50) else able
    named = "" if len(chosen) == len(able) and draw.chance(70) else _on(chosen)
    text = f"delegate {name} at {level}{named}"
    if draw.chance(60):
        read = words.decisions[: min(words.decisions.index(one) for one in chosen)]
        text += f" when {Conditions(draw, words, read).condition(1)}"
    return [text]


def _on(chosen: list[DecisionDraft]) -> str:
    return f" on {', '.join(decision.name for decision in chosen)}"


def assumes(draw: Draw, words: Vocabulary) -> list[str]:
    """What forbids some situations; now and then all of them."""
    found = []
    facts = Vocabulary((), (), (), words.facts, ())
    for number in range(draw.pick((0, 0, 0, 1, 2))):
        conditions = Conditions(draw, facts)
        one, other = conditions.test(), conditions.test()
        text = draw.pick((f"not (({one}) and {other})", f"({one}) or {other}", one))
        found.append(f"assume world_{number}: {text}")
    return found
