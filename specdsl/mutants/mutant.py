"""A mutant: a spec with one small change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from specdsl.diagnostics import Edit
from specdsl.source import Span


class Kind(Enum):
    """What is changed, in the order in which mutants of one statement come."""

    NO_RULE = "a rule left out"
    NO_CLAUSE = "a clause left out"
    NOT_CLAUSE = "a clause turned round"
    OUTCOME = "an effect on another outcome"
    NUMBER = "a number one step off"
    NO_OVERRIDE = "an override left out"
    PRIORITY = "two values in the other order"
    NO_ASSUME = "an assumption left out"
    DEFAULT = "a default left out, or another"


@dataclass(frozen=True, slots=True)
class Mutant:
    """`text` says the change in a line, `span` is its place; `gone` is the rule left out."""

    kind: Kind
    text: str
    span: Span
    edits: tuple[Edit, ...]
    gone: str = ""


def replaced(kind: Kind, whose: str, span: Span, text: str) -> Mutant:
    """A stretch of the text put otherwise."""
    said = f"{whose}: `{one_line(span.text)}` becomes `{one_line(text)}`"
    return Mutant(kind, said, span, (Edit(span, text),))


def removed(kind: Kind, whose: str, span: Span) -> Mutant:
    """A stretch of the text left out."""
    said = f"{whose}: without `{one_line(span.text)}`"
    return Mutant(kind, said, span, (Edit(span, ""),))


def one_line(text: str) -> str:
    return " ".join(text.split())


def in_turn(mutants: Iterable[Mutant], most: int) -> tuple[Mutant, ...]:
    """So many of them: the first of each kind, the second of each, and so on."""
    kinds: dict[Kind, list[Mutant]] = {kind: [] for kind in Kind}
    for mutant in mutants:
        kinds[mutant.kind].append(mutant)
    rounds = max(map(len, kinds.values()))
    dealt = (found[i] for i in range(rounds) for found in kinds.values() if i < len(found))
    return tuple(mutant for mutant, _ in zip(dealt, range(most), strict=False))
