"""A question as a solver reads it, and what the answers mean."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from textwrap import wrap
from typing import Literal

from specdsl.plain import visible
from specdsl.smtlib.needed import needed
from specdsl.smtlib.text import Script
from specdsl.source import Span

WIDTH = 98  # of a comment
Answer = Literal["sat", "unsat"]


@dataclass(frozen=True, slots=True)
class Wording:
    """`code`: the name of the check. `about` is what is asked about, in the policy's words, `asks`
    the question; `sat` and `unsat` what these answers mean. `span` is where it stands in the
    spec."""

    code: str
    about: str
    asks: str
    sat: str
    unsat: str
    span: Span | None

    def means(self, answer: Answer) -> str:
        return self.sat if answer == "sat" else self.unsat


@dataclass(frozen=True, slots=True)
class Question:
    """`packed`: the lines that declare, define and assert, compressed: of a long spec there are
    thousands of long questions. `expected` is the answer that `specdsl check` gives; None where it
    left this unproved."""

    wording: Wording
    packed: bytes
    expected: Answer | None

    @property
    def body(self) -> str:
        """What a solver reads, without comments and status."""
        return f"(set-logic ALL)\n{zlib.decompress(self.packed).decode()}\n(check-sat)\n"

    def text(self, spec: str) -> str:
        """The whole file, for the spec of that name."""
        words = self.wording
        head = [
            f"{spec}: {words.about}",
            "",
            f"asked: {words.asks}",
            f"  sat   means: {words.sat}",
            f"  unsat means: {words.unsat}",
            f"specdsl check ({words.code}) says: {self.expected or 'unproved'}",
        ]
        wrapped = (
            line
            for part in map(visible, head)
            for line in wrap(part, WIDTH, subsequent_indent="  ") or [""]
        )
        comments = [f"; {line}".rstrip() for line in wrapped]
        infos = ["(set-info :smt-lib-version 2.6)"]
        infos.append(f"(set-info :status {self.expected or 'unknown'})")
        return "\n".join([*comments, *infos, self.body])


def question(
    wording: Wording, script: Script, claims: tuple[str, ...], expected: Answer | None
) -> Question:
    """That the claims hold together in the script's situation."""
    asserted = tuple(f"(assert {claim})" for claim in claims)
    lines = needed(script.lines, claims, script.shapes)
    text = "\n".join((*lines, "", "; what is asked", *asserted))
    return Question(wording, zlib.compress(text.encode(), level=1), expected)
