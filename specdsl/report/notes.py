"""What is said of a finding below its sentence, for formats without columns."""

from __future__ import annotations

from specdsl.diagnostics import Diagnostic, Fix, Note


def notes_of(diagnostic: Diagnostic) -> list[Note]:
    """Its notes; the mends are a help, a line each, above the replay, which stays last."""
    notes = list(diagnostic.notes)
    if diagnostic.fixes:
        at = next((i for i, note in enumerate(notes) if note.title == "replay"), len(notes))
        notes.insert(at, Note("help", "\n".join(_line(fix) for fix in diagnostic.fixes)))
    return notes


def _line(fix: Fix) -> str:
    return f"{fix.message} (checked)" if fix.verified else fix.message
