"""The facts of two specs as one: a situation names each fact once, whoever reads it.

Facts are matched by name. One that both have takes the values that both take; one that only one of
them has keeps its own, and the other spec is not told about it. Two of one name whose types have no
value in common (a bool and a date, say) are two facts, and the second is shown as `NAME (new)`.
A text that one of them reads ignoring case is any text, and its tests there are of what it is
folded to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from specdsl.circuit.graph import (
    FALSE,
    TRUE,
    Atom,
    Graph,
    HasMember,
    Input,
    IsMember,
    Known,
    Linear,
    Outcome,
    Size,
    TextCompare,
    TextMatches,
    TextRelation,
)
from specdsl.circuit.terms import Affine, Variable, combine, compare, compare_text
from specdsl.model.nodes import Fact, Kind, Type

NUMERIC = (Kind.INT, Kind.NUMBER)


@dataclass(frozen=True, slots=True)
class Shared:
    """A fact of situations: what the two specs call it by, None where one does not have it."""

    fact: Fact
    old: Fact | None
    new: Fact | None

    @property
    def impossible(self) -> bool:
        """The two take no value in common."""
        found = self.fact.type
        low, high = found.low, found.high
        empty = found.kind is Kind.ENUM and not found.members
        return empty or (low is not None and high is not None and low > high)


@dataclass(frozen=True, eq=False)
class SharedFacts:
    """All of them, by name; `homes` finds the one for a fact of either spec."""

    facts: tuple[Shared, ...]
    homes: Mapping[tuple[str, Kind], Fact]

    def home(self, fact: Fact) -> Fact:
        """What stands for a fact of one of the specs, or of a mixture of them."""
        return self.homes[fact.name, _family(fact.type)]


def share(old: Iterable[Fact], new: Iterable[Fact]) -> SharedFacts:
    """The facts of two specs, matched."""
    before, after = ({fact.name: fact for fact in facts} for facts in (old, new))
    found: list[Shared] = []
    for name in sorted(before.keys() | after.keys()):
        found += _matched(before.get(name), after.get(name))
    homes: dict[tuple[str, Kind], Fact] = {}
    for shared in found:
        for fact in (shared.old, shared.new):
            if fact is not None:
                homes[fact.name, _family(fact.type)] = shared.fact
    return SharedFacts(tuple(found), homes)


def _family(of: Type) -> Kind:
    """Whole numbers are numbers: the two are compared where both take a value."""
    return Kind.NUMBER if of.kind is Kind.INT else of.kind


def _matched(old: Fact | None, new: Fact | None) -> list[Shared]:
    if old is None or new is None:
        only = old if old is not None else new
        assert only is not None
        return [Shared(only, old, new)]
    if _family(old.type) != _family(new.type):
        other = replace(new, name=f"{new.name} (new)")
        return [Shared(old, old, None), Shared(other, None, new)]
    kind = _common(old.type, new.type)
    return [Shared(replace(old, type=kind, optional=old.optional and new.optional), old, new)]


def _common(old: Type, new: Type) -> Type:
    """The values that both types have."""
    kind = Kind.INT if Kind.INT in (old.kind, new.kind) else old.kind
    low = max(_ends(old.low, new.low), default=None)
    high = min(_ends(old.high, new.high), default=None)
    if kind is Kind.INT:
        low = None if low is None else Fraction(ceil(low))
        high = None if high is None else Fraction(floor(high))
    members = tuple(member for member in old.members if member in new.members)
    return Type(kind, members, low, high, old.ignoring_case and new.ignoring_case)


def _ends(*ends: Fraction | None) -> list[Fraction]:
    return [end for end in ends if end is not None]


# --- atoms ---------------------------------------------------------------------------------------


def carried(graph: Graph, atom: Atom, facts: SharedFacts) -> int:
    """The literal in `graph` of an atom on the facts of one spec, as a test of shared facts."""
    match atom:
        case Outcome() | Input():
            return graph.atom(atom)
        case Linear():
            return _linear(graph, atom, facts)
        case TextRelation():
            left, right = facts.home(atom.left), facts.home(atom.right)
            folding = atom.left.type.ignoring_case and not _folded(left, right)
            return compare_text(graph, left, atom.op, right, folding)
        case Known():
            home = facts.home(atom.fact)
            return graph.atom(Known(home)) if home.optional else TRUE
        case IsMember() | HasMember():
            return _member(graph, atom, facts.home(atom.fact))
        case TextCompare() | TextMatches():
            home = facts.home(atom.fact)
            folding = atom.fact.type.ignoring_case and not _folded(home)
            return graph.atom(replace(atom, fact=home, folding=folding))
        case _:
            return graph.atom(replace(atom, fact=facts.home(atom.fact)))


def _folded(*homes: Fact) -> bool:
    """Whether texts come folded: both specs ignore case in them."""
    return all(home.type.ignoring_case for home in homes)


def _member(graph: Graph, atom: IsMember | HasMember, home: Fact) -> int:
    """Members are the same where their names are; those that are not shared are never met."""
    name = atom.fact.type.members[atom.member]
    if name not in home.type.members:
        return FALSE
    return graph.atom(replace(atom, fact=home, member=home.type.members.index(name)))


def _linear(graph: Graph, atom: Linear, facts: SharedFacts) -> int:
    def home(variable: Variable) -> Variable:
        if isinstance(variable, Size):
            return Size(facts.home(variable.fact))
        return facts.home(variable)

    terms = ((c, Affine(((home(v), Fraction(1)),), Fraction(0))) for v, c in atom.terms)
    return compare(graph, combine(terms), atom.op, Affine((), atom.bound))
