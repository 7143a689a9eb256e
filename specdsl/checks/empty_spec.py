"""Check for a spec without statements: a wrong path, a truncated file, or one still to be
written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from specdsl.base.code_names import EMPTY_SPEC
from specdsl.base.diagnostics import Code, Note, Report, Severity, fault, sort_key
from specdsl.base.source import Span
from specdsl.frontend.syntax.tree import File

EMPTY = Code(
    *EMPTY_SPEC,
    Severity.WARNING,
    """A spec without statements.

Why: nothing is proved of an empty spec, so a check that passes means nothing. The path may be
wrong, or the file truncated.

Instead: check the path. A spec that is still to be written may say so:

    # specdsl: allow(empty-spec) because the rules come next month
""",
)
CODES = (EMPTY,)


def with_empty(report: Report, files: Sequence[File]) -> Report:
    """Add a finding if the first of the files, the spec's own, has no statement. A spec that was
    not read from files has none.
    """
    if not files or files[0].statements:
        return report
    main = files[0]
    end = len(main.source.text)
    message = "this spec says nothing: it has no statement"
    help_ = Note("help", "`specdsl new NAME` writes a first spec")
    found = fault(EMPTY, message, Span(main.source, end, end), "the end", help_)
    ordered = sorted([*report.diagnostics, found], key=sort_key)
    return replace(report, diagnostics=tuple(ordered))
