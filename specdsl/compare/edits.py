"""What was edited between two specs, statement by statement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from specdsl.compare.statements import Key, Statement, Table
from specdsl.source import Span


class Way(Enum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Edit:
    """One statement that decides something and is not the same in both specs.

    `gone` and `come`: the clauses that only the old one has, and only the new one. `old`, `new`:
    where its name stands, None where it is not there.
    """

    key: Key
    kind: str
    name: str
    way: Way
    gone: tuple[str, ...]
    come: tuple[str, ...]
    old: Span | None
    new: Span | None

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".rstrip() + f" {self.way.value}"


INERT = ("fact", "value", "define", "decision", "principal", "policy")
"""What decides nothing by being there: no rule of the other spec knows it."""


def edits(old: Table, new: Table) -> tuple[Edit, ...]:
    """The edits that lead from one spec to another: in the order of the new one, then those that
    only took something away. What is declared in one spec alone is no edit: nothing but other
    edits can make it count; nor is another range of a fact, which changes what can be given."""
    found = [edit for key in new for edit in _edit(key, old.get(key), new[key])]
    return (*found, *(edit for key in old if key not in new for edit in _edit(key, old[key], None)))


def _edit(key: Key, old: Statement | None, new: Statement | None) -> Iterator[Edit]:
    one = new or old
    assert one is not None
    if old is None or new is None:
        if one.kind not in INERT:
            yield _made(key, one, Way.ADDED if old is None else Way.REMOVED, old, new)
    elif old.kind != new.kind or (old.parts != new.parts and not _declares(old, new)):
        yield _made(key, one, Way.CHANGED, old, new)


def _declares(old: Statement, new: Statement) -> bool:
    """What the one says more than the other decides nothing by being said."""
    return same_fact(old, new) or same_levels(old, new)


def same_levels(old: Statement, new: Statement) -> bool:
    """Both declare levels in one order, and one of them has all of them."""
    if old.kind != "authority" or new.kind != "authority":
        return False
    fewer, more = sorted((levels(old), levels(new)), key=len)
    return [level for level in more if level in fewer] == fewer


def levels(statement: Statement) -> list[str]:
    return statement.parts[0].split(" > ")


def same_fact(old: Statement, new: Statement) -> bool:
    """Both declare a fact of the same family of values."""
    both = old.kind == new.kind == "fact"
    return both and _family(old) == _family(new)


def _family(statement: Statement) -> str:
    if statement.parts[0].startswith("text ignoring case"):
        return "text ignoring case"
    first = statement.parts[0].rstrip("?").split()[0]
    return "enum" if first.startswith("{") else "number" if first == "int" else first


def _made(key: Key, one: Statement, way: Way, old: Statement | None, new: Statement | None) -> Edit:
    before, after = (tuple(s.parts) if s is not None else () for s in (old, new))
    gone = tuple(part for part in before if part not in after)
    come = tuple(part for part in after if part not in before)
    return Edit(
        key, one.kind, one.name, way, gone, come,
        old.span if old else None, new.span if new else None,
    )  # fmt: skip
