"""Linear relations between facts in the words of the language, where dates, times, durations and
numbers have to fit together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from specdsl.frontend.model.nodes import Fact, Kind
from specdsl.semantics.aig import Linear, Size
from specdsl.semantics.lower_terms import DAY, Variable
from specdsl.situations.situation import decimal_text, duration_text, literal

OPPOSITE = {"<=": ">", "<": ">=", "=": "!="}
TURNED = {"<=": ">=", "<": ">", ">=": "<=", ">": "<"}
MOMENTS = (Kind.DATE, Kind.TIME)
TIMED = (*MOMENTS, Kind.DURATION)
Weighted = tuple[Variable, Fraction]


def signed(op: str, sign: bool) -> str:
    """The comparison, or its opposite."""
    return op if sign else OPPOSITE[op]


def name_of(variable: Variable) -> str:
    return f"size of {variable.fact.name}" if isinstance(variable, Size) else variable.name


def bound_of(variable: Variable, bound: Fraction) -> str:
    """The number that a quantity is compared with."""
    return decimal_text(bound) if isinstance(variable, Size) else literal(variable, bound)


@dataclass(frozen=True, slots=True)
class Relation:
    """Σ coefficient × variable, compared with a bound."""

    terms: tuple[Weighted, ...]
    op: str
    bound: Fraction

    @property
    def moments(self) -> tuple[tuple[Fact, Fraction], ...]:
        """Dates and times with their coefficients."""
        return tuple(
            (v, c) for v, c in self.terms if isinstance(v, Fact) and v.type.kind in MOMENTS
        )

    @property
    def others(self) -> tuple[Weighted, ...]:
        return tuple((v, c) for v, c in self.terms if (v, c) not in self.moments)

    def times(self, factor: Fraction) -> Relation:
        """The same, with everything multiplied."""
        op = TURNED.get(self.op, self.op) if factor < 0 else self.op
        terms = tuple((variable, c * factor) for variable, c in self.terms)
        return Relation(terms, op, self.bound * factor)


def relation(atom: Linear, op: str) -> str:
    """The relation with this comparison."""
    found = Relation(atom.terms, op, atom.bound)
    if len(atom.terms) == 1:
        variable = atom.terms[0][0]
        return f"{name_of(variable)} {op} {bound_of(variable, atom.bound)}"
    balance = sum((c for _, c in found.moments), Fraction(0))
    if balance:
        return _moment(found.times(1 / balance))
    if found.moments:
        return _apart(found.times(1 / abs(found.moments[0][1])))
    return _balanced(found, [], [])


def _moment(found: Relation) -> str:
    """A date or time against one that is written out: others count by how far they are from it."""
    (first, _), *rest = found.moments
    whole = found.bound if first.type.kind is Kind.TIME else found.bound // DAY * DAY
    right = [literal(first, whole)]
    right += [duration_text(found.bound - whole)] if found.bound != whole else []
    left = [first.name, *_distances(first, rest)]
    return _balanced(replace(found, bound=Fraction(0)), left, right)


def _apart(found: Relation) -> str:
    """How far dates or times are apart; of two, one against the other."""
    (first, c), *rest = found.moments
    if len(rest) > 1:
        return _balanced(found, _distances(first, rest), [])
    left, right = (first, rest[0][0]) if c > 0 else (rest[0][0], first)
    return _balanced(found, [left.name], [right.name])


def _distances(first: Fact, rest: Sequence[tuple[Fact, Fraction]]) -> list[str]:
    return [
        _product(
            f"({one.name} - {first.name})" if c > 0 else f"({first.name} - {one.name})", abs(c)
        )
        for one, c in rest
    ]


def _balanced(found: Relation, left: Sequence[str], right: Sequence[str]) -> str:
    """With all that is not a date or time on the side where it counts positively."""
    lefts = [*left, *(_product(name_of(v), c) for v, c in found.others if c > 0)]
    rights = [*right, *(_product(name_of(v), -c) for v, c in found.others if c < 0)]
    if found.bound:
        (rights if found.bound > 0 else lefts).append(_amount(found, abs(found.bound)))
    nothing = _amount(found, Fraction(0))
    return f"{' + '.join(lefts) or nothing} {found.op} {' + '.join(rights) or nothing}"


def _product(term: str, coefficient: Fraction) -> str:
    if coefficient.denominator > 1 and coefficient.numerator == 1:
        return f"{term} / {coefficient.denominator}"
    return term if coefficient == 1 else f"{_number(coefficient)} * {term}"


def _number(value: Fraction) -> str:
    """As a number that may stand before `*`."""
    text = decimal_text(value)
    return f"({text})" if "/" in text else text


def _amount(found: Relation, amount: Fraction) -> str:
    timed = any(isinstance(v, Fact) and v.type.kind in TIMED for v, _ in found.terms)
    return duration_text(amount) if timed else _number(amount)
