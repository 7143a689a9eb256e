"""Diagnostics: what every stage reports, as values with the places involved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from difflib import get_close_matches
from enum import IntEnum
from typing import Any

from specdsl.base.quick_dataclass import dataclass
from specdsl.base.source import Span
from specdsl.base.statistics import CheckEffort


class Severity(IntEnum):
    """The severity of a diagnostic; a greater one is worse."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of diagnostic, with the page that `specdsl explain` shows.

    `kind` is the family of a fault that prevents loading: syntax, name, type, effect, level, layer,
    override, example or cycle; it is empty for findings of checks.
    """

    id: str
    name: str
    severity: Severity
    page: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """A place, with a remark."""

    span: Span
    text: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A titled remark below the source (`situation`, `why`, `note`, `help`, `trace`, `replay`).

    `text` may have several lines; the renderer indents those after the first.
    """

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text of `span` by `text`."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that resolve a finding; `verified` if a check of the edited text has confirmed it.

    `title` is the kind of fix, `text` what the spec then says, in its own words; either may be
    empty. `checked` tells the result of the check.
    """

    title: str
    edits: tuple[Edit, ...]
    verified: bool = False
    text: str = ""
    checked: str = ""

    @property
    def message(self) -> str:
        """Return a summary such as: order the values: `priority privacy > transparency`."""
        return f"{self.title}: `{self.text}`" if self.text else self.title


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A fault or finding. Its primary label comes first; `fields` has the additional keys of its
    JSON; `beside` are places that the full format shows without a remark. `binding`: it concerns
    the promise or the base of a layer, so the author of the layer cannot suppress it.

    All of its JSON keys are attributes as well: `finding.name`, `finding.rules`, and those of only
    some kinds of findings, such as `finding.outcome`, which raise `AttributeError` for the others.
    """

    code: Code
    message: str
    labels: tuple[Label, ...] = ()
    notes: tuple[Note, ...] = ()
    fixes: tuple[Fix, ...] = ()
    severity: Severity = Severity.ERROR
    fields: Mapping[str, Any] = field(default_factory=dict)
    beside: tuple[Span, ...] = ()
    binding: bool = False

    @property
    def primary(self) -> Label | None:
        """Return the label at whose place the diagnostic is listed."""
        return next((label for label in self.labels if label.primary), None)

    @property
    def name(self) -> str:
        """Return the name of its code, such as `contradiction`."""
        return self.code.name

    @property
    def rules(self) -> Sequence[str]:
        """Return the names of the rules that it is about."""
        return self.fields.get("rules", ())  # type: ignore[no-any-return]

    @property
    def decision(self) -> str | None:
        """Return the name of the decision that it is about, if any."""
        return self.fields.get("decision")

    @property
    def situation(self) -> Mapping[str, Any] | None:
        """Return the relevant facts and the instructions of the situation that shows it, if any."""
        return self.fields.get("situation")

    @property
    def because(self) -> list[str]:
        """Return its notes, each with its title."""
        return [f"{note.title}: {note.text}" for note in self.notes]

    def __getattr__(self, name: str) -> Any:
        """Return a field that only some kinds of findings have."""
        if name.startswith("_") or name in self.__slots__:  # Copying asks for these.
            raise AttributeError(name)
        if name not in self.fields:
            own = ", ".join(f"`{one}`" for one in sorted(self.fields)) or "nothing else"
            raise AttributeError(f"a finding `{self.name}` has no `{name}`, but {own}")
        return self.fields[name]

    def __dir__(self) -> list[str]:
        return sorted({*object.__dir__(self), *self.fields})


def fault(code: Code, message: str, span: Span, text: str = "", *more: Label | Note) -> Diagnostic:
    """Return a diagnostic of the code's own severity at one place, with further labels
    and notes.
    """
    labels = (Label(span, text, primary=True), *(m for m in more if isinstance(m, Label)))
    notes = tuple(m for m in more if isinstance(m, Note))
    return Diagnostic(code, message, labels, notes, severity=code.severity)


def sort_key(diagnostic: Diagnostic) -> tuple[str, int, str, str]:
    """Return the sort key of a report: place, code, message."""
    label = diagnostic.primary
    place = (label.span.source.name, label.span.start) if label else ("", 0)
    return (*place, diagnostic.code.id, diagnostic.message)


def list_in_words(parts: Sequence[str]) -> str:
    """Return a list in words: `a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def join_names(names: Iterable[str]) -> str:
    """Return a list of names in words, each in backticks."""
    return list_in_words([f"`{name}`" for name in names])


def did_you_mean(word: str, candidates: Iterable[object]) -> str:
    """Return ` (did you mean `x`?)` for the most similar candidate; empty if none is similar."""
    if len(word) > 60:  # No candidate is that long, and comparing long words is slow.
        return ""
    names = sorted({str(name) for name in candidates})
    close = [word.lower()] if word.lower() in names else get_close_matches(word, names, n=1)
    return f" (did you mean `{close[0]}`?)" if close else ""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of one check: proved, found, unproved or not_run.

    `proved` means that there is nothing to find in any situation. `detail` says what is unproved;
    `why`, if it is known, has reasons, each with what would help. `more`: there may be more
    findings than the report has, which are not shown in its format.
    """

    code: Code
    result: str
    detail: str = ""
    why: tuple[tuple[str, str], ...] = ()
    more: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of one spec, sorted by place. A spec that does not load has its faults as
    diagnostics, and no checks that ran. `waived`: the names of errors that were suppressed by a
    comment or a setting, of which nothing is proved. `statistics`: the effort of each check by
    name, in order of execution, if it was measured.
    """

    diagnostics: tuple[Diagnostic, ...]
    checks: tuple[CheckResult, ...] = ()
    files: int = 0
    rules: int = 0
    allowed: int = 0  # The number of suppressed findings.
    waived: tuple[str, ...] = ()
    statistics: tuple[tuple[str, CheckEffort], ...] = field(default=(), compare=False)

    def without_findings(self, left_out: Iterable[Diagnostic]) -> Report:
        """Return the report without suppressed findings."""
        gone = {id(one): one for one in left_out}
        kept = tuple(d for d in self.diagnostics if id(d) not in gone)
        errors = {d.code.name for d in gone.values() if d.severity is Severity.ERROR}
        waived = tuple(sorted({*self.waived, *errors}))
        return replace(self, diagnostics=kept, allowed=self.allowed + len(gone), waived=waived)

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        return self.diagnostics

    @property
    def unproved(self) -> tuple[CheckResult, ...]:
        return tuple(check for check in self.checks if check.result == "unproved")

    @property
    def leaves_findings_out(self) -> bool:
        """Return whether there may be more findings, which are not shown in the format."""
        return any(check.more for check in self.checks)

    def passes(self, fail_on: Severity | None = Severity.ERROR) -> bool:
        """Return whether no finding has the severity `fail_on` or a worse one and no check of
        severity error is unproved; always true for None.
        """
        if fail_on is None:
            return True
        return all(d.severity < fail_on for d in self.diagnostics) and all(
            check.code.severity < Severity.ERROR for check in self.unproved
        )

    @property
    def ok(self) -> bool:
        return self.passes()


class SpecError(ValueError):
    """A spec does not load. `report` has every fault."""

    def __init__(self, report: Report) -> None:
        first = report.diagnostics[0].message if report.diagnostics else "no diagnostics"
        more = len(report.diagnostics) - 1
        super().__init__(first + (f" (and {more} more)" if more > 0 else ""))
        self.report = report
