"""A change as GitHub Markdown for its pull request: a table of differences, then the edits."""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.analyses.diff import change_wording as words
from specdsl.analyses.diff.change import Change
from specdsl.base.plain_text import visible
from specdsl.reports.checked_spec import count_of
from specdsl.reports.style import Style
from specdsl.verification.two_specs.spec_edits import SpecEdit


def render_diff_markdown(change: Change, style: Style) -> str:
    """Return the change as GitHub Markdown."""
    blocks = [
        f"**{_code_span(change.old)} → {_code_span(change.new)}**: {words.summary_line(change)}"
    ]
    if change.regions:
        blocks.append("\n".join(_table_lines(change)))
    if change.remarks or change.unproved or words.unattributed_note(change):
        blocks.append("\n".join(_remark_lines(change)))
    if change.edits:
        blocks.append("\n".join(_edit_lines(change)))
    return "\n\n".join(blocks) + "\n"


def _table_lines(change: Change) -> Iterator[str]:
    yield "| | what | because of | for example |"
    yield "| --- | --- | --- | --- |"
    for entry in words.report_entries(change):
        region = entry.region
        what = words.change_sentence(region)
        if entry.variants:
            what += f"; by other instructions: {words.variants_text(entry)}"
        edits = " and ".join(map(_edit_title, region.edits))
        cells = (region.turn.value, what, edits, _code_span(region.text))
        yield f"| {' | '.join(visible(cell).replace('|', chr(92) + '|') for cell in cells)} |"


def _remark_lines(change: Change) -> Iterator[str]:
    for name in change.unproved:
        yield f"- **unproved**: {_code_span(name)} could not be settled within the limits"
    yield from (f"- {visible(remark.text)}" for remark in change.remarks)
    if words.unattributed_note(change):
        yield f"- {words.unattributed_note(change)}"


def _edit_lines(change: Change) -> Iterator[str]:
    """Yield the edits as a folded section, each with its removed and added clauses."""
    silent = words.unneeded_edits(change)
    yield f"<details><summary>{count_of(len(change.edits), 'edit')}</summary>"
    yield ""
    for edit in change.edits:
        needless = " (no difference needs it)" if edit in silent else ""
        yield f"{_edit_title(edit)}, {_code_span(words.edit_place(edit))}{needless}"
        yield from _changed_clauses(edit)
        yield ""
    yield "</details>"


def _changed_clauses(edit: SpecEdit) -> Iterator[str]:
    found = list(words.changed_clauses(edit))
    if found:
        yield "~~~diff"  # Tildes, so that the text can stand in a block of backticks.
        yield from map(visible, found)
        yield "~~~"


def _edit_title(edit: SpecEdit) -> str:
    """Return the title as `words.edit_title` does, with backticks in the name kept."""
    return words.edit_title(edit).replace(f"`{edit.name}`", _code_span(edit.name))


def _code_span(text: str) -> str:
    """Return a code span, whose fence is longer than any run of backticks in the text."""
    text = visible(text)
    fence = "`" * (1 + max((len(run) for run in _backtick_runs(text)), default=0))
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _backtick_runs(text: str) -> Iterator[str]:
    run = ""
    for char in f"{text} ":
        if char == "`":
            run += char
        elif run:
            yield run
            run = ""
