"""A mutation score as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specdsl.analyses.diff import Result
from specdsl.analyses.mutation.distinguish import Distinction
from specdsl.analyses.mutation.mutation_score import MutantStatus, MutationScore, TriedMutant
from specdsl.base.plain_text import join_lines, shown_path
from specdsl.reports.checked_spec import count_of
from specdsl.reports.style import Style
from specdsl.reports.text_tables import LINE_BREAK, Cell, Column, Pieces, share_bar, table_lines

MUTANT_COLUMNS = (Column(wraps=False), Column())


def render_score_text(score: MutationScore, style: Style) -> str:
    """Return the figures and each surviving mutant, with a situation that distinguishes it."""
    lines = [
        style.paint(f"{shown_path(score.path)}: {_count_line(score)}", "bold"),
        f"  {_painted_bar(score, style)}{_score_line(score)}",
    ]
    lines += [f"  {line}" for line in _unscored_lines(score)]
    lines += _mutant_section(
        "no example or assertion notices:", MutantStatus.SURVIVED, score, style
    )
    lines += _mutant_section("not settled:", MutantStatus.UNPROVED, score, style)
    return f"{join_lines(lines)}\n"


def _count_line(score: MutationScore) -> str:
    if len(score.tried) == score.total:
        return count_of(score.total, "mutant")
    return f"{len(score.tried)} of {count_of(score.total, 'mutant')} tried"


def _painted_bar(score: MutationScore, style: Style) -> str:
    """Return a bar of the score on a terminal."""
    if style.columns is None or not score.scored_count:
        return ""
    bar = share_bar(score.killed_count, score.scored_count)
    return "".join(style.paint(text, kind) for text, kind in bar) + "  "


def _score_line(score: MutationScore) -> str:
    if not score.scored_count:
        return "none of them decides otherwise"
    share = 100 * score.killed_count // score.scored_count
    return f"{score.killed_count} of {score.scored_count} noticed ({share}%)"


def _unscored_lines(score: MutationScore) -> Iterator[str]:
    """Count the mutants that the score leaves out."""
    equal, invalid = score.counts[MutantStatus.EQUIVALENT], score.counts[MutantStatus.INVALID]
    if equal:
        yield f"{equal} more {'decides' if equal == 1 else 'decide'} the same, as is proved"
    if invalid:
        yield f"{invalid} more {'does' if invalid == 1 else 'do'} not load"


def _mutant_section(
    head: str, status: MutantStatus, score: MutationScore, style: Style
) -> list[str]:
    tried = sorted((one for one in score.tried if one.status is status), key=_source_position)
    if not tried:
        return []
    if style.columns is not None:
        rows = [_mutant_row(one) for one in tried]
        return ["", head, *table_lines(MUTANT_COLUMNS, rows, style, 2)]
    return ["", head, *(line for one in tried for line in _mutant_lines(one, style))]


def _mutant_row(one: TriedMutant) -> Sequence[Cell]:
    text: Pieces = ((one.mutant.text, ""),)
    if one.distinction is not None:
        text = (*text, LINE_BREAK, (_distinction_line(one.distinction), "dim"))
    return [((_source_place(one), "dim"),), text]


def _source_position(one: TriedMutant) -> tuple[str, int]:
    return one.mutant.span.source.name, one.mutant.span.start


def _source_place(one: TriedMutant) -> str:
    return f"{one.mutant.span.source.name}:{one.mutant.span.line}"


def _mutant_lines(one: TriedMutant, style: Style) -> Iterator[str]:
    yield f"  {one.mutant.text}  {style.paint(_source_place(one), 'dim')}"
    if one.distinction is not None:
        yield f"      {_distinction_line(one.distinction)}"


def _distinction_line(distinction: Distinction) -> str:
    if distinction.old is None or distinction.new is None:
        return distinction.text
    old, new = _result_text(distinction.old), _result_text(distinction.new)
    return f"{distinction.decision} is {old}, then {new}, in: {distinction.text}"


def _result_text(result: Result) -> str:
    if result.failed:
        return "a contradiction"
    if not result.outcome:
        return "not taken"
    if result.conflicted:
        return f"{result.outcome} as a contradiction is settled"
    return result.outcome if result.decided else f"{result.outcome} by default"
