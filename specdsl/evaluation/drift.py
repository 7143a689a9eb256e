"""Drift: rules that are kept more or less often in one window of a log than in another.

For each rule two shares are compared by Fisher's exact test, or by Pearson's chi-squared test where
the counts are large. The p-values of all rules are corrected together (Holm, A simple sequentially
rejective multiple test procedure, 1979): the chance of any false report is at most `level`. The
intervals of the differences (Newcombe, 1998) are widened for as many rules (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specdsl.base.quick_dataclass import dataclass
from specdsl.evaluation.agreement import allowed_outcomes
from specdsl.evaluation.decided_log import DecidedDecision, DecidedLog
from specdsl.evaluation.log_source import SPEAKERS, TIME, by_column

NOBODY = "nobody"  # The window of rows without instructions; no principal is called so.
EXACT_UP_TO = 10_000
"""Rows of both windows up to which the test is exact."""


@dataclass(frozen=True, slots=True)
class WindowCount:
    """The rows of a window that keep a rule, and all in which it stands, as numbers."""

    kept: int
    rows: int

    @property
    def share(self) -> float:
        return self.kept / self.rows if self.rows else 0.0


@dataclass(frozen=True, slots=True)
class RuleDrift:
    """A rule in two windows. `low` and `high` bound the change of its share; `p` is corrected for
    the number of rules. The empty rule is for rows in which none stands.
    """

    decision: str
    rule: str
    before: WindowCount
    after: WindowCount
    low: float
    high: float
    p: float

    @property
    def change(self) -> float:
        """Return the change of the share, from -1 to 1."""
        return self.after.share - self.before.share


@dataclass(frozen=True, slots=True)
class DriftReport:
    """The rules of two windows, by name; `level` is the chance of any false report."""

    windows: tuple[str, str]
    level: float
    rules: tuple[RuleDrift, ...]

    @property
    def moved(self) -> tuple[RuleDrift, ...]:
        """Return the rules whose share moved, the most certain first."""
        found = (rule for rule in self.rules if rule.p < self.level)
        return tuple(sorted(found, key=lambda one: (one.p, one.decision, one.rule)))


class WindowProblem(ValueError):
    """A column or a time that does not divide the log in two windows."""


def windows_of_column(log: DecidedLog) -> tuple[tuple[str, str], str]:
    """Return the two values of the column that the log is divided by, and the SQL of its windows.
    Raises `WindowProblem` if there are not two.
    """
    column = by_column(0)
    if log.by[0] == SPEAKERS:
        column = f"COALESCE({column}, '{NOBODY}')"
    name = log.source.decisions[0]
    table = log.decide(name).table
    found = log.session.execute(
        f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY 1 LIMIT 5"
    ).fetchall()
    values = [row[0] for row in found]
    if len(values) != 2:
        listed = ", ".join(values) or "none"
        raise WindowProblem(f"`{log.by[0]}` has not two values, but {listed}")
    return (values[0], values[1]), column


def window_of_time(split: str) -> tuple[tuple[str, str], str]:
    """Return the windows before and from a point in time, and their SQL."""
    names = f"before {split}", f"from {split}"
    place = f"TIMESTAMP '{split}'"
    before, after = (f"WHEN {TIME} {sign} {place} THEN" for sign in ("<", ">="))
    return names, f"CASE {before} '{names[0]}' {after} '{names[1]}' END"


def measure_drift(
    log: DecidedLog, windows: tuple[str, str], key: str, level: float = 0.05
) -> DriftReport:
    """Compare two windows of a log; `key` is the SQL of the name of a row's window. Raises
    `WindowProblem` if one of them has no rows.
    """
    counts: list[tuple[str, str, WindowCount, WindowCount]] = []
    for name in log.source.decisions:
        counts += _window_counts(log, log.decide(name), windows, key)
    rows = [sum(one[2].rows for one in counts), sum(one[3].rows for one in counts)]
    for window, judged in zip(windows, rows, strict=True):
        if judged == 0:
            raise WindowProblem(f"no row that could be judged is of the window `{window}`")
    both = [one for one in counts if one[2].rows and one[3].rows]
    tested = [_p_value(before, after) for _, _, before, after in both]
    rules = [
        RuleDrift(decision, rule, before, after, *_interval(before, after, level, len(both)), p)
        for (decision, rule, before, after), p in zip(both, _correct_p_values(tested), strict=True)
    ]
    return DriftReport(windows, level, tuple(rules))


def _window_counts(
    log: DecidedLog, decided: DecidedDecision, windows: tuple[str, str], key: str
) -> list[tuple[str, str, WindowCount, WindowCount]]:
    found: list[Any] = log.session.execute(
        f"SELECT {key} AS w, _class, observed, {log.counted_rows()} "
        f"FROM {decided.table} GROUP BY ALL"
    ).fetchall()
    decision = decided.decision
    rules = [
        rule
        for rule in log.policy.model.rules
        if any(effect.decision is decision for effect in rule.effects)
    ]
    allowed = {rule.name: allowed_outcomes(rule, decision) for rule in rules}
    totals = {(name, window): [0, 0] for name in (*allowed, "") for window in windows}
    for window, number, observed, rows in found:
        known = decided.classes[number]
        for name in known.rules or ("",):
            pair = totals.get((name, window))
            if pair is not None:
                keeps = observed in allowed[name] if name else observed == known.outcome
                pair[0] += rows if keeps else 0
                pair[1] += rows
    first, second = windows
    return [
        (
            decision.name,
            name,
            WindowCount(*totals[name, first]),
            WindowCount(*totals[name, second]),
        )
        for name in (*allowed, "")
    ]


# --- statistics ----------------------------------------------------------------------------------


def _p_value(before: WindowCount, after: WindowCount) -> float:
    """Return the chance of a difference as large as this one where nothing moved."""
    table = [[one.kept, one.rows - one.kept] for one in (before, after)]
    if not sum(row[1] for row in table) or not sum(row[0] for row in table):
        return 1.0  # All rows keep the rule, or none does.
    if before.rows + after.rows <= EXACT_UP_TO:
        from scipy.stats import fisher_exact

        return float(fisher_exact(table).pvalue)
    from scipy.stats import chi2_contingency

    return float(chi2_contingency(table, correction=False).pvalue)


def _correct_p_values(values: Sequence[float]) -> list[float]:
    """Return the p-values, corrected for their number."""
    from statsmodels.stats.multitest import multipletests

    if not values:
        return []
    return [float(value) for value in multipletests(values, method="holm")[1]]


def _interval(
    before: WindowCount, after: WindowCount, level: float, tests: int
) -> tuple[float, float]:
    """Return the ends of the interval of the change."""
    from statsmodels.stats.proportion import confint_proportions_2indep

    low, high = confint_proportions_2indep(
        after.kept, after.rows, before.kept, before.rows, method="newcomb", alpha=level / tests
    )
    return float(low), float(high)
