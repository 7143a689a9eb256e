"""What each check took, as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from specdsl.plain import shown_path
from specdsl.report.runs import Run, counted
from specdsl.report.style import Style
from specdsl.statistics import (
    BESIDE,
    CALLS,
    QUESTIONS,
    REFUTED,
    SITUATIONS,
    TOGETHER,
    Spent,
)

HEAD = ("check", "seconds", "questions", "solver calls", "situations", "relations")


def tables(runs: Sequence[Run], style: Style) -> str:
    """A table a spec, each below a blank line; nothing where nobody measured."""
    measured = [run for run in runs if run.report.statistics]
    return "".join(f"\n{_table(run, len(runs) > 1, style)}\n" for run in measured)


def _table(run: Run, several: bool, style: Style) -> str:
    """A line for each check, and one for all of them; and how relations were answered."""
    statistics = run.report.statistics
    whole = sum((spent for _, spent in statistics), Spent())
    rows = [HEAD, *(_row(name, spent) for name, spent in statistics), _row("all", whole)]
    wide = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    first, *others = [_line(row, wide) for row in rows]
    title = [shown_path(run.path)] if several else []
    return "\n".join([*title, style.paint(first, "bold"), *others, *_ways(whole)])


def _row(name: str, spent: Spent) -> tuple[str, ...]:
    relations = spent.of(BESIDE) + spent.of(TOGETHER)
    counts = (*(spent.of(what) for what in (QUESTIONS, CALLS, SITUATIONS)), relations)
    return (name, f"{spent.seconds:.2f}", *(f"{count:,}" for count in counts))


def _line(row: Sequence[str], wide: Iterable[int]) -> str:
    name, *numbers = (f"{text:>{width}}" for text, width in zip(row, wide, strict=True))
    return "  ".join([f"{row[0]:<{len(name)}}", *numbers])


def _ways(whole: Spent) -> Iterator[str]:
    """In which way relations between numbers were answered."""
    if beside := whole.of(BESIDE):
        refuted = f"{whole.of(REFUTED):,} of them refuted"
        yield f"relations: {counted(beside, 'set')} of them tried beside the SAT solver, {refuted}"
    if together := whole.of(TOGETHER):
        yield f"relations: {counted(together, 'question')} answered by one solver for all"
