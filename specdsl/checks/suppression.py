"""Suppression of findings by comments: `# specdsl: allow(unreachable-rule) because …`.

The comment stands at the end of the line of the finding or of the first line of its statement, or
on lines of its own above one of them. A reason is required, unused comments are reported, and
faults that prevent loading stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from specdsl.base.code_names import INVALID_SUPPRESSION, UNUSED_SUPPRESSION
from specdsl.base.diagnostics import (
    Code,
    Diagnostic,
    Note,
    Report,
    Severity,
    did_you_mean,
    fault,
    sort_key,
)
from specdsl.base.quick_dataclass import dataclass
from specdsl.base.source import Span
from specdsl.checks.layer_concerns import may_allow
from specdsl.frontend.model.nodes import SpecModel
from specdsl.frontend.syntax.tree import Comment, File, PolicyNode, Statement

ALLOW = re.compile(r"#\s*specdsl:\s*allow\(([^)]*)\)\s*(.*)")
LIKE_ALLOW = re.compile(r"#\s*specdsl\s*(:|allow\b)")

UNUSED = Code(
    *UNUSED_SUPPRESSION,
    Severity.WARNING,
    """A comment allows a finding that does not exist.

Why: a comment that allows nothing today may hide a finding tomorrow.

Example:

    # specdsl: allow(dead-rule) because the fact comes next month
    rule late at developer
      when days > 30
      then refund is decline

Instead: delete the comment.

    rule late at developer
      when days > 30
      then refund is decline
""",
)
INVALID = Code(
    *INVALID_SUPPRESSION,
    Severity.ERROR,
    """A comment that should allow a finding is malformed.

It cannot be read, names no code, or gives no reason.

Why: the finding would be reported although the author wanted to allow it.

Example:

    # specdsl: allow(dead-rule)
    rule too_late at developer
      when days > 500
      then refund is decline

Instead: name the code, and give the reason.

    # specdsl: allow(dead-rule) because the range of days grows next month
    rule too_late at developer
      when days > 500
      then refund is decline
""",
)
CODES = (UNUSED, INVALID)


def may_suppress_findings(text: str) -> bool:
    """Return whether the text of a file may have a comment that suppresses a finding."""
    return LIKE_ALLOW.search(text) is not None


REFUSED = Note(
    "note", "a comment allows this in vain: a layer allows nothing that concerns its base"
)


@dataclass(frozen=True, slots=True)
class _Allowance:
    comment: Comment
    names: tuple[str, ...]
    line: int  # The line of the statement that it is about.


def suppress(
    report: Report, files: Iterable[File], known: Iterable[Code], spec: SpecModel
) -> Report:
    """Drop the findings that comments suppress, and add faults of the comments. The author of a
    layer can suppress only what is the layer's own.
    """
    files = tuple(files)
    names = {name: code for code in known for name in (code.id.lower(), code.name)}
    allowances: list[_Allowance] = []
    extra: list[Diagnostic] = []
    for file in files:
        for comment in file.comments:
            found = _parse_comment(file, comment, names)
            if isinstance(found, _Allowance):
                allowances.append(found)
            elif found is not None:
                extra.append(found)
    if not allowances and not extra:
        return report
    spans = [span for file in files for span in _statement_spans(file.statements)]
    used: set[int] = set()
    wanted = [d for d in report.diagnostics if _is_suppressed(d, spans, allowances, names, used)]
    allowed = [(d, _may_suppress(d, spec)) for d in wanted]
    report = report.without_findings(d for d, may in allowed if may)
    report = _with_refusals(report, [d for d, may in allowed if not may])
    for i, allowance in enumerate(allowances):
        if i not in used and all(_is_settled(names[name], report) for name in allowance.names):
            listed = ", ".join(f"`{name}`" for name in allowance.names)
            message = f"this comment allows {listed}, which is not found here"
            extra.append(fault(UNUSED, message, allowance.comment.span))
    ordered = tuple(sorted([*report.diagnostics, *extra], key=sort_key))
    return replace(report, diagnostics=ordered)


def _may_suppress(diagnostic: Diagnostic, spec: SpecModel) -> bool:
    """Return whether the comment, which is in the file of the finding, can suppress it."""
    label = diagnostic.primary
    return label is not None and may_allow(label.span.source, diagnostic, spec)


def _with_refusals(report: Report, refused: Sequence[Diagnostic]) -> Report:
    """Add a note to findings whose suppression has no effect."""
    gone = {id(one) for one in refused}
    kept = (
        replace(d, notes=(*d.notes, REFUSED)) if id(d) in gone else d for d in report.diagnostics
    )
    return replace(report, diagnostics=tuple(kept))


def _is_settled(code: Code, report: Report) -> bool:
    """Return whether the check of the code ran and was settled."""
    settled = {check.code for check in report.checks if check.result in ("proved", "found")}
    return code in settled or bool(code.kind) or code in CODES


def _parse_comment(
    file: File, comment: Comment, names: dict[str, Code]
) -> _Allowance | Diagnostic | None:
    if not LIKE_ALLOW.match(comment.text):
        return None
    found = ALLOW.fullmatch(comment.text)
    if found is None:
        return fault(INVALID, "write it as `# specdsl: allow(code) because …`", comment.span)
    listed = tuple(name.strip().lower() for name in found.group(1).split(","))
    wrong = [name for name in listed if name not in names]
    if wrong:
        hint = did_you_mean(wrong[0], names)
        return fault(INVALID, f"there is no code `{wrong[0]}`{hint}", comment.span)
    if not re.fullmatch(r"because\s+\S.*", found.group(2)):
        return fault(INVALID, "say why it is allowed: `because …`", comment.span)
    return _Allowance(comment, listed, _line_of(file, comment))


def _line_of(file: File, comment: Comment) -> int:
    """Return the line that the comment is about: its own, or the first one below that is
    no comment.
    """
    line = comment.span.line
    if not comment.own_line:
        return line
    own = {c.span.line for c in file.comments if c.own_line}
    while line in own:
        line += 1
    return line


def _statement_spans(statements: Iterable[Statement]) -> Iterator[Span]:
    """Yield the spans of statements; those inside a policy follow it."""
    for statement in statements:
        yield statement.span
        if isinstance(statement, PolicyNode):
            yield from _statement_spans(statement.body)


def _start_line(place: Span, spans: list[Span]) -> int:
    """Return the line on which the innermost statement around a place starts, or its own line."""
    around = [
        s for s in spans if s.source is place.source and s.start <= place.start < max(s.end, 1)
    ]
    return max(around, key=lambda s: s.start).line if around else place.line


def _is_suppressed(
    diagnostic: Diagnostic,
    spans: list[Span],
    allowances: list[_Allowance],
    names: dict[str, Code],
    used: set[int],
) -> bool:
    label = diagnostic.primary
    if label is None or diagnostic.code.kind:
        return False
    lines = {label.span.line, _start_line(label.span, spans)}
    for i, allowance in enumerate(allowances):
        same = allowance.comment.span.source is label.span.source
        fits = any(names[name] is diagnostic.code for name in allowance.names)
        if same and fits and allowance.line in lines:
            used.add(i)
            return True
    return False
