"""Shared facts: the facts of two specs, matched by name, so that a situation has each fact once.

A fact of both specs takes the values that both accept; a fact of one spec alone keeps its own, and
the other spec never reads it. Two facts of one name whose types have no common value (a bool and
a date, say) stay two, and the second is shown as `NAME (new)`. A text that only one spec reads
ignoring case is any text, and that spec tests the folded text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor
from typing import assert_never

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Fact, Kind, Type
from specdsl.semantics.aig import (
    FALSE,
    TRUE,
    AndInverterGraph,
    Atom,
    HasMember,
    Input,
    IsEnumMember,
    IsTrue,
    Known,
    Linear,
    Literal,
    Outcome,
    Size,
    TextCompare,
    TextMatches,
    TextRelation,
)
from specdsl.semantics.lower_terms import (
    Affine,
    Variable,
    compare_quantities,
    compare_text_terms,
    weighted_sum,
)

NUMERIC = (Kind.INT, Kind.NUMBER)


@dataclass(frozen=True, slots=True)
class MatchedFact:
    """A shared fact with its counterparts in the two specs, None where a spec lacks it."""

    fact: Fact
    old: Fact | None
    new: Fact | None

    @property
    def has_no_value(self) -> bool:
        """Tell whether the two specs accept no common value."""
        found = self.fact.type
        low, high = found.low, found.high
        empty = found.kind is Kind.ENUM and not found.members
        return empty or (low is not None and high is not None and low > high)


@dataclass(frozen=True, eq=False)
class SharedFacts:
    """The facts of the situations of two specs, by name."""

    facts: tuple[MatchedFact, ...]
    shared_facts: Mapping[tuple[str, Kind], Fact]

    def shared_fact_of(self, fact: Fact) -> Fact:
        """Return the shared fact for a fact of one of the specs, or of a spec between them."""
        return self.shared_facts[fact.name, kind_family(fact.type)]


def match_facts(old: Iterable[Fact], new: Iterable[Fact]) -> SharedFacts:
    """Match the facts of two specs by name and family of values."""
    before, after = ({fact.name: fact for fact in facts} for facts in (old, new))
    found: list[MatchedFact] = []
    for name in sorted(before.keys() | after.keys()):
        found += _match_pair(before.get(name), after.get(name))
    shared: dict[tuple[str, Kind], Fact] = {}
    for matched in found:
        for fact in (matched.old, matched.new):
            if fact is not None:
                shared[fact.name, kind_family(fact.type)] = matched.fact
    return SharedFacts(tuple(found), shared)


def kind_family(of: Type) -> Kind:
    """Return the kind, with integers as numbers: the two can have common values."""
    return Kind.NUMBER if of.kind is Kind.INT else of.kind


def _match_pair(old: Fact | None, new: Fact | None) -> list[MatchedFact]:
    if old is None or new is None:
        only = old if old is not None else new
        assert only is not None
        return [MatchedFact(only, old, new)]
    if kind_family(old.type) != kind_family(new.type):
        other = replace(new, name=f"{new.name} (new)")
        return [MatchedFact(old, old, None), MatchedFact(other, None, new)]
    kind = _common_type(old.type, new.type)
    return [MatchedFact(replace(old, type=kind, optional=old.optional and new.optional), old, new)]


def _common_type(old: Type, new: Type) -> Type:
    """Return the type of the values that both types have."""
    kind = Kind.INT if Kind.INT in (old.kind, new.kind) else old.kind
    low = max(_finite_ends(old.low, new.low), default=None)
    high = min(_finite_ends(old.high, new.high), default=None)
    if kind is Kind.INT:
        low = None if low is None else Fraction(ceil(low))
        high = None if high is None else Fraction(floor(high))
    members = tuple(member for member in old.members if member in new.members)
    return Type(kind, members, low, high, old.ignoring_case and new.ignoring_case)


def _finite_ends(*ends: Fraction | None) -> list[Fraction]:
    return [end for end in ends if end is not None]


# --- atoms ---------------------------------------------------------------------------------------


def translate_atom(graph: AndInverterGraph, atom: Atom, facts: SharedFacts) -> Literal:
    """Return the literal in `graph` of one spec's atom, as a test of shared facts."""
    match atom:
        case Outcome() | Input():
            return graph.atom(atom)
        case Linear():
            return _translate_linear(graph, atom, facts)
        case TextRelation():
            left, right = facts.shared_fact_of(atom.left), facts.shared_fact_of(atom.right)
            folding = atom.left.type.ignoring_case and not _all_folded(left, right)
            return compare_text_terms(graph, left, atom.op, right, folding)
        case Known():
            shared = facts.shared_fact_of(atom.fact)
            return graph.atom(Known(shared)) if shared.optional else TRUE
        case IsEnumMember() | HasMember():
            return _translate_member(graph, atom, facts.shared_fact_of(atom.fact))
        case TextCompare() | TextMatches():
            shared = facts.shared_fact_of(atom.fact)
            folding = atom.fact.type.ignoring_case and not _all_folded(shared)
            return graph.atom(replace(atom, fact=shared, folding=folding))
        case IsTrue():
            return graph.atom(IsTrue(facts.shared_fact_of(atom.fact)))
        case _:
            assert_never(atom)


def _all_folded(*homes: Fact) -> bool:
    """Tell whether the texts are folded already, since both specs ignore case in them."""
    return all(home.type.ignoring_case for home in homes)


def _translate_member(
    graph: AndInverterGraph, atom: IsEnumMember | HasMember, home: Fact
) -> Literal:
    """Translate a member by its name; a member of one spec alone never occurs."""
    name = atom.fact.type.members[atom.member]
    if name not in home.type.members:
        return FALSE
    return graph.atom(replace(atom, fact=home, member=home.type.members.index(name)))


def _translate_linear(graph: AndInverterGraph, atom: Linear, facts: SharedFacts) -> Literal:
    def home(variable: Variable) -> Variable:
        if isinstance(variable, Size):
            return Size(facts.shared_fact_of(variable.fact))
        return facts.shared_fact_of(variable)

    terms = ((c, Affine(((home(v), Fraction(1)),), Fraction(0))) for v, c in atom.terms)
    return compare_quantities(graph, weighted_sum(terms), atom.op, Affine((), atom.bound))
