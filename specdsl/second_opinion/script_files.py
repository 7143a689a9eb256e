"""Names the files of questions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from specdsl.second_opinion.question import SmtQuestion

MAX_NAME_LENGTH = 80  # The characters of a name without its ending.


def question_files(questions: Iterable[SmtQuestion]) -> Mapping[str, SmtQuestion]:
    """Return the questions by the names of their files, which are unique."""
    found: dict[str, SmtQuestion] = {}
    for question in questions:
        stem = _file_stem(question)
        name, number = stem, 2
        while f"{name}.smt2" in found:
            name, number = f"{stem}-{number}", number + 1
        found[f"{name}.smt2"] = question
    return found


def _file_stem(question: SmtQuestion) -> str:
    words = re.sub(r"[^a-z0-9_]+", "-", question.wording.about.lower()).strip("-")
    return f"{question.wording.code}.{words}"[:MAX_NAME_LENGTH].rstrip("-.")
