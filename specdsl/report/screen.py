"""The text form where somebody looks on: each severity as soon as all of it is known, errors first;
then what would mend them; and at the end the summary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from specdsl.diagnostics import Diagnostic, Note, Severity
from specdsl.plain import visible
from specdsl.report.fixes import described
from specdsl.report.full import WIDTH
from specdsl.report.lines import line, lines
from specdsl.report.runs import Run, counted
from specdsl.report.style import Style
from specdsl.report.text import InFull, last_lines, unproved

OF_COMMENTS = "unused-suppression"  # known when everything is that they could allow
BATCHES = 4  # errors, warnings, what is wrong with comments, notes


class Screen:
    """What is shown of specs, one after another. `write` takes text that ends a line."""

    def __init__(self, style: Style, write: Callable[[str], None]) -> None:
        self._style, self._write = style, write
        self._in_full = InFull(style)
        self._batch = 0  # of those of the spec that is being checked, the next one
        self._lines: dict[str, None] = {}
        self._mends = False
        self._untried: list[Note] = []

    def so_far(self, run: Run, to_come: Severity | None) -> None:
        """Shows what is known and was not shown yet. `to_come`: the gravest of what may still be
        found; None where that is all."""
        while self._batch < BATCHES and self._complete(self._batch, to_come):
            some = [d for d in run.report.diagnostics if _batch_of(d) == self._batch]
            self._parts(self._in_full.findings(run, some))
            self._batch += 1

    def _complete(self, batch: int, to_come: Severity | None) -> bool:
        return to_come is None or (batch < 2 and to_come < Severity.ERROR - batch)

    def end(self, run: Run) -> None:
        """Shows what is left of a spec, and what is said of it as a whole. The next one begins."""
        self.so_far(run, None)
        self._parts(self._in_full.rest())
        # Specs that share a file may say the same of it: once is enough.
        new = [one for one in lines(run, self._style) if one not in self._lines]
        self._lines.update(dict.fromkeys(new))
        self._parts(["\n".join(new)] if new else [])
        self._parts([unproved(run, self._style)] if run.report.unproved else [])
        self._in_full, self._batch = InFull(self._style), 0

    def mend(self, before: Diagnostic, after: Diagnostic) -> None:
        """Shows what would mend a finding, or why nothing does."""
        said = [note for note in after.notes if note not in before.notes]
        if not after.fixes and not any(note.title == "help" for note in said):
            self._untried += said
            return
        fixes = described(after.fixes, WIDTH - 2) if after.fixes else []
        told = [f"  {visible(one)}" for one in (*fixes, *(note.text for note in said))]
        self._below("\n".join([line(after, self._style), *told]))

    def _below(self, text: str) -> None:
        """Shows something of mends, below a title."""
        if not self._mends:
            self._parts([self._style.paint("mends", "bold")])
            self._mends = True
        self._parts([text])

    def close(self, runs: Sequence[Run]) -> None:
        """Shows for how many findings nothing was tried, and the summary."""
        if self._untried:
            self._below(f"{counted(len(self._untried), 'finding')}: {self._untried[0].text}")
        self._write(last_lines(runs, self._style))

    def _parts(self, parts: Iterable[str]) -> None:
        for part in parts:
            self._write(f"{part}\n\n")


def _batch_of(finding: Diagnostic) -> int:
    if finding.name == OF_COMMENTS:
        return 2
    return {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 3}[finding.severity]
