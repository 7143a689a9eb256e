"""A satisfiability question as a solver reads it, with the meanings of its answers."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from textwrap import wrap
from typing import Literal

from specdsl.base.plain_text import visible
from specdsl.base.source import Span
from specdsl.second_opinion.slicing import slice_lines
from specdsl.second_opinion.smtlib_text import SmtScript

WIDTH = 98  # The longest line of a comment.
Answer = Literal["sat", "unsat"]


@dataclass(frozen=True, slots=True)
class QuestionWording:
    """A question in words: the `code` of the check, its subject `about` in the policy's words, the
    question itself `asks`, the meanings of `sat` and `unsat`, and the place in the spec."""

    code: str
    about: str
    asks: str
    sat: str
    unsat: str
    span: Span | None

    def meaning_of(self, answer: Answer) -> str:
        return self.sat if answer == "sat" else self.unsat


@dataclass(frozen=True, slots=True)
class SmtQuestion:
    """A question with its script, compressed since a long spec has thousands of long questions.
    `expected` is the answer that `specdsl check` implies; None if the check left it unproved."""

    wording: QuestionWording
    packed: bytes
    expected: Answer | None

    @property
    def script_text(self) -> str:
        """Return the script without comments and status."""
        return f"(set-logic ALL)\n{zlib.decompress(self.packed).decode()}\n(check-sat)\n"

    def file_text(self, spec: str) -> str:
        """Return the whole file, with comments about the question and the expected status."""
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
        return "\n".join([*comments, *infos, self.script_text])


def make_question(
    wording: QuestionWording, script: SmtScript, claims: tuple[str, ...], expected: Answer | None
) -> SmtQuestion:
    """Ask whether the claims hold together in the script's situation."""
    asserted = tuple(f"(assert {claim})" for claim in claims)
    lines = slice_lines(script.lines, claims, script.shapes)
    text = "\n".join((*lines, "", "; what is asked", *asserted))
    return SmtQuestion(wording, zlib.compress(text.encode(), level=1), expected)
