"""Declares facts as SMT-LIB constants with their ranges."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from specdsl.frontend.model.nodes import Fact, Kind
from specdsl.second_opinion.smtlib_text import (
    TRUE,
    SmtScript,
    all_of,
    negation_of,
    real_constant,
    string_constant,
)

DAY = Fraction(86_400)  # The unit is seconds.
YEAR_1, YEAR_10000 = Fraction(-62_135_596_800), Fraction(253_402_300_800)  # The years' starts.
LARGEST_OFFSET = {Kind.DATE: 0, Kind.TIME: 86_340}  # A time zone is at most 23:59 off.


@dataclass(frozen=True, slots=True)
class FactTerms:
    """The terms of a fact: that it is `known`; its `value` of sort Bool, Real, String or its own
    datatype, empty for a set; the `members` of a set, a Bool each."""

    known: str
    value: str
    members: tuple[str, ...] = ()


def declare_fact(script: SmtScript, fact: Fact, texts: str, where: str = "") -> FactTerms:
    """Declare the constants of a fact, free within its range. A text that ignores case is in the
    regular language `texts`. `where` is the prefix of the situation's names."""
    name = f"{where}fact.{fact.name}"
    known = script.declare_constant(f"{name}/known", "Bool") if fact.optional else TRUE
    match fact.type.kind:
        case Kind.SET:
            listed = (script.declare_constant(f"{name}/has/{m}", "Bool") for m in fact.type.members)
            return FactTerms(known, "", tuple(listed))
        case Kind.ENUM:
            return FactTerms(known, script.declare_constant(name, f"fact.{fact.name}/member"))
        case Kind.BOOL:
            return FactTerms(known, script.declare_constant(name, "Bool"))
        case Kind.TEXT:
            text = script.declare_constant(name, "String")
            script.assert_shape(f"(str.in_re {text} {texts})" if fact.type.ignoring_case else TRUE)
            return FactTerms(known, text)
        case Kind.INT | Kind.NUMBER | Kind.DATE | Kind.TIME | Kind.DURATION as kind:
            value = _declare_quantity(script, name, kind)
            _assert_range(script, fact, value)
            return FactTerms(known, value)
        case _:
            assert_never(fact.type.kind)


def declare_enumeration(script: SmtScript, fact: Fact) -> None:
    """Declare the datatype of an enumeration."""
    script.declare_datatype(
        f"fact.{fact.name}/member",
        (member_constant(fact, i) for i in range(len(fact.type.members))),
    )


def member_constant(fact: Fact, index: int) -> str:
    """Return the constructor of a member of an enumeration."""
    return f"member.{fact.name}.{fact.type.members[index]}"


def _declare_quantity(script: SmtScript, name: str, kind: Kind) -> str:
    """Declare a quantity and return it as a Real: a number, or seconds. Dates are whole days."""
    match kind:
        case Kind.INT:
            return f"(to_real {script.declare_constant(name, 'Int')})"
        case Kind.DATE:
            return f"(* {real_constant(DAY)} (to_real {script.declare_constant(name, 'Int')}))"
        case Kind.NUMBER | Kind.TIME | Kind.DURATION:
            return script.declare_constant(name, "Real")
        case _:
            raise AssertionError(f"{kind} is no quantity")


def _assert_range(script: SmtScript, fact: Fact, value: str) -> None:
    low, high = fact.type.low, fact.type.high
    bounds = [] if low is None else [f"(<= {real_constant(low)} {value})"]
    bounds += [] if high is None else [f"(<= {value} {real_constant(high)})"]
    if fact.type.kind in LARGEST_OFFSET:
        offset = LARGEST_OFFSET[fact.type.kind]
        bounds += [f"(<= {real_constant(YEAR_1 - offset)} {value})"]
        bounds += [f"(< {value} {real_constant(YEAR_10000 + offset)})"]
    if bounds:
        script.assert_term(all_of(bounds))


def equals_given(fact: Fact, terms: FactTerms, value: object) -> str:
    """Return the term that the fact has the value of an example; None is unknown."""
    if value is None:
        return f"(not {terms.known})"
    return all_of((terms.known, _equals_value(fact, terms, value)))


def _equals_value(fact: Fact, terms: FactTerms, value: object) -> str:
    match value:
        case bool():
            return terms.value if value else negation_of(terms.value)
        case Fraction():
            return f"(= {terms.value} {real_constant(value)})"
        case str():
            return f"(= {terms.value} {string_constant(value)})"
        case int():
            return f"(= {terms.value} {member_constant(fact, value)})"
        case frozenset():
            bits = enumerate(terms.members)
            return all_of(bit if i in value else negation_of(bit) for i, bit in bits)
        case _:
            raise AssertionError(value)
