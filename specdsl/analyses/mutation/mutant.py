"""A mutant: a spec with one small change."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from specdsl.base.diagnostics import Edit
from specdsl.base.quick_dataclass import dataclass
from specdsl.base.source import Span


class MutationKind(Enum):
    """The mutation operators, in the order in which they are applied to one statement."""

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
    """A mutation: its edits, their place and a line of text about them. `removed_rule` names the
    rule that a NO_RULE mutant removes."""

    kind: MutationKind
    text: str
    span: Span
    edits: tuple[Edit, ...]
    removed_rule: str = ""


def replacement_mutant(kind: MutationKind, whose: str, span: Span, text: str) -> Mutant:
    """Return the mutant in which a span reads differently."""
    description = f"{whose}: `{one_line(span.text)}` becomes `{one_line(text)}`"
    return Mutant(kind, description, span, (Edit(span, text),))


def removal_mutant(kind: MutationKind, whose: str, span: Span) -> Mutant:
    """Return the mutant in which a span is removed."""
    description = f"{whose}: without `{one_line(span.text)}`"
    return Mutant(kind, description, span, (Edit(span, ""),))


def one_line(text: str) -> str:
    return " ".join(text.split())


def round_robin(mutants: Iterable[Mutant], most: int) -> tuple[Mutant, ...]:
    """Return at most `most` mutants: the first of each kind, then the second of each, and so on."""
    kinds: dict[MutationKind, list[Mutant]] = {kind: [] for kind in MutationKind}
    for mutant in mutants:
        kinds[mutant.kind].append(mutant)
    rounds = max(map(len, kinds.values()))
    dealt = (found[i] for i in range(rounds) for found in kinds.values() if i < len(found))
    return tuple(mutant for mutant, _ in zip(dealt, range(most), strict=False))
