"""Effort of the checks, as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from specdsl.base.plain_text import shown_path
from specdsl.base.statistics import (
    CALLS,
    QUESTIONS,
    RELATIONS_REFUTED,
    RELATIONS_TOGETHER,
    RELATIONS_TRIED,
    SITUATIONS,
    CheckEffort,
)
from specdsl.reports.checked_spec import CheckedSpec, count_of
from specdsl.reports.style import Style

HEAD = ("check", "seconds", "questions", "solver calls", "situations", "relations")


def effort_tables(runs: Sequence[CheckedSpec], style: Style) -> str:
    """Render a table for each measured spec, each after a blank line."""
    measured = [run for run in runs if run.report.statistics]
    return "".join(f"\n{_effort_table(run, len(runs) > 1, style)}\n" for run in measured)


def _effort_table(run: CheckedSpec, several: bool, style: Style) -> str:
    """Render a row for each check, their sum, and how relations were answered."""
    statistics = run.report.statistics
    whole = sum((spent for _, spent in statistics), CheckEffort())
    rows = [
        HEAD,
        *(_row_cells(name, spent) for name, spent in statistics),
        _row_cells("all", whole),
    ]
    wide = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    first, *others = [_align_row(row, wide) for row in rows]
    title = [shown_path(run.path)] if several else []
    return "\n".join([*title, style.paint(first, "bold"), *others, *_relation_methods(whole)])


def _row_cells(name: str, spent: CheckEffort) -> tuple[str, ...]:
    relations = spent.of(RELATIONS_TRIED) + spent.of(RELATIONS_TOGETHER)
    counts = (*(spent.of(what) for what in (QUESTIONS, CALLS, SITUATIONS)), relations)
    return (name, f"{spent.seconds:.2f}", *(f"{count:,}" for count in counts))


def _align_row(row: Sequence[str], wide: Iterable[int]) -> str:
    name, *numbers = (f"{text:>{width}}" for text, width in zip(row, wide, strict=True))
    return "  ".join([f"{row[0]:<{len(name)}}", *numbers])


def _relation_methods(whole: CheckEffort) -> Iterator[str]:
    """Yield how relations between numbers were answered."""
    if beside := whole.of(RELATIONS_TRIED):
        refuted = f"{whole.of(RELATIONS_REFUTED):,} of them refuted"
        yield f"relations: {count_of(beside, 'set')} of them tried beside the SAT solver, {refuted}"
    if together := whole.of(RELATIONS_TOGETHER):
        yield f"relations: {count_of(together, 'question')} answered by one solver for all"
