"""Merging of findings: clauses of the same text that never matter in several rules are one."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

from specdsl.base.diagnostics import Diagnostic, Note, Report, join_names
from specdsl.base.limits import MAX_LABELS, MAX_SIMILAR_NAMED
from specdsl.checks import dead_conjunct


def merge_same_clauses(report: Report) -> Report:
    """Return the report with one finding for all dead clauses of the same text."""
    groups: dict[Hashable, list[Diagnostic]] = {}
    for finding in report.diagnostics:
        groups.setdefault(_group_key(finding), []).append(finding)
    found = tuple(_merge_group(group) for group in groups.values())
    return report if len(found) == len(report.diagnostics) else replace(report, diagnostics=found)


def _group_key(finding: Diagnostic) -> Hashable:
    """Return a key that is equal for findings about the same clause of different rules."""
    fields = finding.fields
    if finding.code is not dead_conjunct.CODE or len(fields["rules"]) > 1:
        return id(finding)
    return fields["clause"], fields.get("of"), finding.severity, finding.binding


def _merge_group(group: Sequence[Diagnostic]) -> Diagnostic:
    first, *others = group
    if not others:
        return first
    never = first.message.rpartition("` ")[2]
    rules = sorted({rule for finding in group for rule in finding.fields["rules"]})
    more = [
        replace(label, text="nor this", primary=False) for one in others for label in one.labels
    ]
    notes = tuple(dict.fromkeys(note for finding in group for note in finding.notes))
    notes = tuple(sorted(notes, key=lambda note: note.title == "help"))
    if len(more) >= MAX_LABELS:
        left = len(more) - MAX_LABELS + 1
        notes = (*notes[:-1], Note("note", f"and {left:,} more places like these"), notes[-1])
    return replace(
        first,
        message=f"`{first.fields['clause']}` of {_rules_text(rules)} {never}",
        labels=(*first.labels, *more[: MAX_LABELS - 1]),
        notes=notes,
        fields={**first.fields, "rules": rules},
    )


def _rules_text(rules: Sequence[str]) -> str:
    if len(rules) == 1:
        return f"rule `{rules[0]}`"
    return (
        f"rules {join_names(rules)}" if len(rules) <= MAX_SIMILAR_NAMED else f"{len(rules)} rules"
    )
