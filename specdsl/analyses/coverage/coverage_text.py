"""Coverage and missing examples as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specdsl.analyses.coverage.coverage_goals import GoalKind, GoalStatus
from specdsl.analyses.coverage.example_stubs import example_text
from specdsl.analyses.coverage.measure import Coverage, CoverageResult
from specdsl.analyses.coverage.missing_examples import MissingExamples
from specdsl.base.plain_text import join_lines, shown_path, visible
from specdsl.base.quick_dataclass import dataclass
from specdsl.base.source import Source, Span
from specdsl.frontend.syntax.canonical_layout import format_text
from specdsl.reports.checked_spec import count_of
from specdsl.reports.style import Style
from specdsl.reports.text_tables import Cell, Column, share_bar, table_lines

CLAUSE_KINDS = (GoalKind.HOLDS, GoalKind.FAILS)
KIND_GROUPS = {
    "rule": (GoalKind.RULE,),
    "pair": (GoalKind.RANKED,),
    "peers": (GoalKind.PEERS,),
    "clause": CLAUSE_KINDS,
    "default": (GoalKind.DEFAULT,),
}


@dataclass(frozen=True, slots=True)
class _Figure:
    """Figures of a group of goals."""

    name: str
    statuses: Sequence[GoalStatus]
    verb: str
    rest: str = ""

    @property
    def met_count(self) -> int:
        return sum(one is not GoalStatus.MISSING for one in self.statuses)

    @property
    def passing_count(self) -> int:
        return sum(one is GoalStatus.IN_PASSING for one in self.statuses)


FIGURE_COLUMNS = (Column(), Column(), Column(), Column())
GOAL_COLUMNS = (Column(wraps=False), Column(wraps=False), Column())


def render_coverage_text(found: Coverage, style: Style) -> str:
    """Return the figures, and each goal that is missing or met in passing only."""
    lines = [
        style.paint(f"{shown_path(found.path)}: {count_of(found.examples, 'example')}", "bold")
    ]
    figures = list(_coverage_figures(found))
    if style.columns is None:
        lines += [f"  {_figure_line(figure)}" for figure in figures]
    else:
        lines += table_lines(FIGURE_COLUMNS, [*map(_figure_row, figures)], style, 2)
    missing = _without_implied([one for one in found.results if one.status is GoalStatus.MISSING])
    passing = [one for one in found.results if one.status is GoalStatus.IN_PASSING]
    lines += _goal_section("in no example:", missing, style)
    lines += _goal_section(
        "in passing only, no example gives the facts that matter:", passing, style
    )
    if found.unsettled:
        lines += ["", "could not be settled:", *(f"  {text}" for text in found.unsettled)]
    return f"{join_lines(lines)}\n"


def _coverage_figures(found: Coverage) -> Iterator[_Figure]:
    """Yield the figures of each group of goals."""
    rules = found.results_of(GoalKind.RULE)
    wins = sum(name in found.winners.by_rule for name in found.rules)
    won = f", {wins} of {len(found.rules)} win"
    yield _Figure("rules", _statuses(rules), "take effect", won)
    yield _Figure("pairs", _statuses(found.results_of(GoalKind.RANKED)), "are met")
    yield _Figure("peers", _statuses(found.results_of(GoalKind.PEERS)), "are met")
    both = [_worst_status(sides) for sides in _status_by_clause(found).values()]
    yield _Figure("clauses", both, "are seen both ways")
    defaults = found.results_of(GoalKind.DEFAULT)
    if defaults:
        yield _Figure("default", _statuses(defaults), "are taken")


def _statuses(results: Sequence[CoverageResult]) -> list[GoalStatus]:
    return [one.status for one in results]


def _figure_line(figure: _Figure) -> str:
    if not figure.statuses:
        return f"{figure.name:8}none can be{figure.rest}"
    passing = f", {figure.passing_count} only in passing" if figure.passing_count else ""
    share = f"{figure.met_count} of {len(figure.statuses)} {figure.verb}"
    return f"{figure.name:8}{share}{passing}{figure.rest}"


def _figure_row(figure: _Figure) -> Sequence[Cell]:
    if not figure.statuses:
        return [figure.name, "", (("none can be", "dim"),), figure.rest.removeprefix(", ")]
    passing = f"{figure.passing_count} only in passing" if figure.passing_count else ""
    share = f"{figure.met_count} of {len(figure.statuses)} {figure.verb}"
    rest = [part for part in (passing, figure.rest.removeprefix(", ")) if part]
    return [figure.name, share_bar(figure.met_count, len(figure.statuses)), share, ", ".join(rest)]


def _status_by_clause(found: Coverage) -> dict[Span, dict[GoalKind, GoalStatus]]:
    """Return for each clause the best status of each of its sides over all decisions."""
    clauses: dict[Span, dict[GoalKind, GoalStatus]] = {}
    for one in found.results_of(*CLAUSE_KINDS):
        sides = clauses.setdefault(one.goal.span, {})
        kind = one.goal.kind
        sides[kind] = min(
            sides.get(kind, GoalStatus.MISSING), one.status, key=list(GoalStatus).index
        )
    return clauses


def _worst_status(sides: dict[GoalKind, GoalStatus]) -> GoalStatus:
    return max(sides.values(), key=list(GoalStatus).index)


def _without_implied(missing: Sequence[CoverageResult]) -> list[CoverageResult]:
    """Leave out the clauses of rules that take effect in no example, which implies them."""
    idle = {name for one in missing if one.goal.kind is GoalKind.RULE for name in one.goal.names}
    return [
        one
        for one in missing
        if one.goal.kind not in CLAUSE_KINDS or not idle.issuperset(one.goal.names)
    ]


def _goal_section(head: str, seen: Sequence[CoverageResult], style: Style) -> list[str]:
    rows = {
        (name, one.goal.text, _source_position(one.goal.span)): None
        for name, kinds in KIND_GROUPS.items()
        for one in seen
        if one.goal.kind in kinds
    }
    if not rows:
        return []
    if style.columns is not None:
        cells = [(name, ((place, "dim"),), text) for name, text, place in rows]
        return ["", head, *table_lines(GOAL_COLUMNS, cells, style, 2)]
    width = min(max(len(text) for _, text, _ in rows), 78)
    found = [f"  {n:8}{text:{width}}  {style.paint(place, 'dim')}" for n, text, place in rows]
    return ["", head, *found]


def _source_position(span: Span) -> str:
    return f"{span.source.name}:{span.line}"


# --- examples that are missing -------------------------------------------------------------------


def render_missing_spec(found: MissingExamples, style: Style) -> str:
    """Return the proposed examples as statements of the language, with explaining comments."""
    blocks = [example_text(one.example) for one in found.examples]
    blocks += [f"# Not settled: {visible(text)}\n" for text in found.unsettled]
    return format_text(
        Source(found.path, "\n".join([f"# {visible(_head_comment(found))}\n", *blocks]))
    )


def _head_comment(found: MissingExamples) -> str:
    if not found.examples:
        return f"The examples of {found.path} show all that is asked of them."
    more = f", and {found.more} more" if found.more else ""
    return (
        f"{count_of(len(found.examples), 'situation')} that no example of {found.path} shows{more}."
    )
