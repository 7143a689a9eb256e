"""Random edits of a spec, one after the other, as an author or a tool would make them.

Texts are edited, not statements: words are exchanged and lines moved, and what then loads is the
next text. What is known of parts of a spec has to survive that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random

from specdsl.pipeline import Loaded, load_text
from tests.random_specs import random_clash, random_spec, random_talk

NAME = "random.spec"
WORD = re.compile(r'"[^"\n]*"|\w+|[<>!=]+')
TRIES = 200  # to find an edit that loads

Edit = Callable[[Random, str], str]


def _line_moved(random: Random, text: str) -> str:
    lines = text.split("\n")
    line = lines.pop(random.randrange(len(lines)))
    lines.insert(random.randrange(len(lines) + 1), line)
    return "\n".join(lines)


def _line_gone(random: Random, text: str) -> str:
    lines = text.split("\n")
    del lines[random.randrange(len(lines))]
    return "\n".join(lines)


def _lines_wrapped(random: Random, text: str) -> str:
    """In a policy, maybe under a condition of the text."""
    lines = text.split("\n")
    start, end = sorted(random.choices(range(len(lines) + 1), k=2))
    when = random.choice(["", *re.findall(r"when [^\n{]*", text)])
    head = f"policy wrapped_{random.randrange(10_000)} {when} {{"
    return "\n".join([*lines[:start], head, *lines[start:end], "}", *lines[end:]])


def _remark(random: Random, text: str) -> str:
    lines = text.split("\n")
    lines.insert(random.randrange(len(lines) + 1), random.choice(["", "# a remark", "\n\n"]))
    return "\n".join(lines)


def _word_for_another(random: Random, text: str) -> str:
    words = list(WORD.finditer(text))
    one, other = random.choice(words), random.choice(words)
    return text[: one.start()] + other.group() + text[one.end() :]


def _words_exchanged(random: Random, text: str) -> str:
    one, other = sorted(random.choices(list(WORD.finditer(text)), k=2), key=lambda w: w.start())
    if one.start() == other.start():
        return text
    between = text[one.end() : other.start()]
    return text[: one.start()] + other.group() + between + one.group() + text[other.end() :]


def _word_gone(random: Random, text: str) -> str:
    word = random.choice(list(WORD.finditer(text)))
    return text[: word.start()] + text[word.end() :]


EDITS: tuple[Edit, ...] = (
    _line_moved,
    _line_moved,
    _line_gone,
    _lines_wrapped,
    _remark,
    _word_for_another,
    _word_for_another,
    _words_exchanged,
    _word_gone,
)


def edited(random: Random, text: str) -> str | None:
    """Another text that loads; None where none is found."""
    for _ in range(TRIES):
        made = random.choice(EDITS)(random, text)
        if made.count("\n") < 200 and made != text and loaded(made).circuit is not None:
            return made
    return None


def history(seed: int, length: int) -> Iterator[str]:
    """The texts of a spec that somebody works on, now and then back to an earlier one."""
    random = Random(seed)
    kind = random.choice([random_spec, random_spec, random_clash, random_talk])
    texts = [kind(seed)]
    yield texts[0]
    for _ in range(length):
        back = random.random() < 0.1
        made = random.choice(texts) if back else edited(random, texts[-1])
        if made is None:
            return
        texts.append(made)
        yield made


def loaded(text: str) -> Loaded:
    return load_text(text, NAME)
