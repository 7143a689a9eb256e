"""Text facts as finite classes: which atoms on a group of related text facts can hold together.

The facts are read character by character (one_text.py, side_by_side.py). The states that can be
reached give the *signatures* (the truth of every atom) that some texts have, each with the
shortest such texts. Exact, and finite because only characters that a pattern or a constant names
can be told apart; of the others as many are kept as there are facts. Facts that ignore case are
folded texts (solver/folded.py), and no others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from specdsl.frontend.model.nodes import Fact
from specdsl.reasoning.texts import folded_alphabet as folded
from specdsl.reasoning.texts import mixed_folding as refolded
from specdsl.reasoning.texts.equality_classes import tests_of, told_apart
from specdsl.reasoning.texts.product_automaton import (
    MOST_STATES,
    MOST_WORK,
    Budget,
    Reader,
    Test,
    TooManyTexts,
)
from specdsl.reasoning.texts.synchronous_automaton import SideBySide
from specdsl.semantics.aig import TextCompare, TextMatches, TextRelation
from specdsl.semantics.fact_values import FactValues
from specdsl.semantics.text_patterns import Wildcard, pattern_pieces

TextAtom = TextCompare | TextMatches | TextRelation
PREFERRED = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -_.,"


@dataclass(frozen=True, slots=True)
class TextClass:
    """The atoms that hold (by their place in the group) and the simplest texts of which they do."""

    holds: frozenset[int]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextGroup:
    """`whole`: no texts have the atoms otherwise than one of the classes."""

    facts: tuple[Fact, ...]
    atoms: tuple[TextAtom, ...]
    classes: tuple[TextClass, ...]
    whole: bool = True


def facts_of(atom: TextAtom) -> tuple[Fact, ...]:
    return (atom.left, atom.right) if isinstance(atom, TextRelation) else (atom.fact,)


def group_texts(atoms: Sequence[TextAtom]) -> Iterator[tuple[tuple[Fact, ...], list[TextAtom]]]:
    """The atoms by groups of facts that relations connect, in the order of the facts' names."""
    leader: dict[Fact, Fact] = {}

    def find(fact: Fact) -> Fact:
        while leader.setdefault(fact, fact) is not fact:
            fact = leader[fact]
        return fact

    for atom in atoms:
        first, *others = (find(fact) for fact in facts_of(atom))
        for other in others:
            leader[other] = first
    groups: dict[Fact, list[TextAtom]] = {}
    for atom in atoms:
        groups.setdefault(find(facts_of(atom)[0]), []).append(atom)
    for members in sorted(groups.values(), key=lambda g: min(f.name for f in facts_of(g[0]))):
        facts = {fact for atom in members for fact in facts_of(atom)}
        yield tuple(sorted(facts, key=lambda fact: fact.name)), members


def classes(
    facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...], work: int = MOST_WORK
) -> TextGroup:
    """The signatures of the group, the simplest texts first. Raises `TooManyTexts`, after so much
    work."""
    found = _classes(facts, atoms, work)
    if found is None:
        raise TooManyTexts
    return found


@lru_cache(maxsize=2_000)
def _classes(facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...], work: int) -> TextGroup | None:
    try:
        return _group(facts, atoms, work)
    except TooManyTexts:
        return None


def _compared(atoms: Iterable[TextAtom]) -> frozenset[str]:
    """How texts are compared with each other."""
    return frozenset(atom.op for atom in atoms if isinstance(atom, TextRelation))


def _group(facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...], work: int) -> TextGroup:
    if any(atom.folding for atom in atoms):
        return both_ways(facts, atoms, work)
    compared = _compared(atoms)
    if not compared:
        found = _by_tests(facts[0], tuple(enumerate(tests_of(facts[0], atoms))), 1, work)
        listed = [TextClass(holds, (texts[0],)) for holds, texts in found.items()]
    elif compared == {"="}:
        listed = list(_by_equality(facts, atoms, work))
    else:
        listed = list(_by_order(facts, atoms, work))
    return TextGroup(facts, atoms, tuple(listed))


def _by_tests(
    fact: Fact, tests: Sequence[tuple[int, Test]], most: int, work: int
) -> dict[frozenset[int], list[str]]:
    """Of one text: by the tests that hold the simplest texts, `most` at most."""
    ignoring = fact.type.ignoring_case
    chars = _alphabet([test for _, test in tests], most, ignoring)
    reader = Reader(tests, chars, folded.joining(chars, ignoring))
    return reader.rests(reader.start(), most, Budget(work))


def both_ways(
    facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...], work: int = MOST_WORK
) -> TextGroup:
    """Of facts that are folded for some of their tests and for others are not. Of several that are
    compared with each other texts are found, but not all."""
    tests = list(enumerate(tests_of(facts[0], atoms)))
    named = _named(atoms)
    units = units_of(named, _alphabet([test for _, test in tests], 1, False))
    plain = Reader([(i, test) for i, test in tests if not test.folding], (), None)
    other = Reader([(i, test) for i, test in tests if test.folding], (), None)
    found = refolded.read(plain, other, units, Budget(work))
    if len(facts) == 1:
        listed = tuple(TextClass(holds, (text,)) for holds, text in found.items())
        return TextGroup(facts, atoms, listed, all(char.isascii() for char in named))

    def alike(text: str, like: str) -> bool:
        one, two = (FactValues({facts[0]: some}) for some in (text, like))
        return all(one.holds(test) == two.holds(test) for _, test in tests)

    kinds = [[t, *(v for v in _variants(t) if alike(v, t))] for t in found.values()]
    together = told_apart(facts, atoms, kinds, min(MOST_STATES, work))
    if together is None:
        raise TooManyTexts
    listed = tuple(TextClass(holds, texts) for holds, texts in together)
    return TextGroup(facts, atoms, listed, False)


def _variants(text: str) -> list[str]:
    """Other texts, some of which are folded alike."""
    return [v for v in dict.fromkeys((text.upper(), text.title(), f"{text}x")) if v != text]


def _by_equality(
    facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...], work: int
) -> Iterator[TextClass]:
    """Where relations only say whether texts are equal."""
    tests = tuple(dict.fromkeys(tests_of(facts[0], atoms)))
    kinds = list(_by_tests(facts[0], tuple(enumerate(tests)), len(facts), work).values())
    found = told_apart(facts, atoms, kinds, min(MOST_STATES, work))
    if found is None:
        raise TooManyTexts
    yield from (TextClass(holds, texts) for holds, texts in found)


def _by_order(
    facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...], work: int
) -> Iterator[TextClass]:
    """Where relations say which text comes first."""
    (ignoring_case,) = {fact.type.ignoring_case for fact in facts}
    chars = _alphabet(atoms, len(facts), ignoring_case)
    joining = folded.joining(chars, ignoring_case)
    tests = [
        [(i, a) for i, a in enumerate(atoms) if not isinstance(a, TextRelation) and a.fact is fact]
        for fact in facts
    ]
    index = {fact: i for i, fact in enumerate(facts)}
    pairs = [
        (i, index[one.left], index[one.right], one.op)
        for i, one in enumerate(atoms)
        if isinstance(one, TextRelation)
    ]
    readers = [Reader(some, chars, joining) for some in tests]
    found = SideBySide(readers, pairs, chars, Budget(work)).found()
    yield from (TextClass(holds, texts) for holds, texts in found.items())


def _alphabet(atoms: Sequence[TextAtom], distinct: int, ignoring_case: bool) -> tuple[str, ...]:
    in_order = not all(isinstance(atom, TextMatches) for atom in atoms)
    return alphabet(_named(atoms), in_order, distinct, ignoring_case)


def alphabet(
    named: Collection[str],
    in_order: bool,
    distinct: int,
    ignoring_case: bool,
    preferred: str = PREFERRED,
) -> tuple[str, ...]:
    """The characters that some atoms name, and `distinct` others: of each gap between them where
    texts are compared, and so in order. Raises `TooManyTexts`."""
    if ignoring_case:
        try:
            return tuple(sorted(folded.alphabet(named, distinct, preferred, in_order)))
        except folded.TooManyCharacters:
            raise TooManyTexts from None
    if not in_order:  # nothing says which comes first
        others = [char for char in preferred if char not in named][:distinct]
        if len(others) == distinct:
            return tuple(sorted((*named, *others)))
    bounds = [-1, *sorted(map(ord, named)), 0x110000]
    gaps = (_between(*pair, distinct, preferred) for pair in pairwise(bounds))
    others = [char for gap in gaps for char in sorted(gap)]
    if not in_order:
        del others[distinct:]
    return tuple(sorted((*named, *others)))


def units_of(named: Iterable[str], chars: Iterable[str]) -> list[refolded.Unit]:
    """Of texts that are folded for some tests and for others are not."""
    return _units_of(frozenset(named), tuple(chars))


@lru_cache(maxsize=256)
def _units_of(named: frozenset[str], chars: tuple[str, ...]) -> list[refolded.Unit]:
    return refolded.units(named, chars)


def _named(atoms: Iterable[TextAtom]) -> set[str]:
    named: set[str] = set()
    for atom in atoms:
        if isinstance(atom, TextMatches):
            named.update(p for p in pattern_pieces(atom.pattern) if not isinstance(p, Wildcard))
        elif isinstance(atom, TextCompare):
            named.update(atom.value)
    return named


def _between(low: int, high: int, count: int, preferred: str) -> Iterator[str]:
    """Up to `count` characters strictly between two code points, readable ones if there are any."""
    readable = [c for c in preferred if low < ord(c) < high][:count]
    yield from readable
    missing = count - len(readable)
    code = low + 1
    while missing and code < high:
        if not 0xD800 <= code <= 0xDFFF and chr(code) not in readable:
            yield chr(code)
            missing -= 1
        code = 0xE000 if 0xD800 <= code < 0xE000 else code + 1
