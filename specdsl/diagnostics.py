"""What every stage reports: diagnostics as values, with the places involved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from enum import IntEnum
from typing import Any

from specdsl.source import Span
from specdsl.statistics import Spent


class Severity(IntEnum):
    """How grave a diagnostic is; a greater one is worse."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of diagnostic: what `specdsl explain` shows.

    `kind` is the family of fault of a spec that does not load: syntax, name, type, effect, level,
    layer, override, example or cycle; empty for the findings of a check.
    """

    id: str
    name: str
    severity: Severity
    page: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """A place, and what is to be seen there."""

    span: Span
    text: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A titled remark under the source (`situation`, `why`, `note`, `help`, `trace`, `replay`).

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
    """Edits that mend a fault; `verified` once a check of the edited text has confirmed it.

    `title` says what kind of mend it is, `text` what the spec then says, in its own words; both may
    stand alone. `checked` says what the check of the edited text found.
    """

    title: str
    edits: tuple[Edit, ...]
    verified: bool = False
    text: str = ""
    checked: str = ""

    @property
    def message(self) -> str:
        """All of it in a line: order the values: `priority privacy > transparency`."""
        return f"{self.title}: `{self.text}`" if self.text else self.title


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault or finding. The primary label comes first; `fields` is what JSON adds; `beside` are
    places that the full form shows with those of the labels, without saying anything of them.
    `binding`: it concerns the promise or the base of a layer, so that its author cannot allow it.

    All that JSON has of it is an attribute too: `finding.name`, `finding.rules`, and what only some
    kinds of findings have, such as `finding.outcome`, which raises `AttributeError` for the others.
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
        """The label at which the diagnostic is listed."""
        return next((label for label in self.labels if label.primary), None)

    @property
    def name(self) -> str:
        """The name of its code: `contradiction`."""
        return self.code.name

    @property
    def rules(self) -> Sequence[str]:
        """The names of the rules that it is about; empty where it is about none."""
        return self.fields.get("rules", ())  # type: ignore[no-any-return]

    @property
    def decision(self) -> str | None:
        """The name of the decision that it is about, if it is about one."""
        return self.fields.get("decision")

    @property
    def situation(self) -> Mapping[str, Any] | None:
        """The facts that matter and what is said, where a situation shows it."""
        return self.fields.get("situation")

    @property
    def because(self) -> list[str]:
        """Its notes, each with its title."""
        return [f"{note.title}: {note.text}" for note in self.notes]

    def __getattr__(self, name: str) -> Any:
        """What only some kinds of findings have."""
        if name.startswith("_") or name in self.__slots__:  # while it is copied
            raise AttributeError(name)
        if name not in self.fields:
            own = ", ".join(f"`{one}`" for one in sorted(self.fields)) or "nothing else"
            raise AttributeError(f"a finding `{self.name}` has no `{name}`, but {own}")
        return self.fields[name]

    def __dir__(self) -> list[str]:
        return sorted({*object.__dir__(self), *self.fields})


def fault(code: Code, message: str, span: Span, text: str = "", *more: Label | Note) -> Diagnostic:
    """A diagnostic of the code's own severity at one place, with further labels and notes."""
    labels = (Label(span, text, primary=True), *(m for m in more if isinstance(m, Label)))
    notes = tuple(m for m in more if isinstance(m, Note))
    return Diagnostic(code, message, labels, notes, severity=code.severity)


def sort_key(diagnostic: Diagnostic) -> tuple[str, int, str, str]:
    """Order of a report: by place, then code, then message."""
    label = diagnostic.primary
    place = (label.span.source.name, label.span.start) if label else ("", 0)
    return (*place, diagnostic.code.id, diagnostic.message)


def did_you_mean(word: str, candidates: object) -> str:
    """` (did you mean `x`?)` for the likeliest of the candidates, or nothing."""
    if len(word) > 60:  # nobody means that one, and comparing long words takes long
        return ""
    names = sorted({str(name) for name in candidates})  # type: ignore[attr-defined]
    close = [word.lower()] if word.lower() in names else get_close_matches(word, names, n=1)
    return f" (did you mean `{close[0]}`?)" if close else ""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What became of one check: `result` is proved, found, unproved or not_run.

    `proved`: over all situations there is nothing to find. `detail` says what was left unproved,
    `why`, if that is known, for what reason, each with what would help.
    """

    code: Code
    result: str
    detail: str = ""
    why: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """All that is to be said of one spec, sorted by place. A spec that does not load has its
    faults as diagnostics and no checks that ran. `waived`: the names of the errors that were left
    out because a comment or a setting allows them; nothing is proved of these. `statistics`: what
    each check took, by its name in the order of running, where that was asked for."""

    diagnostics: tuple[Diagnostic, ...]
    checks: tuple[CheckResult, ...] = ()
    files: int = 0
    rules: int = 0
    allowed: int = 0  # findings left out because a comment or a setting allows them
    waived: tuple[str, ...] = ()
    statistics: tuple[tuple[str, Spent], ...] = field(default=(), compare=False)

    def without(self, left_out: Iterable[Diagnostic]) -> Report:
        """The report without findings that are allowed."""
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

    def passes(self, fail_on: Severity | None = Severity.ERROR) -> bool:
        """Whether nothing of severity `fail_on` or worse was found and no check of severity error
        was left unproved; with None always."""
        if fail_on is None:
            return True
        return all(d.severity < fail_on for d in self.diagnostics) and all(
            check.code.severity < Severity.ERROR for check in self.unproved
        )

    @property
    def ok(self) -> bool:
        return self.passes()


class SpecError(ValueError):
    """A spec that does not load. `report` names every fault."""

    def __init__(self, report: Report) -> None:
        first = report.diagnostics[0].message if report.diagnostics else "no diagnostics"
        more = len(report.diagnostics) - 1
        super().__init__(first + (f" (and {more} more)" if more > 0 else ""))
        self.report = report
