"""Steerability as text: a table for each decision, and below it witnesses and reasons."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from specdsl.analyses.steering.steering_result import (
    Blocked,
    CanSteer,
    Speaker,
    SpeechManner,
    Steering,
    SteeringAnswer,
    SteeringGoal,
)
from specdsl.base.plain_text import visible
from specdsl.reports.style import Style
from specdsl.reports.text_tables import Cell, Column, cell_text, table_lines, table_width

INDENT = 2  # Of the table.
CELL_STYLES = {"": "", "!": "bold", "?": "warning"}
LEGEND = """set: can bring the outcome about; stop: can prevent it; all else equal: the facts, and
what everybody else says. !: whatever the facts, where nobody else speaks. -: neither, proved.
"""


def render_steering_text(found: Sequence[Steering], style: Style) -> str:
    """Return all decisions, separated by blank lines, with the legend last."""
    parts = ["\n".join(_decision_lines(steering, style)) for steering in found]
    return "\n\n".join([*parts, _legend_text(style)])


def _legend_text(style: Style) -> str:
    if style.columns is None:
        return LEGEND
    return f"{textwrap.fill(LEGEND, style.width)}\n"


def _decision_lines(steering: Steering, style: Style) -> Iterator[str]:
    yield style.paint(steering.decision, "bold")
    yield from _table_lines(steering, style)
    for speaker in steering.speakers:
        if speaker.answers:
            yield ""
            yield f"  {style.paint(speaker_label(speaker), 'bold')}"
            yield from _detail_lines(steering, speaker, style)


def speaker_label(speaker: Speaker) -> str:
    """Return the speaker and its manner, the head of a row of the table."""
    verbs = {
        SpeechManner.STATED: "says",
        SpeechManner.IMPLIED: "implies",
        SpeechManner.LENT: "says, by lent authority",
    }
    return f"{speaker.principal} {verbs[speaker.manner]}"


# --- the table -----------------------------------------------------------------------------------


def _table_lines(steering: Steering, style: Style) -> list[str]:
    """Return a row for each speaker; on a terminal that is too narrow for it, a column."""
    columns = [Column(wraps=False), *map(Column, steering.outcomes)]
    rows = [_table_row(steering, speaker) for speaker in steering.speakers]
    if style.columns is not None and table_width(columns, rows) + INDENT > style.columns:
        columns, rows = _turn_table(columns, rows)
    return table_lines(columns, rows, style, INDENT)


def _turn_table(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]]
) -> tuple[list[Column], list[Sequence[Cell]]]:
    """Exchange rows and columns; rows that are too short stay."""
    full = [row for row in rows if len(row) == len(columns)]
    turned = [Column(wraps=False), *(Column(cell_text(row[0])) for row in full)]
    by_outcome: list[Sequence[Cell]] = [
        [column.title, *(row[i] for row in full)] for i, column in enumerate(columns) if i
    ]
    return turned, [*(by_outcome if full else []), *(row for row in rows if row not in full)]


def _table_row(steering: Steering, speaker: Speaker) -> Sequence[Cell]:
    if speaker.unheard:
        return [speaker_label(speaker), speaker.unheard]
    return [
        speaker_label(speaker),
        *(_table_cell(speaker, outcome) for outcome in steering.outcomes),
    ]


def _table_cell(speaker: Speaker, outcome: str) -> Cell:
    answers = {goal: speaker.answers[outcome, goal] for goal in SteeringGoal}
    words = [
        (goal.value + _certainty_mark(answer), CELL_STYLES[_certainty_mark(answer)])
        for goal, answer in answers.items()
        if not isinstance(answer, Blocked)
    ]
    spaced = [piece for word in words for piece in ((" ", ""), word)][1:]
    return tuple(spaced) or (("-", "dim"),)


def _certainty_mark(answer: SteeringAnswer) -> str:
    if not isinstance(answer, CanSteer):
        return "?"
    return "!" if answer.always else ""


# --- how, and why not ----------------------------------------------------------------------------


def _detail_lines(steering: Steering, speaker: Speaker, style: Style) -> Iterator[str]:
    answers = {key: a for key, a in speaker.answers.items() if key[0] in steering.outcomes}
    heads = {k: f"{k[1].value} {k[0]}" for k, a in answers.items() if not isinstance(a, Blocked)}
    width = max(map(len, heads.values()), default=0)
    for key, answer in answers.items():
        if key in heads:
            yield from _wrap_lines(heads[key], width, _explain_possible(answer), style)
    for head, bar in _grouped_blocks(steering, speaker):
        yield from _wrap_lines(f"cannot {head}", 0, _explain_block(bar), style)


def _explain_possible(answer: SteeringAnswer) -> str:
    if not isinstance(answer, CanSteer):
        return "unproved: it could not be settled within the limits"
    said = " and ".join(f"`{text}`" for text in answer.says)
    where = "whatever the facts" if answer.text == "any" else f"where {answer.text}"
    held = " or ".join(map(_join_rules, answer.held_back or ()))
    but = f"; held back by {held}" if held else ""
    return f"by {said} {where} ({answer.before} → {answer.after}){but}"


def _join_rules(rules: Sequence[str]) -> str:
    return " with ".join(f"`{rule}`" for rule in rules)


def _grouped_blocks(steering: Steering, speaker: Speaker) -> Iterator[tuple[str, Blocked]]:
    """Yield what the speaker cannot do; goals with the same reason are joined."""
    grouped: dict[Blocked, dict[str, list[str]]] = {}
    for (outcome, goal), answer in speaker.answers.items():
        if isinstance(answer, Blocked) and outcome in steering.outcomes:
            grouped.setdefault(answer, {}).setdefault(outcome, []).append(goal.value)
    for bar, outcomes in grouped.items():
        by_aims: dict[str, list[str]] = {}
        for outcome, aims in outcomes.items():
            by_aims.setdefault(" or ".join(aims), []).append(outcome)
        for aims_, names in by_aims.items():
            yield f"{aims_} {', '.join(names)}", bar


def _explain_block(bar: Blocked) -> str:
    rules = ", ".join(f"`{rule}`" for rule in bar.rules)
    return f"{bar.why.value}, because of {rules}" if rules else bar.why.value


def _wrap_lines(head: str, width: int, text: str, style: Style) -> Iterator[str]:
    """Yield a head with the text beside it, wrapped."""
    start = f"    {head:<{width}}  " if width else f"    {head}: "
    indent = " " * (len(start) if width else 8)
    yield from textwrap.wrap(
        visible(start + text), style.width, subsequent_indent=indent, break_on_hyphens=False
    )
