"""Which atoms can hold together of several texts that are compared with each other, asked of one
set of them at a time.

The classes are listed (solver/texts.py) of the relations alone, and of those tests that stand in
the way of the texts that were found.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from specdsl.circuit.graph import TextRelation
from specdsl.circuit.values import Facts
from specdsl.model.nodes import Fact
from specdsl.solver.one_text import TooManyTexts
from specdsl.solver.such_text import Test
from specdsl.solver.texts import TextAtom, classes, group_texts
from specdsl.solver.told_texts import MOST_KNOWN, Apart, Told, one_text, signed

Texts = dict[Fact, str]


class RelatedTexts:
    """Of several facts."""

    def __init__(self, facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...]) -> None:
        self._facts = facts
        self._atoms = atoms
        self._told: dict[int, Told] = {}

    def told(self, wanted: int) -> Told:
        """Of a set of atoms: whether some texts have just these."""
        found = self._told.get(wanted)
        if found is None:
            if len(self._told) > MOST_KNOWN:
                self._told.clear()
            found = self._told[wanted] = self._tell(wanted)
        return found

    def _tell(self, wanted: int) -> Told:
        relations = [i for i, one in enumerate(self._atoms) if isinstance(one, TextRelation)]
        signs = [signed(i, wanted) for i in relations]
        while True:
            try:
                texts, whole = self._decide(signs)
            except TooManyTexts:
                return Told(None, (), (tuple(signs),))
            if texts is None:
                if whole:
                    return Told(None, (self._smaller(signs),))
                return Told(None, (), (tuple(signs),))
            values = Facts({fact: texts.get(fact, "") for fact in self._facts})
            others = [
                i
                for i, atom in enumerate(self._atoms)
                if values.holds(atom) is not bool(wanted >> i & 1)
            ]
            if not others:
                return Told(tuple(texts.get(fact, "") for fact in self._facts))
            signs.append(signed(others[0], wanted))

    def _smaller(self, signs: Sequence[int]) -> Apart:
        """A part of which nothing can be left out."""
        kept = list(signs)
        for sign in signs:
            fewer = [one for one in kept if one != sign]
            try:
                if self._decide(fewer) == (None, True):
                    kept = fewer
            except TooManyTexts:
                continue
        return tuple(kept)

    def _decide(self, signs: Sequence[int]) -> tuple[Texts | None, bool]:
        """Texts as the signs say. Where there are none: whether that is sure."""
        wanted = {self._atoms[abs(sign) - 1]: sign > 0 for sign in signs}
        found: Texts = {}
        for facts, atoms in group_texts(list(wanted)):
            holds = frozenset(i for i, atom in enumerate(atoms) if wanted[atom])
            texts, whole = _texts(facts, tuple(atoms), holds)
            if texts is None:
                return None, whole
            found.update(zip(facts, texts, strict=True))
        return found, True


def _texts(
    facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...], holds: frozenset[int]
) -> tuple[tuple[str, ...] | None, bool]:
    if len(facts) == 1:
        tests = tuple(Test.of(atom) for atom in atoms if not isinstance(atom, TextRelation))
        told = one_text(tests, facts[0].type.ignoring_case).told(sum(1 << i for i in holds))
        if told.hard:
            raise TooManyTexts
        return told.texts, True
    group = classes(facts, atoms)
    texts = next((one.texts for one in group.classes if one.holds == holds), None)
    return texts, group.whole


@lru_cache(maxsize=64)
def related_texts(facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...]) -> RelatedTexts:
    """The same for the same atoms: what it has found is known."""
    return RelatedTexts(facts, atoms)
