"""The words of a text, and what lies ahead of one: whether a statement begins there, whether a name
is missing."""

from __future__ import annotations

from collections.abc import Iterator

from lark import Token

from specdsl.diagnostics import did_you_mean
from specdsl.source import Source, Span
from specdsl.syntax import place as p
from specdsl.syntax.place import Place
from specdsl.syntax.tokens import BLANKS
from specdsl.syntax.words import KEYWORDS, STARTS

SURE = 3  # words that are read before something counts as the beginning of a statement
PUT_TOGETHER = frozenset(["in", "of", "=", "!="])  # a set follows them


class Words:
    """The words of a text by their number; each has the kind that it was read as."""

    def __init__(self, source: Source, words: list[Token]) -> None:
        self.source = source
        self.all = words

    def __len__(self) -> int:
        return len(self.all)

    def __getitem__(self, i: int) -> Token:
        return self.all[i]

    def at(self, i: int) -> Token | None:
        return self.all[i] if i < len(self.all) else None

    def unit(self, start: int, end: int) -> list[Token]:
        return self.all[start:end]

    def keep(self, i: int, kind: str) -> Token:
        """The word, kept as the kind that it is read as."""
        word = self.all[i]
        if word.type != kind:
            word = self.all[i] = Token.new_borrow_pos(kind, str(word), word)
        return word

    def span(self, i: int) -> Span:
        return Span(self.source, self.all[i].start_pos or 0, self.all[i].end_pos or 0)

    # --- lines ---

    def dedented(self, start: int, i: int) -> bool:
        """Whether word `i` begins its line, no further right than the statement at `start` does."""
        column = self._indent(i)
        return column is not None and column <= (self._indent(start) or 0)

    def _indent(self, i: int) -> int | None:
        start = self.all[i].start_pos or 0
        line_start = self.source.text.rfind("\n", 0, start) + 1
        own_line = not self.source.text[line_start:start].strip(BLANKS)
        return start - line_start if own_line else None

    # --- ahead ---

    def reads(self, place: Place, i: int) -> bool:
        """Whether the next few words from `i` on can stand at a place, or all of a statement."""
        for k in range(i, min(i + SURE, len(self.all))):
            word = self.all[k]
            if not place.take(place.kind(word, self.at(k + 1))):
                over = word in STARTS or word in ("{", "}")
                return over and k > i and place.fits("$END")
        return i + SURE <= len(self.all) or place.fits("$END")

    def begins(self, start: int, k: int) -> bool:
        """Whether a statement seems to begin at word `k`, after a broken one at `start`."""
        if self.all[k] not in STARTS:
            return False
        if self.reads(p.start(self.all[k]), k):
            return True
        following = self.at(k + 1)
        named = following is not None and (p.is_word(following) or following.type == "NUMBER")
        return named and self.dedented(start, k)

    def taken_in(self, start: int, end: int) -> Iterator[int]:
        """The words in a statement that were read as names, but seem to begin another."""
        for k in range(start + 1, end):
            if self.all[k].type in p.NAMED and self.begins(start, k):
                yield k

    def name_missing(self, place: Place, i: int) -> bool:
        """Whether the words from `i` on would fit if a name stood before them."""
        if self.all[i] not in KEYWORDS or self.all[i].type == "MEMBER":
            return False
        following = self.at(i + 1)
        if self.all[i] in ("when", "unless") and following and following.type == "STRING":
            return False  # a text is no condition
        place = place.copy()
        return place.take("NAME") and self.reads(place, i)

    def opens_body(self, start: int, k: int) -> bool:
        """The brace after a broken policy's head, not that of a set in its condition."""
        first = self.all[start]
        meant = first == "policy" or "`policy`" in did_you_mean(first, STARTS)
        return meant and str(self.all[k - 1]) not in PUT_TOGETHER

    def depth(self, start: int, i: int) -> int:
        """The braces of sets that are open before word `i` of the statement at `start`."""
        return sum((word == "{") - (word == "}") for word in self.all[start:i])

    def next_start(self, start: int, i: int) -> int:
        """Where the statement at `start` ends, which is broken at word `i`: the next one, the brace
        that ends the policy around, or the one that opens this policy's body."""
        depth = self.depth(start, i)
        for k in range(max(i, start + 1), len(self.all)):
            word = self.all[k]
            if self.begins(start, k) or (word == "{" and self.opens_body(start, k)):
                return k
            if word == "}" and depth <= 0:
                return k
            depth += (word == "{") - (word == "}")
        return len(self.all)
