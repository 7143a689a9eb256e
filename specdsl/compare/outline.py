"""`outline`: what a change decides otherwise, without the situations and the edits.

It asks only whether there is a difference, and so costs a small part of `diff`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from specdsl.compare.asking import Asking
from specdsl.compare.mixtures import Mixing
from specdsl.compare.results import Result
from specdsl.compare.unchanged import unchanged
from specdsl.compare.worlds import Worlds, worlds
from specdsl.policy import Spec
from specdsl.solver.engines import Limits
from specdsl.solver.prover import Prover


@dataclass(frozen=True, slots=True)
class Shift:
    """In some situation a decision comes from one result to another. `instructed`: only where
    somebody says something."""

    decision: str
    old: Result
    new: Result
    instructed: bool


Matters = Callable[[Shift], bool]


def outline(
    old: Spec,
    new: Spec,
    matters: Matters = lambda shift: True,
    limits: Limits | None = None,
    quiet: bool = False,
) -> tuple[Shift, ...]:
    """Every pair of different results that some situation has and that `matters`, proved for all
    others not to be had. Of decisions that both have, over situations that both take; where
    `quiet`, over those in which nobody says anything. Raises `Unsettled`."""
    found = worlds(old.circuit, new.circuit, Mixing({}, {}))
    if any(shared.impossible for shared in found.facts.facts):
        return ()
    before = {decision.name for decision in old.model.decisions} - unchanged(found)
    names = [d.name for d in new.model.decisions if d.name in before]
    limits = limits or Limits()
    return tuple(s for name in names for s in _shifts(found, name, matters, limits, quiet))


def _shifts(
    worlds: Worlds, name: str, matters: Matters, limits: Limits, quiet: bool
) -> list[Shift]:
    graph = worlds.graph
    before, after = (worlds.results(world, name) for world in (worlds.old, worlds.new))
    pairs = {
        shift: graph.all_of((was, comes))
        for old, was in before.items()
        for new, comes in after.items()
        if old != new and matters(shift := Shift(name, old, new, False))
    }
    if before == after or not pairs:
        return []
    asking = Asking(graph, worlds.facts, worlds.possible, lambda: worlds.floors(name), limits)
    silent = [slot.used ^ 1 for floor in asking.floors() for slot in floor.slots]
    some = graph.any_of(pairs.values())
    prover = asking.prover(*before.values(), *after.values(), *silent, some)
    unsaid = _met(prover, pairs, some, silent)
    said = set() if quiet else _met(prover, pairs, some, ())
    return [replace(one, instructed=one in said) for one in pairs if one in unsaid or one in said]


def _met(
    prover: Prover, pairs: Mapping[Shift, int], some: int, silent: Sequence[int]
) -> set[Shift]:
    """Which of the pairs are met where that holds, none of them again: each situation that is
    found shows one."""
    found: set[Shift] = set()
    while prover.settle(some, *silent):
        shift = next(one for one, literal in pairs.items() if prover.truth(literal))
        prover.always(pairs[shift] ^ 1)
        found.add(shift)
    return found
