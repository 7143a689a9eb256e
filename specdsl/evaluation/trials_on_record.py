"""Trial rules on record: how often each would have changed a logged decision, and to what.

A decision log says beside each decision what every trial rule would have decided. An outcome that a
trial rule does not give, since it would contradict other rules, is None.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specdsl.base.plain_text import visible
from specdsl.base.quick_dataclass import dataclass
from specdsl.evaluation.log_source import WEIGHT, LogSource
from specdsl.frontend.model.nodes import SpecModel

APPLIED = "sum(number) FILTER (applies)"


@dataclass(frozen=True, slots=True)
class TriedRuleChange:
    """Rows in which a trial rule would have changed the outcome of a decision."""

    decision: str
    logged: str
    instead: str | None
    rows: int


@dataclass(frozen=True, slots=True)
class TriedRule:
    """A trial rule on record: in how many `rows` it was tried, in how many of them it `applied`,
    and what it would have changed, the most frequent first.
    """

    name: str
    rows: int
    applied: int
    changes: tuple[TriedRuleChange, ...]


def measure_trials(session: Any, source: LogSource, spec: SpecModel) -> tuple[TriedRule, ...]:
    """Return the trial rules of a decision log, by name; none if it is a table of another form."""
    if source.records is None:
        return ()
    weight = WEIGHT if source.weighted else "1"
    session.execute(
        "CREATE OR REPLACE TEMP TABLE tried AS SELECT outcomes, entry->>'$.rule' AS rule, "
        "entry->>'$.applies' = 'true' AS applies, entry->'$.result' AS instead, number FROM "
        "(SELECT to_json(result) AS outcomes, UNNEST(CAST(to_json(trial) AS JSON[])) AS entry, "
        f"CAST({weight} AS BIGINT) AS number FROM {source.records})"
    )
    sums = (f"CAST(COALESCE({one}, 0) AS BIGINT)" for one in ("sum(number)", APPLIED))
    counted = f"SELECT rule, {', '.join(sums)} FROM tried GROUP BY 1 ORDER BY 1"
    found = session.execute(counted).fetchall()
    changes = list(_outcome_changes(session, spec)) if found else []
    return tuple(
        TriedRule(name, rows, applied, tuple(one for rule, one in changes if rule == name))
        for name, rows, applied in found
    )


def _outcome_changes(session: Any, spec: SpecModel) -> Iterator[tuple[str, TriedRuleChange]]:
    """Yield each change of an outcome with its trial rule."""
    for decision in spec.decisions:
        logged, instead = (f"{one}->>'$.{decision.name}'" for one in ("outcomes", "instead"))
        found = session.execute(
            f"SELECT rule, {logged} AS logged, {instead} AS other, "
            "CAST(sum(number) AS BIGINT) AS rows FROM tried "
            "WHERE logged IS NOT NULL AND logged IS DISTINCT FROM other "
            "GROUP BY ALL ORDER BY rows DESC, rule, logged, other"
        ).fetchall()
        for rule, *change in found:
            yield rule, TriedRuleChange(decision.name, *change)


def trial_lines(found: TriedRule) -> Iterator[str]:
    """Yield the lines of a report for a person."""
    yield f"  {visible(found.name)} applied in {found.applied:,} of {found.rows:,} rows"
    for one in found.changes:
        instead = one.instead or "a contradiction"
        yield f"    {one.decision}: {one.rows:,} rows would be {instead}, not {one.logged}"
    if not found.changes:
        yield "    no outcome would have changed"


def trial_dict(found: TriedRule) -> dict[str, Any]:
    """Return a trial rule as plain values."""
    changes = [
        {"decision": c.decision, "logged": c.logged, "instead": c.instead, "rows": c.rows}
        for c in found.changes
    ]
    return {
        "rule": found.name,
        "rows": found.rows,
        "applied": found.applied,
        "changes": changes,
    }
