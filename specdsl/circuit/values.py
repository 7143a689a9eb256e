"""Values of facts: from the truth of atoms to the simplest value, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from specdsl.circuit.graph import (
    Atom,
    HasMember,
    IsMember,
    IsTrue,
    Known,
    Linear,
    Size,
    TextCompare,
    TextMatches,
    TextRelation,
)
from specdsl.circuit.patterns import matches
from specdsl.model.folding import folded
from specdsl.model.nodes import Fact, Kind

# None: unknown. A bool; a Fraction (seconds of dates, times, durations); a text; the index of an
# enumeration's member; a frozenset of indices.
FactValue = None | bool | Fraction | str | int | frozenset[int]


@dataclass(frozen=True, slots=True)
class Facts:
    """Values of some facts. Those not named may be anything."""

    values: Mapping[Fact, FactValue]

    def holds(self, atom: Atom) -> bool:
        """The truth of an atom on facts that are named; of one on an unknown fact False."""
        match atom:
            case Known():
                return self.values[atom.fact] is not None
            case IsTrue():
                return self.values[atom.fact] is True
            case IsMember():
                return self.values[atom.fact] == atom.member
            case HasMember():
                value = self.values[atom.fact]
                return isinstance(value, frozenset) and atom.member in value
            case Linear():
                return self._linear(atom)
            case TextCompare():
                text = self._text(atom.fact, atom.folding)
                return text is not None and ordered(text, atom.op, atom.value)
            case TextMatches():
                text = self._text(atom.fact, atom.folding)
                return text is not None and matches(atom.pattern, text)
            case TextRelation():
                left, right = (self._text(f, atom.folding) for f in (atom.left, atom.right))
                return left is not None and right is not None and ordered(left, atom.op, right)
            case _:
                raise AssertionError(f"{atom} is not about facts")

    def _text(self, fact: Fact, folding: bool) -> str | None:
        """As it is compared."""
        text = self.values[fact]
        if not isinstance(text, str):
            return None
        return folded(text) if folding else text

    def _linear(self, atom: Linear) -> bool:
        total = Fraction(0)
        for variable, coefficient in atom.terms:
            value = self.values[variable.fact if isinstance(variable, Size) else variable]
            if value is None:
                return False
            total += coefficient * number(value)
        return {"=": total == atom.bound, "<": total < atom.bound, "<=": total <= atom.bound}[
            atom.op
        ]


def number(value: FactValue) -> Fraction:
    """A quantity, or how many members a set has."""
    if isinstance(value, frozenset):
        return Fraction(len(value))
    assert isinstance(value, Fraction)
    return value


def ordered(left: str, op: str, right: str) -> bool:
    """`left op right` by code point; op one of = < <=."""
    return {"=": left == right, "<": left < right, "<=": left <= right}[op]


def facts_in(atom: Atom) -> tuple[Fact, ...]:
    """The facts that an atom is about."""
    match atom:
        case Known() | IsTrue() | IsMember() | HasMember() | TextCompare() | TextMatches():
            return (atom.fact,)
        case TextRelation():
            return (atom.left, atom.right)
        case Linear():
            return tuple(v.fact if isinstance(v, Size) else v for v, _ in atom.terms)
        case _:
            return ()


def simplicity(value: Fraction) -> tuple[bool, Fraction, int, bool]:
    """Sorts numbers: whole ones first, then small before large, short before long fractions,
    positive before negative. Zero comes first."""
    return (value.denominator != 1, abs(value), value.denominator, value < 0)


def filler(fact: Fact) -> FactValue:
    """The simplest value of a fact that does not matter."""
    kind = fact.type.kind
    match kind:
        case Kind.BOOL:
            return False
        case Kind.ENUM:
            return 0
        case Kind.SET:
            return frozenset()
        case Kind.TEXT:
            return ""
        case Kind.DATE | Kind.TIME:
            return nearest(fact, EARLIEST)
        case _:
            return nearest(fact, Fraction(0))


EARLIEST = Fraction(1_735_689_600)  # 2025-01-01, where a spec suggests no other day


def nearest(fact: Fact, value: Fraction) -> Fraction:
    """The value, or the end of the fact's range nearest to it."""
    low, high = fact.type.low, fact.type.high
    if low is not None and value < low:
        return low
    return high if high is not None and value > high else value
