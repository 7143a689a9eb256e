"""The texts that a fact which ignores case can be, as a regular expression.

Folding changes no text that is in small letters and in NFC, and makes all others one. Of the
characters that the spec names none, as many are kept of each gap between named ones as there are
facts to tell apart by them: such as stand apart from whatever is beside them, or all of the gap.
So for any texts there are others of these characters of which the same is true.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise
from unicodedata import combining, decomposition, normalize

from specdsl.model import nodes as m
from specdsl.model.walk import parts
from specdsl.smtlib.text import LARGEST, NotAsked, string

MOST_WHOLE = 200  # characters of a gap that are all listed
COMPOSED = 0x30000  # no canonical composition lies above
HANGUL = (range(0x1100, 0x1113), range(0x1161, 0x1176), range(0x11A8, 0x11C3))
SYLLABLES = range(0xAC00, 0xD7A4)
LONE_HALVES = range(0xD800, 0xE000)


@lru_cache(maxsize=2)
def language(spec: m.Spec) -> str:
    """A term of sort RegLan. Raises `NotAsked` where the characters are too many."""
    facts = 1 + sum(fact.type.ignoring_case for fact in spec.facts)  # one has two situations
    chars = _alphabet({c for text in _texts(spec) for c in text if _small(c)}, facts)
    every = f"(re.* {_one_of(chars)})"
    forbidden = list(_forbidden(chars))
    return f"(re.inter {every} (re.comp {_joined(forbidden)}))" if forbidden else every


# --- what the spec names -------------------------------------------------------------------------


def _texts(spec: m.Spec) -> Iterator[str]:
    """All literals and patterns, and what examples give."""
    for example in spec.examples:
        yield from (given.value for given in example.given if isinstance(given.value, str))
    stack = list(_conditions(spec))
    while stack:
        expr = stack.pop()
        match expr:
            case m.TextConstant():
                yield expr.value
            case m.OneOf():
                yield from (str(constant) for constant in expr.constants if expr.text)
            case m.Matches():
                yield expr.pattern
            case _:
                pass
        stack.extend(parts(expr))


def _conditions(spec: m.Spec) -> Iterator[m.Expr]:
    for rule in spec.rules:
        yield from (*rule.whens, *rule.unlesses)
    yield from (define.expr for define in spec.defines)
    yield from (assume.expr for assume in spec.assumes)
    yield from (lent.when for lent in spec.delegates if lent.when is not None)
    for assertion in spec.assertions:
        if isinstance(assertion.claim, m.Holds):
            yield assertion.claim.expr
        if assertion.when is not None:
            yield assertion.when


# --- characters ----------------------------------------------------------------------------------


def _small(char: str) -> bool:
    """Whether it can be in a folded text."""
    if ord(char) in LONE_HALVES:
        return False
    parts = normalize("NFD", char)
    return parts.casefold() == parts and normalize("NFC", char) == char


def _alphabet(named: Iterable[str], distinct: int) -> tuple[str, ...]:
    found = set(named)
    for low, high in pairwise([-1, *sorted(map(ord, found)), LARGEST + 1]):
        between = (c for c in range(low + 1, high) if c not in LONE_HALVES)
        small = (chr(c) for c in between if _small(chr(c)))
        apart = list(islice((c for c in small if _apart(c)), distinct))
        if len(apart) < distinct:
            apart = [chr(c) for c in range(low + 1, high) if _small(chr(c))]
        if len(apart) > max(distinct, MOST_WHOLE):
            raise NotAsked("the texts of facts that ignore case have too many characters")
        found.update(apart)
    return tuple(sorted(found))


def _apart(char: str) -> bool:
    """Whether it is composed with nothing and keeps its place."""
    return not combining(char) and char not in _composed() and ord(char) not in SYLLABLES


@lru_cache(maxsize=1)
def _composed() -> frozenset[str]:
    """What takes part in a canonical composition."""
    found = {chr(c) for jamo in HANGUL for c in jamo}
    for code in range(COMPOSED):
        form = decomposition(chr(code))
        if form and not form.startswith("<"):
            found.update(chr(int(part, 16)) for part in form.split())
    return frozenset(found)


# --- what cannot stand together ------------------------------------------------------------------


def _forbidden(chars: Sequence[str]) -> Iterator[str]:
    """Marks out of order, and what NFC would compose."""
    marks = [char for char in chars if combining(char)]
    for mark in marks:
        before = [other for other in marks if combining(other) > combining(mark)]
        if before:
            yield _anywhere(_one_of(before), _one_of([mark]))
    for char in (c for c in chars if not _apart(c)):
        with_it = [c for c in chars if not combining(c) and normalize("NFC", c + char) != c + char]
        between = [other for other in marks if combining(other) < combining(char)]
        if with_it:
            skipped = [f"(re.* {_one_of(between)})"] if between else []
            yield _anywhere(_one_of(with_it), *skipped, _one_of([char]))


def _anywhere(*terms: str) -> str:
    return f"(re.++ re.all {' '.join(terms)} re.all)"


def _one_of(chars: Sequence[str]) -> str:
    """One of the characters, which are sorted."""
    runs: list[list[str]] = []
    for char in chars:
        if runs and ord(runs[-1][-1]) + 1 == ord(char):
            runs[-1].append(char)
        else:
            runs.append([char])
    return _joined([_range(run[0], run[-1]) for run in runs])


def _range(first: str, last: str) -> str:
    if first == last:
        return f"(str.to_re {string(first)})"
    return f"(re.range {string(first)} {string(last)})"


def _joined(terms: Sequence[str]) -> str:
    return terms[0] if len(terms) == 1 else f"(re.union {' '.join(terms)})"
