"""Symbol tables of a spec."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from specdsl.base.diagnostics import Diagnostic, Label, Note, did_you_mean, fault
from specdsl.base.limits import MAX_CYCLE_SHOWN, MAX_HINTS
from specdsl.base.source import Span
from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.model_codes import DUPLICATE, UNKNOWN_NAME
from specdsl.frontend.syntax import tree as t

T = TypeVar("T")
TRUTHS = {
    "true": "a bool stands alone: `FACT`",
    "false": "a bool stands alone: `not FACT`",
}
IS_DECIDED = Note("help", "`is decided` is a claim of its own: `assert DECISION is decided`")
NO_LEVELS = Note("help", "`use chain_of_command` brings levels; `authority A > B` declares them")


class SpannedName(Protocol):
    @property
    def text(self) -> str: ...

    @property
    def span(self) -> Span: ...


class Scope:
    """The declared names of a spec, and the faults of using them."""

    def __init__(self) -> None:
        self.faults: list[Diagnostic] = []
        self.places: dict[tuple[str, str], Span] = {}
        self.facts: dict[str, m.Fact] = {}
        # None: it is faulty, which is reported already.
        self.defines: dict[str, m.Define | None] = {}
        self.sorts: dict[str, str] = {}  # By define.
        self.decisions: dict[str, m.DecisionModel] = {}
        self.principals: dict[str, m.Principal] = {}
        self.levels: dict[str, m.Level] = {}
        self.values: dict[str, m.Value] = {}
        self.trials: set[str] = set()  # Names of trial rules.
        self.broken: set[str] = set()  # Names with a reported fault.
        self.no_level: set[m.PolicyBlock] = set()  # Policies whose level does not exist.
        self.no_rule: set[m.PolicyBlock] = set()  # Policies with a faulty rule.
        self.hints = 0
        self._outcomes: dict[m.DecisionModel, dict[str, int]] = {}
        self._members: dict[m.Fact, dict[str, int]] = {}

    def declare(self, space: str, name: SpannedName, *notes: Note) -> bool:
        """Return whether the name is new in its name space; if not, a fault shows both places."""
        first = self.places.setdefault((space, name.text), name.span)
        if first is name.span:
            return True
        self.broken.add(name.text)
        message = f"`{name.text}` is declared twice"
        label = Label(first, "the first")
        self.faults.append(fault(DUPLICATE, message, name.span, "again", label, *notes))
        return False

    def did_you_mean_hint(self, word: str, candidates: Iterable[str]) -> str:
        """Return ` (did you mean …?)`; empty after so many faults that guessing would take long."""
        self.hints += 1
        return did_you_mean(word, candidates) if self.hints <= MAX_HINTS else ""

    def notes_on_misuse(self, name: str) -> list[Note]:
        """Explain how to test a member, an outcome, `true` or `false` that was used as a fact."""
        if self.hints > MAX_HINTS:
            return []
        if name in TRUTHS:
            return [Note("help", TRUTHS[name])]
        for fact in self.facts.values():
            if name in fact.type.members:
                test = "is" if fact.type.kind is m.Kind.ENUM else "has"
                what = f"`{name}` is a member of `{fact.name}`"
                return [Note("help", f"{what}: write `{fact.name} {test} {name}`")]
        for decision in self.decisions.values():
            if name in decision.outcomes:
                what = f"`{name}` is an outcome of `{decision.name}`"
                return [Note("help", f"{what}: write `{decision.name} is {name}`")]
        return []

    def look_up(self, table: Mapping[str, T], name: SpannedName, what: str) -> T | None:
        """Return what the name stands for, or None after a fault."""
        found = table.get(name.text)
        if found is None and name.text not in self.broken:
            message = f"there is no {what} `{name.text}`{self.did_you_mean_hint(name.text, table)}"
            notes = [NO_LEVELS] if what == "level" and not table else []
            self.faults.append(fault(UNKNOWN_NAME, message, name.span, "", *notes))
        return found

    def level(self, name: t.Name) -> m.Level | None:
        return self.look_up(self.levels, name, "level")

    def value(self, name: t.Name) -> m.Value | None:
        return self.look_up(self.values, name, "value")

    def decision(self, name: t.Name) -> m.DecisionModel | None:
        return self.look_up(self.decisions, name, "decision")

    def principal(self, name: t.Name) -> m.Principal | None:
        return self.look_up(self.principals, name, "principal")

    def outcome(self, decision: m.DecisionModel, name: t.Name) -> int | None:
        """Return the index of an outcome."""
        known = self._outcomes.get(decision)
        if known is None:
            known = self._outcomes[decision] = _indices(decision.outcomes)
        if name.text in known:
            return known[name.text]
        hint = self.did_you_mean_hint(name.text, decision.outcomes)
        message = f"decision `{decision.name}` has no outcome `{name.text}`{hint}"
        here = Label(decision.span, "its outcomes are here")
        notes = [IS_DECIDED] if name.text == "decided" else []
        self.faults.append(fault(UNKNOWN_NAME, message, name.span, "", here, *notes))
        return None

    def members(self, fact: m.Fact, names: Iterable[SpannedName]) -> list[int]:
        """Return the indices of members of an enumeration or set fact; unknown ones are faults."""
        found: list[int] = []
        known = self._members.get(fact)
        if known is None:
            known = self._members[fact] = _indices(fact.type.members)
        for name in names:
            if name.text in known:
                found.append(known[name.text])
            else:
                hint = self.did_you_mean_hint(name.text, fact.type.members)
                message = f"`{fact.name}` has no member `{name.text}`{hint}"
                here = Label(fact.type_span, "its members are here")
                self.faults.append(fault(UNKNOWN_NAME, message, name.span, "", here))
        return found


def _indices(names: Iterable[str]) -> dict[str, int]:
    return {name: i for i, name in enumerate(names)}


def shorten_cycle(names: Sequence[str]) -> Sequence[str]:
    """Return the names of a cycle, without the middle of a very long one."""
    return names if len(names) <= MAX_CYCLE_SHOWN else (*names[:8], "…", *names[-3:])
