"""Facts as SMT-LIB constants, with their ranges."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from specdsl.model.nodes import Fact, Kind
from specdsl.smtlib.text import TRUE, Script, all_of, negated, real, string

DAY = Fraction(86_400)  # seconds
YEAR_1, YEAR_10000 = Fraction(-62_135_596_800), Fraction(253_402_300_800)  # when they begin
OFFSET = {Kind.DATE: 0, Kind.TIME: 86_340}  # the greatest: 23:59 ahead or behind


@dataclass(frozen=True, slots=True)
class FactTerms:
    """`known` says whether it is known. `value` is a term of its sort (Bool, Real, String or its
    own datatype), empty for a set, whose `members` are a Bool each."""

    known: str
    value: str
    members: tuple[str, ...] = ()


def declare(script: Script, fact: Fact, texts: str, where: str = "") -> FactTerms:
    """Its constants, free within its range, or of the language `texts` where it is a text that
    ignores case. `where` tells those of one situation from another's."""
    name = f"{where}fact.{fact.name}"
    known = script.declare(f"{name}/known", "Bool") if fact.optional else TRUE
    match fact.type.kind:
        case Kind.SET:
            listed = (script.declare(f"{name}/has/{m}", "Bool") for m in fact.type.members)
            return FactTerms(known, "", tuple(listed))
        case Kind.ENUM:
            return FactTerms(known, script.declare(name, f"fact.{fact.name}/member"))
        case Kind.BOOL:
            return FactTerms(known, script.declare(name, "Bool"))
        case Kind.TEXT:
            text = script.declare(name, "String")
            script.shape(f"(str.in_re {text} {texts})" if fact.type.ignoring_case else TRUE)
            return FactTerms(known, text)
        case kind:
            value = _quantity(script, name, kind)
            _within(script, fact, value)
            return FactTerms(known, value)


def datatype(script: Script, fact: Fact) -> None:
    """The sort of an enumeration."""
    script.datatype(
        f"fact.{fact.name}/member", (member(fact, i) for i in range(len(fact.type.members)))
    )


def member(fact: Fact, index: int) -> str:
    """The constant of a member of an enumeration."""
    return f"member.{fact.name}.{fact.type.members[index]}"


def _quantity(script: Script, name: str, kind: Kind) -> str:
    """As a real: a number, or seconds. Dates are whole days."""
    match kind:
        case Kind.INT:
            return f"(to_real {script.declare(name, 'Int')})"
        case Kind.DATE:
            return f"(* {real(DAY)} (to_real {script.declare(name, 'Int')}))"
        case _:
            return script.declare(name, "Real")


def _within(script: Script, fact: Fact, value: str) -> None:
    low, high = fact.type.low, fact.type.high
    bounds = [] if low is None else [f"(<= {real(low)} {value})"]
    bounds += [] if high is None else [f"(<= {value} {real(high)})"]
    if fact.type.kind in OFFSET:
        offset = OFFSET[fact.type.kind]
        bounds += [f"(<= {real(YEAR_1 - offset)} {value})"]
        bounds += [f"(< {value} {real(YEAR_10000 + offset)})"]
    if bounds:
        script.claim(all_of(bounds))


def equals(fact: Fact, terms: FactTerms, value: object) -> str:
    """That the fact is what an example gives: None for unknown, else by its kind."""
    if value is None:
        return f"(not {terms.known})"
    return all_of((terms.known, _equals(fact, terms, value)))


def _equals(fact: Fact, terms: FactTerms, value: object) -> str:
    match value:
        case bool():
            return terms.value if value else negated(terms.value)
        case Fraction():
            return f"(= {terms.value} {real(value)})"
        case str():
            return f"(= {terms.value} {string(value)})"
        case int():
            return f"(= {terms.value} {member(fact, value)})"
        case frozenset():
            bits = enumerate(terms.members)
            return all_of(bit if i in value else negated(bit) for i, bit in bits)
        case _:
            raise AssertionError(value)
