"""The chain of command for people: a table a decision, and below it how and why not."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from specdsl.plain import visible
from specdsl.report.full import WIDTH
from specdsl.report.style import Style
from specdsl.steer.reach import Aim, Answer, Bar, Manner, Speaker, Steering, Way

LEGEND = """set: can bring the outcome about; stop: can prevent it; all else equal: the facts, and
what everybody else says. !: whatever the facts, where nobody else speaks. -: neither, proved.
"""


def as_text(found: Sequence[Steering], style: Style) -> str:
    """All decisions, each after a blank line; the legend last."""
    parts = ["\n".join(_decision(steering, style)) for steering in found]
    return "\n\n".join([*parts, LEGEND])


def _decision(steering: Steering, style: Style) -> Iterator[str]:
    yield style.paint(steering.decision, "bold")
    yield from _table(steering, style)
    for speaker in steering.speakers:
        if speaker.answers:
            yield ""
            yield f"  {style.paint(label(speaker), 'bold')}"
            yield from _details(steering, speaker)


def label(speaker: Speaker) -> str:
    """Who speaks and how: a row of the table."""
    verbs = {
        Manner.STATED: "says",
        Manner.IMPLIED: "implies",
        Manner.LENT: "says, by lent authority",
    }
    return f"{speaker.principal} {verbs[speaker.manner]}"


# --- the table -----------------------------------------------------------------------------------


def _table(steering: Steering, style: Style) -> Iterator[str]:
    rows = [["", *steering.outcomes]]
    rows += [_row(steering, speaker) for speaker in steering.speakers]
    widths = [
        max(map(len, column)) for column in zip(*(r for r in rows if len(r) > 2), strict=True)
    ]
    first = max(len(row[0]) for row in rows)
    for i, row in enumerate(rows):
        cells = [f"{cell:<{width}}" for cell, width in zip(row[1:], widths[1:], strict=False)]
        line = "  ".join([f"  {row[0]:<{first}}", *cells]).rstrip()
        yield style.paint(visible(line), "dim") if i == 0 else visible(line)


def _row(steering: Steering, speaker: Speaker) -> list[str]:
    if speaker.unheard:
        return [label(speaker), speaker.unheard]
    return [label(speaker), *(_cell(speaker, outcome) for outcome in steering.outcomes)]


def _cell(speaker: Speaker, outcome: str) -> str:
    answers = {aim: speaker.answers[outcome, aim] for aim in Aim}
    words = [
        aim.value + _mark(answer) for aim, answer in answers.items() if not isinstance(answer, Bar)
    ]
    return " ".join(words) or "-"


def _mark(answer: Answer) -> str:
    if not isinstance(answer, Way):
        return "?"
    return "!" if answer.always else ""


# --- how, and why not ----------------------------------------------------------------------------


def _details(steering: Steering, speaker: Speaker) -> Iterator[str]:
    answers = {key: a for key, a in speaker.answers.items() if key[0] in steering.outcomes}
    heads = {k: f"{k[1].value} {k[0]}" for k, a in answers.items() if not isinstance(a, Bar)}
    width = max(map(len, heads.values()), default=0)
    for key, answer in answers.items():
        if key in heads:
            yield from _lines(heads[key], width, _how(answer))
    for head, bar in _bars(steering, speaker):
        yield from _lines(f"cannot {head}", 0, _why(bar))


def _how(answer: Answer) -> str:
    if not isinstance(answer, Way):
        return "unproved: it could not be settled within the limits"
    said = " and ".join(f"`{text}`" for text in answer.says)
    where = "whatever the facts" if answer.text == "any" else f"where {answer.text}"
    held = " or ".join(map(_together, answer.held_back or ()))
    but = f"; held back by {held}" if held else ""
    return f"by {said} {where} ({answer.before} → {answer.after}){but}"


def _together(rules: Sequence[str]) -> str:
    return " with ".join(f"`{rule}`" for rule in rules)


def _bars(steering: Steering, speaker: Speaker) -> Iterator[tuple[str, Bar]]:
    """What it cannot do, alike things together."""
    grouped: dict[Bar, dict[str, list[str]]] = {}
    for (outcome, aim), answer in speaker.answers.items():
        if isinstance(answer, Bar) and outcome in steering.outcomes:
            grouped.setdefault(answer, {}).setdefault(outcome, []).append(aim.value)
    for bar, outcomes in grouped.items():
        by_aims: dict[str, list[str]] = {}
        for outcome, aims in outcomes.items():
            by_aims.setdefault(" or ".join(aims), []).append(outcome)
        for aims_, names in by_aims.items():
            yield f"{aims_} {', '.join(names)}", bar


def _why(bar: Bar) -> str:
    rules = ", ".join(f"`{rule}`" for rule in bar.rules)
    return f"{bar.why.value}, because of {rules}" if rules else bar.why.value


def _lines(head: str, width: int, text: str) -> Iterator[str]:
    """A head, and the text beside it in as many lines as it takes."""
    start = f"    {head:<{width}}  " if width else f"    {head}: "
    indent = " " * (len(start) if width else 8)
    yield from textwrap.wrap(
        visible(start + text), WIDTH, subsequent_indent=indent, break_on_hyphens=False
    )
