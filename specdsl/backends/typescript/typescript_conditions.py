"""Expression printer for TypeScript: literals of an and-inverter graph → tests of facts `f` and of
outcomes `d`.

Each test is a call of a function of the shared part, which is false of an unknown fact.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from fractions import Fraction

from specdsl.backends.condition_printer import ConditionPrinter
from specdsl.frontend.model.nodes import Fact
from specdsl.semantics import aig as g
from specdsl.semantics.fact_values import facts_in
from specdsl.semantics.lower_terms import Variable

GREATEST_SAFE = 2**53 - 1  # The greatest integer that no other integer is rounded to.
FLIPPED = {"<=": ">=", "<": ">", "=": "="}
NEGATED = {"<=": ">", "<": ">=", ">=": "<", ">": "<="}
TESTS = {"<": "isBelow", "<=": "isAtMost", ">": "isAbove", ">=": "isAtLeast", "=": "isEqual"}
TEXT_TESTS = {"<": "comesBefore", "<=": "comesNotAfter", "=": "is"}


class TypescriptConditions(ConditionPrinter):
    """Prints literals in TypeScript."""

    conjunction = " && "
    disjunction = " || "

    def constant(self, true: bool) -> str:
        return "true" if true else "false"

    def negation(self, name: str) -> str:
        return f"!{name}"

    def assignment(self, name: str, text: str) -> str:
        return f"const {name} = {text};"

    def known_bool_text(self, fact: Fact, true: bool, positive: bool) -> str:
        return f"{'' if positive else '!'}is(f.{fact.name}, {self.constant(true)})"

    def atom_text(self, atom: g.Atom, positive: bool) -> str:
        match atom:
            case g.Known():
                return f"{'' if positive else '!'}isKnown(f.{atom.fact.name})"
            case g.IsTrue():
                return f"{'' if positive else '!'}is(f.{atom.fact.name}, true)"
            case g.IsEnumMember():
                member = string_text(atom.fact.type.members[atom.member])
                return f"{'' if positive else '!'}is(f.{atom.fact.name}, {member})"
            case g.Outcome():
                chosen = string_text(atom.decision.outcomes[atom.outcome])
                return f"{'' if positive else '!'}is(d.{atom.decision.name}, {chosen})"
            case g.HasMember():
                member = string_text(atom.fact.type.members[atom.member])
                test = f"has(f.{atom.fact.name}, {member})"
            case g.TextMatches():
                test = f"isLike(f.{atom.fact.name}, {string_text(atom.pattern)})"
            case g.TextCompare():
                test = f"{TEXT_TESTS[atom.op]}(f.{atom.fact.name}, {string_text(atom.value)})"
            case g.TextRelation():
                test = f"{TEXT_TESTS[atom.op]}(f.{atom.left.name}, f.{atom.right.name})"
            case g.Linear():
                test = _comparison_text(atom, positive)
                if atom.op != "=":
                    return test  # The negation is a test of its own.
            case _:
                raise AssertionError("an input has no place in an emitted condition")
        return test if positive else _guard_negation(test, facts_in(atom))


def _comparison_text(atom: g.Linear, positive: bool) -> str:
    scale, op = Fraction(1), atom.op
    for _, coefficient in atom.terms:
        scale *= coefficient.denominator
    factors = [(variable, coefficient * scale) for variable, coefficient in atom.terms]
    bound = atom.bound * scale
    (variable, factor), *others = factors
    if others:
        pairs = ", ".join(f"[{quantity_text(c)}, {_variable_text(v)}]" for v, c in factors)
        total = f"sumOf({pairs})"
    else:
        total, bound = _variable_text(variable), bound / factor
        op = FLIPPED[op] if factor < 0 else op
    if not positive:
        op = NEGATED.get(op, op)
    return f"{TESTS[op]}({total}, {quantity_text(bound)})"


def _variable_text(variable: Variable) -> str:
    if isinstance(variable, g.Size):
        return f"sizeOf(f.{variable.fact.name})"
    return f"f.{variable.name}"


def _guard_negation(test: str, facts: Iterable[Fact]) -> str:
    """Return the negation of a test, which is false too if a fact is unknown."""
    known = [f"isKnown(f.{fact.name})" for fact in facts if fact.optional]
    return f"({' && '.join([*known, f'!{test}'])})" if known else f"!{test}"


def quantity_text(value: Fraction) -> str:
    """Return an exact constant: a number, if it is the decimal that this prints as."""
    if value.denominator == 1:
        plain = abs(value.numerator) <= GREATEST_SAFE
        return f"{value.numerator}{'' if plain else 'n'}"
    if abs(value) < GREATEST_SAFE:
        text = repr(float(value))
        if Fraction(text) == value:
            return text
    return f"{{ n: {value.numerator}n, d: {value.denominator}n }}"


def string_text(text: str) -> str:
    """Return the literal of a text, in which every character that is not ASCII is escaped."""
    return json.dumps(text)
