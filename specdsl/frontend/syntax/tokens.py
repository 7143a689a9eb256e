"""Lexer: text → tokens and comments, and faults of characters that no text may contain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from lark import Lark, Token

from specdsl.base.diagnostics import Diagnostic, Note, fault
from specdsl.base.source import Source, Span
from specdsl.frontend.syntax import tree as t
from specdsl.frontend.syntax.parser_tables import analyse_grammar, load_shipped
from specdsl.frontend.syntax.syntax_codes import SYNTAX

LINE_ENDS = (
    # Line ends of other programs: here only `\n` and `\r\n` end a line.
    "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
)
HIDING_CHARACTERS = re.compile(
    r"\r(?!\n)|[\x00-\x08\v\f\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
BLANKS = " \t\n\r"


@cache
def grammar() -> Lark:
    """Return the parser of the language, which is made once."""
    return load_shipped() or analyse_grammar()


def split_tokens(
    source: Source, start: int = 0, end: int | None = None
) -> tuple[list[Token], list[t.Comment]]:
    """Return the tokens of a text and its comments, or those of a part of it."""
    text = " " * start + source.text[start:end] if start or end is not None else source.text
    words: list[Token] = []
    comments: list[t.Comment] = []
    for token in grammar().lex(text, dont_ignore=True):
        if token.type == "COMMENT":
            comments.append(_make_comment(source, token))
        elif not token.type.startswith("__IGNORE"):
            words.append(token)
    return words, comments


def _make_comment(source: Source, token: Token) -> t.Comment:
    start = token.start_pos or 0
    line_start = source.text.rfind("\n", 0, start) + 1
    own_line = not source.text[line_start:start].strip(BLANKS + "\ufeff")
    text = str(token).rstrip(BLANKS)
    return t.Comment(text, Span(source, start, start + len(text)), own_line)


def hidden_characters(source: Source) -> Iterator[Diagnostic]:
    """Yield a fault for each character that makes a text look different from what is read, at its
    first place.
    """
    seen: set[str] = set()
    for found in HIDING_CHARACTERS.finditer(source.text):
        char = found.group()
        if char not in seen:
            seen.add(char)
            span = Span(source, found.start(), found.end())
            message = f"unexpected character `U+{ord(char):04X}`"
            yield fault(SYNTAX, message, span, "", Note("help", _help_on_character(char)))


def _help_on_character(char: str) -> str:
    if char in LINE_ENDS:
        return "some programs end a line here and others do not: end it as the other lines"
    if "\ud800" <= char <= "\udfff":
        return "it is half of a character: take it out"
    if char > "\u2000":
        return "it changes the order in which the text is shown: take it out"
    return "it cannot be seen: take it out"
