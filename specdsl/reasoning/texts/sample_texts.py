"""Representative texts of a group of facts: one of each class if these are soon listed, else
candidates.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from itertools import combinations, islice

from specdsl.base.limits import (
    MAX_PATTERN_PAIRS,
    MAX_SAMPLED_PATTERNS,
    MAX_SAMPLES_KEPT,
    MAX_SAMPLES_READ,
)
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Fact
from specdsl.reasoning.texts.product_automaton import TooManyTexts
from specdsl.reasoning.texts.text_classes import TextAtom, text_classes
from specdsl.reasoning.texts.text_conflicts import SingleText, single_text
from specdsl.reasoning.texts.text_search import LIKE, TextTest
from specdsl.semantics.aig import TextRelation


@dataclass(frozen=True, slots=True)
class TextSamples:
    """The texts of the facts by sample; `exhaustive` if every class has one."""

    texts: tuple[tuple[str, ...], ...]
    exhaustive: bool


def sample_texts(facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...]) -> TextSamples:
    """Return samples for the atoms; they are kept, and for single facts shared by equal tests."""
    key: Hashable = (facts, atoms)
    if len(facts) == 1:
        tests = (TextTest.of_atom(atom) for atom in atoms if not isinstance(atom, TextRelation))
        key = facts[0].type.ignoring_case, *tests
    found = _known.get(key)
    if found is None:
        if len(_known) > MAX_SAMPLES_KEPT:
            _known.clear()
        found = _known[key] = _make_samples(facts, atoms)
    return found


_known: dict[Hashable, TextSamples] = {}


def _make_samples(facts: tuple[Fact, ...], atoms: tuple[TextAtom, ...]) -> TextSamples:
    tests = tuple(TextTest.of_atom(atom) for atom in atoms if not isinstance(atom, TextRelation))
    if len(facts) == 1 and all(t.op == "=" and not t.folding for t in tests):
        return _constant_samples(tests)
    if sum(test.op == LIKE for test in tests) <= MAX_SAMPLED_PATTERNS:
        try:
            found = text_classes(facts, atoms, MAX_SAMPLES_READ)
            return TextSamples(tuple(one.texts for one in found.classes), found.exhaustive)
        except TooManyTexts:
            pass
    if len(facts) > 1:
        return TextSamples((("",) * len(facts),), False)
    one = single_text(tests, facts[0].type.ignoring_case)
    by_truth: dict[int, str] = {}
    for text in _candidate_samples(one):
        by_truth.setdefault(one.true_tests(text), text)
    return TextSamples(tuple((text,) for text in by_truth.values()), False)


def _constant_samples(tests: tuple[TextTest, ...]) -> TextSamples:
    """Return each constant, and a text that is none."""
    values = {test.value for test in tests}
    other = next(text for i in range(len(values) + 1) if (text := "a" * i) not in values)
    texts = sorted((*values, other), key=lambda text: (len(text), text))
    return TextSamples(tuple((text,) for text in texts), True)


def _candidate_samples(one: SingleText) -> Iterator[str]:
    """Yield candidates for no test, for each alone, and for some pairs."""
    yield from one.candidate_texts(())
    places = range(len(one.tests))
    for i in places:
        yield from one.candidate_texts((i,), (i,))
    patterns = [i for i in places if one.tests[i].op == LIKE]
    for pair in islice(combinations(patterns, 2), MAX_PATTERN_PAIRS):
        yield from one.combined_texts(pair)
