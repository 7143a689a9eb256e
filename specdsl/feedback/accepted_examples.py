"""Accepted reports: a spec of their own with the example and the entry of the history, and how
both move into the spec that they are about.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from textwrap import indent

from specdsl.analyses.fixes.edited_texts import editable_sources, texts_after
from specdsl.api import Spec
from specdsl.base.diagnostics import Edit
from specdsl.base.quick_dataclass import dataclass
from specdsl.base.source import Source, Span
from specdsl.feedback.draft_example import one_line_text
from specdsl.feedback.report_verdicts import ReportVerdict, Stance
from specdsl.frontend.syntax import tree as t
from specdsl.frontend.syntax.canonical_layout import format_text
from specdsl.frontend.syntax.literals import quote_text
from specdsl.frontend.syntax.parse import parse


def accepted_text(spec: Spec, folder: Path, verdict: ReportVerdict, date: str, what: str) -> str:
    """Return the spec of an accepted report, to be written to the folder."""
    report, draft = verdict.report, verdict.draft
    assert draft is not None
    path = Path(os.path.relpath(spec.file, folder)).as_posix()
    credit = f" credit {_quote_line(report.credit)}" if report.credit else ""
    told = ", ".join(filter(None, (report.origin, f"report {report.id}")))
    because = f" because {', '.join(verdict.because)}" if verdict.stance is Stance.AGREES else ""
    layer = spec.model.layer
    base = f"layer {layer.level.name} on" if layer is not None else "use"
    return format_text(
        Source(
            "accepted.spec",
            f"# An accepted report. `specdsl feedback collect` moves this into the spec.\n"
            f"{base} {quote_text(path)}\n\n"
            f"change {date} {_quote_line(what)}{credit} feedback {_quote_line(told)}\n\n"
            f"{draft.text.rstrip()}{because if verdict.because else ''}\n",
        )
    )


def _quote_line(text: str) -> str:
    return quote_text(one_line_text(text))


@dataclass(frozen=True, slots=True)
class AcceptedParts:
    """The contents of an accepted report's spec; `rule` is the rule that the example is about."""

    examples: tuple[str, ...]
    changes: tuple[str, ...]
    rule: str


def parse_accepted(text: str, rule: str) -> AcceptedParts | None:
    """Return the parts of an accepted report's spec; None if it cannot be read."""
    file, faults = parse(Source("accepted.spec", text))
    if faults:
        return None
    examples = [one.span.text for one in file.statements if isinstance(one, t.ExampleNode)]
    changes = [one.span.text for one in file.statements if isinstance(one, t.ChangeNode)]
    return AcceptedParts(tuple(examples), tuple(changes), rule)


def collected_texts(spec: Spec, accepted: Sequence[AcceptedParts]) -> dict[str, str]:
    """Return the texts of the spec's files with each example behind the rule that it is about, and
    the entries of the history before the others.
    """
    pieces: dict[Span, list[str]] = {}
    places = _RulePlaces(spec)
    for one in accepted:
        place, margin = places.place_of_rule(one.rule)
        pieces.setdefault(place, []).extend(indent(text, margin) for text in one.examples)
    edits = [Edit(place, _piece_after(place, texts)) for place, texts in pieces.items()]
    changes = [text for one in accepted for text in one.changes]
    return texts_after(spec, [*edits, *places.change_edits(changes)])


def _piece_after(place: Span, texts: Iterable[str]) -> str:
    piece = "".join(f"\n\n{text}" for text in texts)
    return piece if place.source.text[place.end :].startswith(("\n", "\r")) else f"{piece}\n"


Place = tuple[Span, str]
"""A place where lines are added, and their indent."""


class _RulePlaces:
    """The places in a spec's own files where examples and entries of the history are added."""

    def __init__(self, spec: Spec) -> None:
        own = editable_sources(spec)
        self._main = spec.loaded.files[0]
        self._behind: dict[str, Place] = {}
        for file in spec.loaded.files:
            if file.source in own:
                self._note_rules(file.statements)

    def _note_rules(self, statements: Sequence[t.Statement]) -> None:
        """Note the place behind each rule and the examples that follow it."""
        rule, margin = "", ""
        for one in statements:
            if isinstance(one, t.RuleNode):
                rule, margin = one.name.text, _indent_of(one.span)
            elif isinstance(one, t.PolicyNode):
                self._note_rules(one.body)
            if isinstance(one, t.RuleNode | t.ExampleNode) and rule:
                self._behind[rule] = _end_of_line(one.span), margin
            else:
                rule = ""

    def place_of_rule(self, name: str) -> Place:
        """Return the place behind a rule; the end of the main file for none of its own files."""
        return self._behind.get(name, (self._end_of_main(), ""))

    def _end_of_main(self) -> Span:
        source = self._main.source
        end = len(source.text.rstrip())
        return Span(source, end, end)

    def change_edits(self, changes: Sequence[str]) -> Iterator[Edit]:
        """Yield the edit that adds entries to the history."""
        known = [one for one in self._main.statements if isinstance(one, t.ChangeNode)]
        text = "\n".join(changes)
        if known and changes:
            start = known[0].span.start
            yield Edit(Span(self._main.source, start, start), f"{text}\n")
        elif changes:
            yield Edit(self._end_of_main(), f"\n\n{text}\n")


def _indent_of(span: Span) -> str:
    line = span.source.text.rfind("\n", 0, span.start) + 1
    before = span.source.text[line : span.start]
    return "" if before.strip() else before


def _end_of_line(span: Span) -> Span:
    """Return the place behind a statement and a comment on its line."""
    text = span.source.text
    line = text[span.end :].split("\n", 1)[0].rstrip()
    end = span.end + len(line) if line.lstrip().startswith("#") else span.end
    return Span(span.source, end, end)
