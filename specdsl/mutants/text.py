"""A mutation score as text."""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.compare import Result
from specdsl.mutants.apart import Telling
from specdsl.mutants.score import Fate, Score, Tried
from specdsl.plain import lines as joined
from specdsl.plain import shown_path
from specdsl.report.runs import counted
from specdsl.report.style import Style


def as_text(found: Score, style: Style) -> str:
    """Figures, and each mutant that nothing notices, with a situation that tells it apart."""
    lines = [
        style.paint(f"{shown_path(found.path)}: {_tried(found)}", "bold"),
        f"  {_score(found)}",
    ]
    lines += [f"  {line}" for line in _others(found)]
    lines += _listed("no example or assertion notices:", Fate.SURVIVES, found, style)
    lines += _listed("not settled:", Fate.UNSETTLED, found, style)
    return f"{joined(lines)}\n"


def _tried(found: Score) -> str:
    if len(found.tried) == found.total:
        return counted(found.total, "mutant")
    return f"{len(found.tried)} of {counted(found.total, 'mutant')} tried"


def _score(found: Score) -> str:
    if not found.counted:
        return "none of them decides otherwise"
    share = 100 * found.noticed // found.counted
    return f"{found.noticed} of {found.counted} noticed ({share}%)"


def _others(found: Score) -> Iterator[str]:
    """Those that are not counted."""
    equal, invalid = found.counts[Fate.EQUAL], found.counts[Fate.INVALID]
    if equal:
        yield f"{equal} more {'decides' if equal == 1 else 'decide'} the same, as is proved"
    if invalid:
        yield f"{invalid} more {'does' if invalid == 1 else 'do'} not load"


def _listed(head: str, fate: Fate, found: Score, style: Style) -> list[str]:
    tried = sorted((one for one in found.tried if one.fate is fate), key=_place)
    lines = [line for one in tried for line in _lines(one, style)]
    return ["", head, *lines] if lines else []


def _place(one: Tried) -> tuple[str, int]:
    return one.mutant.span.source.name, one.mutant.span.start


def _lines(one: Tried, style: Style) -> Iterator[str]:
    span = one.mutant.span
    place = style.paint(f"{span.source.name}:{span.line}", "dim")
    yield f"  {one.mutant.text}  {place}"
    if one.telling is not None:
        yield f"      {_told(one.telling)}"


def _told(telling: Telling) -> str:
    if telling.old is None or telling.new is None:
        return telling.text
    change = f"{telling.decision} is {_result(telling.old)}, then {_result(telling.new)}"
    return f"{change}, in: {telling.text}"


def _result(result: Result) -> str:
    if result.failed:
        return "a contradiction"
    if not result.outcome:
        return "not taken"
    if result.conflicted:
        return f"{result.outcome} as a contradiction is settled"
    return result.outcome if result.decided else f"{result.outcome} by default"
