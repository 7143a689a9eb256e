"""The finite classes of a group of related text facts, by their signatures.

A *signature* is the truth of every atom. The reachable states of an automaton that reads the facts
character by character (`product_automaton.py`, `synchronous_automaton.py`) give all signatures,
each with the shortest texts. This is exact and finite, because only characters named by a pattern
or a constant are distinguished; of the others as many are kept as there are facts. Facts that
ignore case are folded texts (`folded_alphabet.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from specdsl.base.limits import MAX_CLASSES_READ, MAX_TEXT_STATES
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Fact
from specdsl.reasoning.texts import folded_alphabet, mixed_folding
from specdsl.reasoning.texts.equality_classes import classes_by_equality, tests_on_fact
from specdsl.reasoning.texts.product_automaton import (
    ProductAutomaton,
    ReadingBudget,
    TestAtom,
    TooManyTexts,
)
from specdsl.reasoning.texts.synchronous_automaton import SynchronousAutomaton
from specdsl.semantics.aig import TextCompare, TextMatches, TextRelation
from specdsl.semantics.fact_values import FactValues
from specdsl.semantics.text_patterns import Wildcard, pattern_pieces

TextAtom = TextCompare | TextMatches | TextRelation
PREFERRED = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -_.,"


@dataclass(frozen=True, slots=True)
class TextClass:
    """A signature, as the places of the true atoms, with its simplest texts."""

    holds: frozenset[int]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextGroup:
    """The classes of a group; `exhaustive` if they have all signatures."""

    facts: tuple[Fact, ...]
    atoms: tuple[TextAtom, ...]
    classes: tuple[TextClass, ...]
    exhaustive: bool = True


def facts_of(atom: TextAtom) -> tuple[Fact, ...]:
    return (atom.left, atom.right) if isinstance(atom, TextRelation) else (atom.fact,)


def group_texts(atoms: Sequence[TextAtom]) -> Iterator[tuple[tuple[Fact, ...], list[TextAtom]]]:
    """Yield the groups of facts that relations connect with their atoms, in the order of names."""
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


def text_classes(
    facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...], work: int = MAX_CLASSES_READ
) -> TextGroup:
    """Return the classes of the group, the simplest texts first. Raises `TooManyTexts` if that
    takes more work.
    """
    found = _cached_classes(facts, atoms, work)
    if found is None:
        raise TooManyTexts
    return found


@lru_cache(maxsize=2_000)
def _cached_classes(
    facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...], work: int
) -> TextGroup | None:
    try:
        return _compute_group(facts, atoms, work)
    except TooManyTexts:
        return None


def _relation_operators(atoms: Iterable[TextAtom]) -> frozenset[str]:
    """Return the operators that compare texts with each other."""
    return frozenset(atom.op for atom in atoms if isinstance(atom, TextRelation))


def _compute_group(facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...], work: int) -> TextGroup:
    if any(atom.folding for atom in atoms):
        return classes_in_both_foldings(facts, atoms, work)
    compared = _relation_operators(atoms)
    if not compared:
        found = _classes_by_tests(
            facts[0], tuple(enumerate(tests_on_fact(facts[0], atoms))), 1, work
        )
        listed = [TextClass(holds, (texts[0],)) for holds, texts in found.items()]
    elif compared == {"="}:
        listed = list(_classes_by_equality(facts, atoms, work))
    else:
        listed = list(_classes_by_order(facts, atoms, work))
    return TextGroup(facts, atoms, tuple(listed))


def _classes_by_tests(
    fact: Fact, tests: Sequence[tuple[int, TestAtom]], most: int, work: int
) -> dict[frozenset[int], list[str]]:
    """Return at most `most` texts of each signature of one fact, the simplest first."""
    ignoring = fact.type.ignoring_case
    chars = _atom_alphabet([test for _, test in tests], most, ignoring)
    reader = ProductAutomaton(tests, chars, folded_alphabet.folded_text_automaton(chars, ignoring))
    return reader.completions(reader.start_state(), most, ReadingBudget(work))


def classes_in_both_foldings(
    facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...], work: int = MAX_CLASSES_READ
) -> TextGroup:
    """Return the classes of facts that are folded for some of their tests only; for several facts
    not all classes.
    """
    tests = list(enumerate(tests_on_fact(facts[0], atoms)))
    named = _chars_named_by(atoms)
    units = units_for(named, _atom_alphabet([test for _, test in tests], 1, False))
    plain = ProductAutomaton([(i, test) for i, test in tests if not test.folding], (), None)
    other = ProductAutomaton([(i, test) for i, test in tests if test.folding], (), None)
    found = mixed_folding.classify_texts(plain, other, units, ReadingBudget(work))
    if len(facts) == 1:
        listed = tuple(TextClass(holds, (text,)) for holds, text in found.items())
        return TextGroup(facts, atoms, listed, all(char.isascii() for char in named))

    def same_tests_hold(text: str, like: str) -> bool:
        one, two = (FactValues({facts[0]: some}) for some in (text, like))
        return all(one.holds(test) == two.holds(test) for _, test in tests)

    kinds = [[t, *(v for v in _case_variants(t) if same_tests_hold(v, t))] for t in found.values()]
    together = classes_by_equality(facts, atoms, kinds, min(MAX_TEXT_STATES, work))
    if together is None:
        raise TooManyTexts
    listed = tuple(TextClass(holds, texts) for holds, texts in together)
    return TextGroup(facts, atoms, listed, False)


def _case_variants(text: str) -> list[str]:
    """Return other texts, some of which fold to the same one."""
    return [v for v in dict.fromkeys((text.upper(), text.title(), f"{text}x")) if v != text]


def _classes_by_equality(
    facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...], work: int
) -> Iterator[TextClass]:
    """Yield the classes if all relations are equalities."""
    tests = tuple(dict.fromkeys(tests_on_fact(facts[0], atoms)))
    kinds = list(_classes_by_tests(facts[0], tuple(enumerate(tests)), len(facts), work).values())
    found = classes_by_equality(facts, atoms, kinds, min(MAX_TEXT_STATES, work))
    if found is None:
        raise TooManyTexts
    yield from (TextClass(holds, texts) for holds, texts in found)


def _classes_by_order(
    facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...], work: int
) -> Iterator[TextClass]:
    """Yield the classes if relations order texts."""
    (ignoring_case,) = {fact.type.ignoring_case for fact in facts}
    chars = _atom_alphabet(atoms, len(facts), ignoring_case)
    joining = folded_alphabet.folded_text_automaton(chars, ignoring_case)
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
    readers = [ProductAutomaton(some, chars, joining) for some in tests]
    found = SynchronousAutomaton(readers, pairs, chars, ReadingBudget(work)).text_signatures()
    yield from (TextClass(holds, texts) for holds, texts in found.items())


def _atom_alphabet(
    atoms: Sequence[TextAtom], distinct: int, ignoring_case: bool
) -> tuple[str, ...]:
    in_order = not all(isinstance(atom, TextMatches) for atom in atoms)
    return text_alphabet(_chars_named_by(atoms), in_order, distinct, ignoring_case)


def text_alphabet(
    named: Collection[str],
    in_order: bool,
    distinct: int,
    ignoring_case: bool,
    preferred: str = PREFERRED,
) -> tuple[str, ...]:
    """Return the named characters and `distinct` others; if texts are compared in order, so many of
    each gap between named ones. Raises `TooManyTexts`.
    """
    if ignoring_case:
        try:
            return tuple(
                sorted(folded_alphabet.folded_alphabet(named, distinct, preferred, in_order))
            )
        except folded_alphabet.TooManyCharacters:
            raise TooManyTexts from None
    if not in_order:
        others = [char for char in preferred if char not in named][:distinct]
        if len(others) == distinct:
            return tuple(sorted((*named, *others)))
    bounds = [-1, *sorted(map(ord, named)), 0x110000]
    gaps = (_chars_between(*pair, distinct, preferred) for pair in pairwise(bounds))
    others = [char for gap in gaps for char in sorted(gap)]
    if not in_order:
        del others[distinct:]
    return tuple(sorted((*named, *others)))


def units_for(named: Iterable[str], chars: Iterable[str]) -> list[mixed_folding.FoldingUnit]:
    """Return the units of texts that are folded for some tests only."""
    return _cached_units(frozenset(named), tuple(chars))


@lru_cache(maxsize=256)
def _cached_units(named: frozenset[str], chars: tuple[str, ...]) -> list[mixed_folding.FoldingUnit]:
    return mixed_folding.folding_units(named, chars)


def _chars_named_by(atoms: Iterable[TextAtom]) -> set[str]:
    named: set[str] = set()
    for atom in atoms:
        if isinstance(atom, TextMatches):
            named.update(p for p in pattern_pieces(atom.pattern) if not isinstance(p, Wildcard))
        elif isinstance(atom, TextCompare):
            named.update(atom.value)
    return named


def _chars_between(low: int, high: int, count: int, preferred: str) -> Iterator[str]:
    """Yield up to `count` characters strictly between two code points, preferably readable ones."""
    readable = [c for c in preferred if low < ord(c) < high][:count]
    yield from readable
    missing = count - len(readable)
    code = low + 1
    while missing and code < high:
        if not 0xD800 <= code <= 0xDFFF and chr(code) not in readable:
            yield chr(code)
            missing -= 1
        code = 0xE000 if 0xD800 <= code < 0xE000 else code + 1
