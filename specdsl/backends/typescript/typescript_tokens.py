"""Tokens that occur in emitted TypeScript. All others are rejected."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from fractions import Fraction

from specdsl.backends.typescript.typescript_conditions import GREATEST_SAFE

TOKEN = re.compile(
    r"""
    (?P<blank>[ \n]+|//[ -~\xa0-\u2027\u202a-\uffff\U00010000-\U0010ffff]*(?=\n))
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?n?(?![A-Za-z0-9_.]))
    |(?P<text>"(?:[^"\\\x00-\x1f\x7f-\xa0\u2028\u2029]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*")
    |(?P<mark>&&|\|\||[!(){}\[\],.;:=])
    """,
    re.VERBOSE,
)
MOST_NESTED = 60  # Brackets within each other.


class UnreadableText(Exception):
    """Text that the reader does not know. It is rejected."""

    def __init__(self, at: int, what: str) -> None:
        super().__init__(what)
        self.at = at
        self.what = what


@dataclass(eq=False)
class TokenReader:
    """Reads a text, token by token, from a place on."""

    text: str
    at: int

    def __post_init__(self) -> None:
        self.depth = 0

    def peek_token(self) -> str:
        """Return the next token; blanks and comments before it are read."""
        while (found := TOKEN.match(self.text, self.at)) and found.lastgroup == "blank":
            self.at = found.end()
        if found is None:
            raise UnreadableText(self.at, "a character of this kind")
        return found.group()

    def next_token(self, kind: str = "word") -> str:
        token = self.peek_token()
        found = TOKEN.match(self.text, self.at)
        if found is None or found.lastgroup != kind:
            raise UnreadableText(self.at, f"`{token[:40]}` here")
        self.at = found.end()
        return token

    def reads_token(self, wanted: str) -> bool:
        if self.peek_token() != wanted:
            return False
        self.at += len(wanted)
        return True

    def expect_tokens(self, *tokens: str) -> None:
        for wanted in tokens:
            if not self.reads_token(wanted):
                raise UnreadableText(self.at, f"`{self.peek_token()[:40]}` instead of `{wanted}`")

    def enter_brackets(self) -> None:
        self.depth += 1
        if self.depth > MOST_NESTED:
            raise UnreadableText(self.at, "brackets so deep")

    def expect_return(self) -> None:
        """Read `return`. JavaScript ends the statement where a line ends after it."""
        self.expect_tokens("return")
        end = self.at
        self.peek_token()
        if "\n" in self.text[end : self.at]:
            raise UnreadableText(end, "a line that ends here")

    # --- constants ---

    def read_constant(self) -> Fraction:
        if self.reads_token("{"):
            self.expect_tokens("n", ":")
            over = self.read_integer()
            self.expect_tokens(",", "d", ":")
            start = self.at
            under = self.read_integer()
            if under <= 0:
                raise UnreadableText(start, "a fraction of this kind")
            self.expect_tokens("}")
            return Fraction(over, under)
        if self.peek_token().endswith("n"):
            return Fraction(self.read_integer())
        start = self.at
        value = float(self.next_token("number"))
        if abs(value) > GREATEST_SAFE:
            raise UnreadableText(start, "a number that stands for several")
        return Fraction(repr(value))  # The decimal that it prints as.

    def read_integer(self) -> int:
        start = self.at
        found = self.next_token("number")
        if not re.fullmatch("-?[0-9]+n", found) or len(found) > 4_000:
            raise UnreadableText(start, "an integer of this kind")
        return int(found[:-1])

    def read_string(self) -> str:
        start = self.at
        found: str = json.loads(self.next_token("text"))
        if any("\ud800" <= char <= "\udfff" for char in found):
            raise UnreadableText(start, "half a character")
        return found
