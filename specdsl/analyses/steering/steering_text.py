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
from specdsl.reports.full import WIDTH
from specdsl.reports.style import Style

LEGEND = """set: can bring the outcome about; stop: can prevent it; all else equal: the facts, and
what everybody else says. !: whatever the facts, where nobody else speaks. -: neither, proved.
"""


def render_steering_text(found: Sequence[Steering], style: Style) -> str:
    """Return all decisions, separated by blank lines, with the legend last."""
    parts = ["\n".join(_decision_lines(steering, style)) for steering in found]
    return "\n\n".join([*parts, LEGEND])


def _decision_lines(steering: Steering, style: Style) -> Iterator[str]:
    yield style.paint(steering.decision, "bold")
    yield from _table_lines(steering, style)
    for speaker in steering.speakers:
        if speaker.answers:
            yield ""
            yield f"  {style.paint(speaker_label(speaker), 'bold')}"
            yield from _detail_lines(steering, speaker)


def speaker_label(speaker: Speaker) -> str:
    """Return the speaker and its manner, the head of a row of the table."""
    verbs = {
        SpeechManner.STATED: "says",
        SpeechManner.IMPLIED: "implies",
        SpeechManner.LENT: "says, by lent authority",
    }
    return f"{speaker.principal} {verbs[speaker.manner]}"


# --- the table -----------------------------------------------------------------------------------


def _table_lines(steering: Steering, style: Style) -> Iterator[str]:
    rows = [["", *steering.outcomes]]
    rows += [_table_row(steering, speaker) for speaker in steering.speakers]
    widths = [
        max(map(len, column)) for column in zip(*(r for r in rows if len(r) > 2), strict=True)
    ]
    first = max(len(row[0]) for row in rows)
    for i, row in enumerate(rows):
        cells = [f"{cell:<{width}}" for cell, width in zip(row[1:], widths[1:], strict=False)]
        line = "  ".join([f"  {row[0]:<{first}}", *cells]).rstrip()
        yield style.paint(visible(line), "dim") if i == 0 else visible(line)


def _table_row(steering: Steering, speaker: Speaker) -> list[str]:
    if speaker.unheard:
        return [speaker_label(speaker), speaker.unheard]
    return [
        speaker_label(speaker),
        *(_table_cell(speaker, outcome) for outcome in steering.outcomes),
    ]


def _table_cell(speaker: Speaker, outcome: str) -> str:
    answers = {goal: speaker.answers[outcome, goal] for goal in SteeringGoal}
    words = [
        goal.value + _certainty_mark(answer)
        for goal, answer in answers.items()
        if not isinstance(answer, Blocked)
    ]
    return " ".join(words) or "-"


def _certainty_mark(answer: SteeringAnswer) -> str:
    if not isinstance(answer, CanSteer):
        return "?"
    return "!" if answer.always else ""


# --- how, and why not ----------------------------------------------------------------------------


def _detail_lines(steering: Steering, speaker: Speaker) -> Iterator[str]:
    answers = {key: a for key, a in speaker.answers.items() if key[0] in steering.outcomes}
    heads = {k: f"{k[1].value} {k[0]}" for k, a in answers.items() if not isinstance(a, Blocked)}
    width = max(map(len, heads.values()), default=0)
    for key, answer in answers.items():
        if key in heads:
            yield from _wrap_lines(heads[key], width, _explain_possible(answer))
    for head, bar in _grouped_blocks(steering, speaker):
        yield from _wrap_lines(f"cannot {head}", 0, _explain_block(bar))


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


def _wrap_lines(head: str, width: int, text: str) -> Iterator[str]:
    """Yield a head with the text beside it, wrapped."""
    start = f"    {head:<{width}}  " if width else f"    {head}: "
    indent = " " * (len(start) if width else 8)
    yield from textwrap.wrap(
        visible(start + text), WIDTH, subsequent_indent=indent, break_on_hyphens=False
    )
