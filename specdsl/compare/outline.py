"""`outline`: what a change decides otherwise, without the situations and the edits.

It asks only whether there is a difference, and so costs a small part of `diff`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specdsl.compare.asking import Asking
from specdsl.compare.mixtures import Mixing
from specdsl.compare.results import Result
from specdsl.compare.worlds import Worlds, worlds
from specdsl.policy import Spec
from specdsl.solver.engines import Limits


@dataclass(frozen=True, slots=True)
class Shift:
    """In some situation a decision comes from one result to another. `instructed`: only where
    somebody says something."""

    decision: str
    old: Result
    new: Result
    instructed: bool


def outline(old: Spec, new: Spec, limits: Limits | None = None) -> tuple[Shift, ...]:
    """Every pair of different results that some situation has, proved for all others not to be
    had. Of decisions that both have, over situations that both take. Raises `Unsettled`."""
    found = worlds(old.circuit, new.circuit, Mixing({}, {}))
    if any(shared.impossible for shared in found.facts.facts):
        return ()
    before = {decision.name for decision in old.model.decisions}
    names = [d.name for d in new.model.decisions if d.name in before]
    return tuple(s for name in names for s in _shifts(found, name, limits or Limits()))


def _shifts(worlds: Worlds, name: str, limits: Limits) -> Iterator[Shift]:
    graph = worlds.graph
    before, after = (worlds.results(world, name) for world in (worlds.old, worlds.new))
    if before == after:
        return
    asking = Asking(graph, worlds.facts, worlds.possible, lambda: worlds.floors(name), limits)
    silent = [slot.used ^ 1 for floor in asking.floors() for slot in floor.slots]
    prover = asking.prover(*before.values(), *after.values(), *silent)
    for old, was in before.items():
        for new, comes in after.items():
            if old != new and prover.settle(was, comes):
                yield Shift(name, old, new, not prover.settle(was, comes, *silent))
