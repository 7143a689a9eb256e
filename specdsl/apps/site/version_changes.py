"""Changes between two versions: of statements, texts and examples always, of decisions where the
comparison is affordable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from specdsl.analyses.changelog import ChangelogEntry, write_changelog
from specdsl.analyses.changelog.changelog_wording import (
    DecisionPart,
    announcement_text,
    flip_sentences,
    named_decision,
    open_texts,
    say_part,
    shift_part,
)
from specdsl.analyses.changelog.flipped_examples import flipped_examples
from specdsl.analyses.diff.change_wording import changed_clauses
from specdsl.api import Spec
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Example, Rule, SpecModel
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
class DecisionChange:
    """Sentences about a decision; the conditions hold throughout all of them."""

    decision: str
    conditions: tuple[str, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecidedChanges:
    """Differences between two versions: what is decided differently, and who has another say.
    `remarks` has what else there is to know, and what could not be settled.
    """

    announced: tuple[str, ...]
    is_equal: bool
    decisions: tuple[DecisionChange, ...]
    says: tuple[DecisionChange, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VersionChanges:
    """`decided` is None if decisions were not compared. `flips` are examples that come out
    differently.
    """

    decided: DecidedChanges | None
    flips: tuple[str, ...]
    edits: tuple[EditRow, ...]
    texts: tuple[EditRow, ...]
    examples: tuple[EditRow, ...]


def version_changes(old: Spec, new: Spec, compare: bool) -> VersionChanges:
    """Return what changed from one version to another; `compare`: in decisions, too."""
    tables = PartialEdits(statement_table(old.loaded.files), statement_table(new.loaded.files))
    return VersionChanges(
        _decided_changes(write_changelog(old, new)) if compare else None,
        tuple(flip_sentences(flipped_examples(old, new))),
        tuple(_edit_row(edit) for edit in spec_edits(tables.old, tables.new)),
        tuple(_changed_texts(old.model, new.model)),
        tuple(_changed_examples(old.model, new.model)),
    )


def _edit_row(edit: SpecEdit) -> EditRow:
    clauses = [line.partition(" ")[::2] for line in changed_clauses(edit)]
    gone = tuple(text for sign, text in clauses if sign == "-")
    come = tuple(text for sign, text in clauses if sign == "+")
    title = f"{edit.kind} {edit.name}".rstrip()
    return EditRow(title, edit.edit_kind.value, gone, come)


# --- decisions -----------------------------------------------------------------------------------


def _decided_changes(entry: ChangelogEntry) -> DecidedChanges:
    return DecidedChanges(
        tuple(map(announcement_text, entry.announced)),
        entry.is_empty,
        tuple(_decision_changes(entry, shift_part)),
        tuple(_decision_changes(entry, say_part)),
        tuple(_remarks(entry)),
    )


def _decision_changes(
    entry: ChangelogEntry, part_of: Callable[[ChangelogEntry, str], DecisionPart]
) -> Iterator[DecisionChange]:
    for name in entry.say.decisions:
        part = part_of(entry, name)
        if part.sentences:
            yield DecisionChange(named_decision(entry, name), part.conditions, part.sentences)


def _remarks(entry: ChangelogEntry) -> Iterator[str]:
    if entry.authority:
        yield f"The order of authority was {entry.authority[0]} and is {entry.authority[1]}."
    for names, what in ((entry.come, "new"), (entry.gone, "no longer there")):
        yield from (f"The decision `{name}` is {what}." for name in names)
    for name in entry.together:
        how = "where several speak, or by a word on another decision"
        yield f"`{name}` may differ only {how}: `specdsl diff` shows where."
    yield from open_texts(entry)


# --- texts and examples --------------------------------------------------------------------------


def _changed_texts(old: SpecModel, new: SpecModel) -> Iterator[EditRow]:
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


def _changed_examples(old: SpecModel, new: SpecModel) -> Iterator[EditRow]:
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
