"""Random specs that load, and situations of them.

`specs()` and `situations(spec)` are Hypothesis strategies; `random_spec(seed)` and
`random_situation(random, spec)` serve long runs outside Hypothesis. Both draw from the same
generators. With `small` all situations of a spec can be enumerated: few facts with few values (or
few constants to compare with), few levels, at most three decisions, mostly of two or three
outcomes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from specdsl.frontend.model import nodes as m
from specdsl.pipeline import load_text
from tests.random_specs.chaining import chaining
from tests.random_specs.clashing import clashing
from tests.random_specs.dating import dating
from tests.random_specs.draft import Draft, draft
from tests.random_specs.layers import Layered, layered
from tests.random_specs.matching import matching
from tests.random_specs.relating import relating
from tests.random_specs.situations import Situation
from tests.random_specs.situations import situation as random_situation
from tests.random_specs.talkative import talkative
from tests.random_specs.widening import widening

KINDS: Mapping[str, Callable[[Random], Draft]] = {
    "patterns": matching,
    "relations": relating,
    "dates": dating,
    "chains": chaining,
    "outcomes": widening,
}
"""Small specs that have many of one thing: patterns of one text, relations between numbers, dates
and durations, overrides in a row, outcomes of a decision."""


def loads(text: str) -> bool:
    return load_text(text, "random.spec").circuit is not None


def random_draft(seed: int, small: bool = True) -> Draft:
    """The same for the same seed. Draws until one loads, which nearly all do."""
    random = Random(seed)
    while True:
        found = draft(random, small)
        if loads(found.text):
            return found


def random_spec(seed: int, small: bool = True) -> str:
    """The text of a spec that loads; the same for the same seed."""
    return random_draft(seed, small).text


def random_talk(seed: int) -> str:
    """The text of a small spec in which much is said; the same for the same seed."""
    return talkative(Random(seed)).text


def random_clash(seed: int) -> str:
    """The text of a small spec in which rules clash; the same for the same seed."""
    return clashing(Random(seed)).text


def random_match(seed: int) -> str:
    """The text of a small spec with many patterns of one text; the same for the same seed."""
    return random_of_kind("patterns", seed)


def random_of_kind(kind: str, seed: int) -> str:
    """The text of a small spec of one of `KINDS`; the same for the same seed."""
    random = Random(seed)
    while True:
        found = KINDS[kind](random).text
        if loads(found):
            return found


def random_layer(seed: int, small: bool = True) -> Layered:
    """A layer with its base; the same for the same seed."""
    random = Random(seed)
    while True:
        found = layered(random, small)
        if load_text(found.text, "random.spec", found.library).circuit is not None:
            return found


@st.composite
def drafts(pick: st.DrawFn, small: bool = True) -> Draft:
    """Specs that load, as lists of statements."""
    found = draft(pick(st.randoms(use_true_random=False)), small)
    assume(loads(found.text))
    return found


def specs(small: bool = True) -> st.SearchStrategy[str]:
    """The texts of specs that load."""
    return drafts(small).map(lambda found: found.text)


@st.composite
def situations(pick: st.DrawFn, spec: m.SpecModel) -> Situation:
    """`{"facts": …, "says": […]}` of the spec: mostly legal, now and then bad input."""
    return random_situation(pick(st.randoms(use_true_random=False)), spec)


__all__: list[Any] = [
    "KINDS",
    "Draft",
    "Layered",
    "drafts",
    "random_clash",
    "random_draft",
    "random_layer",
    "random_match",
    "random_of_kind",
    "random_situation",
    "random_spec",
    "random_talk",
    "situations",
    "specs",
]
