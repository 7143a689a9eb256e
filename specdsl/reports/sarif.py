"""SARIF renderer, version 2.1.0, for code scanning services and viewers.

Requirements of the standard beyond its schema are marked with their section. A finding that a
comment suppresses is omitted, as in every other format: services that ignore `suppressions`
(GitHub's is one) would open an alert for it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from typing import Any

from specdsl.base.diagnostics import CheckResult, Code, Diagnostic, Fix, Label, Note
from specdsl.base.plain_text import json_text, visible
from specdsl.base.source import Source
from specdsl.base.version import __version__
from specdsl.reports.checked_spec import CheckedSpec
from specdsl.reports.notes_with_fixes import notes_with_fixes
from specdsl.reports.sarif_places import LIBRARY_ROOT, SOURCE_ROOT, artifact_location, sarif_region
from specdsl.reports.style import Style

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
BASES = {
    SOURCE_ROOT: "The folder specdsl was run in.",
    LIBRARY_ROOT: "The libraries shipped with specdsl: no files of the project's.",
}
NOT_DESCRIBING = ("    ", "Example:", "Instead:", "Limits:")  # Parts of a manual page.
SENTENCE = re.compile(r".*?\.(?=\s|$)")
Json = dict[str, Any]


def render_sarif(runs: Sequence[CheckedSpec], style: Style) -> str:
    """Render one SARIF run for all specs, with the page of each check that ran or found something.

    An unproved check is a result of kind `open`.
    """
    rules = _reported_codes(runs)
    order = [code.id for code in rules]
    seen: Counter[str] = Counter()
    found = [_result_of_finding(d, order, seen) for run in runs for d in run.report.diagnostics]
    unproved = [
        _result_of_unproved(run, check, order) for run in runs for check in run.report.unproved
    ]
    driver = {
        "name": "specdsl",
        "semanticVersion": __version__,
        "rules": [_rule_descriptor(code) for code in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "utf16CodeUnits",  # Consumers that ignore this property count so.
        "originalUriBaseIds": {
            id_: {"description": _text_object(said)} for id_, said in BASES.items()
        },
        "results": [*found, *unproved],
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _reported_codes(runs: Iterable[CheckedSpec]) -> list[Code]:
    """Return the codes of all checks that ran and of all findings, by id."""
    found: dict[str, Code] = {}
    for run in runs:
        found |= {c.code.id: c.code for c in run.report.checks if c.result != "not_run"}
        found |= {d.code.id: d.code for d in run.report.diagnostics}
    return [found[id_] for id_ in sorted(found)]


@cache
def _rule_descriptor(code: Code) -> Json:
    page = code.page.strip()
    parts = page.split("\n\n")
    said = [" ".join(part.split()) for part in parts if not part.startswith(NOT_DESCRIBING)]
    sentence = SENTENCE.match(said[0])
    return {
        "id": code.id,
        "name": code.name,
        "shortDescription": _text_object(sentence.group() if sentence else said[0]),
        "fullDescription": _text_object(" ".join(said[:2])),
        "help": {**_text_object(page), "markdown": _escape_braces(page)},
        "defaultConfiguration": {"level": str(code.severity)},
    }


def _result_of_finding(diagnostic: Diagnostic, order: Sequence[str], seen: Counter[str]) -> Json:
    code = diagnostic.code
    label = diagnostic.primary
    found: Json = {
        "ruleId": code.id,
        "ruleIndex": order.index(code.id),
        "level": str(diagnostic.severity),
        "message": _text_object(_message_text(diagnostic)),
        "locations": [_location_object(label)] if label else [],
        "partialFingerprints": {"findingHash/v1": _fingerprint(diagnostic, seen)},
    }
    others = [_location_object(other) for other in diagnostic.labels if other is not label]
    if others:
        found["relatedLocations"] = [{"id": i, **place} for i, place in enumerate(others)]
    if diagnostic.fixes:
        found["fixes"] = [_fix_object(fix) for fix in diagnostic.fixes]
    if diagnostic.fields:
        found["properties"] = dict(diagnostic.fields)
    return found


def _result_of_unproved(run: CheckedSpec, check: CheckResult, order: Sequence[str]) -> Json:
    """Return a result of kind `open`: neither found nor excluded (§3.27.9)."""
    message = f"{check.code.name} is not settled within the limits: {check.detail}."
    message += "".join(f" {reason[0].upper()}{reason[1:]}: {help_}." for reason, help_ in check.why)
    return {
        "ruleId": check.code.id,
        "ruleIndex": order.index(check.code.id),
        "kind": "open",
        "level": "none",
        "message": _text_object(message),
        "locations": [
            {"physicalLocation": {"artifactLocation": artifact_location(Source(run.path, ""))}}
        ],
    }


def _message_text(diagnostic: Diagnostic) -> str:
    """Return the sentence and a paragraph for each note."""
    return "\n\n".join(
        [f"{diagnostic.message}.", *(_note_paragraph(n) for n in notes_with_fixes(diagnostic))]
    )


def _note_paragraph(note: Note) -> str:
    """Return the note without blanks that only align (§3.11.3)."""
    lines = note.text.split("\n")
    columns = (re.split(r" {2,}", line.strip()) for line in lines)
    return f"{note.title}: " + "\n".join(" · ".join(parts) for parts in columns)


def _location_object(label: Label) -> Json:
    place: Json = {"artifactLocation": artifact_location(label.span.source)}
    place["region"] = sarif_region(label.span)
    message = {"message": _text_object(label.text)} if label.text else {}
    return {"physicalLocation": place, **message}


def _fix_object(fix: Fix) -> Json:
    return {
        "description": _text_object(f"{fix.message}."),
        "artifactChanges": [_artifact_change(source, fix) for source in _edited_sources(fix)],
        "properties": {"verified": fix.verified},
    }


def _edited_sources(fix: Fix) -> Iterator[Source]:
    """Yield each file that the fix edits once."""
    yield from {edit.span.source: None for edit in fix.edits}


def _artifact_change(source: Source, fix: Fix) -> Json:
    return {
        "artifactLocation": artifact_location(source),
        "replacements": [
            {"deletedRegion": sarif_region(edit.span), "insertedContent": {"text": edit.text}}
            for edit in fix.edits
            if edit.span.source is source
        ],
    }


def _fingerprint(diagnostic: Diagnostic, seen: Counter[str]) -> str:
    """Return a digest that is independent of the place, since messages name no lines; repeated
    digests are numbered.
    """
    label = diagnostic.primary
    words = label.span.text if label else ""
    said = json.dumps([diagnostic.code.id, diagnostic.message, words])
    digest = sha256(said.encode()).hexdigest()[:32]
    seen[digest] += 1
    return f"{digest}:{seen[digest]}"


def _text_object(text: str) -> Json:
    return {"text": _escape_braces(visible(text, newlines=True))}


def _escape_braces(text: str) -> str:
    """Double the braces: single ones enclose placeholders (§3.11.5)."""
    return text.replace("{", "{{").replace("}", "}}")
