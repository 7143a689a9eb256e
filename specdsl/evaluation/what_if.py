"""The effect of a change on a log, if it had been in force: the regions of a diff with their rows.

Both specs decide every row, class by class. A row that differs is in a region if the edits of the
region, alone, decide it as the new spec does. What the diff proves to differ and the log does not
have is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specdsl.analyses.diff.change import Change, Region
from specdsl.analyses.diff.compare_specs import diff
from specdsl.api import Policy, Spec
from specdsl.base.limits import MAX_CHANGED_ROWS
from specdsl.base.quick_dataclass import dataclass
from specdsl.evaluation.decided_log import DecidedLog
from specdsl.evaluation.log_source import TIME, WEIGHT, LogColumns, by_column
from specdsl.evaluation.open_logs import open_logs
from specdsl.semantics.circuit import Circuit
from specdsl.verification.two_specs.partial_edits import PartialEdits
from specdsl.verification.two_specs.statement_table import statement_table


@dataclass(frozen=True, slots=True)
class RegionRows:
    """The rows of a region of the diff. `examples` are some, the simplest first, by number; a row
    that several edits explain is in the region of each, but not in one of more edits.
    """

    region: Region
    rows: int
    by_week: tuple[tuple[str, int], ...]
    by_column: Mapping[str, tuple[tuple[str, int], ...]]
    examples: tuple[tuple[int, Mapping[str, Any]], ...]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The effect of a change on a log of `rows`. `changed`: by decision, how many rows get another
    outcome. `unseen` are regions in which the outcome can change and of which the log has no row.
    `unexplained`: changed rows in no region. `bad_rows`: rows that are no situation of the old
    spec, and of the new one.
    """

    change: Change
    rows: int
    changed: Mapping[str, int]
    regions: tuple[RegionRows, ...]
    unseen: tuple[Region, ...]
    unexplained: int
    bad_rows: tuple[int, int]


def what_if(
    session: Any,
    old: Spec,
    new: Spec,
    paths: Sequence[str],
    named: LogColumns,
    engine: str = "duckdb",
) -> WhatIf:
    """Decide a log by two specs. Raises `UnreadableLog`."""
    policies = [Policy(spec.circuit) for spec in (old, new)]
    sources = open_logs(session, engine, paths, policies, named, observed=False)
    logs = [
        DecidedLog(session, policy, source, named.by, prefix)
        for policy, source, prefix in zip(policies, sources, ("old_", "new_"), strict=True)
    ]
    return _Comparison(session, old, new, logs).compare()


@dataclass(frozen=True, slots=True)
class _ChangedClass:
    """Rows that both specs decide alike each, and the simplest of them."""

    old: int
    new: int
    rows: int
    simplest: int


class _Comparison:
    def __init__(self, session: Any, old: Spec, new: Spec, logs: Sequence[DecidedLog]) -> None:
        self._session, self._change = session, diff(old, new)
        self._old, self._new = logs
        self._edits = PartialEdits(
            statement_table(old.loaded.files), statement_table(new.loaded.files)
        )
        self._between: dict[tuple[Any, ...], Policy | None] = {}

    def compare(self) -> WhatIf:
        changed: dict[str, int] = {}
        regions: list[RegionRows] = []
        unseen: list[Region] = []
        unexplained = 0
        for name in self._change.decisions:
            classes = self._changed_classes(name)
            changed[name] = sum(one.rows for one in classes)
            facts = self._facts_of([one.simplest for one in classes])
            left = {one.simplest for one in classes}
            explained: list[tuple[Region, frozenset[int]]] = []
            for region in sorted(self._regions_of(name), key=lambda one: len(one.edits)):
                fewer = {
                    row for other, rows in explained if _has_fewer(other, region) for row in rows
                }
                inside = [
                    (one, row)
                    for one, row in zip(classes, facts, strict=True)
                    if one.simplest not in fewer and self._explains(region, one, row)
                ]
                explained.append((region, frozenset(one.simplest for one, _ in inside)))
                left -= explained[-1][1]
                if inside:
                    regions.append(self._region_rows(name, region, inside))
                else:
                    unseen.append(region)
            unexplained += sum(one.rows for one in classes if one.simplest in left)
        regions.sort(key=lambda one: -one.rows)
        bad = self._old.bad_rows, self._new.bad_rows
        rows = self._new.rows
        return WhatIf(self._change, rows, changed, tuple(regions), tuple(unseen), unexplained, bad)

    def _facts_of(self, numbers: Sequence[int]) -> list[Mapping[str, Any]]:
        """Return the facts of rows that either spec has."""
        pairs = zip(self._old.row_texts(numbers), self._new.row_texts(numbers), strict=True)
        return [{**old, **new} for old, new in pairs]

    def _regions_of(self, name: str) -> Iterator[Region]:
        """Yield the regions of a decision in which its outcome changes."""
        for region in self._change.regions:
            if region.decision == name and region.old.outcome != region.new.outcome:
                yield region

    def _changed_classes(self, name: str) -> list[_ChangedClass]:
        old, new = self._old.decide(name), self._new.decide(name)
        found: list[Any] = self._session.execute(
            f"SELECT o._class, n._class, {self._row_count()}, "
            "min_by(_row, o._known * 1e12 + _row) "
            f"FROM {old.table} o JOIN {new.table} n USING (_row) "
            "WHERE o.expected IS DISTINCT FROM n.expected GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        return [_ChangedClass(*row) for row in found]

    def _row_count(self) -> str:
        """Return the expression that counts rows of the log."""
        return f"CAST(sum(o.{WEIGHT}) AS BIGINT)" if self._old.source.weighted else "count(*)"

    def _explains(self, region: Region, one: _ChangedClass, row: Mapping[str, Any]) -> bool:
        """Return whether rows are in a region: they have its results, and its edits alone decide
        them as the new spec does.
        """
        name = region.decision
        ends = (log.decided_result(row, name) for log in (self._old, self._new))
        if tuple(ends) != (region.old, region.new):
            return False
        between = self._policy_with(region)
        if between is None:
            return not region.edits
        return self._new.decided_result(row, name, between) == region.new

    def _policy_with(self, region: Region) -> Policy | None:
        """Return the old spec with the edits of a region alone."""
        keys = tuple(edit.key for edit in region.edits)
        if keys not in self._between:
            circuit: Circuit | None = self._edits.apply_subset(frozenset(keys)) if keys else None
            self._between[keys] = None if circuit is None else Policy(circuit)
        return self._between[keys]

    # --- one region ------------------------------------------------------------------------------

    def _region_rows(
        self,
        name: str,
        region: Region,
        inside: Sequence[tuple[_ChangedClass, Mapping[str, Any]]],
    ) -> RegionRows:
        pairs = ", ".join(f"({one.old}, {one.new})" for one, _ in inside)
        where = f"(o._class, n._class) IN ({pairs})"
        week = f"CAST(date_trunc('week', o.{TIME}) AS DATE)" if self._new.source.has_time else None
        simplest = sorted(inside, key=lambda pair: (len(pair[1]), pair[0].simplest))
        return RegionRows(
            region,
            sum(one.rows for one, _ in inside),
            self._count_by(name, where, week),
            {
                column: self._count_by(name, where, f"o.{by_column(i)}")
                for i, column in enumerate(self._new.by)
            },
            tuple((one.simplest, row) for one, row in simplest[:MAX_CHANGED_ROWS]),
        )

    def _count_by(self, name: str, where: str, key: str | None) -> tuple[tuple[str, int], ...]:
        """Return the rows of each value of a key."""
        if key is None:
            return ()
        found: list[Any] = self._session.execute(
            f"SELECT {key} AS k, {self._row_count()} FROM old_judged_{name} o "
            f"JOIN new_judged_{name} n USING (_row) WHERE {where} GROUP BY k ORDER BY k NULLS LAST"
        ).fetchall()
        return tuple(("" if k is None else str(k), count) for k, count in found)


def _has_fewer(one: Region, other: Region) -> bool:
    """Return whether the edits of a region are some of those of another one."""
    keys, others = ({edit.key for edit in region.edits} for region in (one, other))
    return bool(keys) and keys < others
