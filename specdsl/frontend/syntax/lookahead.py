"""Token stream with lookahead, for error recovery: where statements begin, and where a name is
missing.
"""

from __future__ import annotations

from collections.abc import Iterator

from lark import Token

from specdsl.base.diagnostics import did_you_mean
from specdsl.base.source import Source, Span
from specdsl.frontend.syntax import parser_states as p
from specdsl.frontend.syntax.keywords import KEYWORDS, STATEMENT_KEYWORDS
from specdsl.frontend.syntax.parser_states import ParserStack
from specdsl.frontend.syntax.tokens import BLANKS

LOOKAHEAD = 3  # Tokens that are read before something counts as the beginning of a statement.
WORDS_BEFORE_SETS = frozenset(["in", "of", "=", "!="])  # A set follows these.


class TokenStream:
    """The tokens of a text by position; each has the kind as which it was read."""

    def __init__(self, source: Source, words: list[Token]) -> None:
        self.source = source
        self.all = words

    def __len__(self) -> int:
        return len(self.all)

    def __getitem__(self, i: int) -> Token:
        return self.all[i]

    def token_at(self, i: int) -> Token | None:
        return self.all[i] if i < len(self.all) else None

    def unit(self, start: int, end: int) -> list[Token]:
        return self.all[start:end]

    def keep_as(self, i: int, kind: str) -> Token:
        """Return the token, retagged as the kind as which it is read."""
        word = self.all[i]
        if word.type != kind:
            word = self.all[i] = Token.new_borrow_pos(kind, str(word), word)
        return word

    def span(self, i: int) -> Span:
        return Span(self.source, self.all[i].start_pos or 0, self.all[i].end_pos or 0)

    # --- lines ---

    def is_dedented(self, start: int, i: int) -> bool:
        """Return whether token `i` begins its line, not to the right of the statement at
        `start`.
        """
        column = self._indent_of(i)
        return column is not None and column <= (self._indent_of(start) or 0)

    def _indent_of(self, i: int) -> int | None:
        start = self.all[i].start_pos or 0
        line_start = self.source.text.rfind("\n", 0, start) + 1
        own_line = not self.source.text[line_start:start].strip(BLANKS)
        return start - line_start if own_line else None

    # --- ahead ---

    def can_be_read(self, place: ParserStack, i: int) -> bool:
        """Return whether the next few tokens from `i` on are accepted, or a whole short
        statement.
        """
        for k in range(i, min(i + LOOKAHEAD, len(self.all))):
            word = self.all[k]
            if not place.advance_over(place.kind_of(word, self.token_at(k + 1))):
                over = word in STATEMENT_KEYWORDS or word in ("{", "}")
                return over and k > i and place.can_follow("$END")
        return i + LOOKAHEAD <= len(self.all) or place.can_follow("$END")

    def begins_statement(self, start: int, k: int) -> bool:
        """Return whether a statement seems to begin at token `k`, after a broken one at `start`."""
        if self.all[k] not in STATEMENT_KEYWORDS:
            return False
        if self.can_be_read(p.start_of_statement(self.all[k]), k):
            return True
        following = self.token_at(k + 1)
        named = following is not None and (p.is_word(following) or following.type == "NUMBER")
        return named and self.is_dedented(start, k)

    def swallowed_starts(self, start: int, end: int) -> Iterator[int]:
        """Yield the tokens of a statement that were read as names but seem to begin another one."""
        for k in range(start + 1, end):
            if self.all[k].type in p.NAME_KINDS and self.begins_statement(start, k):
                yield k

    def is_name_missing(self, place: ParserStack, i: int) -> bool:
        """Return whether the tokens from `i` on would be accepted if a name preceded them."""
        if self.all[i] not in KEYWORDS or self.all[i].type == "MEMBER":
            return False
        following = self.token_at(i + 1)
        if self.all[i] in ("when", "unless") and following and following.type == "STRING":
            return False  # A text is no condition.
        place = place.copy()
        return place.advance_over("NAME") and self.can_be_read(place, i)

    def opens_body(self, start: int, k: int) -> bool:
        """Return whether the brace follows a broken policy's head and does not belong to a set."""
        first = self.all[start]
        meant = first == "policy" or "`policy`" in did_you_mean(first, STATEMENT_KEYWORDS)
        return meant and str(self.all[k - 1]) not in WORDS_BEFORE_SETS

    def open_braces(self, start: int, i: int) -> int:
        """Return the number of set braces that are open before token `i` of the statement
        at `start`.
        """
        return sum((word == "{") - (word == "}") for word in self.all[start:i])

    def next_start(self, start: int, i: int) -> int:
        """Return where the statement at `start`, broken at token `i`, ends: at the next statement,
        at the brace that closes the surrounding policy, or at the one that opens this policy's
        body.
        """
        depth = self.open_braces(start, i)
        for k in range(max(i, start + 1), len(self.all)):
            word = self.all[k]
            if self.begins_statement(start, k) or (word == "{" and self.opens_body(start, k)):
                return k
            if word == "}" and depth <= 0:
                return k
            depth += (word == "{") - (word == "}")
        return len(self.all)
