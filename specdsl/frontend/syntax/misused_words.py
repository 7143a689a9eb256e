"""Reserved words that are used as names: one fault for each, at its declaration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lark import Token

from specdsl.base.diagnostics import Diagnostic, Note, fault
from specdsl.base.source import Source, Span
from specdsl.frontend.syntax import tree as t
from specdsl.frontend.syntax.keywords import NAMES_INSTEAD, free_name
from specdsl.frontend.syntax.syntax_codes import RESERVED

# Every name of these statements is a declaration.
DECLARING_STATEMENTS = frozenset({"fact", "decision", "authority"})
# These have a meaning of their own: `steered by nobody`, `D is decided`.
TWO_MEANINGS = {"nobody": "principal", "decided": "decision"}


class MisusedKeywords:
    """The reserved words that a text uses as names, and the faults that they may explain."""

    def __init__(self, source: Source, words: Sequence[Token]) -> None:
        self.source = source
        self.words = words
        self.declared: dict[str, Token] = {}
        self.used: set[str] = set()
        # Tokens before which a name is missing, or which stand in its place.
        self.nameless: list[Token] = []
        self.suspects: list[tuple[frozenset[str], Diagnostic]] = []

    def add_use(self, unit: Sequence[Token]) -> None:
        """Add the last token, which is used as a name in the statement that the others begin."""
        word = str(unit[-1])
        if unit[0] in DECLARING_STATEMENTS or len(unit) == 2:
            self.declared.setdefault(word, unit[-1])
        else:
            self.used.add(word)
            self.add_suspect(unit, self._reserved_word_fault(unit[-1]))

    def add_suspect(self, words: Sequence[Token], problem: Diagnostic) -> None:
        """Add a fault that is dropped if one of the tokens that lead to it is a misused word."""
        self.suspects.append((frozenset(map(str, words)), problem))

    def faults(self) -> Iterator[Diagnostic]:
        for word in self.nameless:
            if word in self.used:
                self.declared.setdefault(str(word), word)
        yield from map(self._reserved_word_fault, self.declared.values())
        said: set[str] = set()
        for words, problem in self.suspects:
            if not words.isdisjoint(self.declared):
                continue
            if problem.code is not RESERVED or problem.message not in said:
                yield problem
            said.add(problem.message)

    def _reserved_word_fault(self, token: Token) -> Diagnostic:
        """Return the fault, with another name as a suggestion."""
        word = str(token)
        span = Span(self.source, token.start_pos or 0, token.end_pos or 0)
        name = free_name(NAMES_INSTEAD[word], frozenset(map(str, self.words)))
        help_ = Note("help", f"write another name, such as `{name}`")
        return fault(RESERVED, f"`{word}` is a reserved word and cannot be a name", span, "", help_)


def unexplained_faults(
    faults: Iterable[Diagnostic], files: Iterable[t.File]
) -> Iterator[Diagnostic]:
    """Yield the faults except for those of a file that follow from a reserved word which another
    file declares as a name.
    """
    files = tuple(files)
    words = frozenset[str]().union(*(file.misused for file in files))
    suspects = (suspect for file in files for suspect in file.suspects)
    explained = {id(problem) for near, problem in suspects if not near.isdisjoint(words)}
    return (problem for problem in faults if id(problem) not in explained)
