"""Points of linear relations, by Fourier–Motzkin elimination.

The relations of a model are mostly few and loose. A point of them is then found much sooner than a
solver is started; where none is found, nothing is known, and a solver has to decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from math import gcd, lcm

from specdsl.base.limits import MAX_ELIMINATED_SUMS, MAX_ELIMINATION_ROWS, MODEL_DECIMALS
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Kind
from specdsl.reasoning.domains.cuts import Cut, interval_value
from specdsl.semantics.aig import Linear, Size
from specdsl.semantics.lower_terms import CALENDAR, Variable, grid_step

Weights = tuple[tuple[int, int], ...]
"""The variables of a sum, by their places, with integer coefficients that have no common factor."""

Point = Mapping[Variable, Fraction]


@dataclass(frozen=True, slots=True)
class UpperBound:
    """The bound of a sum: it is at most this, or `strict`: less."""

    value: Fraction
    strict: bool

    @property
    def tightness(self) -> tuple[Fraction, bool]:
        """Return a key that is less for a tighter bound."""
        return self.value, not self.strict


Rows = dict[Weights, UpperBound]
"""Sums with their tightest bounds."""


def find_point(relations: Iterable[tuple[Linear, bool]]) -> Point | None:
    """Return values for which each relation (`<` or `<=`) is true or false as given, simple ones if
    there is a choice; None if none are found."""
    given = [*relations]
    if sum(len(atom.terms) > 1 for atom, _ in given) > MAX_ELIMINATED_SUMS:
        return None
    variables = sorted({v for atom, _ in given for v, _ in atom.terms}, key=fact_name)
    rows = _rows_of(given, variables)
    eliminated: list[tuple[int, Rows]] = []
    left = set(range(len(variables)))
    while left:
        place = min(left, key=lambda place: (_growth(rows, place), -place))
        left.remove(place)
        mine = {weights: bound for weights, bound in rows.items() if _weight(weights, place)}
        eliminated.append((place, mine))
        rows = _eliminate(rows, mine, place)
        if len(rows) > MAX_ELIMINATION_ROWS or not _may_hold(rows):
            return None
    return _substitute_back(variables, eliminated)


def fact_name(variable: Variable) -> str:
    return variable.fact.name if isinstance(variable, Size) else variable.name


# --- rows ----------------------------------------------------------------------------------------


def _rows_of(given: Iterable[tuple[Linear, bool]], variables: list[Variable]) -> Rows:
    rows: Rows = {}
    places = {variable: i for i, variable in enumerate(variables)}
    for atom, holds in given:
        sign = 1 if holds else -1
        weights = {places[variable]: sign * c for variable, c in atom.terms}
        _add_row(rows, weights, UpperBound(sign * atom.bound, (atom.op == "<") is holds))
    for variable, place in places.items():
        for sign, bound in _range_bounds(variable):
            _add_row(rows, {place: Fraction(sign)}, bound)
    return rows


def _range_bounds(variable: Variable) -> Iterator[tuple[int, UpperBound]]:
    """Yield bounds that a number has in every situation, each with the sign of the number."""
    if isinstance(variable, Size):
        yield -1, UpperBound(Fraction(0), strict=False)
        yield 1, UpperBound(Fraction(len(variable.fact.type.members)), strict=False)
    elif variable.type.kind in CALENDAR:
        first, end = CALENDAR[variable.type.kind]
        yield -1, UpperBound(-first, strict=False)
        yield 1, UpperBound(end, strict=True)


def _add_row(rows: Rows, weights: Mapping[int, Fraction], bound: UpperBound) -> None:
    """Add a bound of a sum, in normal form, unless a tighter one is there."""
    scale = lcm(*(c.denominator for c in weights.values()))
    whole = {place: int(c * scale) for place, c in weights.items()}
    factor = gcd(*whole.values()) or 1
    key = tuple(sorted((place, c // factor) for place, c in whole.items()))
    made = UpperBound(bound.value * scale / factor, bound.strict)
    if key not in rows or made.tightness < rows[key].tightness:
        rows[key] = made


def _may_hold(rows: Rows) -> bool:
    """Return whether the row without variables, if there is one, is true."""
    alone = rows.get(())
    return alone is None or alone.value > 0 or (alone.value == 0 and not alone.strict)


# --- elimination ---------------------------------------------------------------------------------


def _weight(weights: Weights, place: int) -> int:
    return next((c for variable, c in weights if variable == place), 0)


def _growth(rows: Rows, place: int) -> int:
    """Return how many rows more there are at most once a variable is eliminated."""
    signs = [c for weights in rows for variable, c in weights if variable == place]
    above = sum(c > 0 for c in signs)
    return above * (len(signs) - above) - len(signs)


def _eliminate(rows: Rows, mine: Rows, place: int) -> Rows:
    """Return what the rows say of the other variables."""
    found = {weights: bound for weights, bound in rows.items() if weights not in mine}
    above = [(w, b) for w, b in mine.items() if _weight(w, place) > 0]
    below = [(w, b) for w, b in mine.items() if _weight(w, place) < 0]
    for one, high in above:
        for two, low in below:
            c, d = -_weight(two, place), _weight(one, place)
            joined = {variable: Fraction(c * weight) for variable, weight in one}
            for variable, weight in two:
                joined[variable] = joined.get(variable, Fraction(0)) + d * weight
            bound = UpperBound(c * high.value + d * low.value, high.strict or low.strict)
            _add_row(found, {v: weight for v, weight in joined.items() if weight}, bound)
    return found


# --- values --------------------------------------------------------------------------------------


def _substitute_back(variables: list[Variable], eliminated: list[tuple[int, Rows]]) -> Point | None:
    """Give the variables values, the last eliminated one first: between its bounds, which are
    numbers then."""
    values: dict[int, Fraction] = {}
    for place, mine in reversed(eliminated):
        value = _value_between(variables[place], *_tightest_cuts(mine, place, values))
        if value is None:
            return None
        values[place] = value
    return {variables[place]: values[place] for place in sorted(values)}


def _tightest_cuts(
    mine: Rows, place: int, values: Mapping[int, Fraction]
) -> tuple[Cut | None, Cut | None]:
    """Return the cut above which the variable lies, and the one below which it does."""
    after: Cut | None = None
    until: Cut | None = None
    for weights, bound in mine.items():
        weight = _weight(weights, place)
        others = sum((c * values[v] for v, c in weights if v != place), Fraction(0))
        end = (bound.value - others) / weight
        if weight > 0:
            cut = end, not bound.strict
            until = cut if until is None else min(until, cut)
        else:
            cut = end, bound.strict
            after = cut if after is None else max(after, cut)
    return after, until


def _value_between(variable: Variable, after: Cut | None, until: Cut | None) -> Fraction | None:
    """Return the simplest value between two cuts; None if there is none, or none that is short
    where it has to be written as a decimal."""
    step = grid_step(variable)
    if step is not None:
        after = after and _last_step(after, step)
        until = until and _last_step(until, step)
    if after is not None and until is not None and after >= until:
        return None
    fact = variable.fact if isinstance(variable, Size) else variable
    value = interval_value(fact, after, until)
    decimal = fact.type.kind in (Kind.TIME, Kind.DURATION)
    return None if decimal and 10**MODEL_DECIMALS % value.denominator else value


def _last_step(cut: Cut, step: Fraction) -> Cut:
    """Return the same cut of numbers that are multiples of a step, at the last one below it."""
    value, included = cut
    last = value // step * step
    return (last - step if last == value and not included else last), True
