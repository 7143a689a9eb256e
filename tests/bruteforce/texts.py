r"""Representative texts: every truth value of every test, in every combination.

Tests of texts compare them with constants and with each other, and match them with patterns. What
is true of one text alone is its *class*: how it compares with each constant, and which patterns it
matches. Candidates for all classes are the constants, what the patterns match when `*` and `?`
stand for pieces of the constants and of the other patterns or for a character that occurs nowhere,
their neighbours in order, and, where the characters that matter are few, all short texts of them.
(Argued, not proved: a class that needs a text of another make would be missed. The constants and
patterns of random specs have few characters beside `*`; every text of up to three characters is
tried, and where there are many patterns of two characters every one of up to six.) Where two text
facts are compared with each other, what matters beside their classes is their order; of three
texts, since one of the two may be another in a second situation. So the first and the last text of
each class are kept, and between the first of any class and the last of any other one of each class
that lies there: three texts of any classes in any order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from unicodedata import normalize

from specdsl.base.source import Source, Span
from specdsl.frontend.model import nodes as m
from specdsl.semantics.reference.kleene import Valuation, evaluate
from tests.bruteforce.linear import Unenumerable
from tests.bruteforce.walk import inside

LOW, HIGH = "\x01", "\U0010fff0"
FEW = 6  # characters of which all texts of up to three are tried
FEWER = 2  # of which all of up to six are tried, with two that occur nowhere


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
    compared = (_facts(n.left, n.right) for n in nodes if isinstance(n, m.Compare) and n.text)
    together = [facts for facts in compared if len(facts) > 1]
    if len(frozenset().union(*together)) > 2:
        raise Unenumerable("more than two texts are compared with each other")
    return Tests(frozenset(constants), frozenset(patterns), bool(together))


def _facts(*terms: m.Expr) -> frozenset[str]:
    return frozenset(node.fact.name for node in inside(terms) if isinstance(node, m.TextFact))


def representatives(tests: Tests, ignoring_case: bool = False) -> list[str]:
    """Of each class the shortest text, or where they are related enough for any order of three;
    only of texts that folding leaves as they are, where facts are such."""
    classes: dict[tuple[object, ...], list[str]] = {}
    for text in sorted(_candidates(tests)):
        if ignoring_case and normalize("NFC", normalize("NFD", text).casefold()) != text:
            continue
        classes.setdefault(class_of(tests, text), []).append(text)
    if tests.related:
        return sorted(_in_any_order(list(classes.values())))
    return [min(same, key=lambda text: (len(text), text)) for same in classes.values()]


def _in_any_order(classes: Sequence[Sequence[str]]) -> set[str]:
    """`classes` in order each."""
    ends = {same[0] for same in classes} | {same[-1] for same in classes}
    kept = set(ends)
    for lower, same, upper in product(classes, repeat=3):
        between = [text for text in same if lower[0] < text < upper[-1]]
        if between and kept.isdisjoint(between):
            kept.add(between[len(between) // 2])
    return kept


def class_of(tests: Tests, text: str) -> tuple[object, ...]:
    compared = tuple((text > c) - (text < c) for c in sorted(tests.constants))
    return *compared, *(matches(pattern, text) for pattern in sorted(tests.patterns))


def matches(pattern: str, text: str) -> bool:
    """Asked of the reference interpreter."""
    span = Span(Source("", ""), 0, 0)
    found = evaluate(m.Matches(m.TextConstant(text, span), pattern, span), Valuation({}, {}))
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
    plain = {char for text in (*tests.constants, *map(_literal, tests.patterns)) for char in text}
    if len(plain) <= FEWER < len(tests.patterns):
        found |= {
            "".join(some) for n in range(7) for some in product((LOW, HIGH, *plain), repeat=n)
        }
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
