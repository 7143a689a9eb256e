"""How far a statement is read, and what may follow: the parser's states, without trees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lark import Token
from lark.parsers.lalr_analysis import Shift

from specdsl.syntax.tokens import grammar
from specdsl.syntax.words import KEYWORDS, NO_MEMBERS, RESERVED_WORDS, STARTS

NAMED = ("MEMBER", "NAME")
SPEAKS = frozenset({"SAYS", "IMPLIES", "COLON"})  # what follows a principal in an example


class Place:
    """A stack of parser states. The stack is shared with the parser that it was made of."""

    __slots__ = ("end", "stack", "states")

    def __init__(self, states: Any, end: Any, stack: list[Any]) -> None:
        self.states = states
        self.end = end
        self.stack = stack

    def lists(self, kind: str) -> bool:
        """Whether the table has the kind here at all: `fits` is true only where this is."""
        return kind in self.states[self.stack[-1]]

    def fits(self, kind: str) -> bool:
        """Whether a word of the kind can follow (`$END`: whether the statement can end). The
        table alone would say too much: it merges what may follow here with what may elsewhere."""
        entry = self.states[self.stack[-1]].get(kind)
        return entry is not None and (entry[0] is Shift or self._after(kind) is not None)

    def take(self, kind: str) -> bool:
        """Go past a word of the kind; whether it can follow."""
        found = self._after(kind)
        if found is not None:
            self.stack = found
        return found is not None

    def copy(self) -> Place:
        return Place(self.states, self.end, list(self.stack))

    def _after(self, kind: str) -> list[Any] | None:
        stack = list(self.stack)
        while (entry := self.states[stack[-1]].get(kind)) is not None:
            action, argument = entry
            if action is Shift:
                return [*stack, argument]
            if argument.expansion:
                del stack[-len(argument.expansion) :]
            stack.append(self.states[stack[-1]][argument.origin.name][1])
            if kind == "$END" and stack[-1] == self.end:
                return stack
        return None

    def accepted(self) -> frozenset[str]:
        """All kinds of words that can follow."""
        row = self.states[self.stack[-1]]
        return frozenset(kind for kind in row if kind.isupper() and self.fits(kind))

    def named(self) -> str:
        """What a name would be here: a MEMBER or a NAME; nothing where none can stand."""
        row = self.states[self.stack[-1]]
        return next((kind for kind in NAMED if kind in row and self.fits(kind)), "")

    def kind(self, word: Token, following: Token | None) -> str:
        """What a word is here: a keyword, or the name of something."""
        if not is_word(word):
            return word.type
        own, named = own_kind(word), self.named()
        free = word not in (NO_MEMBERS if named == "MEMBER" else RESERVED_WORDS)
        if not named or not free:
            return own
        if following is not None and own_kind(following) in SPEAKS:
            return named
        begins = word in STARTS and self.fits("$END")
        return own if begins or self.fits(own) else named


def rule_of(word: Token) -> str:
    """The grammar's rule for what begins with the word."""
    return "policy" if word == "policy" else "statement"


def start(word: Token) -> Place:
    """The place before the first word of a statement."""
    return of_parser(grammar().parse_interactive(start=rule_of(word)))


def of_parser(parser: Any) -> Place:
    state = parser.parser_state
    return Place(state.parse_conf.states, state.parse_conf.end_state, state.state_stack)


def past(words: Sequence[Token]) -> Place:
    """The place behind the words of a statement, each of the kind that it was read as."""
    place = start(words[0]) if words else of_parser(grammar().parse_interactive(start="statement"))
    for word in words:
        place.take(word.type)
    return place


def is_word(token: Token) -> bool:
    return token.type in NAMED or token in KEYWORDS


def own_kind(token: Token) -> str:
    """The kind of a word where it is a keyword."""
    if token in KEYWORDS:
        return KINDS.get(token, token.upper())
    return "NAME" if token.type in NAMED else token.type


KINDS = {"number": "NUMBER_TYPE", "text": "TEXT_TYPE"}  # what lark's own names are taken for
