"""Reserved words that are used as names: one fault each, where the name is declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lark import Token

from specdsl.diagnostics import Diagnostic, Note, fault
from specdsl.source import Source, Span
from specdsl.syntax import tree as t
from specdsl.syntax.codes import RESERVED
from specdsl.syntax.words import INSTEAD, free_name

DECLARE_ALL = frozenset({"fact", "decision", "authority"})  # where every name is declared
TWO_MEANINGS = {"nobody": "principal", "decided": "decision"}  # `steered by nobody`, `D is decided`


class Misused:
    """The reserved words that a text takes for names, and the faults that they may explain."""

    def __init__(self, source: Source, words: Sequence[Token]) -> None:
        self.source = source
        self.words = words
        self.declared: dict[str, Token] = {}
        self.used: set[str] = set()
        self.nameless: list[Token] = []  # where a name is missing, or is this word
        self.suspects: list[tuple[frozenset[str], Diagnostic]] = []

    def add(self, unit: Sequence[Token]) -> None:
        """The last word of those is a name in the statement that they begin."""
        word = str(unit[-1])
        if unit[0] in DECLARE_ALL or len(unit) == 2:
            self.declared.setdefault(word, unit[-1])
        else:
            self.used.add(word)
            self.suspect(unit, self._fault(unit[-1]))

    def suspect(self, words: Sequence[Token], problem: Diagnostic) -> None:
        """A fault, which is none of its own where one of the words that lead to it is misused."""
        self.suspects.append((frozenset(map(str, words)), problem))

    def faults(self) -> Iterator[Diagnostic]:
        for word in self.nameless:
            if word in self.used:
                self.declared.setdefault(str(word), word)
        yield from map(self._fault, self.declared.values())
        said: set[str] = set()
        for words, problem in self.suspects:
            if not words.isdisjoint(self.declared):
                continue
            if problem.code is not RESERVED or problem.message not in said:
                yield problem
            said.add(problem.message)

    def _fault(self, token: Token) -> Diagnostic:
        """The fault, with another name."""
        word = str(token)
        span = Span(self.source, token.start_pos or 0, token.end_pos or 0)
        name = free_name(INSTEAD[word], frozenset(map(str, self.words)))
        help_ = Note("help", f"write another name, such as `{name}`")
        return fault(RESERVED, f"`{word}` is a reserved word and cannot be a name", span, "", help_)


def unexplained(faults: Iterable[Diagnostic], files: Iterable[t.File]) -> Iterator[Diagnostic]:
    """Those but for faults of a file that come of a word which another declares as a name."""
    files = tuple(files)
    words = frozenset[str]().union(*(file.misused for file in files))
    suspects = (suspect for file in files for suspect in file.suspects)
    explained = {id(problem) for near, problem in suspects if not near.isdisjoint(words)}
    return (problem for problem in faults if id(problem) not in explained)
