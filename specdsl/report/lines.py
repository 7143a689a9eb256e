"""Diagnostics of one line each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from specdsl.diagnostics import Code, Diagnostic, Severity
from specdsl.limits import MOST_NOTES
from specdsl.plain import shown_path, visible
from specdsl.report.runs import Run, counted
from specdsl.report.style import Style


def line(diagnostic: Diagnostic, style: Style) -> str:
    """`file:line:column: error[SD301] message`."""
    label = diagnostic.primary
    place = "-"
    if label is not None:
        span = label.span
        place = f"{shown_path(span.source.name)}:{span.line}:{span.column}"
    head = _head(diagnostic.code, diagnostic.severity, style)
    return f"{place}: {head} {visible(diagnostic.message)}"


def notes_of(run: Run) -> tuple[Diagnostic, ...]:
    """Those for which a line is enough: not where they were asked for, or do not pass."""
    if run.whole or run.limit is Severity.NOTE:
        return ()
    return tuple(d for d in run.report.diagnostics if d.code.severity is Severity.NOTE)


def lines(run: Run, style: Style) -> Iterator[str]:
    """The notes of a run: of many with one code only the first, and how many more there are; of
    those on a library that is shipped only how many."""
    notes = notes_of(run)
    yield from _first([note for note in notes if not _library(note)], style)
    for file, many in Counter(filter(None, map(_library, notes))).items():
        yield f"{file}: {counted(many, 'note')}; `--output-format concise` lists them"


def _library(note: Diagnostic) -> str:
    """The shipped library that it is on, or nothing."""
    source = None if note.primary is None else note.primary.span.source
    return source.name if source is not None and source.shipped else ""


def _first(notes: Sequence[Diagnostic], style: Style) -> Iterator[str]:
    count: Counter[Code] = Counter()
    for note in notes:
        count[note.code] += 1
        if count[note.code] <= MOST_NOTES:
            yield line(note, style)
    for code, many in count.items():
        if many > MOST_NOTES:
            head = _head(code, code.severity, style)
            yield f"{head} and {many - MOST_NOTES} more: `--select {code.id}` shows them all"


def _head(code: Code, severity: Severity, style: Style) -> str:
    return style.paint(f"{severity}[{code.id}]", str(severity))
