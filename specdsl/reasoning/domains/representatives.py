"""Facts with one value of every class that a question tells apart."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from specdsl.frontend.model.case_folding import fold_case
from specdsl.frontend.model.nodes import Fact, Kind
from specdsl.reasoning.domains.cuts import Domains, interval_value
from specdsl.reasoning.texts.candidate_texts import holds
from specdsl.reasoning.texts.sample_texts import samples
from specdsl.reasoning.texts.text_search import Test
from specdsl.semantics.aig import Atom, Linear, TextCompare, TextMatches
from specdsl.semantics.fact_values import EARLIEST, FactValue, FactValues, facts_in
from specdsl.semantics.lower_terms import CALENDAR, DAY

MOST_SUBSETS = 16  # of a set that are tried
# Other values of a number that only relations speak of.
FAR = Fraction(1_000)
DATES = (EARLIEST + 36_500 * DAY, EARLIEST - 18_250 * DAY)
FAR_FROM = {
    Kind.DATE: DATES,
    Kind.TIME: DATES,
    Kind.DURATION: (36_500 * DAY, -DAY),
}

Values = tuple[FactValue, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """Facts that are told apart together (one, but for texts that relations tie), with the values
    to try. `atoms`: of what is about these facts alone, by node, which values have it (as bits).
    `whole`: there is a value of every class, so what none of them has nothing has."""

    facts: tuple[Fact, ...]
    values: tuple[Values, ...]
    atoms: dict[int, int]
    whole: bool


def columns_of(domains: Domains, atoms: dict[int, Atom]) -> Iterable[Column]:
    """`atoms` by node: those that the facts are told apart by."""
    about: dict[Fact, list[int]] = {}
    for node, atom in atoms.items():
        for fact in facts_in(atom):
            about.setdefault(fact, []).append(node)
    tied: set[Fact] = set()
    for facts, texts in domains.texts:
        tied.update(facts)
        found = samples(facts, texts)
        yield _column(facts, found.texts, about, atoms, found.whole)
    for fact in domains.facts:
        if fact not in tied:
            values, whole = _values(domains, fact)
            yield _column((fact,), tuple((value,) for value in values), about, atoms, whole)


def _column(
    facts: tuple[Fact, ...],
    values: Sequence[Values],
    about: dict[Fact, list[int]],
    atoms: dict[int, Atom],
    whole: bool,
) -> Column:
    """With unknown ones, and with what is about these facts alone. Of several facts not all are
    tried that may be unknown together."""
    unknown = [_unknown(facts, values[0], fact) for fact in facts if fact.optional]
    every = (*values, *unknown)
    own = dict.fromkeys(node for fact in facts for node in about.get(fact, ()))
    alone = [node for node in own if set(facts_in(atoms[node])) <= set(facts)]
    known = [FactValues(dict(zip(facts, one, strict=True))) for one in every]
    first = [one[0] for one in values]
    masks: dict[int, int] = {}
    places = {one: 1 << i for i, one in enumerate(first) if isinstance(one, str)}
    for node in alone:
        atom = atoms[node]
        if isinstance(atom, Linear) and isinstance(atom.terms[0][0], Fact):
            masks[node] = _cut(atom, first)
        elif len(facts) == 1 and isinstance(atom, TextCompare | TextMatches):
            masks[node] = _tested(atom, first, places)
        else:
            masks[node] = sum(1 << i for i, one in enumerate(known) if one.holds(atom))
    return Column(facts, every, masks, whole and (len(facts) == 1 or not unknown))


def _cut(atom: Linear, values: Sequence[Any]) -> int:
    """Of sorted numbers those for which `c x op b`."""
    ((_, coefficient),) = atom.terms
    at, every = atom.bound / coefficient, (1 << len(values)) - 1
    below, until = (1 << bisect_left(values, at)) - 1, (1 << bisect_right(values, at)) - 1
    if atom.op == "=":
        return until & ~below
    if coefficient > 0:
        return until if atom.op == "<=" else below
    return every & ~(below if atom.op == "<=" else until)


def _tested(
    atom: TextCompare | TextMatches, values: Sequence[Any], places: Mapping[str, int]
) -> int:
    """Of texts, each of which is there once, and unknown ones, those of which the test holds.
    `places` of the texts, as bits."""
    if isinstance(atom, TextCompare) and atom.op == "=" and not atom.folding:
        return places.get(atom.value, 0)
    held = holds(Test.of(atom))
    read = (fold_case(text) if text and atom.folding else text for text in values)
    return sum(1 << i for i, text in enumerate(read) if text is not None and held(text))


def _unknown(facts: Sequence[Fact], values: Values, fact: Fact) -> Values:
    """The values, with one of the facts unknown."""
    return tuple(None if f is fact else v for f, v in zip(facts, values, strict=True))


def _values(domains: Domains, fact: Fact) -> tuple[Sequence[FactValue], bool]:
    """Known ones; and whether they are of every class."""
    match fact.type.kind:
        case Kind.BOOL:
            return (False, True), True
        case Kind.ENUM:
            return range(len(fact.type.members)), True
        case Kind.SET:
            members = domains.members.get(fact, ())
            few = members[: MOST_SUBSETS.bit_length() - 1]
            masks = range(1 << len(few))
            subsets = [frozenset(m for i, m in enumerate(few) if mask >> i & 1) for mask in masks]
            others = [frozenset((m,)) for m in members[len(few) :]]
            return [*subsets, *others, frozenset(members)], not others
        case Kind.TEXT:
            return ("",), True
        case _:
            return _numbers(domains, fact)


def _numbers(domains: Domains, fact: Fact) -> tuple[list[FactValue], bool]:
    """Where a class begins before the calendar, or ends after it, its value may be left out."""
    low, high = fact.type.low, fact.type.high
    first, end = CALENDAR.get(fact.type.kind, (None, None))
    ends = (None, *domains.cuts.get(fact, ()), None)
    found = {interval_value(fact, *pair) for pair in pairwise(ends)}
    if fact in domains.related:
        far = FAR_FROM.get(fact.type.kind, (FAR, -FAR))
        found |= {value for value in (low, high, *far) if value is not None}
    fitting = [v for v in found if (low is None or v >= low) and (high is None or v <= high)]
    if first is None or end is None:
        return [*sorted(fitting)], True
    dated = [value for value in fitting if first <= value < end]
    return [*sorted(dated)], len(dated) == len(fitting)
