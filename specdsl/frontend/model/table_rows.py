"""Decision tables written as rules: rules about the same facts, one for each row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator

from specdsl.base.source import Span
from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.traversal import conjuncts, decisions_read, facts_read

FEWEST_ROWS = 3
Column = frozenset[Hashable]
"""The facts and decisions of the clauses of a column."""


def table_cells(rules: Iterable[m.Rule]) -> frozenset[Span]:
    """Return the clauses that only have the form of a table. The rows of a table are rules of one
    level about the same decisions, with a clause for each column; the clauses of a cell's column
    differ between rows.
    """
    tables: defaultdict[Hashable, list[dict[Column, list[Span]]]] = defaultdict(list)
    for rule in rules:
        row = _clauses_by_column(rule)
        about = frozenset(effect.decision for effect in rule.effects)
        tables[rule.level, about, frozenset(row)].append(row)
    return frozenset(cell for rows in tables.values() for cell in _distinguishing_cells(rows))


def _clauses_by_column(rule: m.Rule) -> dict[Column, list[Span]]:
    found: dict[Column, list[Span]] = {}
    clauses = (*(one for when in rule.whens for one in conjuncts(when)), *rule.unlesses)
    for clause in clauses:
        found.setdefault(frozenset((*facts_read(clause), *decisions_read(clause))), []).append(
            clause.span
        )
    return found


def _distinguishing_cells(rows: list[dict[Column, list[Span]]]) -> Iterator[Span]:
    if len(rows) < FEWEST_ROWS:
        return
    for column in rows[0]:
        words = {tuple(span.in_a_line for span in row[column]) for row in rows}
        if len(words) > 1:
            yield from (span for row in rows for span in row[column])
