"""Which atoms can hold together of several texts that are compared with each other, asked of one
set of them at a time.

Where some are only equal to others, texts are looked for (solver/same_texts.py). Where there is an
order, the classes are listed (solver/texts.py) of the relations alone, and of those tests that
stand in the way of the texts that were found.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from specdsl.frontend.model.nodes import Fact
from specdsl.reasoning.texts.merged_texts import Texts, same_texts
from specdsl.reasoning.texts.order_cycles import circle
from specdsl.reasoning.texts.product_automaton import TooManyTexts
from specdsl.reasoning.texts.text_classes import TextAtom, classes, facts_of, group_texts
from specdsl.reasoning.texts.text_conflicts import (
    Apart,
    OneText,
    Told,
    known,
    one_text,
    preferred,
    signed,
    smallest,
)
from specdsl.reasoning.texts.text_search import Test
from specdsl.semantics.aig import TextRelation
from specdsl.semantics.fact_values import FactValues

MOST_WORK = 300_000  # characters that are read while classes are listed: some 0.3 s
MOST_TRIED = 2_000  # texts that are tried together


class RelatedTexts:
    """Of several facts."""

    def __init__(self, facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...]) -> None:
        self._facts = facts
        self._atoms = atoms
        self._told: dict[int, Told] = {}
        tests = [Test.of(atom) for atom in atoms if not isinstance(atom, TextRelation)]
        self._preferred = preferred(tests)
        self._places = {one: i for i, one in enumerate(atoms) if isinstance(one, TextRelation)}
        self._relations = {i: facts_of(one) for one, i in self._places.items()}
        self._own = {fact: _own(fact, atoms) for fact in facts}

    def told(self, wanted: int) -> Told:
        """Of a set of atoms: whether some texts have just these."""
        return known(self._told, wanted, self._tell)

    def _tell(self, wanted: int) -> Told:
        """First of the relations alone and of each text by itself, then of all together."""
        related = {one: bool(wanted >> i & 1) for one, i in self._places.items()}
        if turning := circle(related):
            return Told(None, (tuple(signed(self._places[one], wanted) for one in turning),))
        texts: dict[Fact, list[str]] = {}
        for fact, (places, one) in self._own.items():
            own = sum(1 << k for k, i in enumerate(places) if wanted >> i & 1)
            told = one.told(own)
            if told.texts is None:
                return Told(None, _placed(told.apart, places), _placed(told.hard, places))
            texts[fact] = list(dict.fromkeys((*told.texts, *one.spread(own))))
        chosen = self._chosen(texts, wanted)
        return self._search(wanted) if chosen is None else Told(chosen)

    def _chosen(self, texts: dict[Fact, list[str]], wanted: int) -> tuple[str, ...] | None:
        """One of the texts of each, of which all relations hold as they are wanted."""
        chosen: dict[Fact, str] = {}
        left = MOST_TRIED

        def fits(fact: Fact) -> bool:
            values = FactValues(chosen)
            return all(
                values.holds(self._atoms[i]) is bool(wanted >> i & 1)
                for i, facts in self._relations.items()
                if fact in facts and all(one in chosen for one in facts)
            )

        def choose(i: int) -> bool:
            nonlocal left
            if i == len(self._facts):
                return True
            for text in texts[self._facts[i]]:
                left -= 1
                chosen[self._facts[i]] = text
                if left > 0 and fits(self._facts[i]) and choose(i + 1):
                    return True
            chosen.pop(self._facts[i], None)
            return False

        return tuple(chosen[fact] for fact in self._facts) if choose(0) else None

    def _search(self, wanted: int) -> Told:
        some = [i for i, one in enumerate(self._atoms) if self._at_once(one, wanted >> i & 1)]
        signs = [signed(i, wanted) for i in dict.fromkeys((*self._relations, *some))]
        while True:
            try:
                texts, whole = self._decide(signs)
            except TooManyTexts:
                return Told(None, (), (tuple(signs),))
            if texts is None:
                if whole:
                    return Told(None, (smallest(signs, self._none),))
                return Told(None, (), (tuple(signs),))
            values = FactValues({fact: texts.get(fact, "") for fact in self._facts})
            others = [
                i
                for i, atom in enumerate(self._atoms)
                if values.holds(atom) is not bool(wanted >> i & 1)
            ]
            if not others:
                return Told(tuple(texts.get(fact, "") for fact in self._facts))
            signs.append(signed(others[0], wanted))

    def _at_once(self, atom: TextAtom, holds: int) -> bool:
        """Whether it is looked at before it stands in the way: where a search goes for it."""
        return bool(holds) and not any(_in_order(one) or _folding(one) for one in self._atoms)

    def _none(self, signs: Sequence[int]) -> bool:
        """Whether it is known that no texts have these."""
        try:
            return self._decide(signs) == (None, True)
        except TooManyTexts:
            return False

    def _decide(self, signs: Sequence[int]) -> tuple[Texts | None, bool]:
        """Texts as the signs say. Where there are none: whether that is sure."""
        wanted = {self._atoms[abs(sign) - 1]: sign > 0 for sign in signs}
        found: Texts = {}
        for facts, atoms in group_texts(list(wanted)):
            some = {atom: wanted[atom] for atom in atoms}
            if any(_in_order(atom) or _folding(atom) for atom in atoms):
                texts, whole = _of_class(facts, some)
            else:
                texts, whole = same_texts(some, self._preferred)
            if texts is None:
                return None, whole
            found |= texts
        return found, True


def _own(fact: Fact, atoms: Sequence[TextAtom]) -> tuple[tuple[int, ...], OneText]:
    """The tests of one of the facts, by their places."""
    tests = {
        i: Test.of(atom)
        for i, atom in enumerate(atoms)
        if not isinstance(atom, TextRelation) and atom.fact is fact
    }
    return tuple(tests), one_text(tuple(tests.values()), fact.type.ignoring_case)


def _placed(several: Sequence[Apart], places: Sequence[int]) -> tuple[Apart, ...]:
    """The same of the tests at these places."""
    return tuple(
        tuple(places[abs(sign) - 1] + 1 if sign > 0 else -places[abs(sign) - 1] - 1 for sign in one)
        for one in several
    )


def _in_order(atom: TextAtom) -> bool:
    return isinstance(atom, TextRelation) and atom.op != "="


def _folding(atom: TextAtom) -> bool:
    return isinstance(atom, TextRelation) and atom.folding


def _of_class(facts: tuple[Fact, ...], wanted: dict[TextAtom, bool]) -> tuple[Texts | None, bool]:
    """The simplest texts of a class that is listed."""
    group = classes(facts, tuple(wanted), MOST_WORK)
    holds = {i for i, atom in enumerate(wanted) if wanted[atom]}
    texts = next((one.texts for one in group.classes if one.holds == holds), None)
    return None if texts is None else dict(zip(facts, texts, strict=True)), group.whole


@lru_cache(maxsize=64)
def related_texts(facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...]) -> RelatedTexts:
    """The same for the same atoms: what it has found is known."""
    return RelatedTexts(facts, atoms)
