"""A change for the pull request that makes it: a table of the differences, and the edits below."""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.compare import words
from specdsl.compare.change import Change
from specdsl.compare.edits import Edit
from specdsl.plain import visible
from specdsl.report.runs import count_of


def as_markdown(change: Change) -> str:
    """GitHub's Markdown."""
    blocks = [f"**{_code(change.old)} → {_code(change.new)}**: {words.summary(change)}"]
    if change.regions:
        blocks.append("\n".join(_table(change)))
    if change.remarks or change.unproved or words.untold(change):
        blocks.append("\n".join(_remarks(change)))
    if change.edits:
        blocks.append("\n".join(_edits(change)))
    return "\n\n".join(blocks) + "\n"


def _table(change: Change) -> Iterator[str]:
    yield "| | what | because of | for example |"
    yield "| --- | --- | --- | --- |"
    for entry in words.entries(change):
        region = entry.region
        what = words.sentence(region)
        if entry.also:
            what += f"; by other instructions: {words.turns(entry)}"
        edits = " and ".join(map(_title, region.edits))
        cells = (region.turn.value, what, edits, _code(region.text))
        yield f"| {' | '.join(visible(cell).replace('|', chr(92) + '|') for cell in cells)} |"


def _remarks(change: Change) -> Iterator[str]:
    for name in change.unproved:
        yield f"- **unproved**: {_code(name)} could not be settled within the limits"
    yield from (f"- {visible(remark.text)}" for remark in change.remarks)
    if words.untold(change):
        yield f"- {words.untold(change)}"


def _edits(change: Change) -> Iterator[str]:
    """Folded; each edit with the lines that went and came."""
    silent = words.silent(change)
    yield f"<details><summary>{count_of(len(change.edits), 'edit')}</summary>"
    yield ""
    for edit in change.edits:
        needless = " (no difference needs it)" if edit in silent else ""
        yield f"{_title(edit)}, {_code(words.place(edit))}{needless}"
        yield from _lines(edit)
        yield ""
    yield "</details>"


def _lines(edit: Edit) -> Iterator[str]:
    found = list(words.lines(edit))
    if found:
        yield "~~~diff"  # so that the whole may stand in a block of backticks
        yield from map(visible, found)
        yield "~~~"


def _title(edit: Edit) -> str:
    """As in `words`, but a title with backticks stays in its own."""
    return words.title(edit).replace(f"`{edit.name}`", _code(edit.name))


def _code(text: str) -> str:
    """Text as it stands, also where it has backticks of its own."""
    text = visible(text)
    fence = "`" * (1 + max((len(run) for run in _runs(text)), default=0))
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _runs(text: str) -> Iterator[str]:
    """The runs of backticks in a text."""
    run = ""
    for char in f"{text} ":
        if char == "`":
            run += char
        elif run:
            yield run
            run = ""
