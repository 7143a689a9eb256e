"""The notes of a finding with its fixes among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from specdsl.base.diagnostics import Diagnostic, Fix, Note


def _fix_lines(fixes: Iterable[Fix]) -> list[str]:
    return [f"{fix.message} (checked)" if fix.verified else fix.message for fix in fixes]


def notes_with_fixes(
    diagnostic: Diagnostic, lines_of: Callable[[Sequence[Fix]], Iterable[str]] = _fix_lines
) -> list[Note]:
    """Return the notes with the lines of the fixes as a help before the replay, which stays
    last.
    """
    notes = list(diagnostic.notes)
    if diagnostic.fixes:
        at = next((i for i, note in enumerate(notes) if note.title == "replay"), len(notes))
        notes.insert(at, Note("help", "\n".join(lines_of(diagnostic.fixes))))
    return notes
