"""Representative values of quantities: every truth value of every comparison, in every combination.

A comparison of quantities is one of linear forms: `min`, `max` and `if else` choose among terms,
so the forms are those of all choices, and the differences between what `min` and `max` choose
from. What is true of a situation depends on the signs of these forms only. The signs cut the space
of the quantities into cells (flat ones too), and one point of each cell is enough.

Points of all cells are found one quantity after the other. For the last one, each form with it in
it is zero at one point, which depends on the others; between two such neighbours nothing changes.
Which points there are, and in which order, depends on the signs of the differences of these zeros:
linear forms of the others, which are dealt with first, in the same way. For a choice of the others
the last one then takes each zero, a point between any two neighbours, and one beyond either end.

A quantity of finitely many values (a range of ints or days, the size of a set) takes all of them
and comes first, so that the argument holds for those of any value, which come after. Ints and days
without both ends of a range take the whole values within two of a zero: enough where one of them
stands alone in every form, or stands in it with others by whole factors of one; anything else is
refused.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, islice, pairwise, product

from specdsl.frontend.model import nodes as m
from tests.bruteforce.walk import inside

DAY = Fraction(86_400)
WHOLE = {m.Kind.INT: Fraction(1), m.Kind.DATE: DAY}
NEAR = range(-2, 3)
MAX_ZEROS = 100  # of one quantity, where others of any value decide their order


class Unenumerable(Exception):
    """There is no short argument for which values represent all others."""


@dataclass(frozen=True, slots=True)
class Form:
    """Σ factor × quantity + constant. A quantity is a fact, or the size of a set fact."""

    factors: tuple[tuple[str, Fraction], ...]
    constant: Fraction

    @staticmethod
    def of(factors: Mapping[str, Fraction], constant: Fraction) -> Form:
        kept = ((name, factor) for name, factor in factors.items() if factor)
        return Form(tuple(sorted(kept)), constant)

    @property
    def names(self) -> frozenset[str]:
        """Of the quantities in it."""
        return frozenset(name for name, _ in self.factors)

    def renamed(self, names: Mapping[str, str]) -> Form:
        """With some quantities in the place of others that are not in it."""
        return Form.of({names.get(n, n): factor for n, factor in self.factors}, self.constant)

    def plus(self, other: Form, times: Fraction = Fraction(1)) -> Form:
        factors = dict(self.factors)
        for name, factor in other.factors:
            factors[name] = factors.get(name, Fraction(0)) + times * factor
        return Form.of(factors, self.constant + times * other.constant)

    def zero(self, name: str) -> Form | None:
        """What the quantity is where the form is zero; None where it is not in the form."""
        factor = dict(self.factors).get(name)
        if factor is None:
            return None
        rest = Form.of({n: f for n, f in self.factors if n != name}, self.constant)
        return Form.of({}, Fraction(0)).plus(rest, -1 / factor)

    def at(self, values: Mapping[str, Fraction | None]) -> Fraction | None:
        """Its value; None where a quantity in it is unknown or has none yet."""
        total = self.constant
        for name, factor in self.factors:
            value = values.get(name)
            if value is None:
                return None
            total += factor * value
        return total


ZERO = Form((), Fraction(0))


# --- forms of conditions -------------------------------------------------------------------------


def forms(exprs: Iterable[m.Expr]) -> set[Form]:
    """The forms whose signs decide every comparison of quantities in the expressions."""
    found: set[Form] = set()
    for node in inside(tuple(exprs)):
        match node:
            case m.Compare(text=False):
                found |= differences(choices(node.left), choices(node.right))
            case m.OneOf(text=False):
                constants = {_constant(c) for c in node.constants if isinstance(c, Fraction)}
                found |= differences(choices(node.operand), constants)
            case m.MinMax():
                several = [choices(item) for item in node.items]
                for i, some in enumerate(several):
                    found |= {d for others in several[:i] for d in differences(some, others)}
    return {form for form in found if form.factors}


def differences(some: Iterable[Form], others: Iterable[Form]) -> set[Form]:
    return {a.plus(b, Fraction(-1)) for a, b in product(some, others)}


def choices(term: m.Expr) -> set[Form]:
    """What a term may be, whatever its conditions and comparisons come to."""
    match term:
        case m.DefineRef():
            return choices(term.define.expr)
        case m.QuantityFact():
            return {Form.of({term.fact.name: Fraction(1)}, Fraction(0))}
        case m.SizeOf():
            return {Form.of({size_name(term.fact): Fraction(1)}, Fraction(0))}
        case m.Constant():
            return {_constant(term.value)}
        case m.IfElse():
            return choices(term.then) | choices(term.other)
        case m.MinMax():
            return {form for item in term.items for form in choices(item)}
        case m.Sum():
            sums = {ZERO}
            for factor, item in term.items:
                sums = {a.plus(b, factor) for a, b in product(sums, choices(item))}
            return sums
        case _:
            raise AssertionError(term)


def size_name(fact: m.Fact) -> str:
    return f"size of {fact.name}"


def _constant(value: Fraction) -> Form:
    return Form.of({}, value)


# --- points --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Axis:
    """A quantity: `values` where it has finitely many, else its ends (None: none) and the step
    between its values, 0 where it has none."""

    name: str
    values: tuple[Fraction, ...] | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    step: Fraction = Fraction(0)
    optional: bool = False


def axis(fact: m.Fact) -> Axis:
    kind = fact.type
    step = WHOLE.get(kind.kind, Fraction(0))
    if step and kind.low is not None and kind.high is not None:
        first, last = math.ceil(kind.low / step), math.floor(kind.high / step)
        if last - first > 400:
            raise Unenumerable(f"`{fact.name}` has too many values")
        values = tuple(step * number for number in range(first, last + 1))
        return Axis(fact.name, values, optional=fact.optional)
    return Axis(fact.name, None, kind.low, kind.high, step, fact.optional)


Point = dict[str, Fraction | None]


def points(axes: Sequence[Axis], found: set[Form], most: int) -> list[Point]:
    """Values of all quantities that show every combination of signs that there is. Raises
    `Unenumerable` where they are more than `most`."""
    _refuse(axes, found)
    ordered = sorted(axes, key=lambda one: (one.values is None, one.step == 0, one.name))
    made = list(islice(_points(ordered, found), most + 1))
    if len(made) > most:
        raise Unenumerable("too many values of quantities")
    return made


def _refuse(axes: Sequence[Axis], found: set[Form]) -> None:
    whole = {one.name: one.step for one in axes if one.values is None and one.step}
    for form in found:
        mine = [factor for name, factor in form.factors if name in whole]
        if len(mine) > 1 and any(abs(factor) != 1 for _, factor in form.factors):
            raise Unenumerable("whole numbers without ends stand together in a comparison")


def _points(axes: Sequence[Axis], found: set[Form]) -> Iterator[Point]:
    if not axes:
        yield {}
        return
    *others, last = axes
    if last.values is not None:  # and so have all others: it is with any values of theirs
        yield from ({**p, last.name: v} for p in _points(others, set()) for v in _values(last, ()))
        return
    zeros = list({zero for form in found if (zero := form.zero(last.name)) is not None})
    ends = [_constant(end) for end in (last.low, last.high) if end is not None]
    for point in _points(others, _lower(others, found, [*zeros, *ends], last.name)):
        at = {value for zero in zeros if (value := zero.at(point)) is not None}
        for value in _values(last, sorted(at)):
            yield {**point, last.name: value}


def _lower(others: Sequence[Axis], found: set[Form], zeros: Sequence[Form], name: str) -> set[Form]:
    """What decides where the zeros of a quantity are, and in which order; nothing does where all
    others take all their values anyway."""
    if all(one.values is not None for one in others):
        return set()
    if len(zeros) > MAX_ZEROS:
        raise Unenumerable("too many comparisons of quantities of any value")
    between = {a.plus(b, Fraction(-1)) for a, b in combinations(zeros, 2)}
    kept = {form for form in found if form.zero(name) is None}
    return kept | {form for form in between if form.factors}


def _values(one: Axis, zeros: Sequence[Fraction]) -> list[Fraction | None]:
    if one.values is not None:
        known: Iterable[Fraction] = one.values
    elif one.step:
        known = _whole(one, zeros)
    else:
        known = _between(one, zeros)
    return [*known, *([None] if one.optional else [])]


def _between(one: Axis, zeros: Sequence[Fraction]) -> list[Fraction]:
    """Each zero, a point between any two neighbours, and one beyond either end."""
    inner = sorted({*zeros, *(end for end in (one.low, one.high) if end is not None)})
    if not inner:
        return [Fraction(0)]
    middles = [(a + b) / 2 for a, b in pairwise(inner)]
    return [v for v in [inner[0] - 1, *inner, *middles, inner[-1] + 1] if _within(one, v)]


def _whole(one: Axis, zeros: Sequence[Fraction]) -> list[Fraction]:
    ends = [end for end in (one.low, one.high) if end is not None]
    near = {
        step * one.step
        for zero in [*zeros, *ends] or [Fraction(0)]
        for whole in (math.floor(zero / one.step), math.ceil(zero / one.step))
        for step in (whole + offset for offset in NEAR)
    }
    return sorted(value for value in near if _within(one, value))


def _within(one: Axis, value: Fraction) -> bool:
    above = one.low is None or one.low <= value
    return above and (one.high is None or value <= one.high)
