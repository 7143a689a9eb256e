r"""Representative texts: every truth value of every test, in every combination.

Tests of texts compare them with constants and with each other, and match them with patterns. What
is true of one text alone is its *class*: how it compares with each constant, and which patterns it
matches. Candidates for all classes are the constants, what the patterns match when `*` and `?`
stand for pieces of the constants and of the other patterns or for a character that occurs nowhere,
their neighbours in order, and, where the characters that matter are few, all short texts of them.
(Argued, not proved: a class that needs a text of another make would be missed. The constants and
patterns of random specs have at most two characters beside `*`, and every text of up to three
characters is tried.) Where two text facts are compared with each other, the first, a middle and
the last text of each class are kept, so that any order between two or three of them shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from specdsl.circuit.reference.conditions import World, value
from specdsl.model import nodes as m
from specdsl.source import Source, Span
from tests.bruteforce.walk import inside

LOW, HIGH = "\x01", "\U0010fff0"
FEW = 6  # characters of which all texts of up to three are tried


@dataclass(frozen=True, slots=True)
class Tests:
    """`related`: texts of two facts are compared with each other."""

    constants: frozenset[str]
    patterns: frozenset[str]
    related: bool


def tests_in(exprs: Iterable[m.Expr]) -> Tests:
    nodes = list(inside(tuple(exprs)))
    constants = {node.value for node in nodes if isinstance(node, m.TextConstant)}
    constants |= {
        constant
        for node in nodes
        if isinstance(node, m.OneOf) and node.text
        for constant in node.constants
        if isinstance(constant, str)
    }
    patterns = {node.pattern for node in nodes if isinstance(node, m.Matches)}
    compared = [(n.left, n.right) for n in nodes if isinstance(n, m.Compare) and n.text]
    related = any(_facts(*both) > 1 for both in compared)
    return Tests(frozenset(constants), frozenset(patterns), related)


def _facts(*terms: m.Expr) -> int:
    found = {node.fact for node in inside(terms) if isinstance(node, m.TextFact)}
    return len(found)


def representatives(tests: Tests) -> list[str]:
    """Of each class the first text, or where they are related up to three."""
    classes: dict[tuple[object, ...], list[str]] = {}
    for text in sorted(_candidates(tests)):
        classes.setdefault(class_of(tests, text), []).append(text)
    return [text for same in classes.values() for text in _kept(same, tests.related)]


def _kept(same: Sequence[str], related: bool) -> Sequence[str]:
    if not related:
        return [min(same, key=lambda text: (len(text), text))]
    return list(dict.fromkeys((same[0], same[len(same) // 2], same[-1])))


def class_of(tests: Tests, text: str) -> tuple[object, ...]:
    compared = tuple((text > c) - (text < c) for c in sorted(tests.constants))
    return *compared, *(matches(pattern, text) for pattern in sorted(tests.patterns))


def matches(pattern: str, text: str) -> bool:
    """Asked of the reference interpreter."""
    span = Span(Source("", ""), 0, 0)
    found = value(m.Matches(m.TextConstant(text, span), pattern, span), World({}, {}))
    return found is True


def _candidates(tests: Tests) -> set[str]:
    pieces = {"", LOW, *tests.constants, *(_literal(p) for p in tests.patterns)}
    found = {"", *tests.constants}
    found |= {text for pattern in tests.patterns for text in _filled(pattern, pieces)}
    found |= {text + end for text in found for end in (LOW, HIGH)}
    found |= {text[:-1] + end for text in found if text for end in ("", LOW, HIGH)}
    letters = {char for text in (*tests.constants, *tests.patterns) for char in text}
    if len(letters) < FEW:
        alphabet = sorted({LOW, HIGH, *letters, *(chr(ord(c) + 1) for c in letters)})
        found |= {"".join(some) for n in range(4) for some in product(alphabet, repeat=n)}
    return found


def _parts(pattern: str) -> list[str]:
    """Its characters, with a backslash before those that mean themselves."""
    parts, rest = [], iter(pattern)
    for char in rest:
        parts.append("\\" + next(rest, "\\") if char == "\\" else char)
    return parts


def _literal(pattern: str) -> str:
    return "".join(part[-1] for part in _parts(pattern) if part not in ("*", "?"))


def _filled(pattern: str, pieces: set[str]) -> set[str]:
    """Texts that it matches, with each piece for each `*`."""
    chars = {LOW, *(piece[0] for piece in pieces if piece)}
    found = {""}
    for part in _parts(pattern):
        ends = pieces if part == "*" else chars if part == "?" else {part[-1]}
        found = {text + end for text in found for end in ends}
        if len(found) > 20_000:
            found = set(sorted(found)[:20_000])
    return found
