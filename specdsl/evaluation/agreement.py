"""Agreement of a log with a spec: how often what was observed is what the spec gives, divided by
rule, week and column; and where it is not, in regions that a person can read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from specdsl.base.quick_dataclass import dataclass
from specdsl.evaluation.decided_log import DecidedDecision, DecidedLog, FaultyRow
from specdsl.evaluation.disagreement_regions import (
    DisagreementCount,
    DisagreementRegion,
    find_regions,
)
from specdsl.evaluation.log_source import TIME, by_column
from specdsl.frontend.model.nodes import Rule


@dataclass(frozen=True, slots=True)
class AgreementShare:
    """How many rows agree, of how many. `name`: of the rule, the week, or the value."""

    name: str
    agreeing: int
    rows: int

    @property
    def share(self) -> float:
        """Return the share from 0 to 1; 1 where there are no rows."""
        return self.agreeing / self.rows if self.rows else 1.0


@dataclass(frozen=True, slots=True)
class DecisionAgreement:
    """The agreement of one decision. `undecided`: rows over which the spec contradicts itself;
    `unmet`: rules that stand in no row; `scattered`: rows that disagree in no region.
    """

    name: str
    overall: AgreementShare
    by_rule: tuple[AgreementShare, ...]
    by_week: tuple[AgreementShare, ...]
    by_column: Mapping[str, tuple[AgreementShare, ...]]
    regions: tuple[DisagreementRegion, ...]
    scattered: int
    unmet: tuple[str, ...]
    undecided: int


@dataclass(frozen=True, slots=True)
class LogAgreement:
    """The agreement of a log with a spec. `bad_rows` are no situations: `faulty` has some."""

    spec: str
    rows: int
    decisions: tuple[DecisionAgreement, ...]
    bad_rows: int
    faulty: tuple[FaultyRow, ...]

    @property
    def overall(self) -> AgreementShare:
        """Return the agreement over all decisions."""
        agreeing = sum(one.overall.agreeing for one in self.decisions)
        return AgreementShare("all", agreeing, sum(one.overall.rows for one in self.decisions))


def measure_agreement(log: DecidedLog) -> LogAgreement:
    """Return the agreement of each decision that was observed."""
    found = tuple(_decision_agreement(log, log.decide(name)) for name in log.source.decisions)
    name = log.policy.model.name
    return LogAgreement(name, log.rows, found, log.bad_rows, tuple(log.faulty))


def _decision_agreement(log: DecidedLog, decided: DecidedDecision) -> DecisionAgreement:
    counts = class_counts(log, decided.table)
    regions, scattered = find_regions(log, decided, counts)
    rows = sum(count.rows for count in counts)
    agreeing = sum(count.rows for count in counts if count.agrees(decided.classes))
    met = {rule for count in counts for rule in decided.classes[count.number].rules}
    rules = [rule for rule in log.policy.model.rules if _decides(rule, decided)]
    return DecisionAgreement(
        decided.decision.name,
        AgreementShare(decided.decision.name, agreeing, rows),
        _shares_by_rule(counts, decided, rules),
        _shares(log, decided.table, f"CAST(date_trunc('week', {TIME}) AS DATE)")
        if log.source.has_time
        else (),
        {name: _shares(log, decided.table, by_column(i)) for i, name in enumerate(log.by)},
        regions,
        scattered,
        tuple(rule.name for rule in rules if rule.name not in met),
        sum(c.rows for c in counts if decided.classes[c.number].outcome is None),
    )


def class_counts(log: DecidedLog, table: str) -> list[DisagreementCount]:
    """Return for each class and observed outcome how many rows have them, and the simplest row:
    the one with the fewest known facts.
    """
    found = log.session.execute(
        f"SELECT _class, observed, count(*), min_by(_row, _known * 1e12 + _row) FROM {table} "
        "GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return [DisagreementCount(*row) for row in found]


def _decides(rule: Rule, decided: DecidedDecision) -> bool:
    return any(effect.decision is decided.decision for effect in rule.effects)


def _shares_by_rule(
    counts: Sequence[DisagreementCount], decided: DecidedDecision, rules: Sequence[Rule]
) -> tuple[AgreementShare, ...]:
    """Return the agreement where each rule stands, and where none does."""
    rows: dict[str, list[int]] = {}
    for count in counts:
        for name in decided.classes[count.number].rules or ("",):
            pair = rows.setdefault(name, [0, 0])
            pair[0] += count.rows if count.agrees(decided.classes) else 0
            pair[1] += count.rows
    names = [*(rule.name for rule in rules), ""]
    return tuple(AgreementShare(name, *rows[name]) for name in names if name in rows)


def _shares(log: DecidedLog, table: str, key: str) -> tuple[AgreementShare, ...]:
    found: list[Any] = log.session.execute(
        f"SELECT {key} AS k, count(*) FILTER (expected IS NOT DISTINCT FROM observed), count(*) "
        f"FROM {table} GROUP BY k ORDER BY k NULLS LAST"
    ).fetchall()
    return tuple(AgreementShare("" if key is None else str(key), a, n) for key, a, n in found)
