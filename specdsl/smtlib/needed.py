"""Only what a question needs of all that is written down of a situation."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

NAMED = re.compile(r"\((?:define-fun|declare-const) (\S+)")
WORD = re.compile(r"[^\s()]+")
KEYWORDS = {"assert", "declare-datatype", "and", "or", "not", "str.in_re"}


def needed(lines: Sequence[str], claims: Iterable[str], shapes: Collection[str]) -> tuple[str, ...]:
    """The lines without those that neither the claims nor an assertion build on. An assertion that
    is one of the `shapes` can always be met: it goes with its constants."""
    wanted = {word for claim in claims for word in WORD.findall(claim)} - KEYWORDS
    kept: list[str] = []
    for line in reversed(lines):
        if not line.startswith("("):
            kept.append(line)
        elif _anyway(line, shapes) or not wanted.isdisjoint(_names(line)):
            kept.append(line)
            wanted |= set(WORD.findall(line)) - KEYWORDS
    return tuple(_filled([*reversed(kept)]))


def _anyway(line: str, shapes: Collection[str]) -> bool:
    return line.startswith("(assert ") and line not in shapes


def _names(line: str) -> Collection[str]:
    """What it gives a name to; all that it is about, where it asserts."""
    named = NAMED.match(line)
    return (named[1],) if named else WORD.findall(line)


def _filled(lines: Sequence[str]) -> Iterator[str]:
    """Without comments that nothing follows."""
    held: list[str] = []
    for line in lines:
        if line.startswith("("):
            yield from held
            yield line
            held = []
        elif line:
            held.append(line)
        else:
            held = [line]
