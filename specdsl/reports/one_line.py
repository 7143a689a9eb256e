"""Renderer of diagnostics as single lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from specdsl.base.diagnostics import Code, Diagnostic, Severity
from specdsl.base.limits import MAX_NOTES
from specdsl.base.plain_text import shown_path, visible
from specdsl.reports.checked_spec import CheckedSpec, count_of
from specdsl.reports.style import Style


def render_line(diagnostic: Diagnostic, style: Style) -> str:
    """Render as `file:line:column: error[SD301] message`."""
    label = diagnostic.primary
    place = "-"
    if label is not None:
        span = label.span
        place = f"{shown_path(span.source.name)}:{span.line}:{span.column}"
    head = _severity_and_code(diagnostic.code, diagnostic.severity, style)
    return f"{place}: {head} {visible(diagnostic.message)}"


def one_line_notes(run: CheckedSpec) -> tuple[Diagnostic, ...]:
    """Return the notes that are shown as one line each: none if the run shows notes in full or
    fails because of notes.
    """
    if run.notes_in_full or run.limit is Severity.NOTE:
        return ()
    return tuple(d for d in run.report.diagnostics if d.code.severity is Severity.NOTE)


def note_lines(run: CheckedSpec, style: Style) -> Iterator[str]:
    """Yield the notes of a run as lines. Only the first of many notes with one code are shown, then
    their number; those on shipped libraries are only counted.
    """
    notes = one_line_notes(run)
    yield from _first_of_each_code([note for note in notes if not _library_name(note)], style)
    for file, many in Counter(filter(None, map(_library_name, notes))).items():
        yield f"{file}: {count_of(many, 'note')}; `--output-format concise` lists them"


def _library_name(note: Diagnostic) -> str:
    """Return the name of the shipped library that the note is about; empty if it is about none."""
    source = None if note.primary is None else note.primary.span.source
    return source.name if source is not None and source.shipped else ""


def _first_of_each_code(notes: Sequence[Diagnostic], style: Style) -> Iterator[str]:
    count: Counter[Code] = Counter()
    for note in notes:
        count[note.code] += 1
        if count[note.code] <= MAX_NOTES:
            yield render_line(note, style)
    for code, many in count.items():
        if many > MAX_NOTES:
            head = _severity_and_code(code, code.severity, style)
            yield f"{head} and {many - MAX_NOTES} more: `--select {code.id}` shows them all"


def _severity_and_code(code: Code, severity: Severity, style: Style) -> str:
    return style.paint(f"{severity}[{code.id}]", str(severity))
