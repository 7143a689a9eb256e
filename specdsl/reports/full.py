"""Full renderer: each place with its source lines and labels, and the notes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

from specdsl.base.diagnostics import Diagnostic, Label, Note
from specdsl.base.limits import MAX_PLACE_LINES
from specdsl.base.plain_text import visible
from specdsl.base.source import Source, Span
from specdsl.reports.fix_columns import fix_columns
from specdsl.reports.notes_with_fixes import notes_with_fixes
from specdsl.reports.style import LEAST_WIDTH, Style

WRAPPED_NOTES = frozenset({"situation", "otherwise"})


def render_in_full(diagnostic: Diagnostic, style: Style) -> str:
    """Render one diagnostic."""
    severity = str(diagnostic.severity)
    head = style.paint(f"{severity}[{diagnostic.code.id}]", severity)
    lines = [f"{head}: {style.paint(visible(diagnostic.message), 'bold')}"]
    places = _labels_by_source(diagnostic.labels)
    numbers = [label.span.line for label in diagnostic.labels]
    numbers += [span.end_line for span in diagnostic.beside]
    gutter = len(str(max(numbers, default=1)))
    for i, (source, labels) in enumerate(places):
        arrow = "-->" if i == 0 else ":::"
        beside = [span for span in diagnostic.beside if span.source is source]
        lines += _source_excerpt(source, labels, beside, gutter, arrow, style, severity)
    bar = style.paint("|", "place")
    room = style.width - gutter - len(" = help: ")
    notes = notes_with_fixes(diagnostic, lambda fixes: fix_columns(fixes, room))
    if notes and places:
        lines.append(f"{' ' * gutter} {bar}")
    for note in notes:
        lines += _note_lines(note, gutter, style)
    return "\n".join(lines)


def _labels_by_source(labels: Sequence[Label]) -> list[tuple[Source, list[Label]]]:
    """Group labels by file, the primary one's file first; within a file they are sorted
    by place.
    """
    ordered = sorted(labels, key=lambda label: not label.primary)
    found: dict[int, tuple[Source, list[Label]]] = {}
    for label in ordered:
        found.setdefault(id(label.span.source), (label.span.source, []))[1].append(label)
    return [
        (source, sorted(group, key=lambda label: (label.span.start, label.span.end)))
        for source, group in found.values()
    ]


def _source_excerpt(
    source: Source,
    labels: list[Label],
    beside: Iterable[Span],
    gutter: int,
    arrow: str,
    style: Style,
    severity: str,
) -> Iterator[str]:
    first = next((label for label in labels if label.primary), labels[0])
    place = f"{visible(source.name)}:{first.span.line}:{first.span.column}"
    bar = style.paint("|", "place")
    room = style.width_beside(gutter + 3)
    yield f"{' ' * gutter}{style.paint(arrow, 'place')} {place}"
    if not source.text:
        return
    yield f"{' ' * gutter} {bar}"
    last = 0
    marked = {label.span.line for label in labels}
    for number in sorted(marked | _context_lines(beside, marked)):
        if last and number > last + 1:
            yield style.paint("...", "place")
        last = number
        here = [label for label in labels if label.span.line == number]
        if not here:
            yield from _context_line(source.line(number), number, gutter, style)
            continue
        text, start = _visible_window(source.line(number), here, room)
        yield f"{style.paint(f'{number:>{gutter}}', 'place')} {bar} {text}".rstrip()
        for label in here:
            mark = _underline(source.line(number), label, start, room)
            kind = severity if label.primary else "place"
            yield f"{' ' * gutter} {bar} {_paint_mark(mark, kind, style)}"


def _context_lines(spans: Iterable[Span], marked: set[int]) -> set[int]:
    """Return the numbers of context lines: those of the spans (of a long span only the first), and
    single lines between two of them.
    """
    found: set[int] = set()
    for span in spans:
        found.update(range(span.line, min(span.end_line, span.line + MAX_PLACE_LINES - 1) + 1))
    return found | {n + 1 for n in found if n + 2 in found} - marked


def _context_line(line: str, number: int, gutter: int, style: Style) -> Iterator[str]:
    """Yield a line without labels in full, wrapped if it is long."""
    bar = style.paint("|", "place")
    room = style.width_beside(gutter + 3)
    indent = " " * min(len(line) - len(line.lstrip()) + 2, room // 2)
    first, *more = wrap(
        visible(line), room, subsequent_indent=indent, drop_whitespace=True, break_on_hyphens=False
    ) or [""]
    yield f"{style.paint(f'{number:>{gutter}}', 'place')} {bar} {first}".rstrip()
    yield from (f"{' ' * gutter} {bar} {text}".rstrip() for text in more)


def _paint_mark(mark: str, kind: str, style: Style) -> str:
    indent = len(mark) - len(mark.lstrip())
    return mark[:indent] + style.paint(mark[indent:], kind)


def _visible_window(line: str, labels: Sequence[Label], room: int) -> tuple[str, int]:
    """Return the part of the line around the labels, and the number of characters that are cut
    before it.
    """
    if len(line) <= room:
        return visible(line), 0
    start = max(0, min(label.span.column for label in labels) - 30)
    cut = line[start : start + room]
    before, after = "…" if start else "", "…" if start + room < len(line) else ""
    return f"{before}{visible(cut)}{after}", start


def _underline(line: str, label: Label, start: int, room: int) -> str:
    """Return the underline and its text."""
    span = label.span
    column = span.column - 1
    same_line = span.end_line == span.line
    end = span.end_column - 1 if same_line else len(line.rstrip())
    indent = " " * text_width(line[start:column]) + (" " if start > 0 else "")
    length = max(1, min(text_width(line[column:end]), room))
    return f"{indent}{('^' if label.primary else '-') * length} {label.text}".rstrip()


def _note_lines(note: Note, gutter: int, style: Style) -> Iterator[str]:
    lead = f"{' ' * gutter} = {note.title}: "
    text = visible(note.text, newlines=True)
    lines = text.split("\n")
    if note.title in WRAPPED_NOTES:
        lines = list(_wrap_after_commas(text, max(40, style.width - len(lead))))
    elif style.columns is not None and note.title != "replay":  # Which is to be copied.
        lines = [part for line in lines for part in _wrap_line(line, style.width - len(lead))]
    painted = f"{' ' * gutter} {style.paint('=', 'place')} {style.paint(note.title, 'bold')}: "
    yield f"{painted}{lines[0]}".rstrip()
    for line in lines[1:]:
        yield f"{' ' * len(lead)}{line}".rstrip()


def _wrap_line(line: str, room: int) -> list[str]:
    """Wrap a line that is too long, with its further lines indented."""
    if len(line) <= room:
        return [line]
    return wrap(line, max(room, LEAST_WIDTH), subsequent_indent="  ", break_on_hyphens=False)


def _wrap_after_commas(text: str, room: int) -> Iterator[str]:
    """Wrap the text after commas."""
    line = ""
    for item in text.split(", "):
        if line and len(line) + len(item) + 3 > room:
            yield f"{line},"
            line = item
        else:
            line = f"{line}, {item}" if line else item
    yield line


def text_width(text: str) -> int:
    """Return the number of columns of the text on a terminal."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )
