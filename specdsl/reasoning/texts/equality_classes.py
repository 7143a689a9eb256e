"""Classes of text facts that are compared with each other for equality alone.

Each text can then be looked at by itself, by all tests of the group. Of the texts that no test
tells apart as many are kept as there are facts, so that any of them can be equal or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from specdsl.frontend.model.nodes import Fact
from specdsl.semantics.aig import TextCompare, TextMatches, TextRelation
from specdsl.semantics.fact_values import FactValues

Test = TextCompare | TextMatches
TextAtom = Test | TextRelation


def tests_of(one: Fact, atoms: Iterable[TextAtom]) -> Iterator[Test]:
    """The tests of single texts, as tests of this fact."""
    for atom in atoms:
        if not isinstance(atom, TextRelation):
            yield replace(atom, fact=one)


def told_apart(
    facts: Sequence[Fact], atoms: Sequence[TextAtom], kinds: Sequence[Sequence[str]], most: int
) -> list[tuple[frozenset[int], tuple[str, ...]]] | None:
    """Which atoms (by their places) can hold together, each set with the simplest texts of which
    they do, the simplest first. `kinds`: texts that no test tells apart, the simplest first. None
    where there is more to try than `most`."""
    found: dict[frozenset[int], tuple[str, ...]] = {}
    for tried, chosen in enumerate(_choices([len(kind) for kind in kinds], len(facts))):
        if tried == most:
            return None
        texts = tuple(kinds[kind][number] for kind, number in chosen)
        values = FactValues(dict(zip(facts, texts, strict=True)))
        holds = frozenset(i for i, atom in enumerate(atoms) if values.holds(atom))
        found[holds] = min(found.get(holds, texts), texts, key=_simplicity)
    return sorted(found.items(), key=lambda pair: _simplicity(pair[1]))


def _choices(sizes: Sequence[int], count: int) -> Iterator[tuple[tuple[int, int], ...]]:
    """For each of so many texts its kind, and which of the kind it is: one that was used before, or
    the first that was not."""
    if not count:
        yield ()
        return
    for chosen in _choices(sizes, count - 1):
        for kind, size in enumerate(sizes):
            used = len({pair for pair in chosen if pair[0] == kind})
            yield from ((*chosen, (kind, number)) for number in range(min(used + 1, size)))


def _simplicity(texts: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    return sum(map(len, texts)), texts
