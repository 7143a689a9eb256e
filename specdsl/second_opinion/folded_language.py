"""Folded texts as a regular expression: the values of a fact that ignores case.

A text is folded if it is in small letters and in Unicode NFC. The alphabet has the characters that
the spec uses, and from each gap between them as many others as there are facts: characters that
compose with no neighbour, or else all of the gap. So any texts can be replaced by texts over this
alphabet on which all comparisons are the same (a small-model property).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise
from unicodedata import combining, decomposition, normalize

from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.traversal import subexpressions
from specdsl.second_opinion.smtlib_text import LARGEST, NotCovered, string_constant

MAX_ENUMERATED_GAP = 200  # If a gap is listed in full, it has at most so many characters.
COMPOSED = 0x30000  # There is no canonical composition from here on.
HANGUL = (range(0x1100, 0x1113), range(0x1161, 0x1176), range(0x11A8, 0x11C3))
SYLLABLES = range(0xAC00, 0xD7A4)
LONE_HALVES = range(0xD800, 0xE000)


@lru_cache(maxsize=2)
def folded_language(spec: m.SpecModel) -> str:
    """Return a term of sort RegLan. Raises `NotCovered` if there are too many characters."""
    # One of the facts may have two values, in two situations.
    facts = 1 + sum(fact.type.ignoring_case for fact in spec.facts)
    chars = _representative_alphabet(
        {c for text in _spec_texts(spec) for c in text if _is_folded(c)}, facts
    )
    every = f"(re.* {_character_class(chars)})"
    forbidden = list(_forbidden_sequences(chars))
    return f"(re.inter {every} (re.comp {_union_of(forbidden)}))" if forbidden else every


# --- what the spec names -------------------------------------------------------------------------


def _spec_texts(spec: m.SpecModel) -> Iterator[str]:
    """Yield all text literals and patterns, and the texts that examples give."""
    for example in spec.examples:
        yield from (given.value for given in example.given if isinstance(given.value, str))
    stack = list(_spec_conditions(spec))
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
        stack.extend(subexpressions(expr))


def _spec_conditions(spec: m.SpecModel) -> Iterator[m.Expr]:
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


def _is_folded(char: str) -> bool:
    """Tell whether a character can be in a folded text."""
    if ord(char) in LONE_HALVES:
        return False
    parts = normalize("NFD", char)
    return parts.casefold() == parts and normalize("NFC", char) == char


def _representative_alphabet(named: Iterable[str], distinct: int) -> tuple[str, ...]:
    found = set(named)
    for low, high in pairwise([-1, *sorted(map(ord, found)), LARGEST + 1]):
        between = (c for c in range(low + 1, high) if c not in LONE_HALVES)
        small = (chr(c) for c in between if _is_folded(chr(c)))
        apart = list(islice((c for c in small if _is_independent(c)), distinct))
        if len(apart) < distinct:
            apart = [chr(c) for c in range(low + 1, high) if _is_folded(chr(c))]
        if len(apart) > max(distinct, MAX_ENUMERATED_GAP):
            raise NotCovered("the texts of facts that ignore case have too many characters")
        found.update(apart)
    return tuple(sorted(found))


def _is_independent(char: str) -> bool:
    """Tell whether a character composes with no other and is not reordered."""
    return (
        not combining(char) and char not in _composing_characters() and ord(char) not in SYLLABLES
    )


@lru_cache(maxsize=1)
def _composing_characters() -> frozenset[str]:
    """Return the characters that take part in a canonical composition."""
    found = {chr(c) for jamo in HANGUL for c in jamo}
    for code in range(COMPOSED):
        form = decomposition(chr(code))
        if form and not form.startswith("<"):
            found.update(chr(int(part, 16)) for part in form.split())
    return frozenset(found)


# --- what cannot stand together ------------------------------------------------------------------


def _forbidden_sequences(chars: Sequence[str]) -> Iterator[str]:
    """Yield the sequences that NFC would reorder or compose."""
    marks = [char for char in chars if combining(char)]
    for mark in marks:
        before = [other for other in marks if combining(other) > combining(mark)]
        if before:
            yield _containing_sequence(_character_class(before), _character_class([mark]))
    for char in (c for c in chars if not _is_independent(c)):
        with_it = [c for c in chars if not combining(c) and normalize("NFC", c + char) != c + char]
        between = [other for other in marks if combining(other) < combining(char)]
        if with_it:
            skipped = [f"(re.* {_character_class(between)})"] if between else []
            yield _containing_sequence(
                _character_class(with_it), *skipped, _character_class([char])
            )


def _containing_sequence(*terms: str) -> str:
    return f"(re.++ re.all {' '.join(terms)} re.all)"


def _character_class(chars: Sequence[str]) -> str:
    """Return the class of the characters, which are sorted, as a union of ranges."""
    runs: list[list[str]] = []
    for char in chars:
        if runs and ord(runs[-1][-1]) + 1 == ord(char):
            runs[-1].append(char)
        else:
            runs.append([char])
    return _union_of([_character_range(run[0], run[-1]) for run in runs])


def _character_range(first: str, last: str) -> str:
    if first == last:
        return f"(str.to_re {string_constant(first)})"
    return f"(re.range {string_constant(first)} {string_constant(last)})"


def _union_of(terms: Sequence[str]) -> str:
    return terms[0] if len(terms) == 1 else f"(re.union {' '.join(terms)})"
