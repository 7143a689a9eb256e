"""Texts to try: of every class of a group of text facts, where the classes are soon listed; else of
such as are likely to matter."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from itertools import combinations, islice

from specdsl.frontend.model.nodes import Fact
from specdsl.reasoning.texts.product_automaton import TooManyTexts
from specdsl.reasoning.texts.text_classes import TextAtom, classes
from specdsl.reasoning.texts.text_conflicts import OneText, one_text
from specdsl.reasoning.texts.text_search import LIKE, Test
from specdsl.semantics.aig import TextRelation

FEW_WORK = 10_000  # characters that are read while the classes are listed: some 5 ms
MOST_LISTED = 12  # patterns of which it is tried to list the classes
MOST_PAIRS = 64  # of patterns that shall match together
MOST_KNOWN = 256  # groups


@dataclass(frozen=True, slots=True)
class TextSamples:
    """By sample the texts of the facts. `whole`: no texts are of another class."""

    texts: tuple[tuple[str, ...], ...]
    exhaustive: bool


def sample_texts(facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...]) -> TextSamples:
    """The same for the same atoms; of one fact for the same tests of any."""
    key: Hashable = (facts, atoms)
    if len(facts) == 1:
        tests = (Test.of(atom) for atom in atoms if not isinstance(atom, TextRelation))
        key = facts[0].type.ignoring_case, *tests
    found = _known.get(key)
    if found is None:
        if len(_known) > MOST_KNOWN:
            _known.clear()
        found = _known[key] = _make_samples(facts, atoms)
    return found


_known: dict[Hashable, TextSamples] = {}


def _make_samples(facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...]) -> TextSamples:
    tests = tuple(Test.of(atom) for atom in atoms if not isinstance(atom, TextRelation))
    if len(facts) == 1 and all(t.op == "=" and not t.folding for t in tests):
        return _constant_samples(tests)
    if sum(test.op == LIKE for test in tests) <= MOST_LISTED:
        try:
            found = classes(facts, atoms, FEW_WORK)
            return TextSamples(tuple(one.texts for one in found.classes), found.whole)
        except TooManyTexts:
            pass
    if len(facts) > 1:
        return TextSamples((("",) * len(facts),), False)
    one = one_text(tests, facts[0].type.ignoring_case)
    by_truth: dict[int, str] = {}
    for text in _candidate_samples(one):
        by_truth.setdefault(one.truth(text), text)
    return TextSamples(tuple((text,) for text in by_truth.values()), False)


def _constant_samples(tests: tuple[Test, ...]) -> TextSamples:
    """Each of them, and what is none."""
    values = {test.value for test in tests}
    other = next(text for i in range(len(values) + 1) if (text := "a" * i) not in values)
    texts = sorted((*values, other), key=lambda text: (len(text), text))
    return TextSamples(tuple((text,) for text in texts), True)


def _candidate_samples(one: OneText) -> Iterator[str]:
    """Of no test, of each alone, and of some pairs."""
    yield from one.likely(())
    places = range(len(one.tests))
    for i in places:
        yield from one.likely((i,), (i,))
    patterns = [i for i in places if one.tests[i].op == LIKE]
    for pair in islice(combinations(patterns, 2), MOST_PAIRS):
        yield from one.together(pair)
