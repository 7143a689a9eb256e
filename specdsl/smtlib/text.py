"""SMT-LIB as text: terms, constants, and scripts that name what they define."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from specdsl.plain import visible

TRUE, FALSE = "true", "false"
LARGEST = 0x2FFFF  # the last character of SMT-LIB's strings


class NotAsked(Exception):
    """A question that this encoding does not cover; the message says why."""


def all_of(terms: Iterable[str]) -> str:
    """Their conjunction; true where there are none."""
    found = dict.fromkeys(t for t in terms if t != TRUE)
    if FALSE in found:
        return FALSE
    return _joined("and", list(found)) if found else TRUE


def any_of(terms: Iterable[str]) -> str:
    """Their disjunction; false where there are none."""
    found = dict.fromkeys(t for t in terms if t != FALSE)
    if TRUE in found:
        return TRUE
    return _joined("or", list(found)) if found else FALSE


def negated(term: str) -> str:
    match term:
        case "true":
            return FALSE
        case "false":
            return TRUE
        case _:
            return f"(not {term})"


def implies(one: str, other: str) -> str:
    return any_of((negated(one), other))


def choice(condition: str, then: str, other: str) -> str:
    """One of two terms of any sort."""
    if condition in (TRUE, FALSE) or then == other:
        return then if condition != FALSE else other
    return f"(ite {condition} {then} {other})"


def _joined(operator: str, terms: list[str]) -> str:
    return terms[0] if len(terms) == 1 else f"({operator} {' '.join(terms)})"


def real(value: Fraction) -> str:
    """An exact constant of sort Real."""
    size = abs(value)
    text = f"{size.numerator}.0"
    if size.denominator != 1:
        text = f"(/ {text} {size.denominator}.0)"
    return f"(- {text})" if value < 0 else text


def string(value: str) -> str:
    """A constant of sort String. Raises `NotAsked` for characters that SMT-LIB does not have."""
    return '"' + "".join(map(_character, value)) + '"'


def _character(char: str) -> str:
    if ord(char) > LARGEST:
        raise NotAsked(f"SMT-LIB has no character U+{ord(char):X}")
    if char == '"':
        return '""'
    plain = " " <= char <= "~" and char != "\\"
    return char if plain else f"\\u{{{ord(char):x}}}"


@dataclass
class Script:
    """Declarations and definitions in order. Every name that it gives holds a `.` or `/`, so none
    is a word of SMT-LIB. A term that was defined before keeps its first name."""

    lines: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    defined: dict[str, str] = field(default_factory=dict)
    shapes: set[str] = field(default_factory=set)

    def comment(self, text: str) -> None:
        self.lines += ["", *(f"; {line}" for line in visible(text, newlines=True).splitlines())]

    def declare(self, name: str, sort: str) -> str:
        self._new(name)
        self.lines.append(f"(declare-const {name} {sort})")
        return name

    def define(self, name: str, body: str, sort: str = "Bool") -> str:
        """The name of the term; the term itself where it is no longer than a name."""
        if not body.startswith("("):
            return body
        if body in self.defined:
            return self.defined[body]
        self._new(name)
        self.defined[body] = name
        self.lines.append(f"(define-fun {name} () {sort} {body})")
        return name

    def datatype(self, name: str, constructors: Iterable[str]) -> None:
        self._new(name)
        listed = " ".join(f"({constructor})" for constructor in constructors)
        self.lines.append(f"(declare-datatype {name} ({listed}))")

    def claim(self, term: str) -> None:
        if term != TRUE:
            self.lines.append(f"(assert {term})")

    def shape(self, term: str) -> None:
        """Asserts what constants of its own are like, which some always are."""
        if term != TRUE:
            self.claim(term)
            self.shapes.add(self.lines[-1])

    def _new(self, name: str) -> None:
        if name in self.names:
            raise AssertionError(f"{name} is defined twice")
        self.names.add(name)
