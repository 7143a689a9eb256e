"""The full form: every place with its source, what was found there, and what to do."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

from specdsl.diagnostics import Diagnostic, Label, Note
from specdsl.limits import MOST_PLACE_LINES
from specdsl.plain import visible
from specdsl.report.fixes import described
from specdsl.report.style import Style
from specdsl.source import Source, Span

WIDTH = 100
WRAPPED = frozenset({"situation", "otherwise"})


def render(diagnostic: Diagnostic, style: Style) -> str:
    """One diagnostic."""
    severity = str(diagnostic.severity)
    head = style.paint(f"{severity}[{diagnostic.code.id}]", severity)
    lines = [f"{head}: {style.paint(visible(diagnostic.message), 'bold')}"]
    places = _by_source(diagnostic.labels)
    numbers = [label.span.line for label in diagnostic.labels]
    numbers += [span.end_line for span in diagnostic.beside]
    gutter = len(str(max(numbers, default=1)))
    for i, (source, labels) in enumerate(places):
        arrow = "-->" if i == 0 else ":::"
        beside = [span for span in diagnostic.beside if span.source is source]
        lines += _excerpt(source, labels, beside, gutter, arrow, style, severity)
    bar = style.paint("|", "dim")
    notes = _notes(diagnostic, gutter)
    if notes and places:
        lines.append(f"{' ' * gutter} {bar}")
    for note in notes:
        lines += _note(note, gutter, style)
    return "\n".join(lines)


def _notes(diagnostic: Diagnostic, gutter: int) -> list[Note]:
    """With the mends as a help above the replay, which stays last."""
    notes = list(diagnostic.notes)
    if diagnostic.fixes:
        lines = described(diagnostic.fixes, WIDTH - gutter - len(" = help: "))
        at = next((i for i, note in enumerate(notes) if note.title == "replay"), len(notes))
        notes.insert(at, Note("help", "\n".join(lines)))
    return notes


def _by_source(labels: Sequence[Label]) -> list[tuple[Source, list[Label]]]:
    """Labels by file, that of the primary one first; within a file by place."""
    ordered = sorted(labels, key=lambda label: not label.primary)
    found: dict[int, tuple[Source, list[Label]]] = {}
    for label in ordered:
        found.setdefault(id(label.span.source), (label.span.source, []))[1].append(label)
    return [
        (source, sorted(group, key=lambda label: (label.span.start, label.span.end)))
        for source, group in found.values()
    ]


def _excerpt(
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
    bar = style.paint("|", "dim")
    yield f"{' ' * gutter}{style.paint(arrow, 'dim')} {place}"
    if not source.text:
        return
    yield f"{' ' * gutter} {bar}"
    last = 0
    marked = {label.span.line for label in labels}
    for number in sorted(marked | _lines_beside(beside, marked)):
        if last and number > last + 1:
            yield style.paint("...", "dim")
        last = number
        here = [label for label in labels if label.span.line == number]
        if not here:
            yield from _unmarked(source.line(number), number, gutter, style)
            continue
        text, start = _window(source.line(number), here)
        yield f"{style.paint(f'{number:>{gutter}}', 'dim')} {bar} {text}".rstrip()
        for label in here:
            mark = _mark(source.line(number), label, start)
            kind = severity if label.primary else "dim"
            yield f"{' ' * gutter} {bar} {_painted(mark, kind, style)}"


def _lines_beside(spans: Iterable[Span], marked: set[int]) -> set[int]:
    """Those of the spans, of a long one only the first, and a line that would be left out alone."""
    found: set[int] = set()
    for span in spans:
        found.update(range(span.line, min(span.end_line, span.line + MOST_PLACE_LINES - 1) + 1))
    return found | {n + 1 for n in found if n + 2 in found} - marked


def _unmarked(line: str, number: int, gutter: int, style: Style) -> Iterator[str]:
    """A line in which nothing is marked, in full: it goes on below where it is long."""
    bar = style.paint("|", "dim")
    indent = " " * min(len(line) - len(line.lstrip()) + 2, WIDTH // 2)
    first, *more = wrap(
        visible(line), WIDTH, subsequent_indent=indent, drop_whitespace=True, break_on_hyphens=False
    ) or [""]
    yield f"{style.paint(f'{number:>{gutter}}', 'dim')} {bar} {first}".rstrip()
    yield from (f"{' ' * gutter} {bar} {text}".rstrip() for text in more)


def _painted(mark: str, kind: str, style: Style) -> str:
    indent = len(mark) - len(mark.lstrip())
    return mark[:indent] + style.paint(mark[indent:], kind)


def _window(line: str, labels: Sequence[Label]) -> tuple[str, int]:
    """The line, or what of it is around the labels, and how many characters are cut before it."""
    if len(line) <= WIDTH:
        return visible(line), 0
    start = max(0, min(label.span.column for label in labels) - 30)
    cut = line[start : start + WIDTH]
    before, after = "…" if start else "", "…" if start + WIDTH < len(line) else ""
    return f"{before}{visible(cut)}{after}", start


def _mark(line: str, label: Label, start: int) -> str:
    """The underline with its text."""
    span = label.span
    column = span.column - 1
    same_line = span.end_line == span.line
    end = span.end_column - 1 if same_line else len(line.rstrip())
    indent = " " * width(line[start:column]) + (" " if start > 0 else "")
    length = max(1, min(width(line[column:end]), WIDTH))
    return f"{indent}{('^' if label.primary else '-') * length} {label.text}".rstrip()


def _note(note: Note, gutter: int, style: Style) -> Iterator[str]:
    lead = f"{' ' * gutter} = {note.title}: "
    text = visible(note.text, newlines=True)
    lines = text.split("\n")
    if note.title in WRAPPED:
        lines = list(_items(text, max(40, WIDTH - len(lead))))
    painted = f"{' ' * gutter} = {style.paint(note.title, 'bold')}: "
    yield f"{painted}{lines[0]}".rstrip()
    for line in lines[1:]:
        yield f"{' ' * len(lead)}{line}".rstrip()


def _items(text: str, room: int) -> Iterator[str]:
    """Lines that end after a comma."""
    line = ""
    for item in text.split(", "):
        if line and len(line) + len(item) + 3 > room:
            yield f"{line},"
            line = item
        else:
            line = f"{line}, {item}" if line else item
    yield line


def width(text: str) -> int:
    """How many columns a text takes."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )
