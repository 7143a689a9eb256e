"""LALR parser stack without trees: how far a statement is read, and which tokens may follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lark import Token
from lark.parsers.lalr_analysis import Shift

from specdsl.frontend.syntax.keywords import (
    KEYWORDS,
    NON_MEMBERS,
    RESERVED_WORDS,
    STATEMENT_KEYWORDS,
)
from specdsl.frontend.syntax.tokens import grammar

NAME_KINDS = ("MEMBER", "NAME")
SPEECH_KINDS = frozenset(
    {"SAYS", "IMPLIES", "COLON"}
)  # Tokens that follow a principal in an example.


class ParserStack:
    """A stack of parser states, initially shared with the parser that it was made of."""

    __slots__ = ("end", "stack", "states")

    def __init__(self, states: Any, end: Any, stack: list[Any]) -> None:
        self.states = states
        self.end = end
        self.stack = stack

    def has_entry(self, kind: str) -> bool:
        """Return whether the table has an entry for the kind; `fits` implies it."""
        return kind in self.states[self.stack[-1]]

    def can_follow(self, kind: str) -> bool:
        """Return whether a token of the kind can follow (`$END`: whether the statement can end).
        The table alone accepts too much, since LALR merges lookaheads of different contexts.
        """
        entry = self.states[self.stack[-1]].get(kind)
        return entry is not None and (entry[0] is Shift or self._stack_after(kind) is not None)

    def advance_over(self, kind: str) -> bool:
        """Advance over a token of the kind; return whether it can follow."""
        found = self._stack_after(kind)
        if found is not None:
            self.stack = found
        return found is not None

    def copy(self) -> ParserStack:
        return ParserStack(self.states, self.end, list(self.stack))

    def _stack_after(self, kind: str) -> list[Any] | None:
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

    def accepted_kinds(self) -> frozenset[str]:
        """Return all kinds of tokens that can follow."""
        row = self.states[self.stack[-1]]
        return frozenset(kind for kind in row if kind.isupper() and self.can_follow(kind))

    def name_kind(self) -> str:
        """Return the kind of a name here, MEMBER or NAME; empty if none can follow."""
        row = self.states[self.stack[-1]]
        return next((kind for kind in NAME_KINDS if kind in row and self.can_follow(kind)), "")

    def kind_of(self, word: Token, following: Token | None) -> str:
        """Return the kind of a token here: a keyword or a name."""
        if not is_word(word):
            return word.type
        own, named = own_kind(word), self.name_kind()
        free = word not in (NON_MEMBERS if named == "MEMBER" else RESERVED_WORDS)
        if not named or not free:
            return own
        if following is not None and own_kind(following) in SPEECH_KINDS:
            return named
        begins = word in STATEMENT_KEYWORDS and self.can_follow("$END")
        return own if begins or self.can_follow(own) else named


def start_rule_of(word: Token) -> str:
    """Return the grammar's start rule for a statement that begins with the token."""
    return "policy" if word == "policy" else "statement"


def start_of_statement(word: Token) -> ParserStack:
    """Return the stack before the first token of a statement."""
    return stack_of_parser(grammar().parse_interactive(start=start_rule_of(word)))


def stack_of_parser(parser: Any) -> ParserStack:
    state = parser.parser_state
    return ParserStack(state.parse_conf.states, state.parse_conf.end_state, state.state_stack)


def stack_after(words: Sequence[Token]) -> ParserStack:
    """Return the stack after some tokens of a statement, each of the kind as which it was read."""
    place = (
        start_of_statement(words[0])
        if words
        else stack_of_parser(grammar().parse_interactive(start="statement"))
    )
    for word in words:
        place.advance_over(word.type)
    return place


def is_word(token: Token) -> bool:
    return token.type in NAME_KINDS or token in KEYWORDS


def own_kind(token: Token) -> str:
    """Return the kind of a token as a keyword, if it is one."""
    if token in KEYWORDS:
        return TERMINAL_NAMES.get(token, token.upper())
    return "NAME" if token.type in NAME_KINDS else token.type


# The names of lark's own terminals are taken.
TERMINAL_NAMES = {"number": "NUMBER_TYPE", "text": "TEXT_TYPE"}
