"""The notes of a finding for formats without columns."""

from __future__ import annotations

from specdsl.base.diagnostics import Diagnostic, Fix, Note


def notes_with_fixes(diagnostic: Diagnostic) -> list[Note]:
    """Return the notes with the fixes as a help of a line each before the replay, which
    stays last.
    """
    notes = list(diagnostic.notes)
    if diagnostic.fixes:
        at = next((i for i, note in enumerate(notes) if note.title == "replay"), len(notes))
        notes.insert(at, Note("help", "\n".join(_fix_line(fix) for fix in diagnostic.fixes)))
    return notes


def _fix_line(fix: Fix) -> str:
    return f"{fix.message} (checked)" if fix.verified else fix.message
