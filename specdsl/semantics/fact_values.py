"""Values of facts: the truth of atoms, and simplest values."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, assert_never

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.case_folding import fold_case
from specdsl.frontend.model.nodes import Fact, Kind
from specdsl.semantics.aig import (
    Atom,
    HasMember,
    Input,
    IsEnumMember,
    IsTrue,
    Known,
    Linear,
    Outcome,
    Size,
    TextCompare,
    TextMatches,
    TextRelation,
)
from specdsl.semantics.text_patterns import matches_pattern

# None is unknown. A Fraction is a quantity (seconds for dates, times and durations); an int is the
# index of an enumeration's member, and a frozenset has the indices of a set's members.
FactValue = None | bool | Fraction | str | int | frozenset[int]


@dataclass(frozen=True, slots=True)
class FactValues:
    """Values of some facts. The others may have any value."""

    values: Mapping[Fact, FactValue]

    def holds(self, atom: Atom) -> bool:
        """Return the truth of an atom on these facts; an atom about an unknown fact is false."""
        match atom:
            case Known():
                return self.values[atom.fact] is not None
            case IsTrue():
                return self.values[atom.fact] is True
            case IsEnumMember():
                return self.values[atom.fact] == atom.member
            case HasMember():
                value = self.values[atom.fact]
                return isinstance(value, frozenset) and atom.member in value
            case Linear():
                return self._linear_holds(atom)
            case TextCompare():
                text = self._compared_text(atom.fact, atom.folding)
                return text is not None and compare_texts(text, atom.op, atom.value)
            case TextMatches():
                text = self._compared_text(atom.fact, atom.folding)
                return text is not None and matches_pattern(atom.pattern, text)
            case TextRelation():
                left, right = (
                    self._compared_text(f, atom.folding) for f in (atom.left, atom.right)
                )
                return (
                    left is not None and right is not None and compare_texts(left, atom.op, right)
                )
            case Outcome() | Input():
                raise AssertionError(f"{atom} is not about facts")
            case _:
                assert_never(atom)

    def _compared_text(self, fact: Fact, folding: bool) -> str | None:
        """Return the text as it is compared."""
        text = self.values[fact]
        if not isinstance(text, str):
            return None
        return fold_case(text) if folding else text

    def _linear_holds(self, atom: Linear) -> bool:
        total = Fraction(0)
        for variable, coefficient in atom.terms:
            value = self.values[variable.fact if isinstance(variable, Size) else variable]
            if value is None:
                return False
            total += coefficient * as_number(value)
        return {"=": total == atom.bound, "<": total < atom.bound, "<=": total <= atom.bound}[
            atom.op
        ]


def to_fact_value(fact: Fact, value: Any) -> FactValue:
    """Return a value as circuits represent it."""
    match fact.type.kind:
        case _ if value is None:
            return None
        case Kind.ENUM:
            return fact.type.members.index(value)
        case Kind.SET:
            return frozenset(fact.type.members.index(member) for member in value)
        case Kind.BOOL | Kind.TEXT:
            return value  # type: ignore[no-any-return]
        case Kind.INT | Kind.NUMBER | Kind.DATE | Kind.TIME | Kind.DURATION:
            return Fraction(value)
        case _:
            assert_never(fact.type.kind)


def as_number(value: FactValue) -> Fraction:
    """Return a quantity, or the number of members of a set."""
    if isinstance(value, frozenset):
        return Fraction(len(value))
    assert isinstance(value, Fraction)
    return value


def compare_texts(left: str, op: str, right: str) -> bool:
    """Return the truth of `left op right` by code point, with op one of = < <=."""
    return {"=": left == right, "<": left < right, "<=": left <= right}[op]


def facts_in(atom: Atom) -> tuple[Fact, ...]:
    """Return the facts that an atom is about."""
    match atom:
        case Known() | IsTrue() | IsEnumMember() | HasMember() | TextCompare() | TextMatches():
            return (atom.fact,)
        case TextRelation():
            return (atom.left, atom.right)
        case Linear():
            return tuple(v.fact if isinstance(v, Size) else v for v, _ in atom.terms)
        case Outcome() | Input():
            return ()
        case _:
            assert_never(atom)


def simplicity_key(value: Fraction) -> tuple[bool, Fraction, int, bool]:
    """Return a sort key: integers first, then by magnitude, by denominator, positive before
    negative. Zero comes first.
    """
    return (value.denominator != 1, abs(value), value.denominator, value < 0)


def default_value(fact: Fact) -> FactValue:
    """Return the simplest value of a fact that does not matter."""
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
            return clamp_to_range(fact, EARLIEST)
        case Kind.INT | Kind.NUMBER | Kind.DURATION:
            return clamp_to_range(fact, Fraction(0))
        case _:
            assert_never(kind)


EARLIEST = Fraction(1_735_689_600)  # 2025-01-01 is used where a spec suggests no other day.


def clamp_to_range(fact: Fact, value: Fraction) -> Fraction:
    """Clamp the value to the fact's range."""
    low, high = fact.type.low, fact.type.high
    if low is not None and value < low:
        return low
    return high if high is not None and value > high else value
