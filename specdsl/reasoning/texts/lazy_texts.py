"""The theory of texts for a lazy solver: texts for the truth values of atoms, or conflicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import compress

from specdsl.base.limits import MAX_UNDETERMINED_TEXTS
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Fact
from specdsl.reasoning import effort
from specdsl.reasoning.sat.sat_literal import SatLiteral
from specdsl.reasoning.texts.joint_conflicts import related_texts
from specdsl.reasoning.texts.text_classes import TextAtom
from specdsl.reasoning.texts.text_conflicts import TextAnswer, TextConflict, single_text
from specdsl.reasoning.texts.text_search import TextTest
from specdsl.semantics.aig import TextRelation

Clause = tuple[SatLiteral, ...]


@dataclass(frozen=True, slots=True)
class _WatchedGroup:
    """Related text facts, with the variable of each atom; `escape` means that their texts are
    undetermined.
    """

    facts: tuple[Fact, ...]
    variables: tuple[SatLiteral, ...]
    bits: tuple[int, ...]  # Of each atom in a set of atoms.
    answer_for: Callable[[int], TextAnswer]
    escape: SatLiteral


class TextTheory:
    """Groups of text facts that are related among themselves."""

    def __init__(self) -> None:
        self._groups: list[_WatchedGroup] = []
        self._texts: dict[Fact, str] = {}
        self._undetermined = 0
        self._given_up: set[SatLiteral] = set()

    def add_group(
        self,
        facts: tuple[Fact, ...],
        atoms: tuple[TextAtom, ...],
        variables: Sequence[SatLiteral],
        escape: SatLiteral,
    ) -> None:
        """Add a group whose atoms hold exactly if the variables do."""
        answer_for = _signature_query(facts, atoms)
        bits = tuple(1 << i for i in range(len(atoms)))
        self._groups.append(_WatchedGroup(facts, tuple(variables), bits, answer_for, escape))

    def conflict_clauses(self, true: Callable[[SatLiteral], bool]) -> list[Clause]:
        """Return clauses that exclude the truth values of `true`; none if some texts have them."""
        learnt: list[Clause] = []
        self._texts = {}
        for group in self._groups:
            if group.escape in self._given_up and true(group.escape):
                continue
            answer = group.answer_for(sum(compress(group.bits, map(true, group.variables))))
            if answer.texts is not None:
                self._texts.update(zip(group.facts, answer.texts, strict=True))
                continue
            learnt += (_blocking_clause(group, one) for one in answer.conflicts)
            if answer.undetermined and not true(group.escape):
                learnt += (self._undetermined_clause(group, one) for one in answer.undetermined)
        return learnt

    def _undetermined_clause(self, group: _WatchedGroup, conflict: TextConflict) -> Clause:
        """Return a clause for an undetermined set; after several, the whole group is given up."""
        self._undetermined += 1
        if self._undetermined <= MAX_UNDETERMINED_TEXTS:
            return (*_blocking_clause(group, conflict), group.escape)
        self._given_up.add(group.escape)
        return (group.escape,)

    def text_of(self, fact: Fact) -> str | None:
        """Return the text of a fact, after no conflict was found; None if no atom is about it."""
        return self._texts.get(fact)

    def record_undetermined(self, escapes: Sequence[SatLiteral]) -> None:
        """Record that the groups with these escapes are undetermined."""
        names = {fact.name for one in self._groups if one.escape in escapes for fact in one.facts}
        effort.record_undetermined(effort.texts_reason(names))


def _blocking_clause(group: _WatchedGroup, conflict: TextConflict) -> Clause:
    return tuple(
        -group.variables[sign - 1] if sign > 0 else group.variables[-sign - 1] for sign in conflict
    )


def _signature_query(
    facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...]
) -> Callable[[int], TextAnswer]:
    if len(facts) > 1:
        return related_texts(facts, atoms).answer_for
    tests = tuple(TextTest.of_atom(atom) for atom in atoms if not isinstance(atom, TextRelation))
    return single_text(tests, facts[0].type.ignoring_case).answer_for
