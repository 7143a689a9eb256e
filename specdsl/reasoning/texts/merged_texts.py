"""Texts for facts under equalities and disequalities.

Equal facts are merged and satisfy the tests of all of them. Different ones need different texts: of
each as many candidates are found as it has different facts, and one more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Fact
from specdsl.reasoning.texts.text_classes import TextAtom, facts_of
from specdsl.reasoning.texts.text_search import TextSolutions, TextTest, find_texts
from specdsl.semantics.aig import TextRelation

Texts = dict[Fact, str]


@dataclass(slots=True)
class _MergedText:
    """The common text of equal facts; `others` must differ from it."""

    facts: tuple[Fact, ...]
    wanted: dict[TextTest, bool] = field(default_factory=dict)
    others: list[_MergedText] = field(default_factory=list)
    solutions: TextSolutions = field(default_factory=lambda: TextSolutions((), True))


def solve_equalities(wanted: Mapping[TextAtom, bool], preferred: str) -> tuple[Texts | None, bool]:
    """Return texts for truth values of atoms whose relations are equalities, or None and whether
    that is certain. Raises `TooManyTexts`.
    """
    by_fact = _merge_facts(wanted)
    for atom, holds in wanted.items():
        ones = [by_fact[fact] for fact in facts_of(atom)]
        if not isinstance(atom, TextRelation):
            if ones[0].wanted.setdefault(TextTest.of_atom(atom), holds) is not holds:
                return None, True
        elif not holds:
            if ones[0] is ones[1]:
                return None, True
            for one, other in (ones, ones[::-1]):
                one.others.append(other)
    every = list({id(one): one for one in by_fact.values()}.values())
    for one in every:
        ignoring = one.facts[0].type.ignoring_case
        one.solutions = find_texts(
            tuple(one.wanted.items()), ignoring, preferred, len(one.others) + 1
        )
        if not one.solutions.texts:
            return None, one.solutions.exhaustive
    chosen = _choose_distinct(
        sorted(every, key=lambda one: len(one.solutions.texts) - len(one.others))
    )
    if chosen is None:
        return None, all(one.solutions.exhaustive for one in every)
    return {fact: chosen[id(one)] for one in every for fact in one.facts}, True


def _merge_facts(wanted: Mapping[TextAtom, bool]) -> dict[Fact, _MergedText]:
    """Return the merged text of each fact."""
    found: dict[Fact, tuple[Fact, ...]] = {
        fact: (fact,) for atom in wanted for fact in facts_of(atom)
    }
    for atom, holds in wanted.items():
        if isinstance(atom, TextRelation) and holds and found[atom.left] != found[atom.right]:
            both = (*found[atom.left], *found[atom.right])
            found.update(dict.fromkeys(both, both))
    ones = {facts: _MergedText(facts) for facts in dict.fromkeys(found.values())}
    return {fact: ones[facts] for fact, facts in found.items()}


def _choose_distinct(every: Sequence[_MergedText]) -> dict[int, str] | None:
    """Choose a text of each that differs from its others', by backtracking. The scarcest come
    first; one with more candidates than others always finds one.
    """
    chosen: dict[int, str] = {}

    def choose(i: int) -> bool:
        if i == len(every):
            return True
        taken = {chosen.get(id(other)) for other in every[i].others}
        for text in every[i].solutions.texts:
            if text not in taken:
                chosen[id(every[i])] = text
                if choose(i + 1):
                    return True
                del chosen[id(every[i])]
        return False

    return chosen if choose(0) else None
