"""Condensed layout of the part that all modules share: the same statements on fewer lines.

A statement stands on one line if it fits, without comments but those for a type checker; fields of
a class stand side by side, and a short body beside its head. What is read is the text, not a syntax
tree, so that the layout is the same on every version of Python.
"""

from __future__ import annotations

import keyword
import re
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO

WIDTH = 100  # Columns.
FIELD = re.compile(r"[a-z_]+: \S")  # A field of a class.
ENDING = re.compile("(return|raise|continue|break|pass)\\b")
GUARD = re.compile("(if|def|class) ")  # The head of what may stand on one line.
OPENED, CLOSED = frozenset("([{"), frozenset(")]}")
JOINTS = frozenset(("and", "or", "if", "else", "for", "|", "+", "-", "&"))  # Begin a line.
SKIPPED = frozenset((tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT))
# Parts of texts with braces are tokens of their own since Python 3.12.
TEXT_START = getattr(tokenize, "FSTRING_START", -1)
TEXT_END = getattr(tokenize, "FSTRING_END", -1)


@dataclass(frozen=True, slots=True)
class Line:
    """A statement, or the head of one, with its depth in spaces and the places where it may be
    broken, each with the number of brackets that are open there.
    """

    depth: int
    text: str
    breaks: tuple[tuple[int, int], ...]

    def join_line(self, other: Line, between: str) -> Line:
        """Return both on one line."""
        shift = len(self.text) + len(between)
        moved = ((at + shift, deep) for at, deep in other.breaks)
        return Line(self.depth, self.text + between + other.text, (*self.breaks, *moved))


def condensed_lines(text: str) -> list[str]:
    """Return the lines of a definition in a condensed layout."""
    found = _with_short_bodies(_with_joined_fields(list(_logical_lines(text))))
    return [part for line in found for part in _wrapped_lines(line)]


def wrapped_text(text: str) -> list[str]:
    """Return a statement in lines that fit."""
    return [part for line in _logical_lines(text + "\n") for part in _wrapped_lines(line)]


def _logical_lines(text: str) -> Iterator[Line]:
    some: list[tokenize.TokenInfo] = []
    remark = ""  # For the type checker.
    for token in tokenize.generate_tokens(StringIO(text).readline):
        if token.type == tokenize.NEWLINE:
            yield _joined_tokens(some, remark)
            some, remark = [], ""
        elif token.string.startswith("# type:"):
            remark = f"  {token.string}"
        elif token.type not in SKIPPED and token.type != tokenize.ENDMARKER:
            some.append(token)


def _joined_tokens(tokens: Sequence[tokenize.TokenInfo], remark: str) -> Line:
    """Return the tokens of a statement on one line."""
    first = tokens[0]
    depth, text = first.start[1], first.string
    breaks: list[tuple[int, int]] = []
    opened: list[int] = [0] if first.string in OPENED else []
    texts = int(first.type == TEXT_START)
    for i in range(1, len(tokens)):
        before, token = tokens[i - 1], tokens[i]
        if _is_spare_comma(tokens, i, opened):
            continue
        if before.string == "," and token.string in CLOSED and not text.endswith(","):
            before = tokens[i - 2]
        same = before.end[0] == token.start[0]
        gap = token.start[1] - before.end[1] if same else 1
        if not same and (before.string in OPENED or token.string in CLOSED):
            gap = 0
        texts_meet = before.type == token.type == tokenize.STRING
        joins = before.string == "," or token.string in JOINTS or texts_meet
        if opened and not texts and (before.string in OPENED or (gap and joins)):
            breaks.append((len(text) + gap, len(opened) + (before.string in OPENED)))
        text += " " * gap + token.string
        texts += (token.type == TEXT_START) - (token.type == TEXT_END)
        if not texts and token.string in OPENED:
            opened.append(i)
        elif not texts and token.string in CLOSED:
            opened.pop()
    return Line(depth, text + remark, tuple(breaks))


def _is_spare_comma(tokens: Sequence[tokenize.TokenInfo], i: int, opened: Sequence[int]) -> bool:
    """Return whether a token is a comma that a bracket does not need before it is closed."""
    ends = i + 1 < len(tokens) and tokens[i + 1].string in CLOSED
    if tokens[i].string != "," or not ends or not opened:
        return False
    start = opened[-1]
    before = tokens[start - 1].string if start else ""
    is_call = before[-1:].isalnum() or before[-1:] in ("_", ")", "]")
    is_tuple = tokens[start].string == "(" and (not is_call or keyword.iskeyword(before))
    return not is_tuple or any(token.string == "," for token in tokens[start:i])


def _with_joined_fields(lines: Sequence[Line]) -> list[Line]:
    """Return the lines, with neighbouring fields of a class side by side."""
    found: list[Line] = []
    body = -1  # The depth of the body of a class.
    for line in lines:
        fits = bool(found) and line.depth == found[-1].depth == body
        fits = fits and bool(FIELD.match(line.text)) and bool(FIELD.match(found[-1].text))
        joined = found[-1].join_line(line, "; ") if fits else line
        if fits and joined.depth + len(joined.text) <= WIDTH:
            found[-1] = joined
        else:
            found.append(line)
        if line.text.startswith("class "):
            body = line.depth + 4
    return found


def _with_short_bodies(lines: Sequence[Line]) -> list[Line]:
    """Return the lines, where a statement that ends its block stands beside `if` or `def`, if
    it is the whole body.
    """
    found: list[Line] = []
    i = 0
    while i < len(lines):
        head, body = lines[i], lines[i + 1] if i + 1 < len(lines) else None
        after = lines[i + 2] if i + 2 < len(lines) else Line(0, "", ())
        alone = body is not None and head.text.endswith(":") and GUARD.match(head.text)
        if body is not None and alone and ENDING.match(body.text) and after.depth < body.depth:
            joined = head.join_line(body, " ")
            has_others = after.depth == head.depth and after.text.startswith(("elif", "else"))
            if not has_others and joined.depth + len(joined.text) <= WIDTH:
                found.append(joined)
                i += 2
                continue
        found.append(head)
        i += 1
    return found


def _wrapped_lines(line: Line) -> Iterator[str]:
    """Yield a statement in lines that fit, each broken where few brackets are open."""
    pad, start = line.depth, 0
    while pad + len(line.text) - start > WIDTH:
        room = [(at, deep) for at, deep in line.breaks if start < at <= start + WIDTH - pad]
        late = [(at, deep) for at, deep in room if at > start + (WIDTH - pad) // 2] or room
        if not late:
            break
        fewest = min(deep for _, deep in late)
        at = max(at for at, deep in late if deep == fewest)
        yield " " * pad + line.text[start:at].rstrip()
        pad, start = line.depth + (8 if line.text.endswith(":") else 4), at
    yield " " * pad + line.text[start:]
