"""Decision tables: rules that each name the same facts, a row each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator

from specdsl.model import nodes as m
from specdsl.model.layers import facts_of
from specdsl.model.walk import conjuncts, decisions_read
from specdsl.source import Span

FEWEST_ROWS = 3
Column = frozenset[Hashable]
"""What the clauses of a column are about: facts and decisions."""


def cells(rules: Iterable[m.Rule]) -> frozenset[Span]:
    """The clauses that are no more than the form of a table: its rows are rules of one level about
    the same decisions, each has a clause for every column, and the clauses of the column of this
    one tell rows apart."""
    tables: defaultdict[Hashable, list[dict[Column, list[Span]]]] = defaultdict(list)
    for rule in rules:
        row = _row(rule)
        about = frozenset(effect.decision for effect in rule.effects)
        tables[rule.level, about, frozenset(row)].append(row)
    return frozenset(cell for rows in tables.values() for cell in _telling(rows))


def _row(rule: m.Rule) -> dict[Column, list[Span]]:
    found: dict[Column, list[Span]] = {}
    clauses = (*(one for when in rule.whens for one in conjuncts(when)), *rule.unlesses)
    for clause in clauses:
        found.setdefault(frozenset((*facts_of(clause), *decisions_read(clause))), []).append(
            clause.span
        )
    return found


def _telling(rows: list[dict[Column, list[Span]]]) -> Iterator[Span]:
    if len(rows) < FEWEST_ROWS:
        return
    for column in rows[0]:
        words = {tuple(span.in_a_line for span in row[column]) for row in rows}
        if len(words) > 1:
            yield from (span for row in rows for span in row[column])
