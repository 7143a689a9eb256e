"""A change for people: in the form of the findings of `specdsl check`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from specdsl.compare import words
from specdsl.compare.change import Change, Turn
from specdsl.compare.edits import Edit
from specdsl.plain import file_word, visible
from specdsl.report.full import WIDTH
from specdsl.report.style import Style

KINDS = {
    Turn.CLASHES: "error",
    Turn.UNDECIDED: "error",
    Turn.UNTAKEN: "error",
    Turn.LOOSER: "warning",
    Turn.OTHER: "warning",
}


def as_text(change: Change, style: Style) -> str:
    """Every difference with its reason and a simple situation; what was not compared; what was
    proved."""
    seen: set[Edit] = set()
    entries = words.entries(change)
    parts = ["\n".join(_entry(entry, change.new, seen, style)) for entry in entries]
    notes = "\n".join(_notes(change, style))
    parts += [notes] if notes else []
    return "\n\n".join([*parts, style.paint(visible(words.summary(change)), "bold")]) + "\n"


def _entry(entry: words.Entry, new: str, seen: set[Edit], style: Style) -> Iterator[str]:
    """One difference. What an edit says is shown where it is first named."""
    region = entry.region
    head = style.paint(region.turn.value, KINDS.get(region.turn, "note"))
    yield f"{head}: {style.paint(visible(words.sentence(region)), 'bold')}"
    for edit in region.edits:
        yield from _edit(edit, edit in seen, style)
    seen.update(region.edits)
    yield from _note("situation", region.text, style)
    if words.deciders(region):
        yield from _note("decides", words.deciders(region), style)
    if len(region.edits) > 1:
        yield from _note("note", "only together; none of these edits can be left out", style)
    if region.instead:
        others = " or ".join(words.title(edit) for edit in region.instead)
        yield from _note("note", f"here {others} alone would do the same", style)
    if entry.also:
        yield from _note("also", f"by other instructions: {words.turns(entry)}", style)
    if ":" not in new:  # a revision is no file
        yield f"   {style.paint('=', 'dim')} {style.paint('replay:', 'bold')} " + visible(
            f"specdsl decide {file_word(new)} {region.arguments}".rstrip()
        )


def _edit(edit: Edit, brief: bool, style: Style) -> Iterator[str]:
    place, title = visible(words.place(edit)), visible(words.title(edit))
    yield f"  {style.paint('-->', 'dim')} {place}: {title}"
    for line in () if brief else words.lines(edit):
        for i, part in enumerate(textwrap.wrap(line, WIDTH - 8, break_on_hyphens=False)):
            yield f"      {'  ' * bool(i)}{visible(part)}"


def _note(title: str, text: str, style: Style) -> Iterator[str]:
    room = WIDTH - len(title) - 7
    first, *rest = textwrap.wrap(visible(text), room, break_on_hyphens=False) or [""]
    yield f"   {style.paint('=', 'dim')} {style.paint(f'{title}:', 'bold')} {first}"
    yield from (f"     {' ' * len(title)}  {line}" for line in rest)


def _notes(change: Change, style: Style) -> Iterator[str]:
    """What is said once of the whole change."""
    for name in change.unproved:
        yield from _remark("unproved", f"`{name}` could not be settled within the limits", style)
    for remark in change.remarks:
        yield from _remark("note", remark.text, style)
    if words.untold(change):
        yield from _remark("note", words.untold(change), style)
    silent = [f"{words.title(edit)} ({words.place(edit)})" for edit in words.silent(change)]
    if silent:
        yield from _remark("note", f"no difference needs {'; '.join(silent)}", style)


def _remark(kind: str, text: str, style: Style) -> Iterator[str]:
    head, *rest = textwrap.wrap(
        f"{kind}: {visible(text)}", WIDTH, subsequent_indent=" " * 6, break_on_hyphens=False
    )
    colour = "warning" if kind == "unproved" else "note"
    yield style.paint(kind, colour) + head.removeprefix(kind)
    yield from rest
