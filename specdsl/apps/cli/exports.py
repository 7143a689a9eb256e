"""Registry of the exports of `specdsl export`: a spec as a folder of files for other tools."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from specdsl.base.quick_dataclass import dataclass
from specdsl.pipeline import Loaded


@dataclass(frozen=True, slots=True)
class ExportedFiles:
    """The texts by the names of their files, which all end alike, and remarks for the user."""

    texts: Mapping[str, str]
    suffix: str
    kind: str  # What one of them holds, in the plural.
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Export:
    name: str
    description: str
    files_of: Callable[[Loaded], ExportedFiles]


def _smtlib_files(loaded: Loaded) -> ExportedFiles:
    """Return the questions of the check."""
    from specdsl.apps.cli.print_opinion import questions_of
    from specdsl.second_opinion.opinion import uncovered_lines
    from specdsl.second_opinion.script_files import question_files

    found = questions_of(loaded)
    spec = loaded.require_circuit().spec.name
    texts = {name: q.file_text(spec) for name, q in question_files(found.asked).items()}
    return ExportedFiles(texts, ".smt2", "questions", tuple(uncovered_lines(found.uncovered)))


EXPORTS = (Export("smtlib", "each question of the check as a file", _smtlib_files),)


def export_named(name: str) -> Export:
    """Return the export of this name."""
    return next(export for export in EXPORTS if export.name == name)
