"""SMT-LIB as text: terms, constants and scripts of named definitions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from specdsl.base.plain_text import visible

TRUE, FALSE = "true", "false"
LARGEST = 0x2FFFF  # The last character of SMT-LIB's strings.


class NotCovered(Exception):
    """A question that this encoding does not cover; the message says why."""


def all_of(terms: Iterable[str]) -> str:
    """Return the conjunction of the terms; true if there are none."""
    found = dict.fromkeys(t for t in terms if t != TRUE)
    if FALSE in found:
        return FALSE
    return _apply_operator("and", list(found)) if found else TRUE


def any_of(terms: Iterable[str]) -> str:
    """Return the disjunction of the terms; false if there are none."""
    found = dict.fromkeys(t for t in terms if t != FALSE)
    if TRUE in found:
        return TRUE
    return _apply_operator("or", list(found)) if found else FALSE


def negation_of(term: str) -> str:
    match term:
        case "true":
            return FALSE
        case "false":
            return TRUE
        case _:
            return f"(not {term})"


def implication(one: str, other: str) -> str:
    return any_of((negation_of(one), other))


def if_then_else(condition: str, then: str, other: str) -> str:
    """Return one of two terms of any sort, by a condition."""
    if condition in (TRUE, FALSE) or then == other:
        return then if condition != FALSE else other
    return f"(ite {condition} {then} {other})"


def _apply_operator(operator: str, terms: list[str]) -> str:
    return terms[0] if len(terms) == 1 else f"({operator} {' '.join(terms)})"


def real_constant(value: Fraction) -> str:
    """Return an exact constant of sort Real."""
    size = abs(value)
    text = f"{size.numerator}.0"
    if size.denominator != 1:
        text = f"(/ {text} {size.denominator}.0)"
    return f"(- {text})" if value < 0 else text


def string_constant(value: str) -> str:
    """Return a constant of sort String. Raises `NotCovered` for characters outside SMT-LIB."""
    return '"' + "".join(map(_escape_character, value)) + '"'


def _escape_character(char: str) -> str:
    if ord(char) > LARGEST:
        raise NotCovered(f"SMT-LIB has no character U+{ord(char):X}")
    if char == '"':
        return '""'
    plain = " " <= char <= "~" and char != "\\"
    return char if plain else f"\\u{{{ord(char):x}}}"


@dataclass
class SmtScript:
    """Declarations and definitions in order. Every name contains a `.` or `/`, so none is a word
    of SMT-LIB. A term is defined once (hash consing) and keeps its first name."""

    lines: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    defined: dict[str, str] = field(default_factory=dict)
    shapes: set[str] = field(default_factory=set)

    def add_comment(self, text: str) -> None:
        self.lines += ["", *(f"; {line}" for line in visible(text, newlines=True).splitlines())]

    def declare_constant(self, name: str, sort: str) -> str:
        self._reserve_name(name)
        self.lines.append(f"(declare-const {name} {sort})")
        return name

    def define_term(self, name: str, body: str, sort: str = "Bool") -> str:
        """Define the term and return its name; an atomic term is returned as it is."""
        if not body.startswith("("):
            return body
        if body in self.defined:
            return self.defined[body]
        self._reserve_name(name)
        self.defined[body] = name
        self.lines.append(f"(define-fun {name} () {sort} {body})")
        return name

    def declare_datatype(self, name: str, constructors: Iterable[str]) -> None:
        self._reserve_name(name)
        listed = " ".join(f"({constructor})" for constructor in constructors)
        self.lines.append(f"(declare-datatype {name} ({listed}))")

    def assert_term(self, term: str) -> None:
        if term != TRUE:
            self.lines.append(f"(assert {term})")

    def assert_shape(self, term: str) -> None:
        """Assert a constraint on fresh constants that is always satisfiable by them."""
        if term != TRUE:
            self.assert_term(term)
            self.shapes.add(self.lines[-1])

    def _reserve_name(self, name: str) -> None:
        if name in self.names:
            raise AssertionError(f"{name} is defined twice")
        self.names.add(name)
