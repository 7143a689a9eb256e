"""A mutation score as text."""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.analyses.diff import Result
from specdsl.analyses.mutation.distinguish import Distinction
from specdsl.analyses.mutation.mutation_score import MutantStatus, MutationScore, TriedMutant
from specdsl.base.plain_text import join_lines as joined
from specdsl.base.plain_text import shown_path
from specdsl.reports.checked_spec import count_of
from specdsl.reports.style import Style


def render_score_text(score: MutationScore, style: Style) -> str:
    """Return the figures and each surviving mutant, with a situation that distinguishes it."""
    lines = [
        style.paint(f"{shown_path(score.path)}: {_count_line(score)}", "bold"),
        f"  {_score_line(score)}",
    ]
    lines += [f"  {line}" for line in _unscored_lines(score)]
    lines += _mutant_section(
        "no example or assertion notices:", MutantStatus.SURVIVED, score, style
    )
    lines += _mutant_section("not settled:", MutantStatus.UNPROVED, score, style)
    return f"{joined(lines)}\n"


def _count_line(score: MutationScore) -> str:
    if len(score.tried) == score.total:
        return count_of(score.total, "mutant")
    return f"{len(score.tried)} of {count_of(score.total, 'mutant')} tried"


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
    lines = [line for one in tried for line in _mutant_lines(one, style)]
    return ["", head, *lines] if lines else []


def _source_position(one: TriedMutant) -> tuple[str, int]:
    return one.mutant.span.source.name, one.mutant.span.start


def _mutant_lines(one: TriedMutant, style: Style) -> Iterator[str]:
    span = one.mutant.span
    place = style.paint(f"{span.source.name}:{span.line}", "dim")
    yield f"  {one.mutant.text}  {place}"
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
