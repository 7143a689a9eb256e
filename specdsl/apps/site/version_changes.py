"""Changes between two versions: of statements, texts and examples always, of decisions where the
comparison is affordable.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from specdsl.analyses.diff import Change, Region, diff
from specdsl.analyses.diff.change_wording import (
    change_sentence,
    changed_clauses,
    edit_title,
    report_entries,
    summary_line,
    variants_text,
)
from specdsl.api import Spec
from specdsl.apps.site.example_cards import MASK
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Example, Rule
from specdsl.frontend.model.nodes import Spec as Model
from specdsl.verification.two_specs.partial_edits import PartialEdits
from specdsl.verification.two_specs.spec_edits import SpecEdit, spec_edits
from specdsl.verification.two_specs.statement_table import statement_table


@dataclass(frozen=True, slots=True)
class EditRow:
    """A statement that was added, removed or changed; of a changed one its clauses."""

    title: str
    kind: str
    gone: tuple[str, ...]
    come: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """Situations that are decided otherwise, with a simple one."""

    kind: str
    sentence: str
    situation: str
    edits: tuple[str, ...]
    variants: str  # What becomes of what by other instructions.


@dataclass(frozen=True, slots=True)
class VersionChanges:
    """`differences` is None if decisions were not compared; `verdict` sums them up."""

    edits: tuple[EditRow, ...]
    texts: tuple[EditRow, ...]
    examples: tuple[EditRow, ...]
    differences: tuple[DifferenceRow, ...] | None
    verdict: str
    remarks: tuple[str, ...]


def version_changes(old: Spec, new: Spec, compare: bool) -> VersionChanges:
    """Return what changed from one version to another; `compare`: in decisions, too."""
    tables = PartialEdits(statement_table(old.loaded.files), statement_table(new.loaded.files))
    edits = tuple(_edit_row(edit) for edit in spec_edits(tables.old, tables.new))
    texts = tuple(_changed_texts(old.model, new.model))
    examples = tuple(_changed_examples(old.model, new.model))
    if not compare:
        return VersionChanges(edits, texts, examples, None, "", ())
    change = diff(old, new)
    remarks = (*(remark.text for remark in change.remarks), *_unproved_texts(change))
    differences = tuple(_difference_rows(change, _secret_facts(old, new)))
    return VersionChanges(edits, texts, examples, differences, summary_line(change), remarks)


def _edit_row(edit: SpecEdit) -> EditRow:
    clauses = [line.partition(" ")[::2] for line in changed_clauses(edit)]
    gone = tuple(text for sign, text in clauses if sign == "-")
    come = tuple(text for sign, text in clauses if sign == "+")
    title = f"{edit.kind} {edit.name}".rstrip()
    return EditRow(title, edit.edit_kind.value, gone, come)


def _unproved_texts(change: Change) -> Iterator[str]:
    for name in change.unproved:
        yield f"what changed for `{name}` could not be settled within the limits"


# --- decisions -----------------------------------------------------------------------------------


def _secret_facts(*specs: Spec) -> set[str]:
    return {fact.name for spec in specs for fact in spec.model.facts if fact.secret}


def _difference_rows(change: Change, secrets: set[str]) -> Iterator[DifferenceRow]:
    for entry in report_entries(change):
        region = entry.region
        titles = tuple(edit_title(edit).replace("`", "") for edit in region.edits)
        situation = _situation_text(region, secrets)
        yield DifferenceRow(
            region.turn.value, change_sentence(region), situation, titles, variants_text(entry)
        )


def _situation_text(region: Region, secrets: set[str]) -> str:
    """Return a situation without the values of secret facts."""
    facts: Mapping[str, object] = region.situation["facts"]
    if secrets.isdisjoint(facts):
        return region.text
    shown = [f"{name} {MASK if name in secrets else _value_text(v)}" for name, v in facts.items()]
    said = [f"{one['by']} says {one['effect']}" for one in region.situation["says"]]
    return ", ".join([*shown, *said])


def _value_text(value: object) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "{" + ", ".join(map(str, value)) + "}"
    return str(value)


# --- texts and examples --------------------------------------------------------------------------


def _changed_texts(old: Model, new: Model) -> Iterator[EditRow]:
    """Yield the rules of both versions whose texts for readers differ."""
    before = {rule.name: rule for rule in old.rules}
    for rule in new.rules:
        earlier = before.get(rule.name)
        if earlier is not None and _texts_of(earlier) != _texts_of(rule):
            pairs = list(zip(_texts_of(earlier), _texts_of(rule), strict=True))
            gone = tuple(one for one, other in pairs if one != other and one)
            come = tuple(other for one, other in pairs if one != other and other)
            yield EditRow(f"rule {rule.name}", "changed", gone, come)


def _texts_of(rule: Rule) -> tuple[str, ...]:
    return rule.doc, rule.because, rule.reference


def _changed_examples(old: Model, new: Model) -> Iterator[EditRow]:
    before = {example.title: example for example in old.examples}
    after = {example.title: example for example in new.examples}
    for title, example in after.items():
        earlier = before.get(title)
        if earlier is None:
            yield EditRow(title, "added", (), ())
        elif (gone := _lines_of(earlier)) != (come := _lines_of(example)):
            lost = tuple(line for line in gone if line not in come)
            won = tuple(line for line in come if line not in gone)
            yield EditRow(title, "changed", lost, won)
    for title in before:
        if title not in after:
            yield EditRow(title, "removed", (), ())


def _lines_of(example: Example) -> tuple[str, ...]:
    talk = (f"{one.speaker}: {one.text}" for one in example.talk)
    return (*talk, *(f"expect {one.effect.span.in_a_line}" for one in example.expectations))
