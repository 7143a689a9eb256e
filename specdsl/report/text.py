"""The text form: errors and warnings in full, a line for each note, the summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from specdsl.diagnostics import Code, Diagnostic
from specdsl.limits import MOST_SHOWN_OF_CODE
from specdsl.plain import visible
from specdsl.report.full import render
from specdsl.report.lines import lines, notes_of
from specdsl.report.runs import Run, summary
from specdsl.report.statistics import tables
from specdsl.report.style import Style


def text(runs: Sequence[Run], style: Style) -> str:
    """What is in full is followed by a blank line; what was not proved comes before the summary."""
    parts = [part for run in runs for part in _in_full(run, style)]
    # Specs that share a file may say the same of it: once is enough.
    brief = dict.fromkeys(one for run in runs for one in lines(run, style))
    parts += ["\n".join(brief)] if brief else []
    parts += [unproved(run, style) for run in runs if run.report.unproved]
    return "\n\n".join([*parts, last_lines(runs, style)])


def last_lines(runs: Sequence[Run], style: Style) -> str:
    """The summary, and what each check took where that was asked for."""
    return f"{style.paint(summary(runs), 'bold')}\n{tables(runs, style)}"


def _in_full(run: Run, style: Style) -> Iterator[str]:
    shown = InFull(style)
    yield from shown.findings(run, run.report.diagnostics)
    yield from shown.rest()


class InFull:
    """The findings of a run in full: of very many of one code only the first."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self._count: Counter[Code] = Counter()

    def findings(self, run: Run, some: Iterable[Diagnostic]) -> Iterator[str]:
        """Some of the run's, but those for which a line is enough."""
        brief = set(map(id, notes_of(run)))
        for one in some:
            if id(one) not in brief:
                self._count[one.code] += 1
                if self._count[one.code] <= MOST_SHOWN_OF_CODE:
                    yield render(one, self._style)

    def rest(self) -> Iterator[str]:
        """How those can be seen that were not shown."""
        for code, many in self._count.items():
            if many > MOST_SHOWN_OF_CODE:
                more = f"{many - MOST_SHOWN_OF_CODE:,} more of {code.id}"
                yield f"{more}: `--output-format concise` lists them all"


def unproved(run: Run, style: Style) -> str:
    """What was left unproved of a run, and why."""
    head = style.paint("unproved", "warning")
    path = visible(run.path)
    lines = [f"{head}: {path}: not settled within the limits, so neither found nor excluded"]
    lines += [f"   = {check.code.name}: {visible(check.detail)}" for check in run.report.unproved]
    whys = dict.fromkeys(why for check in run.report.unproved for why in check.why)
    for reason, help_ in whys:
        lines += [f"   = why: {visible(reason)}", f"   = help: {visible(help_)}"]
    return "\n".join(lines)
