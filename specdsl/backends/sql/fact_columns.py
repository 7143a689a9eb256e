"""Columns of facts: how a query reads a table, and which of its rows it can decide.

Quantities in sums, moments and durations are compared as whole millionths (of a second, or of one),
so that arithmetic is exact. A row with a value beyond that does not fit and is not decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field
from fractions import Fraction
from string import ascii_lowercase, ascii_uppercase

from sqlglot import exp

from specdsl.backends.artifact_proof import UnsupportedArtifact
from specdsl.backends.python.python_conditions import float_facts
from specdsl.backends.sql import sql_terms as s
from specdsl.backends.sql.sql_dialects import SqlDialect
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Fact, Kind, SpecModel
from specdsl.semantics import aig as g
from specdsl.semantics.lower_terms import CALENDAR, DAY

MILLION = 1_000_000
LARGEST_INT = 10**12  # Of an int without a range that occurs in a sum.
LARGEST_FLOAT = 10**300  # No infinity, and no NaN.
LARGEST_NUMBER = 10**9  # With six decimals these are 15 digits: a float stands for one of them.
LONGEST = 10**11  # Seconds of a duration without a range: three thousand years.
LARGEST = 10**18  # Of the integers of a query: no sum of some of them overflows.
MANY_RULES = 50  # From which on a bit for each member pays.
FEW, MOST_BITS = 2, 62  # Members of an enumeration that has bits.
IN_MICROS = (Kind.TIME, Kind.DURATION)


@dataclass(frozen=True, eq=False)
class FactColumns:
    """The columns of the facts of a spec whose conditions have these atoms."""

    spec: SpecModel
    dialect: SqlDialect
    atoms: tuple[g.Atom, ...]
    floats: frozenset[Fact] = field(init=False)
    summed: frozenset[Fact] = field(init=False)
    masked: frozenset[Fact] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "floats", float_facts(self.atoms))
        sums = (one for one in self.atoms if isinstance(one, g.Linear) and len(one.terms) > 1)
        facts = {fact for one in sums for fact, _ in one.terms if isinstance(fact, Fact)}
        object.__setattr__(self, "summed", frozenset(facts))
        object.__setattr__(self, "masked", self._masked_facts())

    def _masked_facts(self) -> frozenset[Fact]:
        """Return the enumerations that so many rules read that a bit for each member pays: a test
        of several members is then one operation.
        """
        if len(self.spec.rules) < MANY_RULES:
            return frozenset()
        members = (one for one in self.atoms if isinstance(one, g.IsEnumMember))
        facts = {one.fact for one in members}
        return frozenset(one for one in facts if FEW < len(one.type.members) <= MOST_BITS)

    def value(self, fact: Fact) -> s.Sql:
        """Return the column of a fact as tests of it alone read it."""
        kind = fact.type.kind
        if kind in IN_MICROS or (kind is Kind.NUMBER and fact not in self.floats):
            return self.micros(fact)
        if kind is Kind.NUMBER or fact.type.ignoring_case:
            return s.column(f"_{fact.name}")
        return s.column(fact.name)

    def micros(self, fact: Fact) -> s.Sql:
        """Return the column that has a quantity in millionths."""
        return s.column(f"_{fact.name}_micros")

    def bits(self, fact: Fact) -> s.Sql:
        """Return the column that has a bit for each member of an enumeration."""
        return s.column(f"_{fact.name}_bit")

    def is_micros(self, fact: Fact) -> bool:
        """Return whether tests of the fact alone read it in millionths."""
        kind = fact.type.kind
        return kind in IN_MICROS or (kind is Kind.NUMBER and fact not in self.floats)

    def largest(self, fact: Fact) -> Fraction:
        """Return the largest magnitude of a quantity that fits."""
        low, high = self._ends(fact)
        assert low is not None
        assert high is not None
        return max(abs(low), abs(high))

    # --- how the table is read ---

    def read_columns(self) -> Iterator[s.Sql]:
        """Yield the columns that are computed from those of the table."""
        for fact in self.spec.facts:
            raw, kind = s.column(fact.name), fact.type.kind
            if kind is Kind.TEXT and fact.type.ignoring_case:
                folded = s.function(
                    "TRANSLATE", raw, s.text(ascii_uppercase), s.text(ascii_lowercase)
                )
                yield s.named_column(folded, f"_{fact.name}")
            elif fact in self.masked:
                cases = [
                    (s.comparison(raw.copy(), "=", s.text(member)), s.integer(1 << i))
                    for i, member in enumerate(fact.type.members)
                ]
                yield s.named_column(s.case_of(cases), self.bits(fact).name)
            elif kind is Kind.NUMBER and fact in self.floats:
                yield s.named_column(_cast(raw, "double"), f"_{fact.name}")
            elif self.is_micros(fact) or fact in self.summed:
                yield s.named_column(self._micros_of(fact, raw), f"_{fact.name}_micros")

    def _micros_of(self, fact: Fact, raw: s.Sql) -> s.Sql:
        million = s.integer(MILLION)
        match fact.type.kind:
            case Kind.TIME:
                return self.dialect.micros(raw)
            case Kind.DATE:
                return self.dialect.day_micros(raw)
            case Kind.DURATION:
                return self.dialect.span(raw)
            case Kind.INT:
                fits = in_range(raw, *self._ends(fact))
                assert fits is not None
                product = exp.Mul(this=_cast(raw.copy(), "bigint"), expression=million)
                return s.case_of([(fits, product)])
            case _:
                fits = in_range(_cast(raw, "double"), *self._ends(fact))
                assert fits is not None
                product = exp.Mul(this=_cast(raw.copy(), "double"), expression=million)
                rounded = exp.Round(this=product)
                return s.case_of([(fits, _cast(rounded, "bigint"))])

    # --- what fits ---

    def fitting_row(self) -> s.Sql:
        """Return the condition that the values of a row are those of its facts."""
        parts = [part for fact in self.spec.facts for part in self._fitting_parts(fact)]
        return s.conjunction(parts)

    def _fitting_parts(self, fact: Fact) -> Iterator[s.Sql]:
        raw = s.column(fact.name)
        test = self._fitting_value(fact)
        if test is not None:
            yield s.coalesce([test, s.truth(fact.optional)])
        elif not fact.optional:
            yield s.is_known(raw)

    def _fitting_value(self, fact: Fact) -> s.Sql | None:
        """Return the test of a value that is not NULL; None if all fit."""
        raw, low, high = s.column(fact.name), *self._ends(fact)
        match fact.type.kind:
            case Kind.BOOL:
                return None
            case Kind.ENUM if fact in self.masked:
                return s.comparison(self.bits(fact), ">", s.integer(0))
            case Kind.ENUM:
                return s.one_of(raw, [s.text(member) for member in fact.type.members])
            case Kind.SET:
                return self.dialect.has_only(raw, fact.type.members)
            case Kind.TEXT:
                return self.dialect.is_ascii(raw) if fact.type.ignoring_case else None
            case Kind.NUMBER if fact in self.floats:
                return in_range(self.value(fact), low, high)
            case Kind.NUMBER:
                micros = _cast(self.micros(fact), "double")
                back = exp.Div(this=micros, expression=s.integer(MILLION))
                return self._range_test(fact, s.comparison(back, "=", _cast(raw, "double")))
            case Kind.DURATION:
                return self._range_test(fact, self.dialect.plain_span(raw))
            case Kind.TIME:
                return self._range_test(fact, None)
            case Kind.DATE:
                return in_range(raw, low, high, date_literal)
            case Kind.INT:
                return in_range(raw, low, high)

    def _range_test(self, fact: Fact, more: s.Sql | None) -> s.Sql:
        low, high = self._ends(fact)
        scaled = [None if end is None else end * MILLION for end in (low, high)]
        found = in_range(self.micros(fact), *scaled)
        assert found is not None
        return found if more is None else s.conjunction([found, more])

    def _ends(self, fact: Fact) -> tuple[Fraction | None, Fraction | None]:
        """Return the ends of the values that fit."""
        found = fact.type.low, fact.type.high
        widest = self._widest_range(fact)
        if widest is None:
            return found
        low, high = found
        first, last = widest
        return (first if low is None else max(low, first)), (
            last if high is None else min(high, last)
        )

    def _widest_range(self, fact: Fact) -> tuple[Fraction, Fraction] | None:
        """Return the range of what a query can decide; None if it has no ends."""
        match fact.type.kind:
            case Kind.DATE:
                first, end = CALENDAR[Kind.DATE]
                return first, end - DAY
            case Kind.TIME:
                first, end = CALENDAR[Kind.TIME]
                return first, end - Fraction(1, MILLION)
            case Kind.DURATION:
                most = LONGEST
            case Kind.INT if fact in self.summed:
                most = LARGEST_INT
            case Kind.NUMBER if fact in self.floats:
                most = LARGEST_FLOAT
            case Kind.NUMBER:
                most = LARGEST_NUMBER
            case _:
                return None
        return Fraction(-most), Fraction(most)


def in_range(
    value: s.Sql,
    low: Fraction | None,
    high: Fraction | None,
    literal: object = None,
) -> s.Sql | None:
    """Return the test that a value is in a range; None if it has no ends."""
    made = date_literal if literal is date_literal else number_literal
    parts: list[s.Sql] = []
    if low is not None:
        parts.append(s.comparison(value, ">=", made(low)))
    if high is not None:
        parts.append(s.comparison(value.copy(), "<=", made(high)))
    return s.conjunction(parts) if parts else None


def number_literal(value: Fraction) -> s.Sql:
    """Return an exact number: an integer, or the float that prints as it."""
    if value.denominator == 1:
        if abs(value) >= 10**38:
            return _float_literal(value)
        return s.integer(value.numerator)
    return _float_literal(value)


def _float_literal(value: Fraction) -> s.Sql:
    """Return a literal of the type DOUBLE, which has an exponent."""
    if Fraction(repr(float(value))) != value:
        raise UnsupportedArtifact(f"the number {value} is no decimal that a DOUBLE stands for")
    digits = repr(abs(float(value)))
    literal = exp.Literal(this=digits if "e" in digits else f"{digits}e0", is_string=False)
    return exp.Neg(this=literal) if value < 0 else literal


def date_literal(value: Fraction) -> s.Sql:
    """Return the date of a midnight, in seconds since 1970."""
    from specdsl.runtime.quantities import quantity_text

    return _cast(s.text(quantity_text("date", value)), "date")


def _cast(value: s.Sql, kind: str) -> s.Sql:
    return exp.Cast(this=value, to=exp.DataType.build(kind))


def table_columns(spec: SpecModel, dialect: SqlDialect) -> Iterable[tuple[str, str]]:
    """Yield the name and the type of each column that the query reads."""
    for fact in spec.facts:
        yield fact.name, dialect.types[fact.type.kind.value]
