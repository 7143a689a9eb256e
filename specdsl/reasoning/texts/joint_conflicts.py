"""Conflicts between atoms on several related texts, found for one signature at a time.

Relations of equality are solved by merging facts (`merged_texts.py`). With an order, the classes
(`text_classes.py`) are listed of the relations alone at first, and then also of tests that these
texts violate, as in abstraction refinement.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from specdsl.base.limits import MAX_JOINT_READ, MAX_TEXT_CHOICES
from specdsl.frontend.model.nodes import Fact
from specdsl.reasoning.texts.merged_texts import Texts, solve_equalities
from specdsl.reasoning.texts.order_cycles import find_order_cycle
from specdsl.reasoning.texts.product_automaton import TooManyTexts
from specdsl.reasoning.texts.text_classes import TextAtom, facts_of, group_texts, text_classes
from specdsl.reasoning.texts.text_conflicts import (
    SingleText,
    TextAnswer,
    TextConflict,
    memoize,
    minimal_conflict,
    preferred_chars,
    signed_test,
    single_text,
)
from specdsl.reasoning.texts.text_search import TextTest
from specdsl.semantics.aig import TextRelation
from specdsl.semantics.fact_values import FactValues


class RelatedTexts:
    """Answers queries about a group of several related text facts."""

    def __init__(self, facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...]) -> None:
        self._facts = facts
        self._atoms = atoms
        self._answers: dict[int, TextAnswer] = {}
        tests = [TextTest.of_atom(atom) for atom in atoms if not isinstance(atom, TextRelation)]
        self._preferred = preferred_chars(tests)
        self._places = {one: i for i, one in enumerate(atoms) if isinstance(one, TextRelation)}
        self._relations = {i: facts_of(one) for one, i in self._places.items()}
        self._own = {fact: _tests_of_fact(fact, atoms) for fact in facts}

    def answer_for(self, wanted: int) -> TextAnswer:
        """Return texts of which exactly these atoms hold, or why there are none."""
        return memoize(self._answers, wanted, self._find_answer)

    def _find_answer(self, wanted: int) -> TextAnswer:
        """Try the relations alone, then each text on its own, then all together."""
        related = {one: bool(wanted >> i & 1) for one, i in self._places.items()}
        if turning := find_order_cycle(related):
            return TextAnswer(
                None, (tuple(signed_test(self._places[one], wanted) for one in turning),)
            )
        texts: dict[Fact, list[str]] = {}
        for fact, (places, one) in self._own.items():
            own = sum(1 << k for k, i in enumerate(places) if wanted >> i & 1)
            answer = one.answer_for(own)
            if answer.texts is None:
                return TextAnswer(
                    None,
                    _renumber(answer.conflicts, places),
                    _renumber(answer.undetermined, places),
                )
            texts[fact] = list(dict.fromkeys((*answer.texts, *one.spread_texts(own))))
        chosen = self._choose_texts(texts, wanted)
        return self._search_jointly(wanted) if chosen is None else TextAnswer(chosen)

    def _choose_texts(self, texts: dict[Fact, list[str]], wanted: int) -> tuple[str, ...] | None:
        """Choose one of the texts of each fact so that the relations have their truth values."""
        chosen: dict[Fact, str] = {}
        left = MAX_TEXT_CHOICES

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

    def _search_jointly(self, wanted: int) -> TextAnswer:
        some = [i for i, one in enumerate(self._atoms) if self._is_immediate(one, wanted >> i & 1)]
        signs = [signed_test(i, wanted) for i in dict.fromkeys((*self._relations, *some))]
        while True:
            try:
                texts, whole = self._solve_signs(signs)
            except TooManyTexts:
                return TextAnswer(None, (), (tuple(signs),))
            if texts is None:
                if whole:
                    return TextAnswer(None, (minimal_conflict(signs, self._is_unsatisfiable),))
                return TextAnswer(None, (), (tuple(signs),))
            values = FactValues({fact: texts.get(fact, "") for fact in self._facts})
            others = [
                i
                for i, atom in enumerate(self._atoms)
                if values.holds(atom) is not bool(wanted >> i & 1)
            ]
            if not others:
                return TextAnswer(tuple(texts.get(fact, "") for fact in self._facts))
            signs.append(signed_test(others[0], wanted))

    def _is_immediate(self, atom: TextAtom, holds: int) -> bool:
        """Return whether an atom is part of the first abstraction."""
        return bool(holds) and not any(_is_order(one) or _is_folding(one) for one in self._atoms)

    def _is_unsatisfiable(self, signs: Sequence[int]) -> bool:
        """Return whether it is certain that no texts satisfy these."""
        try:
            return self._solve_signs(signs) == (None, True)
        except TooManyTexts:
            return False

    def _solve_signs(self, signs: Sequence[int]) -> tuple[Texts | None, bool]:
        """Return texts that satisfy signed atoms, or None and whether that is certain."""
        wanted = {self._atoms[abs(sign) - 1]: sign > 0 for sign in signs}
        found: Texts = {}
        for facts, atoms in group_texts(list(wanted)):
            some = {atom: wanted[atom] for atom in atoms}
            if any(_is_order(atom) or _is_folding(atom) for atom in atoms):
                texts, whole = _texts_of_class(facts, some)
            else:
                texts, whole = solve_equalities(some, self._preferred)
            if texts is None:
                return None, whole
            found |= texts
        return found, True


def _tests_of_fact(fact: Fact, atoms: Sequence[TextAtom]) -> tuple[tuple[int, ...], SingleText]:
    """Return the places of the tests of one fact, and its solver."""
    tests = {
        i: TextTest.of_atom(atom)
        for i, atom in enumerate(atoms)
        if not isinstance(atom, TextRelation) and atom.fact is fact
    }
    return tuple(tests), single_text(tuple(tests.values()), fact.type.ignoring_case)


def _renumber(several: Sequence[TextConflict], places: Sequence[int]) -> tuple[TextConflict, ...]:
    """Return the conflicts with the numbers that the tests have in the group."""
    return tuple(
        tuple(places[abs(sign) - 1] + 1 if sign > 0 else -places[abs(sign) - 1] - 1 for sign in one)
        for one in several
    )


def _is_order(atom: TextAtom) -> bool:
    return isinstance(atom, TextRelation) and atom.op != "="


def _is_folding(atom: TextAtom) -> bool:
    return isinstance(atom, TextRelation) and atom.folding


def _texts_of_class(
    facts: tuple[Fact, ...], wanted: dict[TextAtom, bool]
) -> tuple[Texts | None, bool]:
    """Return the simplest texts of a class, or None and whether all classes are listed."""
    group = text_classes(facts, tuple(wanted), MAX_JOINT_READ)
    holds = {i for i, atom in enumerate(wanted) if wanted[atom]}
    texts = next((one.texts for one in group.classes if one.holds == holds), None)
    return None if texts is None else dict(zip(facts, texts, strict=True)), group.exhaustive


@lru_cache(maxsize=64)
def related_texts(facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...]) -> RelatedTexts:
    """Return the solver of a group, with what it has learnt before."""
    return RelatedTexts(facts, atoms)
