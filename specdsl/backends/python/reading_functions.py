"""Code generator for reading facts: a situation that has no fault passes with a few tests a fact.

What a test does not surely let pass is read by the runtime, which names every fault. Values come
out in the order of the spec's facts: floats for numbers that are compared with constants alone,
integers and fractions (of seconds for dates, times and durations), and frozen sets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from specdsl.backends.python.condensed_layout import wrapped_text
from specdsl.backends.python.python_conditions import PythonConditions, decimal, variable
from specdsl.frontend.model.nodes import Assume, Fact, Kind, SpecModel
from specdsl.semantics import aig as g

MOST = 10**15  # Larger numbers are left to the runtime.
CONVERTED = {
    Kind.DATE: "quick_date",
    Kind.TIME: "quick_time",
    Kind.DURATION: "quick_duration",
    Kind.SET: "quick_set",
}


def reading_function(
    spec: SpecModel,
    graph: g.AndInverterGraph,
    assumes: Mapping[Assume, g.Literal],
    floats: frozenset[Fact],
) -> str:
    """Return the text of `_checked_values`."""
    facts = spec.facts
    lines = [
        "def _checked_values(facts: Any) -> Values_:",
        '    """Return the values of all facts in their order. Raises `UnsureValue` if one may',
        "    have a fault.",
        '    """',
        "    if type(facts) is not dict: raise UnsureValue",
    ]
    optional = [fact for fact in facts if fact.optional]
    if optional:
        lines += [
            f"    if len(facts) != {len(facts)}:",
            "        facts = {**_UNKNOWN_FACTS, **facts}",
        ]
    lines += [f"    if len(facts) != {len(facts)}: raise UnsureValue"]
    if not facts:
        return "\n".join((*lines, "    return ()"))
    lines += [  # What merely equals a fact's name is not it.
        "    for name in facts:",
        "        if type(name) is not str: raise UnsureValue",
    ]
    names = "".join(f"{variable(fact)}, " for fact in facts).rstrip(" ")
    get = "_get_facts(facts)" if len(facts) > 1 else f"(facts[{facts[0].name!r}],)"
    lines += [
        "    try:",
        f"        {names} = values = {get}",
        "    except KeyError:",
        "        raise UnsureValue from None",
    ]
    tests = [text for fact in facts if (text := _fitting_text(fact, floats))]
    for i in range(0, len(tests), 40):
        some = tests[i : i + 40]
        lines += ["    if not (", f"        {some[0]}"]
        lines += [f"        and {text}" for text in some[1:]]
        lines += ["    ):", "        raise UnsureValue"]
    converted = [line for fact in facts for line in _conversion_lines(fact, floats)]
    if converted:
        lines += [*converted, f"    values = ({names})"]
    for assume, literal in assumes.items():
        if literal != g.TRUE:
            printer = PythonConditions(graph, [literal], floats=floats)
            lines += [f"    {line}" for line in printer.lines]
            lines += [
                f"    if not ({printer.text(literal)}):  # {assume.name}",
                "        raise UnsureValue",
            ]
    return "\n".join((*lines, "    return values"))


def names_for_reading(fact: Fact) -> Iterator[str]:
    """Yield the functions of the runtime that may convert the fact's values."""
    if fact.type.kind in CONVERTED:
        yield CONVERTED[fact.type.kind]
    elif fact.type.kind is Kind.NUMBER:
        yield "quick_number"
    elif fact.type.ignoring_case:
        yield "fold_case"


def reading_constants(spec: SpecModel) -> Iterator[str]:
    """Yield the assignments that `_checked_values` needs."""
    if len(spec.facts) > 1:
        yield from _filled_lines("_get_facts = itemgetter(", spec.facts, ")")
    optional = [fact for fact in spec.facts if fact.optional]
    if optional:
        yield from _filled_lines("_UNKNOWN_FACTS = dict.fromkeys((", optional, "))")


def _filled_lines(start: str, facts: Sequence[Fact], end: str) -> Iterator[str]:
    """Yield the names of facts between brackets, as many a line as fit."""
    names = ", ".join(repr(fact.name) for fact in facts) + ("," if len(facts) == 1 else "")
    yield from wrapped_text(f"{start}{names}{end}")


def _fitting_text(fact: Fact, floats: frozenset[Fact]) -> str:
    """Return the test that a value surely fits as it is; empty if it has to be converted."""
    name = variable(fact)
    unknown = f"{name} is None or " if fact.optional else ""
    match fact.type.kind:
        case Kind.BOOL:
            return f"({unknown}{name} is True or {name} is False)"
        case Kind.ENUM:
            members = ", ".join(map(repr, fact.type.members))
            text = f"type({name}) is str and {name} in {{{members}}}"
        case Kind.TEXT if not fact.type.ignoring_case:
            text = f"type({name}) is str"
        case Kind.INT:
            text = f"type({name}) is int and {_range_text(fact)}"
        case Kind.NUMBER if fact in floats:
            if not _has_plain_ends(fact):
                return ""
            text = f"(type({name}) is int or type({name}) is float) and {_range_text(fact)}"
        case _:
            return ""
    return f"({unknown}{text})" if fact.optional else text


def _has_plain_ends(fact: Fact) -> bool:
    """Return whether floats can be compared with the ends of the fact's range."""
    ends = (end for end in (fact.type.low, fact.type.high) if end is not None)
    return all(end.denominator == 1 or decimal(end) is not None for end in ends)


def _range_text(fact: Fact) -> str:
    low, high = fact.type.low, fact.type.high
    low = Fraction(-MOST) if low is None else max(low, Fraction(-MOST))
    high = Fraction(MOST) if high is None else min(high, Fraction(MOST))
    return f"{_end_text(low)} <= {variable(fact)} <= {_end_text(high)}"


def _end_text(end: Fraction) -> str:
    text = decimal(end)
    if text is None:
        return str(end.numerator) if end.denominator == 1 else f"Fraction({end})"
    return text


def _conversion_lines(fact: Fact, floats: frozenset[Fact]) -> Iterator[str]:
    """Yield the lines that convert a value, or none if it is taken as it is."""
    if _fitting_text(fact, floats):
        return
    name, pad = variable(fact), "    "
    if fact.optional:
        yield f"    if {name} is not None:"
        pad = "        "
    kind = fact.type.kind
    if kind is Kind.SET:
        members = ", ".join(map(repr, fact.type.members))
        yield f"{pad}{name} = quick_set({name}, {{{members}}})"
        return
    if kind is Kind.TEXT:
        yield f"{pad}if type({name}) is not str:"
        yield f"{pad}    raise UnsureValue"
        yield f"{pad}{name} = fold_case({name})"
        return
    yield f"{pad}{name} = {CONVERTED.get(kind, 'quick_number')}({name})"
    ends = [(end, sign) for end, sign in ((fact.type.low, "<"), (fact.type.high, ">"))]
    tests = [f"{name} {sign} {_exact_text(end)}" for end, sign in ends if end is not None]
    if tests:
        yield f"{pad}if {' or '.join(tests)}:"
        yield f"{pad}    raise UnsureValue"


def _exact_text(end: Fraction) -> str:
    if end.denominator == 1:
        return str(end.numerator)
    return f"Fraction({end.numerator}, {end.denominator})"
