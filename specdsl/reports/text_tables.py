"""Tables as text: aligned for files, and on a terminal fitted to its width by rich."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from io import StringIO
from typing import TYPE_CHECKING

from specdsl.base.plain_text import visible
from specdsl.base.quick_dataclass import dataclass
from specdsl.reports.full import text_width
from specdsl.reports.style import LEAST_WIDTH, WIDTH, Style

if TYPE_CHECKING:
    from rich.text import Text

# The styles of rich that have the same colour codes as `Style.paint`.
RICH_STYLES = {
    "error": "bold red",
    "warning": "bold yellow",
    "note": "bold cyan",
    "good": "green",
    "place": "bold blue",
    "dim": "dim",
    "bold": "bold",
    "": "",
}
BAR = 20  # Columns of a bar.
LEAST_COLUMN = 8  # Columns that are left to a text that may be wrapped.

Pieces = tuple[tuple[str, str], ...]  # Texts with the kinds of `Style.paint`.
Cell = str | Pieces
LINE_BREAK = ("\n", "")


@dataclass(frozen=True, slots=True)
class Column:
    """A column; numbers are aligned to the right. `wraps`: where the table is too wide for a
    terminal, its texts are wrapped first.
    """

    title: str = ""
    has_numbers: bool = False
    wraps: bool = True


def table_lines(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], style: Style, indent: int = 0
) -> list[str]:
    """Return the table, with the titles above it if there are any. Of a row that is too short the
    last cell extends over the other columns.
    """
    draw = _plain_lines if style.columns is None else _terminal_lines
    return [f"{' ' * indent}{line}".rstrip() for line in draw(columns, rows, style, indent)]


def table_width(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> int:
    """Return the number of columns of a terminal that the table takes where nothing is wrapped."""
    return sum(_column_widths(columns, rows, text_width)) + 2 * (len(columns) - 1)


def share_bar(part: int, whole: int, kind: str = "") -> Pieces:
    """Return a bar that shows a part of a whole; without a kind, in a colour that judges it."""
    done = BAR * part // whole if whole else BAR
    kind = kind or ("good" if part == whole else "warning")
    return (("━" * done, kind), ("─" * (BAR - done), "dim"))


def cell_text(cell: Cell) -> str:
    """Return the text of a cell, without characters that act."""
    return visible(cell if isinstance(cell, str) else "".join(text for text, _ in cell))


def _column_widths(
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    width_of: Callable[[str], int] = len,
) -> list[int]:
    found = [len(column.title) for column in columns]
    for row in rows:
        for i, cell in enumerate(row if len(row) == len(columns) else row[:1]):
            found[i] = max(found[i], width_of(cell_text(cell)))
    return found


def _plain_lines(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], style: Style, indent: int
) -> Iterator[str]:
    widths = _column_widths(columns, rows)
    titles = [column.title for column in columns]
    if any(titles):
        yield style.paint(_plain_line(columns, widths, titles), "bold")
    for row in rows:
        yield _plain_line(columns, widths, [cell_text(cell) for cell in row])


def _plain_line(columns: Sequence[Column], widths: Sequence[int], row: Iterable[str]) -> str:
    cells = zip(row, widths, columns, strict=False)
    aligned = (f"{text:>{n}}" if one.has_numbers else f"{text:<{n}}" for text, n, one in cells)
    return "  ".join(aligned).rstrip()


def _terminal_lines(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], style: Style, indent: int
) -> list[str]:
    """Draw the table with rich. Rows that are too short come below it."""
    full = [row for row in rows if len(row) == len(columns)]
    spans = [[cell_text(cell) for cell in row] for row in rows if len(row) < len(columns)]
    first = max((len(row[0]) for row in spans), default=0)
    below = [f"{row[0]:<{first}}  {style.paint(row[1], 'dim')}" for row in spans]
    return [*(_draw_table(columns, full, style, indent) if full else []), *below]


def _draw_table(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], style: Style, indent: int
) -> list[str]:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    has_titles = any(column.title for column in columns)
    table = Table(
        box=SIMPLE_HEAD if has_titles else None,
        show_header=has_titles,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0) if has_titles else (0, 2, 0, 0),
        header_style="bold",
        border_style="dim",
    )
    width = max(LEAST_WIDTH, (style.columns or WIDTH) - indent)
    may_stay = _fit_unwrapped(columns, rows, width)
    for column in columns:
        table.add_column(
            _rich_text(column.title),
            justify="right" if column.has_numbers else "left",
            overflow="fold",
            no_wrap=may_stay and not column.wraps,
        )
    for row in rows:
        table.add_row(*map(_rich_text, row))
    console = Console(
        file=StringIO(),
        width=width,
        force_terminal=style.colour,
        color_system="standard" if style.colour else None,
        no_color=not style.colour,
        legacy_windows=False,
        _environ={},
    )
    with console.capture() as drawn:
        console.print(table)
    return drawn.get().splitlines()


def _fit_unwrapped(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], width: int) -> bool:
    """Return whether the columns that should not wrap leave room for the others: rich cuts them
    otherwise.
    """
    widths = zip(columns, _column_widths(columns, rows, text_width), strict=True)
    needed = [min(n, LEAST_COLUMN) if column.wraps else n for column, n in widths]
    return sum(needed) + 2 * len(needed) <= width


def _rich_text(cell: Cell) -> Text:
    from rich.text import Text

    pieces = ((cell, ""),) if isinstance(cell, str) else cell
    shown = ((t if (t, kind) == LINE_BREAK else visible(t), kind) for t, kind in pieces)
    return Text.assemble(*((text, RICH_STYLES[kind]) for text, kind in shown))
