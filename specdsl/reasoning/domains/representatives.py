"""Representatives: one value of each equivalence class of a fact under the atoms of a query."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, assert_never

from specdsl.base.limits import MAX_SET_VALUES
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.case_folding import fold_case
from specdsl.frontend.model.nodes import Fact, Kind
from specdsl.reasoning.domains.cuts import (
    Domains,
    atoms_about_facts,
    domains_of_atoms,
    interval_value,
)
from specdsl.reasoning.texts.candidate_texts import text_predicate
from specdsl.reasoning.texts.sample_texts import sample_texts
from specdsl.reasoning.texts.text_search import TextTest
from specdsl.semantics.aig import AndInverterGraph, Atom, Linear, Node, TextCompare, TextMatches
from specdsl.semantics.fact_values import EARLIEST, FactValue, FactValues, facts_in
from specdsl.semantics.lower_terms import CALENDAR, DAY

# Further values of numbers in relations.
FAR = Fraction(1_000)
DATES = (EARLIEST + 36_500 * DAY, EARLIEST - 18_250 * DAY)
FAR_FROM = {
    Kind.DATE: DATES,
    Kind.TIME: DATES,
    Kind.DURATION: (36_500 * DAY, -DAY),
}

Values = tuple[FactValue, ...]


@dataclass(frozen=True, slots=True)
class Representatives:
    """A column of sampled situations: a fact, or related text facts, with representative values.
    `atom_masks`: by node of an atom about these facts alone, the values for which it holds, as
    bits. `exhaustive`: every class is represented, so a property that holds for no listed value
    holds for none.
    """

    facts: tuple[Fact, ...]
    values: tuple[Values, ...]
    atom_masks: dict[Node, int]
    exhaustive: bool


def columns_of_atoms(graph: AndInverterGraph, nodes: Iterable[Node]) -> tuple[Representatives, ...]:
    """Return the representatives of all facts in the atoms of these nodes; a graph remembers
    them.
    """
    kept = atoms_about_facts(graph, nodes)
    known = graph.get_or_make("columns", dict[tuple[Node, ...], tuple[Representatives, ...]])
    if kept not in known:
        atoms = {node: atom for node in kept if (atom := graph.atoms[node]) is not None}
        columns = graph.get_or_make("columns of facts", Columns)
        known[kept] = tuple(choose_representatives(domains_of_atoms(graph, kept), atoms, columns))
    return known[kept]


Columns = dict[tuple[tuple[Fact, ...], tuple[Node, ...]], Representatives]
"""The representatives that are known, by facts and by the nodes of all atoms about them."""


def choose_representatives(
    domains: Domains, atoms: dict[Node, Atom], known: Columns
) -> Iterator[Representatives]:
    """Yield the representatives of all facts under atoms, given by their nodes."""
    about: dict[Fact, list[Node]] = {}
    for node, atom in atoms.items():
        for fact in facts_in(atom):
            about.setdefault(fact, []).append(node)
    tied: set[Fact] = set()
    for facts, texts in domains.texts:
        tied.update(facts)
        key = facts, _nodes_about(facts, about)
        if key not in known:
            found = sample_texts(facts, texts)
            known[key] = _make_representatives(*key, found.texts, atoms, found.exhaustive)
        yield known[key]
    for fact in domains.facts:
        key = (fact,), _nodes_about((fact,), about)
        if fact in tied:
            continue
        if key not in known:
            values, whole = _fact_values(domains, fact)
            known[key] = _make_representatives(*key, [(value,) for value in values], atoms, whole)
        yield known[key]


def _nodes_about(facts: Iterable[Fact], about: Mapping[Fact, Sequence[Node]]) -> tuple[Node, ...]:
    return tuple(dict.fromkeys(node for fact in facts for node in about.get(fact, ())))


def _make_representatives(
    facts: tuple[Fact, ...],
    about: Sequence[Node],
    values: Sequence[Values],
    atoms: dict[Node, Atom],
    whole: bool,
) -> Representatives:
    """Return the representatives with the values that are unknown; of several facts only one at a
    time is unknown. `about`: the nodes of all atoms about the facts.
    """
    unknown = [_with_unknown(facts, values[0], fact) for fact in facts if fact.optional]
    every = (*values, *unknown)
    alone = [node for node in about if set(facts_in(atoms[node])) <= set(facts)]
    known = [FactValues(dict(zip(facts, one, strict=True))) for one in every]
    first = [one[0] for one in values]
    masks: dict[Node, int] = {}
    places = {one: 1 << i for i, one in enumerate(first) if isinstance(one, str)}
    for node in alone:
        atom = atoms[node]
        if isinstance(atom, Linear) and isinstance(atom.terms[0][0], Fact):
            masks[node] = _values_in_bound(atom, first)
        elif len(facts) == 1 and isinstance(atom, TextCompare | TextMatches):
            masks[node] = _matching_texts(atom, first, places)
        else:
            masks[node] = sum(1 << i for i, one in enumerate(known) if one.holds(atom))
    return Representatives(facts, every, masks, whole and (len(facts) == 1 or not unknown))


def _values_in_bound(atom: Linear, values: Sequence[Any]) -> int:
    """Return a mask of the sorted numbers that satisfy `c x op b`."""
    ((_, coefficient),) = atom.terms
    at, every = atom.bound / coefficient, (1 << len(values)) - 1
    below, until = (1 << bisect_left(values, at)) - 1, (1 << bisect_right(values, at)) - 1
    if atom.op == "=":
        return until & ~below
    if coefficient > 0:
        return until if atom.op == "<=" else below
    return every & ~(below if atom.op == "<=" else until)


def _matching_texts(
    atom: TextCompare | TextMatches, values: Sequence[Any], places: Mapping[str, int]
) -> int:
    """Return a mask of the texts that satisfy the test; unknown ones do not. `places` has the bit
    of each text.
    """
    if isinstance(atom, TextCompare) and atom.op == "=" and not atom.folding:
        return places.get(atom.value, 0)
    held = text_predicate(TextTest.of_atom(atom))
    read = (fold_case(text) if text and atom.folding else text for text in values)
    return sum(1 << i for i, text in enumerate(read) if text is not None and held(text))


def _with_unknown(facts: Sequence[Fact], values: Values, fact: Fact) -> Values:
    """Return the values with one of the facts unknown."""
    return tuple(None if f is fact else v for f, v in zip(facts, values, strict=True))


def _fact_values(domains: Domains, fact: Fact) -> tuple[Sequence[FactValue], bool]:
    """Return known values, and whether they represent every class."""
    match fact.type.kind:
        case Kind.BOOL:
            return (False, True), True
        case Kind.ENUM:
            return range(len(fact.type.members)), True
        case Kind.SET:
            members = domains.members.get(fact, ())
            few = members[: MAX_SET_VALUES.bit_length() - 1]
            masks = range(1 << len(few))
            subsets = [frozenset(m for i, m in enumerate(few) if mask >> i & 1) for mask in masks]
            others = [frozenset((m,)) for m in members[len(few) :]]
            return [*subsets, *others, frozenset(members)], not others
        case Kind.TEXT:
            return ("",), True
        case Kind.INT | Kind.NUMBER | Kind.DATE | Kind.TIME | Kind.DURATION:
            return _number_values(domains, fact)
        case _:
            assert_never(fact.type.kind)


def _number_values(domains: Domains, fact: Fact) -> tuple[list[FactValue], bool]:
    """Return values within the calendar; a class that is partly outside may have none."""
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
