"""A random spec on top of another one: the author's ceiling, with or without `tightening`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random

from tests.random_specs.claims import asserts, examples
from tests.random_specs.declarations import assumes, declared, delegates, with_defines
from tests.random_specs.drawing import Draw
from tests.random_specs.rules import rules, written
from tests.random_specs.vocabulary import DecisionDraft, FactDraft, Vocabulary, vocabulary

BASE = "platform.spec"
MORE = DecisionDraft("delivery", ("ready", "later"))
OWN = FactDraft("layer_fact", "bool", optional=True)


@dataclass(frozen=True, slots=True)
class Layered:
    """The layer's text, and the base's in its library."""

    text: str
    library: Mapping[str, str]


def layered(random: Random, small: bool) -> Layered:
    """One that loads, save where overrides and priorities close a circle or the like."""
    draw = Draw(random)
    words = with_defines(draw, vocabulary(draw, small), 1)
    below = rules(draw, words, draw.number(1, 4))
    base = declared(draw, words) + assumes(draw, words) + delegates(draw, words, one_level=True)
    base += written(draw, words, below) + examples(draw, words, below, draw.pick((0, 1)))
    return Layered(_layer(draw, words), {BASE: "\n".join((*base, ""))})


def _layer(draw: Draw, words: Vocabulary) -> str:
    ceiling = draw.number(0, len(words.levels) - 1)
    own = _own(draw, words, ceiling)
    found = [f'layer {words.levels[ceiling]} on "{BASE}"{draw.maybe(70, " tightening")}']
    found += [f"fact {fact.name}: {fact.kind}?" for fact in own.facts if fact not in words.facts]
    found += _assumed(own.facts)
    found += [f"value {value}" for value in own.values if value not in words.values]
    if MORE in own.decisions:
        found.append(f"decision {MORE.name}: {' > '.join(MORE.outcomes)}")
    found += written(draw, own, rules(draw, own, draw.number(1, 4)))
    found += asserts(draw, own, draw.pick((0, 1, 2)))
    return re.sub(r"\b(rule|section)_(?=\d)", r"layer_\1_", "\n".join((*found, "")))


def _assumed(facts: tuple[FactDraft, ...]) -> list[str]:
    """What the layer takes for granted of a fact of its own, if it has one."""
    names = [fact.name for fact in facts if fact == OWN]
    return [f"assume layer_sane: {name} or {name} is unknown" for name in names]


def _own(draw: Draw, words: Vocabulary, ceiling: int) -> Vocabulary:
    """What the layer talks about: all of the base's, and a little more."""
    facts = (OWN,) if draw.chance(50) else ()
    values = ("custom",) if draw.chance(30) else ()
    more = (MORE,) if draw.chance(25) else ()
    return replace(
        words,
        levels=words.levels[ceiling:],
        facts=(*words.facts, *facts),
        values=(*words.values, *values),
        decisions=(*words.decisions, *more),
    )
