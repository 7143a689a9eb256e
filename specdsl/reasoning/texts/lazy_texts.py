"""Texts that are as some booleans say: what arithmetic is to relations of numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import compress

from specdsl.frontend.model.nodes import Fact
from specdsl.reasoning import effort
from specdsl.reasoning.texts.joint_conflicts import related_texts
from specdsl.reasoning.texts.text_classes import TextAtom
from specdsl.reasoning.texts.text_conflicts import Apart, Told, one_text
from specdsl.reasoning.texts.text_search import Test
from specdsl.semantics.aig import TextRelation

MOST_HARD = 10  # sets of atoms that are not settled, each after some 0.3 s and more

Clause = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Group:
    """`variables` say whether the atoms hold; `escape` that it is not known whether they can be so
    together."""

    facts: tuple[Fact, ...]
    variables: tuple[int, ...]
    bits: tuple[int, ...]  # of the atoms in a set of them
    told: Callable[[int], Told]
    escape: int


class Spelling:
    """Some groups of text facts, each related among themselves."""

    def __init__(self) -> None:
        self._groups: list[_Group] = []
        self._texts: dict[Fact, str] = {}
        self._hard = 0
        self._given_up: set[int] = set()

    def tell(
        self,
        facts: tuple[Fact, ...],
        atoms: tuple[TextAtom, ...],
        variables: Sequence[int],
        escape: int,
    ) -> None:
        """From now on the variables say which atoms hold."""
        told = _teller(facts, atoms)
        bits = tuple(1 << i for i in range(len(atoms)))
        self._groups.append(_Group(facts, tuple(variables), bits, told, escape))

    def ask(self, true: Callable[[int], bool]) -> list[Clause]:
        """What is to be learnt where no texts are as `true` says; nothing where some are."""
        learnt: list[Clause] = []
        self._texts = {}
        for group in self._groups:
            if group.escape in self._given_up and true(group.escape):
                continue
            told = group.told(sum(compress(group.bits, map(true, group.variables))))
            if told.texts is not None:
                self._texts.update(zip(group.facts, told.texts, strict=True))
                continue
            learnt += (_not_all(group, one) for one in told.apart)
            if told.hard and not true(group.escape):
                learnt += (self._perhaps(group, one) for one in told.hard)
        return learnt

    def _perhaps(self, group: _Group, hard: Apart) -> Clause:
        """Where so much is hard, the whole group is."""
        self._hard += 1
        if self._hard <= MOST_HARD:
            return (*_not_all(group, hard), group.escape)
        self._given_up.add(group.escape)
        return (group.escape,)

    def text(self, fact: Fact) -> str | None:
        """What a text is where the last answer was that some are; None of one that no atom is
        about."""
        return self._texts.get(fact)

    def given_up(self, escapes: Sequence[int]) -> None:
        """Some groups could not be settled."""
        names = {fact.name for one in self._groups if one.escape in escapes for fact in one.facts}
        effort.refused(effort.texts(names))


def _not_all(group: _Group, apart: Apart) -> Clause:
    return tuple(
        -group.variables[sign - 1] if sign > 0 else group.variables[-sign - 1] for sign in apart
    )


def _teller(facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...]) -> Callable[[int], Told]:
    if len(facts) > 1:
        return related_texts(facts, atoms).told
    tests = tuple(Test.of(atom) for atom in atoms if not isinstance(atom, TextRelation))
    return one_text(tests, facts[0].type.ignoring_case).told
