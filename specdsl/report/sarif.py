"""SARIF 2.1.0, for code scanning services and viewers.

What the standard asks for beyond its schema is marked with its section. A finding that a comment
allows is left out, as in every other format: services that take no notice of `suppressions`,
GitHub's for one, would open an alert for it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any

from specdsl import __version__
from specdsl.diagnostics import CheckResult, Code, Diagnostic, Fix, Label, Note
from specdsl.plain import json_text, visible
from specdsl.report.notes import notes_of
from specdsl.report.places import LIBRARY, SOURCES, artifact, region
from specdsl.report.runs import Run
from specdsl.report.style import Style
from specdsl.source import Source

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
BASES = {
    SOURCES: "The folder specdsl was run in.",
    LIBRARY: "The libraries shipped with specdsl: no files of the project's.",
}
SENTENCE = re.compile(r".*?\.(?=\s|$)")
Json = dict[str, Any]


def sarif(runs: Sequence[Run], style: Style) -> str:
    """One run of the tool over all specs, with the page of each check that ran or found something.

    A check that was left unproved is a result of kind `open`.
    """
    rules = _rules(runs)
    order = [code.id for code in rules]
    seen: Counter[str] = Counter()
    found = [_finding(d, order, seen) for run in runs for d in run.report.diagnostics]
    unproved = [_unproved(run, check, order) for run in runs for check in run.report.unproved]
    driver = {
        "name": "specdsl",
        "semanticVersion": __version__,
        "rules": [_descriptor(code) for code in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "utf16CodeUnits",  # as consumers count that do not look at it
        "originalUriBaseIds": {id_: {"description": _text(said)} for id_, said in BASES.items()},
        "results": [*found, *unproved],
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rules(runs: Iterable[Run]) -> list[Code]:
    """The codes of what ran and what was found, by id."""
    found: dict[str, Code] = {}
    for run in runs:
        found |= {c.code.id: c.code for c in run.report.checks if c.result != "not_run"}
        found |= {d.code.id: d.code for d in run.report.diagnostics}
    return [found[id_] for id_ in sorted(found)]


def _descriptor(code: Code) -> Json:
    page = code.page.strip()
    parts = page.split("\n\n")
    said = [" ".join(part.split()) for part in parts if not part.startswith("    ")]
    sentence = SENTENCE.match(said[0])
    return {
        "id": code.id,
        "name": code.name,
        "shortDescription": _text(sentence.group() if sentence else said[0]),
        "fullDescription": _text(" ".join(said[:2])),
        "help": {**_text(page), "markdown": _escaped(page)},
        "defaultConfiguration": {"level": str(code.severity)},
    }


def _finding(diagnostic: Diagnostic, order: Sequence[str], seen: Counter[str]) -> Json:
    code = diagnostic.code
    label = diagnostic.primary
    found: Json = {
        "ruleId": code.id,
        "ruleIndex": order.index(code.id),
        "level": str(diagnostic.severity),
        "message": _text(_message(diagnostic)),
        "locations": [_location(label)] if label else [],
        "partialFingerprints": {"findingHash/v1": _fingerprint(diagnostic, seen)},
    }
    others = [_location(other) for other in diagnostic.labels if other is not label]
    if others:
        found["relatedLocations"] = [{"id": i, **place} for i, place in enumerate(others)]
    if diagnostic.fixes:
        found["fixes"] = [_fix(fix) for fix in diagnostic.fixes]
    if diagnostic.fields:
        found["properties"] = dict(diagnostic.fields)
    return found


def _unproved(run: Run, check: CheckResult, order: Sequence[str]) -> Json:
    """Neither found nor excluded (§3.27.9)."""
    message = f"{check.code.name} is not settled within the limits: {check.detail}."
    message += "".join(f" {reason[0].upper()}{reason[1:]}: {help_}." for reason, help_ in check.why)
    return {
        "ruleId": check.code.id,
        "ruleIndex": order.index(check.code.id),
        "kind": "open",
        "level": "none",
        "message": _text(message),
        "locations": [{"physicalLocation": {"artifactLocation": artifact(Source(run.path, ""))}}],
    }


def _message(diagnostic: Diagnostic) -> str:
    """The sentence, then a paragraph each note."""
    return "\n\n".join([f"{diagnostic.message}.", *(_paragraph(n) for n in notes_of(diagnostic))])


def _paragraph(note: Note) -> str:
    """Without blanks that only align (§3.11.3)."""
    lines = note.text.split("\n")
    columns = (re.split(r" {2,}", line.strip()) for line in lines)
    return f"{note.title}: " + "\n".join(" · ".join(parts) for parts in columns)


def _location(label: Label) -> Json:
    place: Json = {"artifactLocation": artifact(label.span.source)}
    place["region"] = region(label.span)
    message = {"message": _text(label.text)} if label.text else {}
    return {"physicalLocation": place, **message}


def _fix(fix: Fix) -> Json:
    return {
        "description": _text(f"{fix.message}."),
        "artifactChanges": [_change(source, fix) for source in _sources(fix)],
        "properties": {"verified": fix.verified},
    }


def _sources(fix: Fix) -> Iterator[Source]:
    """The files that it edits, each once."""
    yield from {edit.span.source: None for edit in fix.edits}


def _change(source: Source, fix: Fix) -> Json:
    return {
        "artifactLocation": artifact(source),
        "replacements": [
            {"deletedRegion": region(edit.span), "insertedContent": {"text": edit.text}}
            for edit in fix.edits
            if edit.span.source is source
        ],
    }


def _fingerprint(diagnostic: Diagnostic, seen: Counter[str]) -> str:
    """The same wherever the finding stands, since messages name no lines; a number is added to a
    second one that is otherwise the same."""
    label = diagnostic.primary
    words = label.span.text if label else ""
    said = json.dumps([diagnostic.code.id, diagnostic.message, words])
    digest = sha256(said.encode()).hexdigest()[:32]
    seen[digest] += 1
    return f"{digest}:{seen[digest]}"


def _text(text: str) -> Json:
    return {"text": _escaped(visible(text, newlines=True))}


def _escaped(text: str) -> str:
    """Braces are doubled: single ones enclose placeholders (§3.11.5)."""
    return text.replace("{", "{{").replace("}", "}}")
