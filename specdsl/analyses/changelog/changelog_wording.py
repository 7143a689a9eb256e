"""A changelog entry in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from specdsl.analyses.changelog.changelog_entry import ChangelogEntry, ExampleFlip, OutcomeShift
from specdsl.analyses.steering.say_wording import (
    join_words,
    open_question_texts,
    say_sentences,
    where_text,
)
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import HistoryEntry


def announcement_text(one: HistoryEntry) -> str:
    """Return a `change` statement with its credit."""
    source = f" ({one.feedback})" if one.feedback else ""
    thanks = f" Thanks to {one.credit}." if one.credit else ""
    return f"{one.what.rstrip('.')}{source}.{thanks}"


@dataclass(frozen=True, slots=True)
class DecisionPart:
    """Sentences about a decision; `conditions` hold throughout all of them."""

    conditions: tuple[str, ...]
    sentences: tuple[str, ...]


def shift_part(entry: ChangelogEntry, name: str) -> DecisionPart:
    """Return what a decision is now and was before. Outcomes with the same conditions share a
    sentence."""
    groups: dict[tuple[object, ...], list[OutcomeShift]] = {}
    for shift in entry.shifts:
        if shift.decision == name:
            key = (shift.new, shift.extent.main_conditions, shift.before, shift.now)
            groups.setdefault(key, []).append(shift)
    ordered = sorted(groups.values(), key=lambda group: len(group[0].extent.main_conditions))
    known = common_conditions([group[0].extent.main_conditions for group in ordered])
    return DecisionPart(known, tuple(_shift_sentence(group, known) for group in ordered))


def common_conditions(conditions: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the conditions that all of several sentences have."""
    if len(conditions) < 2:
        return ()
    first, *others = conditions
    return tuple(one for one in first if all(one in other for other in others))


def _shift_sentence(group: list[OutcomeShift], known: tuple[str, ...]) -> str:
    first = group[0]
    was = join_words([outcome_code(one.old) for one in group], "or")
    exact = all(one.extent.exact for one in group)
    rest = [one for one in first.extent.main_conditions if one not in known]
    where = where_text(rest, exact) or ("" if known else " whatever the facts")
    return f"It is {outcome_code(first.new)}, no longer {was},{where} ({_deciders_text(first)})."


def _deciders_text(shift: OutcomeShift) -> str:
    before, now = (_names_text(names) for names in (shift.before, shift.now))
    where = "" if shift.extent.exact else ", for example"
    return f"{now} instead of {before}{where}"


def _names_text(names: Iterable[str]) -> str:
    return join_words([f"`{name}`" for name in names] or ["the default"], "and")


def outcome_code(outcome: str) -> str:
    """Return an outcome as code; what is no outcome in words."""
    return outcome if " " in outcome else f"`{outcome}`"


def say_part(entry: ChangelogEntry, name: str) -> DecisionPart:
    """Return who can make the decision what no longer, or only now."""
    found = say_sentences(entry.say, name)
    known = common_conditions([one.conditions for one in found])
    sentences = (f"{_capitalize(one.text + one.where_text(known))}." for one in found)
    return DecisionPart(known, tuple(sentences))


def flip_sentences(flips: Iterable[ExampleFlip]) -> Iterator[str]:
    """Yield a sentence for each example that flips."""
    by_title: dict[str, list[ExampleFlip]] = {}
    for flip in flips:
        by_title.setdefault(flip.title, []).append(flip)
    for title, found in by_title.items():
        changes = [
            f"`{one.decision}` was {outcome_code(one.old)} and is {outcome_code(one.new)}"
            for one in found
        ]
        yield f"“{title}”: {'; '.join(changes)}."


def open_texts(entry: ChangelogEntry) -> list[str]:
    """Return what was not computed."""
    found = [f"{text} is not computed: it takes too long" for text in entry.undetermined]
    return [f"{_capitalize(text)}." for text in (*open_question_texts(entry.say), *found)]


def _capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]


def named_decision(entry: ChangelogEntry, name: str) -> str:
    """Return a decision with its documentation."""
    doc = entry.doc_of.get(name, "")
    return f"`{name}` ({doc})" if doc else f"`{name}`"
