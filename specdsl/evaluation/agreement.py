"""Agreement of a log with a spec: how often what was observed is what the spec gives, divided by
rule, week and column; and where it is not, in regions that a person can read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from specdsl.base.limits import MAX_EXPLAINED_SITUATIONS
from specdsl.base.quick_dataclass import dataclass
from specdsl.evaluation.decided_log import DecidedDecision, DecidedLog, FaultyRow
from specdsl.evaluation.disagreement_regions import (
    DisagreementCount,
    DisagreementRegion,
    find_regions,
)
from specdsl.evaluation.log_source import TIME, by_column
from specdsl.evaluation.trials_on_record import TriedRule, measure_trials
from specdsl.frontend.model.nodes import DecisionModel, Rule


@dataclass(frozen=True, slots=True)
class AgreementShare:
    """The number of rows that agree, and of all. `name`: of the rule, the week, or the value."""

    name: str
    agreeing: int
    rows: int

    @property
    def share(self) -> float:
        """Return the share from 0 to 1; 1 where there are no rows."""
        return self.agreeing / self.rows if self.rows else 1.0


@dataclass(frozen=True, slots=True)
class DecisionAgreement:
    """The agreement of one decision. `undecided`: rows over which the spec contradicts itself.
    `by_rule`: of the rows in which a rule stands, the ones that keep it; the empty name is for
    rows in which none does. `unmet`: rules that stand in no row. `unknown`: facts that, known,
    could have changed the outcome, by the number of rows. `scattered`: rows that disagree in no
    region.
    """

    name: str
    overall: AgreementShare
    by_rule: tuple[AgreementShare, ...]
    by_week: tuple[AgreementShare, ...]
    by_column: Mapping[str, tuple[AgreementShare, ...]]
    regions: tuple[DisagreementRegion, ...]
    scattered: int
    unmet: tuple[str, ...]
    unknown: tuple[tuple[str, int], ...]
    undecided: int


@dataclass(frozen=True, slots=True)
class LogAgreement:
    """The agreement of a log with a spec. `bad_rows` are no situations: `faulty` has some. `trials`
    are the trial rules of a decision log.
    """

    spec: str
    rows: int
    decisions: tuple[DecisionAgreement, ...]
    bad_rows: int
    faulty: tuple[FaultyRow, ...]
    trials: tuple[TriedRule, ...] = ()

    @property
    def overall(self) -> AgreementShare:
        """Return the agreement over all decisions."""
        agreeing = sum(one.overall.agreeing for one in self.decisions)
        return AgreementShare("all", agreeing, sum(one.overall.rows for one in self.decisions))


def measure_agreement(log: DecidedLog) -> LogAgreement:
    """Return the agreement of each decision that was observed."""
    parts = [_searched_decision(log, log.decide(name)) for name in log.source.decisions]
    numbers = sorted({number for one in parts for number in one.shown_rows()})
    rows = dict(zip(numbers, log.row_texts(numbers), strict=True))
    found = tuple(_decision_agreement(log, one, rows) for one in parts)
    name = log.policy.model.name
    trials = measure_trials(log.session, log.source, log.policy.model)
    return LogAgreement(name, log.rows, found, log.bad_rows, tuple(log.faulty), trials)


@dataclass(frozen=True, slots=True)
class _SearchedDecision:
    """A decision with its regions. `frequent`: by the simplest row of a class, how many rows are in
    the most frequent ones.
    """

    decided: DecidedDecision
    counts: Sequence[DisagreementCount]
    regions: tuple[DisagreementRegion, ...]
    scattered: int
    frequent: tuple[tuple[int, int], ...]

    def shown_rows(self) -> list[int]:
        """Return the numbers of the rows whose facts are needed."""
        return [*(one.example for one in self.regions), *(row for row, _ in self.frequent)]


def _searched_decision(log: DecidedLog, decided: DecidedDecision) -> _SearchedDecision:
    counts = class_counts(log, decided.table)
    return _SearchedDecision(
        decided, counts, *find_regions(log, decided, counts), _frequent_classes(counts)
    )


def _decision_agreement(
    log: DecidedLog, searched: _SearchedDecision, facts: Mapping[int, Mapping[str, Any]]
) -> DecisionAgreement:
    decided, counts = searched.decided, searched.counts
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
        tuple(replace(one, facts=facts[one.example]) for one in searched.regions),
        searched.scattered,
        tuple(rule.name for rule in rules if rule.name not in met),
        _telling_unknowns(log, searched, facts),
        sum(c.rows for c in counts if decided.classes[c.number].outcome is None),
    )


def class_counts(log: DecidedLog, table: str) -> list[DisagreementCount]:
    """Return for each class and observed outcome how many rows have them, and the simplest row:
    the one with the fewest known facts.
    """
    found = log.session.execute(
        f"SELECT _class, observed, {log.counted_rows()}, min_by(_row, _known * 1e12 + _row) "
        f"FROM {table} GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return [DisagreementCount(*row) for row in found]


def _frequent_classes(counts: Sequence[DisagreementCount]) -> tuple[tuple[int, int], ...]:
    """Return the simplest row and the number of rows of the most frequent classes."""
    rows: dict[int, list[int]] = {}
    for count in counts:
        found = rows.setdefault(count.number, [0, count.simplest])
        found[0] += count.rows
    frequent = sorted(rows.values(), reverse=True)[:MAX_EXPLAINED_SITUATIONS]
    return tuple((simplest, number) for number, simplest in frequent)


def _telling_unknowns(
    log: DecidedLog, searched: _SearchedDecision, facts: Mapping[int, Mapping[str, Any]]
) -> tuple[tuple[str, int], ...]:
    """Return the unknown facts of which some value would have changed the outcome, by how many
    rows, in the most frequent situations.
    """
    found: dict[str, int] = {}
    for row, number in searched.frequent:
        for fact in log.telling_unknowns(facts[row], searched.decided.decision.name):
            found[fact] = found.get(fact, 0) + number
    return tuple(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def _decides(rule: Rule, decided: DecidedDecision) -> bool:
    return any(effect.decision is decided.decision for effect in rule.effects)


def _shares_by_rule(
    counts: Sequence[DisagreementCount], decided: DecidedDecision, rules: Sequence[Rule]
) -> tuple[AgreementShare, ...]:
    """Return for each rule how many of the rows in which it stands keep it, by what was observed;
    and how many of those in which none stands have the default.
    """
    rows: dict[str, list[int]] = {}
    allowed = {rule.name: allowed_outcomes(rule, decided.decision) for rule in rules}
    for count in counts:
        for name in decided.classes[count.number].rules or ("",):
            pair = rows.setdefault(name, [0, 0])
            keeps = count.observed in allowed[name] if name else count.agrees(decided.classes)
            pair[0] += count.rows if keeps else 0
            pair[1] += count.rows
    names = [*allowed, ""]
    return tuple(AgreementShare(name, *rows[name]) for name in names if name in rows)


def allowed_outcomes(rule: Rule, decision: DecisionModel) -> frozenset[str]:
    """Return the outcomes that a rule leaves; a permission leaves all."""
    effect = rule.effect_on(decision)
    names = enumerate(decision.outcomes)
    return frozenset(n for i, n in names if effect.permits or effect.outcomes >> i & 1)


def _shares(log: DecidedLog, table: str, key: str) -> tuple[AgreementShare, ...]:
    agreeing = log.counted_rows("expected IS NOT DISTINCT FROM observed")
    found: list[Any] = log.session.execute(
        f"SELECT {key} AS k, {agreeing}, {log.counted_rows()} "
        f"FROM {table} GROUP BY k ORDER BY k NULLS LAST"
    ).fetchall()
    return tuple(AgreementShare("" if key is None else str(key), a, n) for key, a, n in found)
