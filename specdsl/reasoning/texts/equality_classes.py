"""Classes of text facts that are only compared for equality with each other.

All tests of the group are applied to each text on its own. Of texts that no test distinguishes as
many are kept as there are facts, so any of them can be equal or different.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from specdsl.frontend.model.nodes import Fact
from specdsl.semantics.aig import TextCompare, TextMatches, TextRelation
from specdsl.semantics.fact_values import FactValues

TestAtom = TextCompare | TextMatches
TextAtom = TestAtom | TextRelation


def tests_on_fact(one: Fact, atoms: Iterable[TextAtom]) -> Iterator[TestAtom]:
    """Yield the tests of single texts, as tests of this fact."""
    for atom in atoms:
        if not isinstance(atom, TextRelation):
            yield replace(atom, fact=one)


def classes_by_equality(
    facts: Sequence[Fact], atoms: Sequence[TextAtom], kinds: Sequence[Sequence[str]], most: int
) -> list[tuple[frozenset[int], tuple[str, ...]]] | None:
    """Return the satisfiable signatures (sets of places of atoms) with their simplest texts, the
    simplest first, or None after `most` trials. `kinds`: texts that no test distinguishes, the
    simplest first.
    """
    found: dict[frozenset[int], tuple[str, ...]] = {}
    for tried, chosen in enumerate(_choose_kinds([len(kind) for kind in kinds], len(facts))):
        if tried == most:
            return None
        texts = tuple(kinds[kind][number] for kind, number in chosen)
        values = FactValues(dict(zip(facts, texts, strict=True)))
        holds = frozenset(i for i, atom in enumerate(atoms) if values.holds(atom))
        found[holds] = min(found.get(holds, texts), texts, key=text_sizes)
    return sorted(found.items(), key=lambda pair: text_sizes(pair[1]))


def _choose_kinds(sizes: Sequence[int], count: int) -> Iterator[tuple[tuple[int, int], ...]]:
    """Yield a kind for each of so many texts, and its number within the kind: one in use, or the
    next one.
    """
    if not count:
        yield ()
        return
    for chosen in _choose_kinds(sizes, count - 1):
        for kind, size in enumerate(sizes):
            used = len({pair for pair in chosen if pair[0] == kind})
            yield from ((*chosen, (kind, number)) for number in range(min(used + 1, size)))


def text_sizes(texts: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    return sum(map(len, texts)), texts
