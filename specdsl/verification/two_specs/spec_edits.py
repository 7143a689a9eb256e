"""The edits between two specs: a syntactic diff, statement by statement."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from specdsl.base.quick_dataclass import dataclass
from specdsl.base.source import Span
from specdsl.verification.two_specs.statement_table import Key, Statement, Table


class EditKind(Enum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class SpecEdit:
    """A statement that can change a decision and differs between the specs.

    `gone` and `come` are the clauses of the old and of the new statement alone; `old` and `new`
    are the places of its name, None where it is missing.
    """

    key: Key
    kind: str
    name: str
    edit_kind: EditKind
    gone: tuple[str, ...]
    come: tuple[str, ...]
    old: Span | None
    new: Span | None

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".rstrip() + f" {self.edit_kind.value}"


DECLARATIONS = ("fact", "value", "define", "decision", "principal", "policy")
"""The statements that change no decision by their presence: no rule of the other spec uses them."""


def spec_edits(old: Table, new: Table) -> tuple[SpecEdit, ...]:
    """Return the edits from one spec to another, in the order of the new one; removals come last.

    A declaration of one spec alone is no edit, since only other edits can use it. Nor is another
    range of a fact, which changes the possible situations, not the decisions."""
    found = [edit for key in new for edit in _edit_of(key, old.get(key), new[key])]
    return (
        *found,
        *(edit for key in old if key not in new for edit in _edit_of(key, old[key], None)),
    )


def _edit_of(key: Key, old: Statement | None, new: Statement | None) -> Iterator[SpecEdit]:
    one = new or old
    assert one is not None
    if old is None or new is None:
        if one.kind not in DECLARATIONS:
            yield _make_edit(
                key, one, EditKind.ADDED if old is None else EditKind.REMOVED, old, new
            )
    elif old.kind != new.kind or (old.parts != new.parts and not _only_declares_more(old, new)):
        yield _make_edit(key, one, EditKind.CHANGED, old, new)


def _only_declares_more(old: Statement, new: Statement) -> bool:
    return same_fact(old, new) or same_levels(old, new)


def same_levels(old: Statement, new: Statement) -> bool:
    """Tell whether both declare levels in one order, and one of them declares all of them."""
    if old.kind != "authority" or new.kind != "authority":
        return False
    fewer, more = sorted((declared_levels(old), declared_levels(new)), key=len)
    return [level for level in more if level in fewer] == fewer


def declared_levels(statement: Statement) -> list[str]:
    return statement.parts[0].split(" > ")


def same_fact(old: Statement, new: Statement) -> bool:
    """Tell whether both declare a fact of the same family of values."""
    both = old.kind == new.kind == "fact"
    return both and _value_family(old) == _value_family(new)


def _value_family(statement: Statement) -> str:
    if statement.parts[0].startswith("text ignoring case"):
        return "text ignoring case"
    first = statement.parts[0].rstrip("?").split()[0]
    return "enum" if first.startswith("{") else "number" if first == "int" else first


def _make_edit(
    key: Key, one: Statement, way: EditKind, old: Statement | None, new: Statement | None
) -> SpecEdit:
    before, after = (tuple(s.parts) if s is not None else () for s in (old, new))
    gone = tuple(part for part in before if part not in after)
    come = tuple(part for part in after if part not in before)
    return SpecEdit(
        key, one.kind, one.name, way, gone, come,
        old.span if old else None, new.span if new else None,
    )  # fmt: skip
