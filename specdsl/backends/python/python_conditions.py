"""Expression printer: literals of an and-inverter graph → Python expressions over local names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

from specdsl.backends.condition_printer import ConditionPrinter
from specdsl.frontend.model.nodes import DecisionModel, Fact, Kind
from specdsl.semantics import aig as g
from specdsl.semantics.circuit import Circuit
from specdsl.semantics.fact_values import facts_in

NAME = re.compile(r"\b[A-Za-z_]\w*")
FACT_PREFIX = "f_"  # The prefix of the local names of facts.
NEGATED_OPERATORS = {"<=": ">", "<": ">=", "=": "!="}


class PythonConditions(ConditionPrinter):
    """Prints literals in Python, over local names of facts."""

    def __init__(
        self,
        graph: g.AndInverterGraph,
        literals: Iterable[g.Literal],
        outcome: Callable[[DecisionModel], str] = lambda decision: f"d[{decision.name!r}]",
        floats: frozenset[Fact] = frozenset(),
    ) -> None:
        self.outcome = outcome  # The text of a decision's outcome.
        self.floats = floats  # Numbers whose values may be floats.
        super().__init__(graph, literals)

    def constant(self, true: bool) -> str:
        return str(true)

    def negation(self, name: str) -> str:
        return f"not {name}"

    def assignment(self, name: str, text: str) -> str:
        return f"{name} = {text}"

    def known_bool_text(self, fact: Fact, true: bool, positive: bool) -> str:
        return f"{variable(fact)} is {'' if positive else 'not '}{true}"

    def atom_text(self, atom: g.Atom, positive: bool) -> str:
        match atom:
            case g.Known():
                return f"{variable(atom.fact)} is {'not ' if positive else ''}None"
            case g.IsTrue() if atom.fact.optional:
                return f"{variable(atom.fact)} is {'' if positive else 'not '}True"
            case g.IsTrue():
                return variable(atom.fact) if positive else f"not {variable(atom.fact)}"
            case g.IsEnumMember():
                op = "==" if positive else "!="
                return f"{variable(atom.fact)} {op} {atom.fact.type.members[atom.member]!r}"
            case g.Outcome():
                op = "==" if positive else "!="
                return (
                    f"{self.outcome(atom.decision)} {op} {atom.decision.outcomes[atom.outcome]!r}"
                )
            case g.HasMember():
                op = "in" if positive else "not in"
                test = f"{atom.fact.type.members[atom.member]!r} {op} {variable(atom.fact)}"
                return _guard_unknown(test, (atom.fact,))
            case g.TextMatches():
                test = _pattern_text(atom.pattern, variable(atom.fact), positive)
                return _guard_unknown(test, (atom.fact,))
            case g.TextCompare():
                op = "==" if atom.op == "=" else atom.op
                flipped = NEGATED_OPERATORS[atom.op]
                test = f"{variable(atom.fact)} {op if positive else flipped} {atom.value!r}"
                return _guard_unknown(test, (atom.fact,))
            case g.TextRelation():
                op = "==" if atom.op == "=" else atom.op
                flipped = NEGATED_OPERATORS[atom.op]
                test = f"{variable(atom.left)} {op if positive else flipped} {variable(atom.right)}"
                return _guard_unknown(test, (atom.left, atom.right))
            case g.Linear():
                return self._linear_text(atom, positive)
            case _:
                raise AssertionError("an input has no place in an emitted condition")

    def _linear_text(self, atom: g.Linear, positive: bool) -> str:
        op = "==" if atom.op == "=" else atom.op
        op = op if positive else NEGATED_OPERATORS[atom.op]
        scale = 1
        for _, coefficient in atom.terms:
            scale = scale * coefficient.denominator
        total = ""
        for var, coefficient in atom.terms:
            name = variable(var.fact) if isinstance(var, g.Size) else variable(var)
            value = f"len({name})" if isinstance(var, g.Size) else name
            factor = coefficient * scale
            sign = "-" if factor < 0 else "+"
            text = value if abs(factor) == 1 else f"{abs(factor)} * {value}"
            lead = "-" if sign == "-" else ""
            total += f" {sign} {text}" if total else f"{lead}{text}"
        bound = atom.bound * scale
        constant = number(bound)
        if facts_in(atom)[0] in self.floats:
            constant = decimal(bound) or constant
        return _guard_unknown(f"{total} {op} {constant}", facts_in(atom))


def _pattern_text(pattern: str, name: str, positive: bool) -> str:
    """Return the test of a pattern: of one with a single run at either end, or at both, a plain
    test of the text.
    """
    pieces = plain_pieces(pattern)
    no = "" if positive else "not "
    match pieces:
        case ["", inner, ""]:
            return f"{inner!r} {no}in {name}"
        case [start, ""]:
            return f"{no}{name}.startswith({start!r})"
        case ["", end]:
            return f"{no}{name}.endswith({end!r})"
        case [start, *between, end] if pattern_function(pattern) == "matches_pieces":
            pieces_text = f"{start!r}, {tuple(between)!r}, {end!r}"
            return f"{no}matches_pieces({name}, {pieces_text})"
        case _:
            return f"{no}matches_pattern({pattern!r}, {name})"


def pattern_function(pattern: str) -> str:
    """Return the function of the runtime that tests a pattern, if a plain test does not."""
    pieces = plain_pieces(pattern)
    if pieces is None or len(pieces) < 2 or joined_pieces(pieces) != pattern:
        return "matches_pattern"
    return "matches_pieces"


def joined_pieces(pieces: Iterable[str]) -> str:
    """Return the pattern of texts with runs between them."""
    return "*".join(map(escape_pattern, pieces))


def escape_pattern(text: str) -> str:
    r"""Return the pattern that matches exactly this text."""
    return "".join(f"\\{char}" if char in "*?\\" else char for char in text)


def plain_pieces(pattern: str) -> list[str] | None:
    """Return the texts between the runs of a pattern; None if it has a `?`."""
    pieces = [""]
    characters = iter(pattern)
    for char in characters:
        if char == "?":
            return None
        if char == "*":
            pieces.append("")
        else:
            pieces[-1] += next(characters, "\\") if char == "\\" else char
    return pieces


def circuit_support(circuit: Circuit) -> list[g.Atom]:
    """Return the atoms that the conditions of a spec depend on."""
    rules = (one.applies for one in circuit.rules.values())
    return circuit.graph.support((*rules, *circuit.delegates.values(), *circuit.assumes.values()))


def float_facts(atoms: Iterable[g.Atom]) -> frozenset[Fact]:
    """Return the numbers that are compared with constants alone, each of which is an integer or
    the decimal of a float. A float may stand for the decimal that it prints as, since floats are in
    the order of these decimals.
    """
    numbers: dict[Fact, bool] = {}
    for atom in atoms:
        if isinstance(atom, g.Linear):
            bound = atom.bound
            plain = len(atom.terms) == 1 and (bound.denominator == 1 or decimal(bound) is not None)
            for fact in facts_in(atom):
                numbers[fact] = numbers.get(fact, True) and plain
    return frozenset(f for f, plain in numbers.items() if plain and f.type.kind is Kind.NUMBER)


def decimal(value: Fraction) -> str | None:
    """Return the float that prints as the number, if it is no integer and has one."""
    if value.denominator == 1:
        return None
    try:
        text = repr(float(value))
    except OverflowError:
        return None
    return text if Fraction(text) == value else None


def _guard_unknown(test: str, facts: Iterable[Fact]) -> str:
    """Guard the test with `is not None` for each fact that may be unknown: the test's value does
    not matter then, but it must not raise.
    """
    checks = [f"{variable(fact)} is not None" for fact in facts if fact.optional]
    return f"({' and '.join([*checks, test])})" if checks else test


def number(value: Fraction) -> str:
    """Return the source text of an exact constant."""
    if value.denominator == 1:
        return str(value.numerator)
    return f"Fraction({value.numerator}, {value.denominator})"


def with_late_reads(reads: Mapping[str, str], lines: Sequence[str]) -> list[str]:
    """Return the lines of a function after the ones that read what it needs, by variable. What is
    needed in one place is read there: control may not come to it.
    """
    text = "\n".join(lines)
    counts = Counter(NAME.findall(text))
    first = [f"    {name} = {read}" for name, read in reads.items() if counts[name] != 1]
    late = {name: f"({name} := {read})" for name, read in reads.items() if counts[name] == 1}
    placed = NAME.sub(lambda found: late.get(found.group(), found.group()), text)
    return [*first, *placed.split("\n")]


def variable(fact: Fact) -> str:
    """Return the local name of a fact. It is unique, and no other name of the module has its
    prefix.
    """
    return f"{FACT_PREFIX}{fact.name}"
