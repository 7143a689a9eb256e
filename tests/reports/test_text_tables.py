"""Tables, whole lines and bars: on a terminal they fit, and nothing of their text is lost."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specdsl.apps.cli.progress import progress_line
from specdsl.base.plain_text import COLOUR, visible
from specdsl.reports.full import text_width
from specdsl.reports.style import CODES, LEAST_WIDTH, Style
from specdsl.reports.text_tables import RICH_STYLES, Cell, Column, cell_text, share_bar, table_lines

TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Mn", "Me", "Cs")), max_size=50
) | st.sampled_from(
    ["[bold]a[/bold]", ":smile:", "\033[31mred", "\033[1;31mred", "a\nb", "[link=x]"]
)
CELLS: st.SearchStrategy[Cell] = TEXTS | st.tuples(
    st.tuples(TEXTS, st.sampled_from([*CODES, ""])), st.tuples(TEXTS, st.sampled_from([*CODES]))
)
ROWS = st.integers(1, 5).flatmap(
    lambda width: st.tuples(
        st.lists(
            st.builds(
                Column, st.sampled_from(["", "check", "solver calls"]), st.booleans(), st.booleans()
            ),
            min_size=width,
            max_size=width,
        ),
        st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=3),
    )
)
STYLES = st.builds(Style, st.booleans(), st.none() | st.integers(LEAST_WIDTH, 130))


def letters(text: str) -> Counter[str]:
    return Counter(re.sub(r"\s|─", "", text))


@settings(max_examples=60, deadline=None)
@given(ROWS, STYLES)
def test_every_letter_is_in_the_table_and_no_line_is_too_long(
    table: tuple[list[Column], list[list[Cell]]], style: Style
) -> None:
    columns, rows = table
    lines = [COLOUR.sub("", line) for line in table_lines(columns, rows, style)]
    assert all(line == visible(line) for line in lines), "nothing acts"
    if style.columns is not None:
        assert all(text_width(line) <= style.columns for line in lines)
    titles = "".join(column.title for column in columns) if rows or style.columns is None else ""
    cells = "".join(cell_text(cell) for row in rows for cell in row)
    assert letters("".join(lines)) == letters(titles + cells)


def test_rows_that_are_too_short_extend_over_the_other_columns() -> None:
    columns = [Column(), Column("pay"), Column("decline")]
    rows: list[list[Cell]] = [["user says", "set", "-"], ["tool says", "nobody lends it authority"]]
    assert table_lines(columns, rows, Style(), 2) == [
        "             pay  decline",
        "  user says  set  -",
        "  tool says  nobody lends it authority",
    ]
    assert table_lines(columns, rows, Style(columns=60), 2) == [
        "             pay  decline",
        "  ───────────────────────",
        "  user says  set  -",
        "  tool says  nobody lends it authority",
    ]


def test_rich_and_our_own_colours_have_the_same_codes() -> None:
    from rich.color import ColorSystem
    from rich.style import Style as RichStyle

    for kind, code in CODES.items():
        drawn = RichStyle.parse(RICH_STYLES[kind]).render("a", color_system=ColorSystem.STANDARD)
        assert drawn == f"\033[{code}ma\033[0m" == Style(True).paint("a", kind)
        assert COLOUR.sub("", drawn) == "a", "the output filter knows it"


@pytest.mark.parametrize(("part", "full"), [(0, 0), (1, 3), (2, 3), (3, 3), (999, 1000)])
def test_a_bar_is_full_only_where_all_is_done(part: int, full: int) -> None:
    bar = share_bar(part, full)
    assert len("".join(text for text, _ in bar)) == 20
    assert (bar[0] == ("━" * 20, "good")) == (part == full)


@settings(deadline=None)
@given(TEXTS, st.integers(1, 5), st.integers(LEAST_WIDTH, 130))
def test_progress_is_one_line_that_no_terminal_wraps(name: str, total: int, columns: int) -> None:
    for done in range(total):
        line = progress_line(visible(f"{name}: step"), done, total, Style(columns=columns))
        assert text_width(line) < columns
        assert line.endswith("step")
