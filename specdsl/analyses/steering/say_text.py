"""The difference of the say as text, as Markdown and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from specdsl.analyses.steering.say_change import SayChange, SayDifference, SayRegion
from specdsl.analyses.steering.say_wording import (
    example_text,
    open_question_texts,
    say_sentences,
    summary_text,
)
from specdsl.base.plain_text import json_text, visible
from specdsl.reports.style import Style


def render_say_text(found: SayDifference, style: Style) -> str:
    """Return a block for each decision with a difference, what is open, and a summary."""
    blocks = ["\n".join(_decision_lines(found, name, style)) for name in found.decisions]
    blocks += ["\n".join(_remark_lines(found, style))]
    summary = style.paint(visible(summary_text(found)), "bold")
    return "\n\n".join([*filter(None, blocks), summary]) + "\n"


def _decision_lines(found: SayDifference, name: str, style: Style) -> Iterator[str]:
    sentences = say_sentences(found, name)
    if sentences:
        yield style.paint(name, "bold")
    for sentence in sentences:
        yield from _wrap_lines(f"{sentence.trend.value}: {sentence.whole_text}", 2, style)
        if example := example_text(sentence):
            yield from _wrap_lines(example, 6, style)


def _remark_lines(found: SayDifference, style: Style) -> Iterator[str]:
    for text in open_question_texts(found):
        yield from _wrap_lines(f"open: {text}", 0, style)
    for text in _only_texts(found):
        yield from _wrap_lines(f"note: {text}", 0, style)


def _only_texts(found: SayDifference) -> list[str]:
    return [f"decision `{name}` is in one of the specs only: not compared" for name in found.only]


def _wrap_lines(text: str, indent: int, style: Style) -> Iterator[str]:
    blanks = " " * indent
    yield from textwrap.wrap(
        visible(text),
        style.width,
        initial_indent=blanks,
        subsequent_indent=blanks + "  ",
        break_on_hyphens=False,
    )


def render_say_markdown(found: SayDifference, style: Style) -> str:
    """Return the difference as a list in Markdown."""
    lines = [f"**`{visible(found.old)}` → `{visible(found.new)}`**: {summary_text(found)}", ""]
    for name in found.decisions:
        for sentence in say_sentences(found, name):
            example = example_text(sentence)
            lines.append(
                f"- {visible(sentence.whole_text)}" + (f" ({visible(example)})" * bool(example))
            )
    lines += [f"- {visible(text)}" for text in (*open_question_texts(found), *_only_texts(found))]
    return "\n".join(lines).rstrip() + "\n"


def render_say_json(found: SayDifference, style: Style) -> str:
    """Return everything that was found as JSON."""
    return json_text(say_dict(found), indent=2) + "\n"


def say_dict(found: SayDifference) -> dict[str, Any]:
    """Return the difference; situations are as `specdsl decide --batch` takes them."""
    return {
        "version": 1,
        "old": found.old,
        "new": found.new,
        "decisions": list(found.decisions),
        "equal": list(found.equal),
        "only": list(found.only),
        "changes": [_change_dict(change) for change in found.changes],
        "sentences": [
            {"decision": name, "change": one.trend.value, "text": one.whole_text}
            for name in found.decisions
            for one in say_sentences(found, name)
        ],
        "undetermined": list(found.undetermined),
        "apart": found.apart,
    }


def _change_dict(change: SayChange) -> dict[str, Any]:
    return {
        "decision": change.decision,
        "principal": change.principal,
        "manner": change.manner.value,
        "outcome": change.outcome,
        "goal": change.goal.value,
        "could": change.could,
        "can": change.can,
        "lost": change.lost and _region_dict(change.lost),
        "gained": change.gained and _region_dict(change.gained),
    }


def _region_dict(region: SayRegion) -> dict[str, Any]:
    return {
        "where": region.extent.condition,
        "exact": region.extent.exact,
        "says": list(region.says),
        "without": {"old": region.without_old, "new": region.without_new},
        "with": {"old": region.with_old, "new": region.with_new},
        "replay": {"old": region.situation[0], "new": region.situation[1]},
    }
