"""What is declared: tables of names, and looking them up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

from specdsl.diagnostics import Diagnostic, Label, did_you_mean, fault
from specdsl.model import nodes as m
from specdsl.model.codes import DUPLICATE, UNKNOWN_NAME
from specdsl.source import Span
from specdsl.syntax import tree as t

T = TypeVar("T")


class Named(Protocol):
    @property
    def text(self) -> str: ...

    @property
    def span(self) -> Span: ...


class Scope:
    """The names of a spec, and the faults found while using them."""

    def __init__(self) -> None:
        self.faults: list[Diagnostic] = []
        self.places: dict[tuple[str, str], Span] = {}
        self.facts: dict[str, m.Fact] = {}
        self.defines: dict[str, m.Define | None] = {}  # None: faulty, said already
        self.sorts: dict[str, str] = {}  # of the defines
        self.decisions: dict[str, m.Decision] = {}
        self.principals: dict[str, m.Principal] = {}
        self.levels: dict[str, m.Level] = {}
        self.values: dict[str, m.Value] = {}
        self.broken: set[str] = set()  # declared, but not usable: its fault is said already

    def declare(self, space: str, name: Named) -> bool:
        """Whether the name is new in its space; else a fault that shows both places."""
        first = self.places.setdefault((space, name.text), name.span)
        if first is name.span:
            return True
        message = f"`{name.text}` is declared twice"
        self.faults.append(fault(DUPLICATE, message, name.span, "again", Label(first, "the first")))
        return False

    def look_up(self, table: Mapping[str, T], name: Named, what: str) -> T | None:
        """What the name stands for, or None and a fault."""
        found = table.get(name.text)
        if found is None and name.text not in self.broken:
            hint = did_you_mean(name.text, table)
            self.faults.append(
                fault(UNKNOWN_NAME, f"there is no {what} `{name.text}`{hint}", name.span)
            )
        return found

    def level(self, name: t.Name) -> m.Level | None:
        return self.look_up(self.levels, name, "level")

    def value(self, name: t.Name) -> m.Value | None:
        return self.look_up(self.values, name, "value")

    def decision(self, name: t.Name) -> m.Decision | None:
        return self.look_up(self.decisions, name, "decision")

    def principal(self, name: t.Name) -> m.Principal | None:
        return self.look_up(self.principals, name, "principal")

    def outcome(self, decision: m.Decision, name: t.Name) -> int | None:
        """The index of an outcome."""
        if name.text in decision.outcomes:
            return decision.outcomes.index(name.text)
        hint = did_you_mean(name.text, decision.outcomes)
        message = f"decision `{decision.name}` has no outcome `{name.text}`{hint}"
        self.faults.append(
            fault(
                UNKNOWN_NAME, message, name.span, "", Label(decision.span, "its outcomes are here")
            )
        )
        return None

    def members(self, fact: m.Fact, names: Iterable[Named]) -> list[int]:
        """The indices of members of an enumeration or set fact; faults for those it has not."""
        found: list[int] = []
        for name in names:
            if name.text in fact.type.members:
                found.append(fact.type.members.index(name.text))
            else:
                hint = did_you_mean(name.text, fact.type.members)
                message = f"`{fact.name}` has no member `{name.text}`{hint}"
                here = Label(fact.type_span, "its members are here")
                self.faults.append(fault(UNKNOWN_NAME, message, name.span, "", here))
        return found
