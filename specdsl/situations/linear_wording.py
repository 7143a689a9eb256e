"""Linear relations as conditions of the language, in which the units of terms must agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Fact, Kind
from specdsl.semantics.aig import Linear, Size
from specdsl.semantics.lower_terms import DAY, Variable
from specdsl.situations.situation import decimal_text, duration_text, literal_text

OPPOSITE = {"<=": ">", "<": ">=", "=": "!="}
MIRRORED = {"<=": ">=", "<": ">", ">=": "<=", ">": "<"}
MOMENTS = (Kind.DATE, Kind.TIME)
TIMED = (*MOMENTS, Kind.DURATION)
Weighted = tuple[Variable, Fraction]


def signed_operator(op: str, sign: bool) -> str:
    """Return the operator, or its negation."""
    return op if sign else OPPOSITE[op]


def variable_name(variable: Variable) -> str:
    return f"size of {variable.fact.name}" if isinstance(variable, Size) else variable.name


def bound_text(variable: Variable, bound: Fraction) -> str:
    """Return the number that a quantity is compared with."""
    return decimal_text(bound) if isinstance(variable, Size) else literal_text(variable, bound)


@dataclass(frozen=True, slots=True)
class LinearComparison:
    """A comparison of Σ coefficient × variable with a bound."""

    terms: tuple[Weighted, ...]
    op: str
    bound: Fraction

    @property
    def moment_terms(self) -> tuple[tuple[Fact, Fraction], ...]:
        """Return the dates and times with their coefficients."""
        return tuple(
            (v, c) for v, c in self.terms if isinstance(v, Fact) and v.type.kind in MOMENTS
        )

    @property
    def other_terms(self) -> tuple[Weighted, ...]:
        return tuple((v, c) for v, c in self.terms if (v, c) not in self.moment_terms)

    def scale_by(self, factor: Fraction) -> LinearComparison:
        """Return the comparison with both sides multiplied by a factor."""
        op = MIRRORED.get(self.op, self.op) if factor < 0 else self.op
        terms = tuple((variable, c * factor) for variable, c in self.terms)
        return LinearComparison(terms, op, self.bound * factor)


def relation_text(atom: Linear, op: str) -> str:
    """Return the text of a relation with another operator."""
    found = LinearComparison(atom.terms, op, atom.bound)
    if len(atom.terms) == 1:
        variable = atom.terms[0][0]
        return f"{variable_name(variable)} {op} {bound_text(variable, atom.bound)}"
    balance = sum((c for _, c in found.moment_terms), Fraction(0))
    if balance:
        return _moment_comparison(found.scale_by(1 / balance))
    if found.moment_terms:
        return _distance_comparison(found.scale_by(1 / abs(found.moment_terms[0][1])))
    return _balanced_text(found, [], [])


def _moment_comparison(found: LinearComparison) -> str:
    """Compare a date or time with a literal one; the others count by their distances from it."""
    (first, _), *rest = found.moment_terms
    whole = found.bound if first.type.kind is Kind.TIME else found.bound // DAY * DAY
    right = [literal_text(first, whole)]
    right += [duration_text(found.bound - whole)] if found.bound != whole else []
    left = [first.name, *_distance_texts(first, rest)]
    return _balanced_text(replace(found, bound=Fraction(0)), left, right)


def _distance_comparison(found: LinearComparison) -> str:
    """Compare distances between dates or times; of two, one with the other."""
    (first, c), *rest = found.moment_terms
    if len(rest) > 1:
        return _balanced_text(found, _distance_texts(first, rest), [])
    left, right = (first, rest[0][0]) if c > 0 else (rest[0][0], first)
    return _balanced_text(found, [left.name], [right.name])


def _distance_texts(first: Fact, rest: Sequence[tuple[Fact, Fraction]]) -> list[str]:
    return [
        _product_text(
            f"({one.name} - {first.name})" if c > 0 else f"({first.name} - {one.name})", abs(c)
        )
        for one, c in rest
    ]


def _balanced_text(found: LinearComparison, left: Sequence[str], right: Sequence[str]) -> str:
    """Add the other terms, each on the side where its coefficient is positive."""
    lefts = [*left, *(_product_text(variable_name(v), c) for v, c in found.other_terms if c > 0)]
    rights = [*right, *(_product_text(variable_name(v), -c) for v, c in found.other_terms if c < 0)]
    if found.bound:
        (rights if found.bound > 0 else lefts).append(_amount_text(found, abs(found.bound)))
    nothing = _amount_text(found, Fraction(0))
    return f"{' + '.join(lefts) or nothing} {found.op} {' + '.join(rights) or nothing}"


def _product_text(term: str, coefficient: Fraction) -> str:
    if coefficient.denominator > 1 and coefficient.numerator == 1:
        return f"{term} / {coefficient.denominator}"
    return term if coefficient == 1 else f"{_factor_text(coefficient)} * {term}"


def _factor_text(value: Fraction) -> str:
    """Return a number that may stand before `*`."""
    text = decimal_text(value)
    return f"({text})" if "/" in text else text


def _amount_text(found: LinearComparison, amount: Fraction) -> str:
    timed = any(isinstance(v, Fact) and v.type.kind in TIMED for v, _ in found.terms)
    return duration_text(amount) if timed else _factor_text(amount)
