"""A change as text, in the form of the findings of `specdsl check`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from specdsl.analyses.diff import change_wording as words
from specdsl.analyses.diff.change import Change, ChangeKind
from specdsl.base.plain_text import file_word, visible
from specdsl.reports.style import Style
from specdsl.verification.two_specs.spec_edits import SpecEdit

SEVERITIES = {
    ChangeKind.CLASHES: "error",
    ChangeKind.UNDECIDED: "error",
    ChangeKind.UNTAKEN: "error",
    ChangeKind.LOOSER: "warning",
    ChangeKind.OTHER: "warning",
}


def render_diff_text(change: Change, style: Style) -> str:
    """Return every difference with its reason and a simple situation, then what was not compared,
    and what was proved."""
    seen: set[SpecEdit] = set()
    entries = words.report_entries(change)
    parts = ["\n".join(_entry_lines(entry, change.new, seen, style)) for entry in entries]
    notes = "\n".join(_closing_notes(change, style))
    parts += [notes] if notes else []
    return "\n\n".join([*parts, style.paint(visible(words.summary_line(change)), "bold")]) + "\n"


def _entry_lines(
    entry: words.ReportEntry, new: str, seen: set[SpecEdit], style: Style
) -> Iterator[str]:
    """Yield the lines of a difference. The clauses of an edit are shown at its first mention."""
    region = entry.region
    head = style.paint(region.turn.value, SEVERITIES.get(region.turn, "note"))
    yield f"{head}: {style.paint(visible(words.change_sentence(region)), 'bold')}"
    for edit in region.edits:
        yield from _edit_lines(edit, edit in seen, style)
    seen.update(region.edits)
    yield from _note_lines("situation", region.text, style)
    if words.deciders_text(region):
        yield from _note_lines("decides", words.deciders_text(region), style)
    if len(region.edits) > 1:
        yield from _note_lines("note", "only together; none of these edits can be left out", style)
    if region.instead:
        others = " or ".join(words.edit_title(edit) for edit in region.instead)
        yield from _note_lines("note", f"here {others} alone would do the same", style)
    if entry.variants:
        yield from _note_lines(
            "also", f"by other instructions: {words.variants_text(entry)}", style
        )
    if ":" not in new:  # A revision is no file.
        yield f"   {style.paint('=', 'place')} {style.paint('replay:', 'bold')} " + visible(
            f"specdsl decide {file_word(new)} {region.arguments}".rstrip()
        )


def _edit_lines(edit: SpecEdit, brief: bool, style: Style) -> Iterator[str]:
    place, title = visible(words.edit_place(edit)), visible(words.edit_title(edit))
    yield f"  {style.paint('-->', 'place')} {place}: {title}"
    for line in () if brief else words.changed_clauses(edit):
        for i, part in enumerate(textwrap.wrap(line, style.width - 8, break_on_hyphens=False)):
            yield f"      {'  ' * bool(i)}{visible(part)}"


def _note_lines(title: str, text: str, style: Style) -> Iterator[str]:
    room = style.width - len(title) - 7
    first, *rest = textwrap.wrap(visible(text), room, break_on_hyphens=False) or [""]
    yield f"   {style.paint('=', 'place')} {style.paint(f'{title}:', 'bold')} {first}"
    yield from (f"     {' ' * len(title)}  {line}" for line in rest)


def _closing_notes(change: Change, style: Style) -> Iterator[str]:
    """Yield the notes about the whole change."""
    for name in change.unproved:
        yield from _remark_lines(
            "unproved", f"`{name}` could not be settled within the limits", style
        )
    for remark in change.remarks:
        yield from _remark_lines("note", remark.text, style)
    if words.unattributed_note(change):
        yield from _remark_lines("note", words.unattributed_note(change), style)
    silent = [
        f"{words.edit_title(edit)} ({words.edit_place(edit)})"
        for edit in words.unneeded_edits(change)
    ]
    if silent:
        yield from _remark_lines("note", f"no difference needs {'; '.join(silent)}", style)


def _remark_lines(kind: str, text: str, style: Style) -> Iterator[str]:
    head, *rest = textwrap.wrap(
        f"{kind}: {visible(text)}", style.width, subsequent_indent=" " * 6, break_on_hyphens=False
    )
    colour = "warning" if kind == "unproved" else "note"
    yield style.paint(kind, colour) + head.removeprefix(kind)
    yield from rest
