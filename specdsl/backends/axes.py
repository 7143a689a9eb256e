"""Axes: finite domains on which the conditions of a decision are split.

An axis is a bool or enumeration fact, a member of a set fact, a quantity cut at the constants that
conditions compare it with, a text with the constants that it may equal, or a decision that is read.
The classes of its values are bits of a mask, and a condition on one axis is a mask.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from specdsl.base.limits import MAX_AXIS_CONE
from specdsl.frontend.model.nodes import QUANTITIES, DecisionModel, Fact, Kind
from specdsl.semantics import aig as g

Subject = Fact | DecisionModel | tuple[Fact, int]


@dataclass(frozen=True, eq=False)
class Axis:
    """A finite domain: `classes` says what its bits are (members and outcomes by index, bools, and
    texts by value; for quantities `cuts`: bit 2i is below cut i, bit 2i + 1 is equal to it). The
    last class of an optional fact is None, unknown.
    """

    subject: Subject
    kind: str  # One of bool, enum, member, outcome, quantity, text.
    classes: tuple[object, ...]
    full: int  # The classes that have a value.
    cuts: tuple[Fraction, ...] = ()

    @property
    def unknown(self) -> int:
        """Return the mask of the class of unknown values; 0 if there is none."""
        return 1 << len(self.classes) - 1 if self.classes[-1] is None else 0


OTHER_TEXT = object()  # The class of texts that equal none of the constants.
Key = tuple[object, ...]


class Axes:
    """The axes of some literals of a graph, and the masks of literals on them."""

    def __init__(self, graph: g.AndInverterGraph, literals: Iterable[g.Literal]) -> None:
        self.graph = graph
        self._atoms: dict[Key, list[g.Atom]] = {}
        for atom in graph.support(literals):
            key = _axis_key(atom)
            if key is not None:
                self._atoms.setdefault(key, []).append(atom)
        self._made: dict[Key, Axis] = {}
        self._masks: dict[tuple[int, g.Node], int] = {}

    def restriction(self, literal: g.Literal) -> tuple[Axis, int] | None:
        """Return the axis that the literal is about and the classes in which it holds; None if it
        is not about exactly one axis.
        """
        keys: set[Key] = set()
        known: set[Fact] = set()
        nodes = self.graph.cone([literal])
        if len(nodes) > MAX_AXIS_CONE:
            return None
        for node in nodes:
            atom = self.graph.atoms[node]
            if atom is None:
                continue
            if isinstance(atom, g.Known):
                known.add(atom.fact)
                continue
            key = _axis_key(atom)
            if key is None:
                return None
            keys.add(key)
        if not keys:
            keys = {("fact", fact) for fact in known if ("fact", fact) in self._atoms}
        if len(keys) != 1:
            return None
        axis = self._axis(*keys)
        if any(fact is not axis.subject and fact is not _set_of(axis) for fact in known):
            return None
        return axis, self._mask(axis, literal)

    def _axis(self, key: Key) -> Axis:
        if key not in self._made:
            self._made[key] = _make_axis(key, self._atoms[key])
        return self._made[key]

    def _mask(self, axis: Axis, literal: g.Literal) -> int:
        for node in self.graph.cone([literal]):
            if (id(axis), node) not in self._masks:
                self._masks[id(axis), node] = self._mask_of_node(axis, node)
        found = self._masks[id(axis), literal >> 1]
        return axis.full & ~found if literal & 1 else found

    def _mask_of_node(self, axis: Axis, node: g.Node) -> int:
        atom = self.graph.atoms[node]
        if atom is not None:
            return _mask_of_atom(axis, atom) & axis.full
        found = axis.full
        for literal in self.graph.inputs[node]:
            below = self._masks[id(axis), literal >> 1]
            found &= ~below if literal & 1 else below
        return found


def _set_of(axis: Axis) -> Fact | None:
    return axis.subject[0] if isinstance(axis.subject, tuple) else None


def _axis_key(atom: g.Atom) -> Key | None:
    match atom:
        case g.IsTrue() | g.IsEnumMember():
            return "fact", atom.fact
        case g.HasMember():
            return "member", atom.fact, atom.member
        case g.Outcome():
            return "outcome", atom.decision
        case g.TextCompare(op="=", folding=False):
            return "fact", atom.fact
        case g.Linear(terms=((Fact() as fact, _),)):
            return "fact", fact
        case _:
            return None


def _make_axis(key: Key, atoms: list[g.Atom]) -> Axis:
    match key:
        case ("member", Fact() as fact, int() as member):
            classes = _with_unknown(fact, (False, True))
            return Axis((fact, member), "member", classes, _all_classes(classes))
        case ("outcome", DecisionModel() as decision):
            outcomes = tuple(range(len(decision.outcomes)))
            return Axis(decision, "outcome", outcomes, _all_classes(outcomes))
        case (_, Fact() as subject):
            return _fact_axis(subject, atoms)
        case _:
            raise AssertionError(f"{key} is no axis")


def _fact_axis(fact: Fact, atoms: list[g.Atom]) -> Axis:
    if fact.type.kind in QUANTITIES:
        return _quantity_axis(fact, atoms)
    if fact.type.kind is Kind.TEXT:
        texts = sorted({atom.value for atom in atoms if isinstance(atom, g.TextCompare)})
        classes = _with_unknown(fact, (*texts, OTHER_TEXT))
        return Axis(fact, "text", classes, _all_classes(classes))
    if fact.type.kind is Kind.BOOL:
        classes = _with_unknown(fact, (False, True))
        return Axis(fact, "bool", classes, _all_classes(classes))
    classes = _with_unknown(fact, tuple(range(len(fact.type.members))))
    return Axis(fact, "enum", classes, _all_classes(classes))


def _with_unknown(fact: Fact, classes: tuple[object, ...]) -> tuple[object, ...]:
    return (*classes, None) if fact.optional else classes


def _all_classes(classes: tuple[object, ...]) -> int:
    return (1 << len(classes)) - 1


def _quantity_axis(fact: Fact, atoms: list[g.Atom]) -> Axis:
    cuts = sorted({_cut(atom)[1] for atom in atoms if isinstance(atom, g.Linear)})
    classes = _with_unknown(fact, tuple(range(2 * len(cuts) + 1)))
    full = 0
    ends = (None, *cuts, None)
    for i in range(2 * len(cuts) + 1):
        if i & 1:
            fits = _in_range(fact, cuts[i // 2], cuts[i // 2])
        else:
            fits = _has_value_between(fact, ends[i // 2], ends[i // 2 + 1])
        full |= fits << i
    if fact.optional:
        full |= 1 << 2 * len(cuts) + 1
    return Axis(fact, "quantity", classes, full, tuple(cuts))


def _in_range(fact: Fact, low: Fraction, high: Fraction) -> bool:
    above = fact.type.low is None or high >= fact.type.low
    below = fact.type.high is None or low <= fact.type.high
    whole = fact.type.kind is not Kind.INT or low.denominator == 1
    return above and below and whole


def _has_value_between(fact: Fact, low: Fraction | None, high: Fraction | None) -> bool:
    """Return whether the fact may have a value strictly between two cuts."""
    if low is not None and fact.type.high is not None and low >= fact.type.high:
        return False
    if high is not None and fact.type.low is not None and high <= fact.type.low:
        return False
    if fact.type.kind is Kind.INT and low is not None and high is not None:
        return floor(low) + 1 <= ceil(high) - 1
    return True


def _cut(atom: g.Linear) -> tuple[str, Fraction]:
    """Return a comparison of a single quantity as an operator and a constant."""
    ((_, coefficient),) = atom.terms
    bound = atom.bound / coefficient
    flipped = {"<": ">", "<=": ">=", "=": "="}
    return (flipped[atom.op] if coefficient < 0 else atom.op), bound


def _mask_of_atom(axis: Axis, atom: g.Atom) -> int:
    """Return the classes in which the atom holds; none of them is the unknown."""
    match atom:
        case g.Known():
            return axis.full & ~axis.unknown
        case g.IsTrue() | g.HasMember():
            return 2
        case g.IsEnumMember():
            return 1 << atom.member
        case g.Outcome():
            return 1 << atom.outcome
        case g.TextCompare():
            return 1 << axis.classes.index(atom.value)
        case g.Linear():
            return _mask_of_comparison(axis, atom)
        case _:
            raise AssertionError(f"{atom} is on no axis")


def _mask_of_comparison(axis: Axis, atom: g.Linear) -> int:
    op, bound = _cut(atom)
    at = 2 * bisect_left(axis.cuts, bound) + 1
    below, equal = (1 << at) - 1, 1 << at
    above = (1 << 2 * len(axis.cuts) + 1) - 1 & ~below & ~equal
    return {"<": below, "<=": below | equal, "=": equal, ">": above, ">=": above | equal}[op]
