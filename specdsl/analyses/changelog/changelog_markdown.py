"""A changelog entry as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from specdsl.analyses.changelog.changelog_entry import ChangelogEntry
from specdsl.analyses.changelog.changelog_wording import (
    DecisionPart,
    announcement_text,
    flip_sentences,
    named_decision,
    open_texts,
    say_part,
    shift_part,
)
from specdsl.analyses.steering.say_wording import APART, join_words
from specdsl.base.plain_text import visible
from specdsl.reports.style import Style

PartOf = Callable[[ChangelogEntry, str], DecisionPart]
SCOPE = (
    "Compared are situations in which nobody speaks, and those in which one speaker speaks on the "
    "decision itself."
)


def render_changelog_markdown(entry: ChangelogEntry, style: Style) -> str:
    """Return the entry as a section of a changelog."""
    blocks = [f"## {entry.new}", *_introduction(entry)]
    decided = list(_decision_blocks(entry, shift_part))
    if decided:
        blocks += ["### What is decided differently", *decided]
    say = list(_decision_blocks(entry, say_part))
    if say:
        blocks += ["### Who has another say", *say]
    flips = list(flip_sentences(entry.flips))
    if flips:
        blocks += ["### Examples that come out differently", _bullets(flips)]
    blocks += _closing_remarks(entry)
    return "\n\n".join(map(visible_lines, blocks)) + "\n"


def visible_lines(text: str) -> str:
    """Return a text whose lines have no character that a terminal or a page would act upon."""
    return "\n".join(map(visible, text.split("\n")))


def _introduction(entry: ChangelogEntry) -> Iterator[str]:
    if entry.announced:
        yield _bullets(map(announcement_text, entry.announced))
    if entry.authority:
        old, new = entry.authority
        yield f"The order of authority was {old} and is {new}."
    for names, what in ((entry.come, "New"), (entry.gone, "No longer")):
        if names:
            yield f"{what} decided: {join_words([f'`{name}`' for name in names], 'and')}."
    for name, gone, come in entry.renewed:
        yield _outcomes_text(name, gone, come)
    if entry.say.apart:
        yield f"{APART[:1].upper()}{APART[1:]}."
    if entry.is_empty:
        yield f"Nothing is decided differently than in {entry.old}, whoever speaks."


def _outcomes_text(name: str, gone: tuple[str, ...], come: tuple[str, ...]) -> str:
    parts = [
        f"{verb} be {join_words([f'`{one}`' for one in outcomes], 'or')}"
        for verb, outcomes in (("can no longer", gone), ("may now", come))
        if outcomes
    ]
    return f"`{name}` {' and '.join(parts)}: its outcomes are not the same."


def _decision_blocks(entry: ChangelogEntry, part_of: PartOf) -> Iterator[str]:
    for name in entry.say.decisions:
        part = part_of(entry, name)
        if part.sentences:
            where = f", only where {' and '.join(part.conditions)}" if part.conditions else ""
            yield f"{named_decision(entry, name)}{where}:\n\n{_bullets(part.sentences)}"


def _bullets(texts: Iterable[str]) -> str:
    return "\n".join(f"- {text}" for text in texts)


def _closing_remarks(entry: ChangelogEntry) -> Iterator[str]:
    if entry.together:
        names = join_words([f"`{name}`" for name in entry.together], "and")
        how = "where several speak, or by a word on another decision"
        yield f"{names} may differ only {how}: `specdsl diff` shows where."
    if open_texts(entry):
        yield _bullets(open_texts(entry))
    if entry.shifts or entry.say.differences:
        yield SCOPE
