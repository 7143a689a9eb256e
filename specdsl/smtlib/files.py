"""Questions as files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from specdsl.smtlib.question import Question

LONGEST = 80  # characters of a name, without its ending


def files(questions: Iterable[Question]) -> Mapping[str, Question]:
    """The questions, by the names of their files."""
    found: dict[str, Question] = {}
    for question in questions:
        stem = _stem(question)
        name, number = stem, 2
        while f"{name}.smt2" in found:
            name, number = f"{stem}-{number}", number + 1
        found[f"{name}.smt2"] = question
    return found


def _stem(question: Question) -> str:
    words = re.sub(r"[^a-z0-9_]+", "-", question.wording.about.lower()).strip("-")
    return f"{question.wording.code}.{words}"[:LONGEST].rstrip("-.")
