"""Slices a script to the cone of influence of a question's claims."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

DEFINITION = re.compile(r"\((?:define-fun|declare-const) (\S+)")
WORD = re.compile(r"[^\s()]+")
KEYWORDS = {"assert", "declare-datatype", "and", "or", "not", "str.in_re"}


def slice_lines(
    lines: Sequence[str], claims: Iterable[str], shapes: Collection[str]
) -> tuple[str, ...]:
    """Return the lines that the claims or an assertion depend on. An assertion in `shapes` is
    always satisfiable by its own constants, so it is dropped with them."""
    wanted = {word for claim in claims for word in WORD.findall(claim)} - KEYWORDS
    kept: list[str] = []
    for line in reversed(lines):
        if not line.startswith("("):
            kept.append(line)
        elif _is_constraint(line, shapes) or not wanted.isdisjoint(_defined_names(line)):
            kept.append(line)
            wanted |= set(WORD.findall(line)) - KEYWORDS
    return tuple(_drop_empty_comments([*reversed(kept)]))


def _is_constraint(line: str, shapes: Collection[str]) -> bool:
    return line.startswith("(assert ") and line not in shapes


def _defined_names(line: str) -> Collection[str]:
    """Return the name that a line defines; all its names if it is an assertion."""
    named = DEFINITION.match(line)
    return (named[1],) if named else WORD.findall(line)


def _drop_empty_comments(lines: Sequence[str]) -> Iterator[str]:
    """Drop the comments that no line follows."""
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
