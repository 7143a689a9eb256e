"""Effort of the checks, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
from specdsl.reports.text_tables import Column, table_lines

NUMBERS = ("seconds", "questions", "solver calls", "situations", "relations")
HEAD = (Column("check", wraps=False), *(Column(title, has_numbers=True) for title in NUMBERS))


def effort_tables(runs: Sequence[CheckedSpec], style: Style) -> str:
    """Render a table for each measured spec, each after a blank line."""
    measured = [run for run in runs if run.report.statistics]
    return "".join(f"\n{_effort_table(run, len(runs) > 1, style)}\n" for run in measured)


def _effort_table(run: CheckedSpec, several: bool, style: Style) -> str:
    """Render a row for each check, their sum, and how relations were answered."""
    statistics = run.report.statistics
    whole = sum((spent for _, spent in statistics), CheckEffort())
    rows = [*(_row_cells(name, spent) for name, spent in statistics), _row_cells("all", whole)]
    title = [shown_path(run.path)] if several else []
    return "\n".join([*title, *table_lines(HEAD, rows, style), *_relation_methods(whole)])


def _row_cells(name: str, spent: CheckEffort) -> tuple[str, ...]:
    relations = spent.of(RELATIONS_TRIED) + spent.of(RELATIONS_TOGETHER)
    counts = (*(spent.of(what) for what in (QUESTIONS, CALLS, SITUATIONS)), relations)
    return (name, f"{spent.seconds:.2f}", *(f"{count:,}" for count in counts))


def _relation_methods(whole: CheckEffort) -> Iterator[str]:
    """Yield how relations between numbers were answered."""
    if beside := whole.of(RELATIONS_TRIED):
        refuted = f"{whole.of(RELATIONS_REFUTED):,} of them refuted"
        yield f"relations: {count_of(beside, 'set')} of them tried beside the SAT solver, {refuted}"
    if together := whole.of(RELATIONS_TOGETHER):
        yield f"relations: {count_of(together, 'question')} answered by one solver for all"
