"""Kinds of difference: what the situations of a region have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from specdsl.circuit.graph import Graph
from specdsl.compare.change import Turn
from specdsl.compare.results import Result, Results
from specdsl.model.nodes import Decision

Preference = Mapping[tuple[str, str], bool]


@dataclass(frozen=True, slots=True)
class Kind:
    """`old` and `new` are outcomes, empty where there is none. `looser`: the new one is preferred;
    None where neither is."""

    turn: Turn
    old: str
    new: str
    looser: bool | None

    @property
    def gravity(self) -> tuple[int, str, str]:
        """Sorts the gravest first."""
        return list(Turn).index(self.turn), self.old, self.new


def kind(old: Result, new: Result, better: Preference) -> Kind:
    """What it means that a decision came to `old` and comes to `new`."""
    looser = better.get((new.outcome, old.outcome))
    return Kind(_turn(old, new, looser), old.outcome, new.outcome, looser)


def _turn(old: Result, new: Result, looser: bool | None) -> Turn:
    if new.failed or (new.conflicted and not old.conflicted):
        return Turn.CLASHES
    if not new.outcome:
        return Turn.UNTAKEN
    if old.decided and not new.decided:
        return Turn.UNDECIDED
    if old.failed or (old.conflicted and not new.conflicted):
        return Turn.RESOLVED
    if not old.outcome:
        return Turn.TAKEN
    if old.outcome == new.outcome:
        return Turn.DECIDED
    return Turn.OTHER if looser is None else Turn.LOOSER if looser else Turn.TIGHTER


def kinds(graph: Graph, old: Results, new: Results, better: Preference) -> dict[Kind, int]:
    """By kind the literal that the results differ so, the gravest first."""
    found: dict[Kind, list[int]] = {}
    for before, was in old.items():
        for after, comes in new.items():
            if before != after:
                both = graph.all_of((was, comes))
                found.setdefault(kind(before, after, better), []).append(both)
    ordered = sorted(found, key=lambda one: one.gravity)
    return {one: graph.any_of(found[one]) for one in ordered}


def preference(old: Decision, new: Decision) -> Preference:
    """By two outcomes: whether the first is preferred to the second. A pair that the two specs
    order differently, or that neither orders, is missing."""
    better: dict[str, set[str]] = {}
    for outcomes in (old.outcomes, new.outcomes):
        for i, outcome in enumerate(outcomes):
            better.setdefault(outcome, set()).update(outcomes[:i])
    closed = {outcome: _above(better, outcome) for outcome in better}
    return {
        (a, b): a in closed[b]
        for a in closed
        for b in closed
        if (a in closed[b]) is not (b in closed[a])
    }


def _above(better: Mapping[str, set[str]], start: str) -> set[str]:
    """All that is preferred to an outcome, directly or through others."""
    found: set[str] = set()
    stack = list(better[start])
    while stack:
        here = stack.pop()
        if here not in found:
            found.add(here)
            stack.extend(better[here])
    return found
