"""Progressive text renderer for terminals: the findings of a severity appear as soon as it is
completely checked, errors first; then the fixes, and the summary.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from specdsl.base.code_names import UNUSED_SUPPRESSION
from specdsl.base.diagnostics import Diagnostic, Note, Severity
from specdsl.base.plain_text import visible
from specdsl.reports.checked_spec import CheckedSpec, count_of
from specdsl.reports.findings_text import FullRendering, last_lines, render_unproved
from specdsl.reports.fix_columns import fix_columns
from specdsl.reports.one_line import note_lines, render_line
from specdsl.reports.style import Style

# It is complete as soon as every finding that comments could suppress is known.
COMMENT_FAULTS = UNUSED_SUPPRESSION.name
BATCHES = 4  # Errors, warnings, faults of suppressing comments, notes.


class ProgressiveScreen:
    """Writes the findings of specs, one spec after another. `write` takes text that ends a line."""

    def __init__(self, style: Style, write: Callable[[str], None]) -> None:
        self._style, self._write = style, write
        self._in_full = FullRendering(style)
        self._batch = 0  # The next batch of the spec that is being checked.
        self._lines: dict[str, None] = {}
        self._has_title = False
        self._untried: list[Note] = []

    def show_complete(self, run: CheckedSpec, to_come: Severity | None) -> None:
        """Show what is complete and not yet shown. `to_come` is the worst severity that may still
        be found; None if everything is known.
        """
        while self._batch < BATCHES and self._is_complete(self._batch, to_come):
            some = [d for d in run.report.diagnostics if _batch_of(d) == self._batch]
            self._write_parts(self._in_full.render_findings(run, some))
            self._batch += 1

    def _is_complete(self, batch: int, to_come: Severity | None) -> bool:
        return to_come is None or (batch < 2 and to_come < Severity.ERROR - batch)

    def end_spec(self, run: CheckedSpec) -> None:
        """Show the rest of a spec and its notes; then the next spec begins."""
        self.show_complete(run, None)
        self._write_parts(self._in_full.omitted_lines())
        # Specs that share a file may have the same note: it is shown once.
        new = [one for one in note_lines(run, self._style) if one not in self._lines]
        self._lines.update(dict.fromkeys(new))
        self._write_parts(["\n".join(new)] if new else [])
        self._write_parts([render_unproved(run, self._style)] if run.report.unproved else [])
        self._in_full, self._batch = FullRendering(self._style), 0

    def show_fixes(self, before: Diagnostic, after: Diagnostic) -> None:
        """Show the fixes of a finding, or why there is none."""
        said = [note for note in after.notes if note not in before.notes]
        if not after.fixes and not any(note.title == "help" for note in said):
            self._untried += said
            return
        fixes = fix_columns(after.fixes, self._style.width - 2) if after.fixes else []
        told = [f"  {visible(one)}" for one in (*fixes, *(note.text for note in said))]
        self._write_about_fixes("\n".join([render_line(after, self._style), *told]))

    def _write_about_fixes(self, text: str) -> None:
        """Show text about fixes, below a title."""
        if not self._has_title:
            self._write_parts([self._style.paint("mends", "bold")])
            self._has_title = True
        self._write_parts([text])

    def close_with_summary(self, runs: Sequence[CheckedSpec]) -> None:
        """Show for how many findings no fix was tried, and the summary."""
        if self._untried:
            self._write_about_fixes(
                f"{count_of(len(self._untried), 'finding')}: {self._untried[0].text}"
            )
        self._write(last_lines(runs, self._style))

    def _write_parts(self, parts: Iterable[str]) -> None:
        for part in parts:
            self._write(f"{part}\n\n")


def _batch_of(finding: Diagnostic) -> int:
    if finding.name == COMMENT_FAULTS:
        return 2
    return {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 3}[finding.severity]
