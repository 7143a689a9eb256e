"""Classification of differences: the kind that all situations of a region share."""

from __future__ import annotations

from collections.abc import Mapping

from specdsl.analyses.diff.change import ChangeKind
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel
from specdsl.semantics.aig import AndInverterGraph, Literal
from specdsl.verification.two_specs.decision_results import Result, Results

Preference = Mapping[tuple[str, str], bool]


@dataclass(frozen=True, slots=True)
class DifferenceKind:
    """A kind of change with the outcomes `old` and `new`, empty where there is none. `looser` tells
    whether the new one is preferred; it is None if neither is."""

    change: ChangeKind
    old: str
    new: str
    looser: bool | None

    @property
    def gravity(self) -> tuple[int, str, str]:
        """Return a sort key: the gravest kind comes first."""
        return list(ChangeKind).index(self.change), self.old, self.new


def classify_difference(old: Result, new: Result, better: Preference) -> DifferenceKind:
    """Classify the change of a decision from one result to another."""
    looser = better.get((new.outcome, old.outcome))
    return DifferenceKind(_change_kind(old, new, looser), old.outcome, new.outcome, looser)


def _change_kind(old: Result, new: Result, looser: bool | None) -> ChangeKind:
    if new.failed or (new.conflicted and not old.conflicted):
        return ChangeKind.CLASHES
    if not new.outcome:
        return ChangeKind.UNTAKEN
    if old.decided and not new.decided:
        return ChangeKind.UNDECIDED
    if old.failed or (old.conflicted and not new.conflicted):
        return ChangeKind.RESOLVED
    if not old.outcome:
        return ChangeKind.TAKEN
    if old.outcome == new.outcome:
        return ChangeKind.DECIDED
    return (
        ChangeKind.OTHER if looser is None else ChangeKind.LOOSER if looser else ChangeKind.TIGHTER
    )


def difference_literals(
    graph: AndInverterGraph, old: Results, new: Results, better: Preference
) -> dict[DifferenceKind, Literal]:
    """Return for each kind of difference its literal, the gravest kind first."""
    found: dict[DifferenceKind, list[Literal]] = {}
    for before, was in old.items():
        for after, comes in new.items():
            if before != after:
                both = graph.all_of((was, comes))
                found.setdefault(classify_difference(before, after, better), []).append(both)
    ordered = sorted(found, key=lambda one: one.gravity)
    return {one: graph.any_of(found[one]) for one in ordered}


def outcome_preference(old: DecisionModel, new: DecisionModel) -> Preference:
    """Return for each pair of outcomes whether the first is preferred to the second. A pair that
    the two specs order differently, or that neither orders, is missing."""
    better: dict[str, set[str]] = {}
    for outcomes in (old.outcomes, new.outcomes):
        for i, outcome in enumerate(outcomes):
            better.setdefault(outcome, set()).update(outcomes[:i])
    closed = {outcome: _preferred_to(better, outcome) for outcome in better}
    return {
        (a, b): a in closed[b]
        for a in closed
        for b in closed
        if (a in closed[b]) is not (b in closed[a])
    }


def _preferred_to(better: Mapping[str, set[str]], start: str) -> set[str]:
    """Return all outcomes that are preferred to one, directly or through others."""
    found: set[str] = set()
    stack = list(better[start])
    while stack:
        here = stack.pop()
        if here not in found:
            found.add(here)
            stack.extend(better[here])
    return found
