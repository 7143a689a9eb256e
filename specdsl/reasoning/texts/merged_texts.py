"""Texts of several facts of which some are equal and others are not.

Facts that are equal have one text, of which all holds that is wanted of any of them. Those that
differ need texts of their own: of each as many are looked for as could be taken by the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from specdsl.frontend.model.nodes import Fact
from specdsl.reasoning.texts.text_classes import TextAtom, facts_of
from specdsl.reasoning.texts.text_search import Such, Test, such_texts
from specdsl.semantics.aig import TextRelation

Texts = dict[Fact, str]


@dataclass(slots=True)
class _One:
    """A text of the facts. `others`: those that it is not."""

    facts: tuple[Fact, ...]
    wanted: dict[Test, bool] = field(default_factory=dict)
    others: list[_One] = field(default_factory=list)
    such: Such = field(default_factory=lambda: Such((), True))


def same_texts(wanted: Mapping[TextAtom, bool], preferred: str) -> tuple[Texts | None, bool]:
    """Texts of which the atoms hold as they are wanted, where relations are of equality alone.
    Where there are none: whether that is sure. Raises `TooManyTexts`."""
    by_fact = _grouped(wanted)
    for atom, holds in wanted.items():
        ones = [by_fact[fact] for fact in facts_of(atom)]
        if not isinstance(atom, TextRelation):
            if ones[0].wanted.setdefault(Test.of(atom), holds) is not holds:
                return None, True
        elif not holds:
            if ones[0] is ones[1]:
                return None, True
            for one, other in (ones, ones[::-1]):
                one.others.append(other)
    every = list({id(one): one for one in by_fact.values()}.values())
    for one in every:
        ignoring = one.facts[0].type.ignoring_case
        one.such = such_texts(tuple(one.wanted.items()), ignoring, preferred, len(one.others) + 1)
        if not one.such.texts:
            return None, one.such.whole
    chosen = _chosen(sorted(every, key=lambda one: len(one.such.texts) - len(one.others)))
    if chosen is None:
        return None, all(one.such.whole for one in every)
    return {fact: chosen[id(one)] for one in every for fact in one.facts}, True


def _grouped(wanted: Mapping[TextAtom, bool]) -> dict[Fact, _One]:
    """By fact the text that it has with those that are equal to it."""
    found: dict[Fact, tuple[Fact, ...]] = {
        fact: (fact,) for atom in wanted for fact in facts_of(atom)
    }
    for atom, holds in wanted.items():
        if isinstance(atom, TextRelation) and holds and found[atom.left] != found[atom.right]:
            both = (*found[atom.left], *found[atom.right])
            found.update(dict.fromkeys(both, both))
    ones = {facts: _One(facts) for facts in dict.fromkeys(found.values())}
    return {fact: ones[facts] for fact, facts in found.items()}


def _chosen(every: Sequence[_One]) -> dict[int, str] | None:
    """A text of each, other than those of its others. Those come first that have few; one that has
    more than it has others is never without."""
    chosen: dict[int, str] = {}

    def choose(i: int) -> bool:
        if i == len(every):
            return True
        taken = {chosen.get(id(other)) for other in every[i].others}
        for text in every[i].such.texts:
            if text not in taken:
                chosen[id(every[i])] = text
                if choose(i + 1):
                    return True
                del chosen[id(every[i])]
        return False

    return chosen if choose(0) else None
