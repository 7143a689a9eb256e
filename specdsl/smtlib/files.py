"""Questions as files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from specdsl.smtlib.question import Question

LONGEST = 80  # characters of a name, without its ending


def files(spec: str, questions: Iterable[Question]) -> Mapping[str, str]:
    """By name, the text of each question about the spec of that name."""
    found: dict[str, str] = {}
    for question in questions:
        stem = _stem(question)
        name, number = stem, 2
        while f"{name}.smt2" in found:
            name, number = f"{stem}-{number}", number + 1
        found[f"{name}.smt2"] = question.text(spec)
    return found


def _stem(question: Question) -> str:
    words = re.sub(r"[^a-z0-9_]+", "-", question.wording.about.lower()).strip("-")
    return f"{question.wording.code}.{words}"[:LONGEST].rstrip("-.")
